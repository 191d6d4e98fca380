//! The mapping a person writes (TOML or JSON): which column of their file is which field of our records.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use unicode_normalization::UnicodeNormalization;

use super::cells::{BareNumber, DayOrder};

/// What each row of the file records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Records {
    /// A person known to a structure.
    People,
    /// A structure.
    Structures,
    /// A thing or a place that a structure makes available.
    Equipment,
    /// A loan.
    Loans,
    /// Volunteer hours.
    Hours,
    /// A skill session, or one participant of it.
    Sessions,
}

impl Records {
    /// The word for it in a mapping.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Structures => "structures",
            Self::Equipment => "equipment",
            Self::Loans => "loans",
            Self::Hours => "hours",
            Self::Sessions => "sessions",
        }
    }

    /// The fields it may have. `key` is a row's own identity in the file it comes from.
    #[must_use]
    #[rustfmt::skip]
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::People => &["key", "structure", "name", "pseudonym", "note"],
            Self::Structures => &[
                "key", "name", "kind", "legal_category", "siren", "siret", "rna", "register_name", "register_number",
                "commune", "email", "phone", "address", "member_of",
            ],
            Self::Equipment => &[
                "key", "structure", "name", "category", "nature", "quantity", "identifier", "place", "note",
            ],
            Self::Loans => &[
                "key", "giver", "receiver", "giver_member_of", "receiver_member_of", "cooperation", "equipment",
                "category", "nature", "quantity", "from", "until", "note",
            ],
            Self::Hours => &[
                "key", "giver", "receiver", "giver_member_of", "receiver_member_of", "cooperation", "person",
                "head_count", "day", "minutes", "activity", "provenance", "provenance_rule", "note",
            ],
            Self::Sessions => &[
                "key", "giver", "giver_member_of", "receiver", "receiver_member_of", "cooperation", "taught_by",
                "skill", "day", "minutes", "participants", "provenance", "provenance_rule", "note",
            ],
        }
    }

    /// The fields it needs: of each group, one at least.
    #[must_use]
    pub fn required(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::People => &[&["structure"], &["name"]],
            Self::Structures => &[&["name"]],
            Self::Equipment => &[&["structure"], &["name"], &["category"]],
            Self::Loans => &[&["giver"], &["receiver"], &["from"], &["equipment", "category"]],
            Self::Hours => &[&["day"], &["minutes"], &["activity"], &["receiver", "cooperation"]],
            Self::Sessions => &[&["giver"], &["skill"], &["day"]],
        }
    }
}

/// What may be created when a row names something that nobody recorded before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Creatable {
    /// Structures.
    Structures,
    /// Cooperations.
    Cooperations,
    /// People.
    People,
    /// Equipment.
    Equipment,
    /// Memberships of the giver and the receiver in the cooperation.
    Memberships,
}

/// Why a mapping cannot be used, in plain words; what the field is comes first in each variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Neither the TOML nor the JSON of a mapping; what its parser says.
    #[error("the mapping cannot be read: {0}")]
    Unreadable(String),
    /// Not one of the separators.
    #[error("`delimiter` is {0:?}; it can be \";\", \",\", \"|\" or a tab (\"\\t\")")]
    Delimiter(String),
    /// Rows grouped where only skill sessions can be.
    #[error("`group` is for sessions only; `records` is {word:?}", word = .0.word())]
    Group(Records),
    /// A field given twice.
    #[error("the field `{0}` is given twice")]
    FieldTwice(&'static str),
    /// A field that these records do not have.
    #[error("there is no field `{0}` for {word}; there are {all}", word = .1.word(), all = join(.1.fields(), ", "))]
    UnknownField(String, Records),
    /// Neither a heading nor a value.
    #[error("the field `{0}` is neither the heading of a column nor {{ value = … }} with a text or whole number")]
    UnclearField(&'static str),
    /// An empty heading or value.
    #[error("the field `{0}` has an empty heading or value")]
    BlankField(&'static str),
    /// A field that these records need, or those of which they need one.
    #[error("the field {names} is needed for {word}", names = join(.0, " or "), word = .1.word())]
    MissingField(&'static [&'static str], Records),
    /// No column has the field's heading; those that the file has.
    #[error("the field `{0}` is in the column {1:?}, which the file does not have; it has {all}", all = quoted(.2))]
    MissingHeading(&'static str, String, Vec<String>),
    /// Several columns have the field's heading.
    #[error("the field `{0}` is in the column {1:?}, which the file has more than once")]
    HeadingTwice(&'static str, String),
}

impl MappingError {
    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(..) => "mapping-unreadable",
            Self::Delimiter(..) => "mapping-delimiter",
            Self::Group(..) => "mapping-group",
            Self::FieldTwice(..) => "mapping-field-twice",
            Self::UnknownField(..) => "mapping-unknown-field",
            Self::UnclearField(..) => "mapping-unclear-field",
            Self::BlankField(..) => "mapping-blank-field",
            Self::MissingField(..) => "mapping-missing-field",
            Self::MissingHeading(..) => "mapping-missing-heading",
            Self::HeadingTwice(..) => "mapping-heading-twice",
        }
    }
}

/// A mapping that makes sense; whether it fits a file, [`Mapping::bind`] tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// What each row records.
    pub records: Records,
    /// What may be created when a row names something unknown.
    pub create: Vec<Creatable>,
    /// What separates the columns; none: look at the heading line.
    pub delimiter: Option<u8>,
    /// The unit of a duration that has none.
    pub bare_number: BareNumber,
    /// Which of day and month comes first.
    pub day_order: DayOrder,
    /// Whether rows that share giver, day, skill and cooperation are one session.
    pub group: bool,
    fields: Fields,
}

impl Mapping {
    /// Reads a mapping: JSON if it starts with `{`, else TOML.
    ///
    /// # Errors
    /// A [`MappingError`] that says what to change.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let text = text.trim_start_matches('\u{feff}');
        let written: Written = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| MappingError::Unreadable(error.to_string()))?
        } else {
            toml::from_str(text).map_err(|error| MappingError::Unreadable(with_line(text, &error)))?
        };
        let Written { records, create, delimiter, bare_number, day_order, group, fields } = written;
        if group && records != Records::Sessions {
            return Err(MappingError::Group(records));
        }
        let delimiter = delimiter.map(separator).transpose()?;
        let fields = known(records, fields.0)?;
        Ok(Self { records, create, delimiter, bare_number, day_order, group, fields })
    }

    /// Finds the columns in the heading line of a file. Headings are compared in one Unicode form (NFC),
    /// without the spaces around them; columns that no field reads may be headed as they like.
    ///
    /// # Errors
    /// A [`MappingError`] if a heading is not there, or there more than once.
    pub fn bind(&self, headings: &csv::StringRecord) -> Result<Bound, MappingError> {
        let present: Vec<String> = headings.iter().map(same_form).collect();
        let mut places = BTreeMap::new();
        for (&field, source) in &self.fields {
            let place = match source {
                Source::Value(value) => Place::Value(value.clone()),
                Source::Heading(heading) => Place::Column(column(field, heading, &present)?),
            };
            places.insert(field, place);
        }
        Ok(Bound { places })
    }
}

/// A mapping that fits a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    places: BTreeMap<&'static str, Place>,
}

impl Bound {
    /// True when the mapping has this field.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.places.contains_key(field)
    }

    /// What a row says for a field, without the spaces around it. None if it says nothing, or if the
    /// mapping leaves the field out.
    #[must_use]
    pub fn get<'a>(&'a self, row: &'a csv::StringRecord, field: &str) -> Option<&'a str> {
        let text = match self.places.get(field)? {
            Place::Value(value) => value,
            Place::Column(index) => row.get(*index)?.trim(),
        };
        (!text.is_empty()).then_some(text)
    }
}

/// Each field, and where it is found.
type Fields = BTreeMap<&'static str, Source>;

/// Where a field is found, in the words of the mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Heading(String),
    Value(String),
}

/// Where a field is found in the rows of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Column(usize),
    Value(String),
}

/// The mapping as written, before anything is known to make sense.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    records: Records,
    #[serde(default)]
    create: Vec<Creatable>,
    delimiter: Option<String>,
    #[serde(default)]
    bare_number: BareNumber,
    #[serde(default)]
    day_order: DayOrder,
    #[serde(default)]
    group: bool,
    fields: WrittenFields,
}

/// One field as written. What is neither is kept, so that the error can name the field.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenField {
    Heading(String),
    Constant(Constant),
    Unclear(IgnoredAny),
}

/// `{ value = … }`. An enum, because serde would read a struct from a list as well.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Constant {
    Value(Scalar),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(i64),
    Flag(bool),
}

/// The fields in the order written, repeated ones too: a map would keep the last in silence.
struct WrittenFields(Vec<(String, WrittenField)>);

impl<'de> Deserialize<'de> for WrittenFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WrittenFieldsVisitor)
    }
}

struct WrittenFieldsVisitor;

impl<'de> Visitor<'de> for WrittenFieldsVisitor {
    type Value = WrittenFields;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a table of fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WrittenFields, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(WrittenFields(fields))
    }
}

/// The fields, each known to these records and given once, none missing.
fn known(records: Records, written: Vec<(String, WrittenField)>) -> Result<Fields, MappingError> {
    let mut fields = Fields::new();
    for (name, field) in written {
        let Some(name) = records.fields().iter().find(|known| **known == name) else {
            return Err(MappingError::UnknownField(name, records));
        };
        if fields.insert(name, source(name, field)?).is_some() {
            return Err(MappingError::FieldTwice(name));
        }
    }
    match records.required().iter().find(|group| !group.iter().any(|field| fields.contains_key(field))) {
        Some(group) => Err(MappingError::MissingField(group, records)),
        None => Ok(fields),
    }
}

/// A heading or a value that is not empty.
fn source(name: &'static str, field: WrittenField) -> Result<Source, MappingError> {
    let source = match field {
        WrittenField::Heading(heading) => Source::Heading(same_form(&heading)),
        WrittenField::Constant(Constant::Value(Scalar::Text(text))) => Source::Value(text.trim().to_owned()),
        WrittenField::Constant(Constant::Value(Scalar::Number(number))) => Source::Value(number.to_string()),
        WrittenField::Constant(Constant::Value(Scalar::Flag(flag))) => Source::Value(flag.to_string()),
        WrittenField::Unclear(_) => return Err(MappingError::UnclearField(name)),
    };
    match &source {
        Source::Heading(text) | Source::Value(text) if text.is_empty() => Err(MappingError::BlankField(name)),
        _ => Ok(source),
    }
}

/// The one column under this heading.
fn column(field: &'static str, heading: &str, present: &[String]) -> Result<usize, MappingError> {
    let mut found = present.iter().enumerate().filter(|(_, text)| *text == heading).map(|(index, _)| index);
    match (found.next(), found.next()) {
        (Some(index), None) => Ok(index),
        (Some(_), Some(_)) => Err(MappingError::HeadingTwice(field, heading.to_owned())),
        (None, _) => Err(MappingError::MissingHeading(field, heading.to_owned(), present.to_vec())),
    }
}

/// A separator that we know.
fn separator(text: String) -> Result<u8, MappingError> {
    match text.as_bytes() {
        [byte @ (b';' | b',' | b'|' | b'\t')] => Ok(*byte),
        _ => Err(MappingError::Delimiter(text)),
    }
}

/// A text in NFC, without the spaces around it.
fn same_form(text: &str) -> String {
    text.trim().nfc().collect()
}

/// What the TOML parser says, and on which line.
fn with_line(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    match before {
        Some(before) => format!("{} at line {}", error.message(), before.matches('\n').count() + 1),
        None => error.message().to_owned(),
    }
}

/// `a`, `b` and so on, as people list names.
fn join(names: &[&str], between: &str) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(between)
}

/// "a", "b"
fn quoted(texts: &[String]) -> String {
    if texts.is_empty() {
        return "none".to_owned();
    }
    texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use csv::StringRecord;

    use super::*;

    const LIBRARIES: &str = r#"
        records = "loans"
        create = ["structures", "cooperations"]
        delimiter = ";"
        bare_number = "minutes"
        day_order = "month-first"

        [fields]
        giver = "from_library"
        receiver = "to_library"
        cooperation = { value = " LibrariesWest " }
        giver_member_of = "from_authority"
        category = "item_type"
        from = "date_transited"
        until = "date_transited"
        quantity = { value = 1 }
    "#;

    const TRANSITS: [&str; 6] =
        ["date_transited", "item_type", "from_library", "from_authority", "to_library", "to_authority"];

    fn row(cells: &[&str]) -> StringRecord {
        StringRecord::from(cells)
    }

    fn refused(text: &str) -> (&'static str, String) {
        let error = Mapping::parse(text).unwrap_err();
        (error.code(), error.to_string())
    }

    #[test]
    fn a_row_is_read_through_the_headings_of_its_own_file() {
        let mapping = Mapping::parse(LIBRARIES).unwrap();
        let bound = mapping.bind(&row(&TRANSITS)).unwrap();
        let loan = row(&["2017-12-21", "Adult Fiction", " Paulton Library\u{a0}", "  ", "Midsomer Norton Library"]);
        let table = [
            ("giver", Some("Paulton Library")),
            ("receiver", Some("Midsomer Norton Library")),
            ("cooperation", Some("LibrariesWest")),
            ("giver_member_of", None),
            ("category", Some("Adult Fiction")),
            ("from", Some("2017-12-21")),
            ("until", Some("2017-12-21")),
            ("quantity", Some("1")),
            ("receiver_member_of", None),
            ("note", None),
            ("no such field", None),
        ];
        for (field, expected) in table {
            assert_eq!(bound.get(&loan, field), expected, "{field}");
        }
        assert_eq!(bound.get(&row(&["2017-12-21"]), "giver"), None, "a row may be cut short");
    }

    #[test]
    fn the_settings_are_those_written_or_the_careful_ones() {
        let mapping = Mapping::parse(LIBRARIES).unwrap();
        assert_eq!(mapping.records, Records::Loans);
        assert_eq!(mapping.create, [Creatable::Structures, Creatable::Cooperations]);
        assert_eq!(mapping.delimiter, Some(b';'));
        assert_eq!(mapping.bare_number, BareNumber::Minutes);
        assert_eq!(mapping.day_order, DayOrder::MonthFirst);
        assert!(!mapping.group);

        let mapping = Mapping::parse("records = \"structures\"\nfields.name = \"nom\"").unwrap();
        assert_eq!(mapping.create, []);
        assert_eq!(mapping.delimiter, None);
        assert_eq!(mapping.bare_number, BareNumber::Refused);
        assert_eq!(mapping.day_order, DayOrder::DayFirst);
        assert!(!mapping.group);
    }

    #[test]
    fn json_says_the_same_as_toml() {
        let toml = r#"
            records = "sessions"
            delimiter = "\t"
            group = true
            [fields]
            giver = "Prêteur"
            skill = "Compétence"
            day = "Date"
            participants = { value = 6 }
            note = { value = true }
        "#;
        let json = r#"
            { "records": "sessions", "delimiter": "\t", "group": true, "fields": {
                "giver": "Prêteur", "skill": "Compétence", "day": "Date",
                "participants": { "value": 6 }, "note": { "value": true } } }
        "#;
        let mapping = Mapping::parse(toml).unwrap();
        assert_eq!(Mapping::parse(json).unwrap(), mapping);
        assert_eq!(Mapping::parse(&format!("\u{feff}{json}")).unwrap(), mapping);
        assert_eq!(Mapping::parse(&format!("\u{feff}{toml}")).unwrap(), mapping);
        let bound = mapping.bind(&row(&["Date", "Prêteur", "Compétence"])).unwrap();
        assert_eq!(bound.get(&row(&[]), "participants"), Some("6"));
        assert_eq!(bound.get(&row(&[]), "note"), Some("true"));
    }

    #[test]
    fn a_mapping_that_could_mislead_is_refused_in_words() {
        let table = [
            ("records = \"gifts\"\n[fields]", "mapping-unreadable", "unknown variant `gifts`"),
            ("records = \"loans\"", "mapping-unreadable", "missing field `fields`"),
            ("[fields]", "mapping-unreadable", "missing field `records`"),
            ("", "mapping-unreadable", "missing field"),
            ("{", "mapping-unreadable", "line 1"),
            ("records = \"loans\"\n\nfields = ", "mapping-unreadable", "at line 3"),
            ("records = \"people\"\nfield.name = \"a\"", "mapping-unreadable", "unknown field `field`"),
            ("records = \"people\"\nfields = \"a\"", "mapping-unreadable", "a table of fields"),
            ("records = \"people\"\ncreate = [\"money\"]\n[fields]", "mapping-unreadable", "unknown variant `money`"),
            ("records = \"people\"\nday_order = \"ymd\"\n[fields]", "mapping-unreadable", "unknown variant `ymd`"),
            ("records = \"people\"\nbare_number = \"days\"\n[fields]", "mapping-unreadable", "`hours`"),
            ("records = \"people\"\nfields.name = \"a\"\nfields.name = \"b\"", "mapping-unreadable", "duplicate key"),
            ("records = \"people\"\ndelimiter = \"\"\n[fields]", "mapping-delimiter", "`delimiter` is \"\""),
            ("records = \"people\"\ndelimiter = \";;\"\n[fields]", "mapping-delimiter", "`delimiter` is \";;\""),
            ("records = \"people\"\ndelimiter = \"é\"\n[fields]", "mapping-delimiter", "a tab (\"\\t\")"),
            ("records = \"hours\"\ngroup = true\n[fields]", "mapping-group", "`records` is \"hours\""),
            (
                "{\"records\": \"people\", \"fields\": {\"name\": \"a\", \"name\": \"b\"}}",
                "mapping-field-twice",
                "the field `name` is given twice",
            ),
            (
                "records = \"people\"\nfields.nom = \"a\"",
                "mapping-unknown-field",
                "there is no field `nom` for people; there are `key`, `structure`, `name`, `pseudonym`, `note`",
            ),
            ("records = \"people\"\nfields.Name = \"a\"", "mapping-unknown-field", "`Name`"),
            ("records = \"people\"\nfields.minutes = \"a\"", "mapping-unknown-field", "`minutes`"),
            ("records = \"people\"\nfields.name = 3", "mapping-unclear-field", "`name`"),
            ("records = \"people\"\nfields.name = [\"a\"]", "mapping-unclear-field", "`name`"),
            ("records = \"people\"\nfields.name = { valeur = \"a\" }", "mapping-unclear-field", "`name`"),
            ("records = \"people\"\nfields.name = { value = 1.5 }", "mapping-unclear-field", "`name`"),
            ("records = \"people\"\nfields.name = { value = 2026-05-01 }", "mapping-unclear-field", "`name`"),
            ("records = \"people\"\nfields.name = { value = \"a\", x = 1 }", "mapping-unclear-field", "`name`"),
            ("{\"records\": \"people\", \"fields\": {\"name\": null}}", "mapping-unclear-field", "`name`"),
            (
                "{\"records\": \"people\", \"fields\": {\"name\": {\"value\": \"a\", \"value\": \"b\"}}}",
                "mapping-unclear-field",
                "`name`",
            ),
            (
                "{\"records\": \"people\", \"records\": \"hours\", \"fields\": {}}",
                "mapping-unreadable",
                "duplicate field",
            ),
            ("records = \"people\"\nfields.name = \" \"", "mapping-blank-field", "`name`"),
            ("records = \"people\"\nfields.name = { value = \" \" }", "mapping-blank-field", "`name`"),
        ];
        for (text, code, words) in table {
            let (found, message) = refused(text);
            assert_eq!(found, code, "{text}: {message}");
            assert!(message.contains(words), "{text}: {message}");
            assert!(!message.contains('\n'), "{text}: {message}");
        }
    }

    #[test]
    fn records_need_what_makes_them_records() {
        let table: &[(&str, &str, Option<&str>)] = &[
            ("people", "structure name", None),
            ("people", "name", Some("the field `structure` is needed for people")),
            ("people", "structure", Some("`name`")),
            ("structures", "name", None),
            ("structures", "siren", Some("`name`")),
            ("equipment", "structure name category", None),
            ("equipment", "structure name", Some("`category`")),
            ("loans", "giver receiver from until equipment", None),
            ("loans", "giver receiver from until category", None),
            ("loans", "giver receiver from until", Some("the field `equipment` or `category` is needed for loans")),
            ("loans", "giver from until category", Some("`receiver`")),
            ("loans", "giver receiver until category", Some("`from`")),
            ("loans", "giver receiver from category", None),
            ("hours", "day minutes activity receiver", None),
            ("hours", "day minutes activity cooperation", None),
            ("hours", "day minutes activity", Some("`receiver` or `cooperation`")),
            ("hours", "day activity receiver", Some("`minutes`")),
            ("sessions", "giver skill day", None),
            ("sessions", "giver skill", Some("`day`")),
            ("sessions", "giver day", Some("`skill`")),
            ("sessions", "", Some("`giver`")),
        ];
        for (records, fields, missing) in table {
            let lines: Vec<String> = fields.split_whitespace().map(|field| format!("{field} = \"x\"")).collect();
            let text = format!("records = \"{records}\"\n[fields]\n{}", lines.join("\n"));
            match missing {
                None => assert!(Mapping::parse(&text).is_ok(), "{text}"),
                Some(words) => {
                    let (code, message) = refused(&text);
                    assert_eq!(code, "mapping-missing-field", "{text}");
                    assert!(message.contains(words), "{text}: {message}");
                }
            }
        }
    }

    #[test]
    fn every_field_of_every_kind_can_be_mapped() {
        use Records::{Equipment, Hours, Loans, People, Sessions, Structures};
        for records in [People, Structures, Equipment, Loans, Hours, Sessions] {
            let lines: Vec<String> = records.fields().iter().map(|field| format!("{field} = \"à {field}\"")).collect();
            let text = format!("records = \"{}\"\n[fields]\n{}", records.word(), lines.join("\n"));
            let headings: Vec<String> = records.fields().iter().map(|field| format!("à {field}")).collect();
            let bound = Mapping::parse(&text).unwrap().bind(&StringRecord::from(headings)).unwrap();
            let cells = row(records.fields());
            for field in records.fields() {
                assert_eq!(bound.get(&cells, field), Some(*field), "{text}");
            }
            assert!(
                records.required().iter().flat_map(|group| group.iter()).all(|field| records.fields().contains(field))
            );
        }
    }

    #[test]
    fn a_heading_is_found_once_however_its_accents_are_encoded() {
        let mapping =
            Mapping::parse("records = \"structures\"\nfields.name = \" Prêteur\"\nfields.siren = \"SIREN\"").unwrap();
        let table: &[(&[&str], &str)] = &[
            (&["Prêteur", "SIREN"], "ok"),
            (&["SIREN", "\u{a0}Pre\u{302}teur "], "ok"),
            (&["Prêteur", "", "", "SIREN", "note", "note"], "ok"),
            (
                &["Preteur", "SIREN"],
                "the field `name` is in the column \"Prêteur\", which the file does not have; it has \"Preteur\", \"SIREN\"",
            ),
            (
                &["prêteur", "SIREN"],
                "the field `name` is in the column \"Prêteur\", which the file does not have; it has \"prêteur\", \"SIREN\"",
            ),
            (
                &["Prêteur", "Pre\u{302}teur", "SIREN"],
                "the field `name` is in the column \"Prêteur\", which the file has more than once",
            ),
            (
                &["Prêteur"],
                "the field `siren` is in the column \"SIREN\", which the file does not have; it has \"Prêteur\"",
            ),
        ];
        for (headings, expected) in table {
            let found = mapping.bind(&row(headings)).map_or_else(|error| error.to_string(), |_| "ok".to_owned());
            assert_eq!(found, *expected, "{headings:?}");
        }
        assert_eq!(mapping.bind(&row(&[])).unwrap_err().code(), "mapping-missing-heading");
        assert_eq!(mapping.bind(&row(&["Prêteur", "Prêteur", "SIREN"])).unwrap_err().code(), "mapping-heading-twice");
    }
}
