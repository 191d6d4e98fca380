//! How accounts speak: methods, rates, and the spaces that French typography does not break. Pure.

use serde::Serialize;

use crate::export::csv::Dialect;
use crate::export::number;
use crate::grid::rules::{Facts, Method, Per, Rate};
use crate::http::words::Language;
use crate::paper::words::{count, money, say};

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

impl Said {
    /// Says it in each language.
    #[must_use]
    pub fn by(say: impl Fn(Language) -> String) -> Self {
        Self { fr: say(Language::Fr), en: say(Language::En) }
    }

    /// The text in one language.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        say(language, &self.fr, &self.en)
    }
}

/// The method of a grid or of one of its rates.
#[must_use]
pub fn method(language: Language, method: Method) -> &'static str {
    match method {
        Method::Smic => say(language, "SMIC horaire brut du jour de l’acte", "gross hourly SMIC of the day of the act"),
        Method::SmicCoefficient => say(
            language,
            "SMIC horaire brut du jour de l’acte, affecté d’un coefficient",
            "gross hourly SMIC of the day of the act, times a coefficient",
        ),
        Method::CollectiveAgreement => say(language, "convention collective", "collective agreement"),
        Method::ReplacementCost => say(language, "coût de remplacement", "replacement cost"),
        Method::EmployerCost => say(
            language,
            "coût pour l’employeur (salaire et charges, moins les aides)",
            "employer’s cost (pay and charges, less aids)",
        ),
        Method::MarketRent => say(language, "loyer du marché", "market rent"),
        Method::Depreciation => say(language, "amortissement", "depreciation"),
        Method::Points => say(language, "points", "points"),
        Method::DescriptionOnly => {
            say(language, "description seule, sans valorisation", "description only, not valued")
        }
    }
}

/// So many contributions.
#[must_use]
pub fn contributions(language: Language, number: i64) -> String {
    count(language, number, ["contribution", "contributions"])
}

/// By what a rate counts.
#[must_use]
pub fn per(language: Language, per: Per) -> &'static str {
    match per {
        Per::Hour => say(language, "l’heure", "an hour"),
        Per::ItemDay => say(language, "le jour-matériel", "an item-day"),
        Per::Occasion => say(language, "la fois", "a time"),
    }
}

/// A rate in words, with the SMIC of the day where it follows that (cents).
#[must_use]
pub fn rate(language: Language, facts: &Facts, rate: &Rate, smic: Option<i64>) -> String {
    let by = per(language, rate.per);
    match (facts.method_of(rate), rate.amount, smic) {
        (Method::DescriptionOnly, ..) => method(language, Method::DescriptionOnly).to_owned(),
        (Method::Smic, _, Some(smic)) => format!("{} {by} (SMIC)", money(language, smic)),
        (Method::SmicCoefficient, _, Some(smic)) => {
            let thousandths = i128::from(rate.coefficient.unwrap_or_default());
            let times = number::billionths(thousandths * 1_000_000, Dialect::of(language));
            format!("{} × {times} {by} (SMIC)", money(language, smic))
        }
        (_, Some(amount), _) => format!("{} {by}", money(language, amount)),
        (method, ..) => self::method(language, method).to_owned(),
    }
}

/// Where a rate is from.
#[must_use]
pub fn source(facts: &Facts, rate: &Rate) -> String {
    rate.source.as_ref().map_or_else(|| facts.source.as_str(), |source| source.as_str()).to_owned()
}

/// Text as it is printed: in French, the spaces before `:`, `;`, `!`, `?`, `%`, `€`, `»` and after `«` do not break.
#[must_use]
pub fn typeset(language: Language, text: &str) -> String {
    if language == Language::En {
        return text.to_owned();
    }
    let tied = [" :", " ;", " !", " ?", " %", " €", " »"]
        .iter()
        .fold(text.to_owned(), |text, pair| text.replace(pair, &pair.replace(' ', "\u{a0}")));
    tied.replace("« ", "«\u{a0}")
}

/// Tenths of a percent, with a sign where it is less than nothing.
#[must_use]
pub fn percent(language: Language, tenths: i64) -> String {
    let number = number::billionths(i128::from(tenths) * 100_000_000, Dialect::of(language));
    say(language, format!("{number}\u{a0}%"), format!("{number}%"))
}
