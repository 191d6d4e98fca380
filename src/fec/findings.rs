//! What a checker of files of accounting entries can find, and how it says so in French and English.

use crate::http::words::Language;
use crate::paper::words::say;

/// A rule of the file. Its word is stable.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::EnumIter, strum::EnumString,
)]
#[strum(serialize_all = "snake_case")]
pub enum Rule {
    /// The file is named `<SIREN>FEC<YYYYMMDD>.txt`.
    FileName,
    /// It is UTF-8 …
    Encoding,
    /// … without a byte order mark.
    Mark,
    /// Each line ends with CR and LF.
    LineEnd,
    /// A tab stands between two columns.
    Separator,
    /// There are 18 columns, in the order of the law.
    Columns,
    /// There is an entry.
    NoEntry,
    /// The journal is that of contributions in kind.
    Journal,
    /// Each entry has a number.
    NoNumber,
    /// Each line has the reference of a document.
    NoPiece,
    /// Each line was validated on a day.
    NoValidDate,
    /// Journal, account and entry have names.
    NoLabel,
    /// A day is written `YYYYMMDD`, and exists.
    DayForm,
    /// Every day lies in the year that the file's name closes.
    OutsideYear,
    /// An account is a number of three characters or more.
    Account,
    /// Class 8 stands with no other class in one entry.
    MixedClasses,
    /// Class 8 alone is in this journal.
    OtherClass,
    /// An amount is digits, with two decimals behind a comma.
    Amount,
    /// Decimals stand behind a comma.
    DecimalPoint,
    /// Nothing stands between the thousands.
    Thousands,
    /// No amount is below zero.
    BelowZero,
    /// No line is without an amount.
    Nothing,
    /// No line has both a debit and a credit.
    BothSides,
    /// Each entry debits as much as it credits, to the cent.
    Balance,
}

/// Something that is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// In which line, from 1; 0: its name.
    pub line: usize,
    /// Against which rule.
    pub rule: Rule,
}

impl Finding {
    /// One sentence for people, with where and which rule.
    #[must_use]
    pub fn told(&self, language: Language) -> String {
        let (rule, line): (&str, _) = (self.rule.into(), self.line);
        let said = self.rule.words(language);
        match self.line {
            0 => format!("{said} [{rule}]"),
            _ => format!("{} {line}{} {said} [{rule}]", say(language, "ligne", "line"), say(language, "\u{a0}:", ":")),
        }
    }
}

impl Rule {
    /// What is wrong, and what would be right.
    #[must_use]
    pub fn words(self, language: Language) -> &'static str {
        let (french, english) = self.said();
        say(language, french, english)
    }

    fn said(self) -> (&'static str, &'static str) {
        match self {
            Self::FileName => (
                "le fichier doit se nommer SIREN, FEC, dernier jour de l’exercice (AAAAMMJJ), .txt",
                "the file must be named SIREN, FEC, last day of the year (YYYYMMDD), .txt",
            ),
            Self::Encoding => ("le texte n’est pas en UTF-8", "the text is not UTF-8"),
            Self::Mark => (
                "le fichier commence par une marque (BOM)\u{a0}; l’ôter",
                "the file begins with a mark (BOM); take it away",
            ),
            Self::LineEnd => ("la ligne ne finit pas par CR LF", "the line does not end with CR LF"),
            Self::Separator => ("il faut une tabulation entre les colonnes", "a tab has to stand between columns"),
            Self::Columns => {
                ("il faut les 18 colonnes, dans l’ordre", "there have to be the 18 columns, in their order")
            }
            Self::NoEntry => ("le fichier n’a aucune écriture", "the file has no entry"),
            Self::Journal => ("le journal n’est pas CVN", "the journal is not CVN"),
            Self::NoNumber => ("EcritureNum est vide", "EcritureNum is empty"),
            Self::NoPiece => ("PieceRef est vide", "PieceRef is empty"),
            Self::NoValidDate => ("ValidDate est vide", "ValidDate is empty"),
            Self::NoLabel => ("un libellé est vide", "a label is empty"),
            Self::DayForm => ("une date n’est pas un jour écrit AAAAMMJJ", "a date is no day written YYYYMMDD"),
            Self::OutsideYear => ("une date est hors de l’exercice", "a date lies outside the year"),
            Self::Account => ("CompteNum n’est pas un numéro de compte", "CompteNum is no number of an account"),
            Self::MixedClasses => ("l’écriture mêle la classe 8 à une autre", "the entry mixes class 8 with another"),
            Self::OtherClass => ("le compte n’est pas de la classe 8", "the account is not of class 8"),
            Self::Amount => ("un montant n’est pas un nombre", "an amount is no number"),
            Self::DecimalPoint => ("les décimales viennent après une virgule", "decimals stand behind a comma"),
            Self::Thousands => ("un montant a un séparateur de milliers", "something stands between the thousands"),
            Self::BelowZero => ("un montant est négatif", "an amount is below zero"),
            Self::Nothing => ("débit et crédit sont nuls", "debit and credit are both nothing"),
            Self::BothSides => ("la ligne a un débit et un crédit", "the line has both a debit and a credit"),
            Self::Balance => ("l’écriture n’est pas équilibrée", "the entry is not in balance"),
        }
    }
}
