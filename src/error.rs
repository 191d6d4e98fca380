//! Everything that can go wrong, without a word of HTTP: `http/problem.rs` gives each its status and words.

use serde::Serialize;

use crate::clock::Day;

/// What is wrong with one value. Travels through serde as text `code|argument|argument`, so that the
/// field's path and the fault arrive together; `http/words.rs` says it in French and English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not a UUID in its hyphenated form, or the nil or max one.
    #[error("not-a-uuid")]
    Uuid,
    /// Not an existing day written `YYYY-MM-DD`.
    #[error("not-a-day")]
    Day,
    /// A day outside 2000-01-01 … 2100-12-31.
    #[error("day-out-of-range")]
    DayRange,
    /// Not an instant with its offset from UTC.
    #[error("not-an-instant")]
    Instant,
    /// A day that has not begun anywhere on earth.
    #[error("day-in-the-future")]
    Future,
    /// A day that is not after today, or further ahead than so many days.
    #[error("too-far-ahead|{0}")]
    DaysAhead(i64),
    /// An end that is not after its start.
    #[error("end-before-start")]
    Order,
    /// A number outside its range, both ends included.
    #[error("out-of-range|{0}|{1}")]
    Range(i64, i64),
    /// A list with fewer or more entries than this.
    #[error("wrong-number|{0}|{1}")]
    Items(usize, usize),
    /// An empty text where one is needed.
    #[error("empty")]
    Empty,
    /// More characters than this.
    #[error("too-long|{0}")]
    TooLong(usize),
    /// Fewer characters than this.
    #[error("too-short|{0}")]
    TooShort(usize),
    /// A control character, or an invisible or direction-changing one.
    #[error("invisible-character")]
    Invisible,
    /// Not nine digits with a right check digit.
    #[error("not-a-siren")]
    Siren,
    /// Not fourteen digits with a right check digit, or of another SIREN.
    #[error("not-a-siret")]
    Siret,
    /// Not `W` and nine characters.
    #[error("not-an-rna")]
    Rna,
    /// Not a commune's INSEE code.
    #[error("not-a-commune")]
    Commune,
    /// Not a legal category of four digits.
    #[error("not-a-legal-category")]
    LegalCategory,
    /// Not an address of the web.
    #[error("not-a-url")]
    Url,
    /// Not a SHA-256 in hexadecimal digits.
    #[error("not-a-sha256")]
    Sha256,
    /// The same part twice in one kit.
    #[error("part-twice")]
    PartTwice,
    /// Not what a kit can be made of.
    #[error("not-a-part")]
    NotAPart,
    /// More days than its owner lends it for.
    #[error("too-many-days|{0}")]
    TooManyDays(i64),
    /// A period of more days than this.
    #[error("period-too-long|{0}")]
    LongPeriod(i64),
    /// A period of more lines than one export holds.
    #[error("too-many-lines|{0}")]
    ManyLines(usize),
    /// Asked for later than its owner wishes.
    #[error("too-little-notice|{0}")]
    TooLittleNotice(i64),
    /// Its owner lends it to nobody, or not to this structure.
    #[error("not-lent-to-you")]
    NotLent,
    /// Not an e-mail address.
    #[error("not-an-email")]
    Email,
    /// A field is needed here.
    #[error("missing-field")]
    Missing,
    /// A field that makes no sense beside the others.
    #[error("not-allowed-here")]
    NotAllowed,
    /// The field cannot be changed once set.
    #[error("cannot-change")]
    Fixed,
    /// Nothing that the caller may see has this id.
    #[error("unknown-reference")]
    Unknown,
    /// The thing is archived.
    #[error("archived")]
    Archived,
    /// Giver and receiver are the same.
    #[error("same-parties")]
    SameParties,
    /// More than 24 hours for one person and day.
    #[error("more-than-a-day")]
    MoreThanADay,
    /// The same rate twice in one grid.
    #[error("rate-twice")]
    RateTwice,
    /// A year that is to be closed before it is over.
    #[error("year-not-over")]
    YearNotOver,
    /// A grid that counts in points, where euros are asked for.
    #[error("not-in-euros")]
    NotInEuros,
    /// The two sides of a budget, which add up to these whole euros, are not equal.
    #[error("unbalanced|{0}|{1}")]
    Unbalanced(i64, i64),
    /// A structure is named twice in one list.
    #[error("named-twice")]
    Twice,
    /// The structure is not in the cooperation on that day.
    #[error("not-a-member")]
    NotAMember,
    /// The account has no role in the structure.
    #[error("no-role-there")]
    NoRoleThere,
    /// The current password is wrong.
    #[error("wrong-password")]
    Password,
    /// The code of the second factor is wrong, or was used before.
    #[error("wrong-code")]
    Code,
    /// The password is one of the most guessed.
    #[error("guessable-password")]
    Guessable,
    /// Nothing in the request would change anything.
    #[error("nothing-to-change")]
    Nothing,
    /// Only the caller's own side can be named here.
    #[error("not-your-structure")]
    NotYours,
}

impl Fault {
    /// The same fault, said of a field.
    #[must_use]
    pub fn at(self, pointer: &str) -> Error {
        Error::Invalid(vec![FieldError::new(pointer, self)])
    }
}

/// One wrong field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// A JSON Pointer into the body (`/minutes`), or the name of a parameter or header.
    pub pointer: String,
    /// Stable code of the fault.
    pub code: String,
    /// What the sentence about it needs (limits, allowed values).
    pub arguments: Vec<String>,
}

impl FieldError {
    /// A fault of a field.
    #[must_use]
    pub fn new(pointer: &str, fault: Fault) -> Self {
        Self::from_text(pointer, &fault.to_string())
    }

    /// From the text form `code|argument|argument`.
    #[must_use]
    pub fn from_text(pointer: &str, text: &str) -> Self {
        let mut parts = text.split('|').map(str::to_owned);
        let code = parts.next().unwrap_or_default();
        Self { pointer: pointer.to_owned(), code, arguments: parts.collect() }
    }
}

/// A period that is already promised, and when the thing is free again for as long as was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// First day of the period in the way.
    pub from: Day,
    /// First day after it.
    pub until: Day,
    /// First day on which the request would fit; none before the calendar ends.
    pub next_free_from: Option<Day>,
}

/// The closed list of what can go wrong. What is inside `Internal` stays inside.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The body is not JSON.
    #[error("the body is not JSON: {0}")]
    Malformed(String),
    /// A path, query, header or form part cannot be read.
    #[error("a parameter cannot be read")]
    Parameter(FieldError),
    /// Fields that cannot be what they are.
    #[error("invalid fields")]
    Invalid(Vec<FieldError>),
    /// A login, password, refresh token or set-up secret that is not right, or no longer.
    #[error("wrong credentials")]
    WrongCredentials,
    /// The password is right; a code of the second factor is missing, wrong or used.
    #[error("second factor needed")]
    SecondFactorNeeded,
    /// No caller, or one we do not know (any more).
    #[error("unknown caller")]
    UnknownCaller,
    /// The caller sees the thing and may not do this.
    #[error("forbidden")]
    Forbidden,
    /// Nothing here that the caller may see.
    #[error("not found")]
    NotFound,
    /// No member of the cooperation chose to publish.
    #[error("nothing published")]
    NothingPublished,
    /// The path exists, this method does not.
    #[error("method not allowed")]
    Method,
    /// Another thing already has the id chosen by the client.
    #[error("id taken")]
    IdTaken,
    /// The thing is in a state in which this cannot happen.
    #[error("wrong state: {state}")]
    WrongState {
        /// The state it is in.
        state: String,
    },
    /// The equipment is promised to somebody for that period.
    #[error("already in use")]
    InUse(Option<Conflict>),
    /// What this field says may be said once only, and was.
    #[error("duplicate: {0}")]
    Duplicate(String),
    /// A year that was closed before, and is closed once.
    #[error("year closed")]
    YearClosed,
    /// A valuation grid that nobody approved yet.
    #[error("grid not approved")]
    GridNotApproved,
    /// The structure or cooperation has declared that nothing of its is valued in euros.
    #[error("no valuation")]
    NoValuation,
    /// A valuation grid has no rate for a line.
    #[error("no rate for {kind} on {day}")]
    MissingRate {
        /// The kind of what flowed.
        kind: String,
        /// Its category, activity or skill.
        category: String,
        /// The day of the act.
        day: Day,
    },
    /// A file for the accounts is named by a SIREN, and the structure has none.
    #[error("no SIREN")]
    NoSiren,
    /// Earlier exports contain all that is ready for the accounts.
    #[error("nothing to export")]
    NothingToExport,
    /// A single use that is over.
    #[error("gone")]
    Gone,
    /// The caller's version of the thing is not the present one.
    #[error("stale version")]
    Stale,
    /// A change must name the version it is made on.
    #[error("version needed")]
    VersionNeeded,
    /// The body is larger than this many bytes.
    #[error("body over {0} bytes")]
    BodyTooLarge(usize),
    /// A media type or content encoding we do not read.
    #[error("unsupported media type")]
    MediaType,
    /// The idempotency key came with another request before.
    #[error("idempotency key reused")]
    KeyReused,
    /// Too many attempts; try again after so many seconds.
    #[error("too many attempts")]
    TooMany(u32),
    /// A queue is full, or a deadline passed before anything was done.
    #[error("busy")]
    Busy,
    /// The disk failed while committing: recorded or not, the same key will tell.
    #[error("outcome unknown")]
    OutcomeUnknown,
    /// A fault of ours; the text is for the log only.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// What is said instead when a thing that a request names is not there; every other error stays itself.
    #[must_use]
    pub fn when_missing(self, refusal: Self) -> Self {
        if matches!(self, Self::NotFound) { refusal } else { self }
    }

    /// The same refusal, of fields that lie deeper in the request.
    #[must_use]
    pub fn under(self, pointer: &str) -> Self {
        match self {
            Self::Invalid(fields) => {
                let deeper = |field: FieldError| FieldError { pointer: format!("{pointer}{}", field.pointer), ..field };
                Self::Invalid(fields.into_iter().map(deeper).collect())
            }
            Self::Duplicate(field) => Self::Duplicate(format!("{pointer}{field}")),
            other => other,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The one field that is wrong, if any is: what the tests of rules look at.
    pub(crate) fn wrong(judged: Result<(), Error>) -> Option<FieldError> {
        match judged {
            Ok(()) => None,
            Err(Error::Invalid(fields)) => fields.into_iter().next(),
            Err(Error::Parameter(field)) => Some(field),
            Err(other) => panic!("{other:?}"),
        }
    }
}
