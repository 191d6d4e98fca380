//! Entries as bytes: the file of accounting entries (article A47 A-1 of the tax procedures book, LPF). Pure.

use sha2::{Digest as _, Sha256};

use super::entry::Entry;
use crate::accounts::chart::Account;
use crate::error::Error;

/// The 18 columns, in the order in which the law names them.
pub const COLUMNS: [&str; 18] = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
];
/// The journal of contributions in kind.
pub const JOURNAL: &str = "CVN";
const JOURNAL_NAME: &str = "Contributions volontaires en nature";

/// A file, and what it adds up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// UTF-8 without a mark at its beginning, columns apart by a tab, lines ended by CR and LF.
    pub bytes: Vec<u8>,
    /// How many entries, of two lines each.
    pub entries: i64,
    /// The sum of all debits in cents, and as well of all credits.
    pub cents: i64,
}

impl File {
    /// SHA-256 of its bytes.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }
}

/// A file on its way.
pub struct Writer {
    text: String,
    entries: i64,
    debits: i64,
    credits: i64,
}

impl Writer {
    /// Begins with the heading.
    #[must_use]
    pub fn begin() -> Self {
        Self { text: format!("{}\r\n", COLUMNS.join("\t")), entries: 0, debits: 0, credits: 0 }
    }

    /// Writes an entry: the debit, then the credit.
    ///
    /// # Errors
    /// [`Error::Internal`] when the sums have more cents than 64 bits hold: no ledger comes near.
    pub fn entry(&mut self, entry: &Entry) -> Result<(), Error> {
        self.debits = plus(self.debits, entry.cents)?;
        self.credits = plus(self.credits, entry.cents)?;
        self.entries += 1;
        self.line(entry, entry.debit, entry.cents, 0);
        self.line(entry, entry.credit, 0, entry.cents);
        Ok(())
    }

    /// The file, when what it holds is in balance.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is not.
    pub fn finish(self) -> Result<File, Error> {
        if self.debits != self.credits {
            return Err(Error::Internal(format!("{} cents debited, {} credited", self.debits, self.credits)));
        }
        Ok(File { bytes: self.text.into_bytes(), entries: self.entries, cents: self.debits })
    }

    fn line(&mut self, entry: &Entry, account: Account, debit: u64, credit: u64) {
        let (day, valid_on) = (compact(entry.day.date()), compact(entry.valid_on));
        let (number, piece, label) = (clean(&entry.number), clean(&entry.piece), clean(&entry.label));
        let (debit, credit) = (euros(debit), euros(credit));
        let fields: [&str; 18] = [
            JOURNAL,
            JOURNAL_NAME,
            &number,
            &day,
            account.number,
            account.label,
            "",
            "",
            &piece,
            &day,
            &label,
            &debit,
            &credit,
            "",
            "",
            &valid_on,
            "",
            "",
        ];
        self.text.push_str(&fields.join("\t"));
        self.text.push_str("\r\n");
    }
}

fn plus(sum: i64, cents: u64) -> Result<i64, Error> {
    sum.checked_add_unsigned(cents).ok_or_else(|| Error::Internal("more than 64 bits of cents".to_owned()))
}

/// `12,30`: two decimals, a comma, nothing between the thousands.
fn euros(cents: u64) -> String {
    format!("{},{:02}", cents / 100, cents % 100)
}

/// `YYYYMMDD`.
fn compact(day: time::Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), u8::from(day.month()), day.day())
}

/// What would end a column or a line is a space. Texts of the ledger hold none of it.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
