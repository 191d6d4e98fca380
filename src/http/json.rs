//! JSON, read strictly: no member twice, no list where an object is declared, and every refusal names its field.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use crate::error::{Error, FieldError};

/// Reads a body. Where a name is given twice, one reader takes the first value and the next one the last, so
/// neither is taken (RFC 8259, 4).
///
/// # Errors
/// [`Error::Malformed`] for what is no JSON; [`Error::Invalid`] with the member that is there twice.
pub fn read(bytes: &[u8]) -> Result<Value, Error> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let Once(value) = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        if error.inner().is_data() {
            return Error::Invalid(vec![FieldError::from_text(&pointer(error.path()), "twice")]);
        }
        Error::Malformed(error.inner().to_string())
    })?;
    reader.end().map_err(|error| Error::Malformed(error.to_string()))?;
    Ok(value)
}

/// Any JSON, each member once.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(truth.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    /// Read to be refused where it stands: no quantity is a fraction.
    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Once(item)) = list.next_element()? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            if members.contains_key(&name) {
                // Refused as a value, so that the path of the error ends in its name.
                object.next_value_seed(Twice)?;
            }
            let Once(value) = object.next_value()?;
            members.insert(name, value);
        }
        Ok(members.into())
    }
}

/// Takes no value.
struct Twice;

impl<'de> DeserializeSeed<'de> for Twice {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, _reader: D) -> Result<(), D::Error> {
        Err(D::Error::custom("twice"))
    }
}

/// A value as our types read it. What derives its reading would take a list for an object, member by member; here an
/// object is an object, however deep.
struct Strict(Value);

impl<'de> Deserializer<'de> for Strict {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0 {
            Value::Array(items) => {
                let mut items = SeqDeserializer::new(items.into_iter().map(Strict));
                let list = visitor.visit_seq(&mut items)?;
                items.end().map(|()| list)
            }
            Value::Object(members) => {
                let mut members = MapDeserializer::new(members.into_iter().map(|(name, value)| (name, Strict(value))));
                let object = visitor.visit_map(&mut members)?;
                members.end().map(|()| object)
            }
            plain => plain.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if self.0.is_array() {
            return Err(Self::Error::invalid_type(Unexpected::Seq, &"an object"));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_enum(name, words, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

impl IntoDeserializer<'_, serde_json::Error> for Strict {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

/// Turns JSON into a legal value, or names the field that is not.
///
/// # Errors
/// The one field at fault.
pub fn decode<T: DeserializeOwned>(value: Value) -> Result<T, FieldError> {
    serde_path_to_error::deserialize(Strict(value)).map_err(|error| {
        let pointer = pointer(error.path());
        field_error(&pointer, &error.inner().to_string())
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let steps = path.iter().map(|segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    });
    steps.collect()
}

/// serde's own refusals become ours; a [`crate::error::Fault`] is already its own text.
fn field_error(pointer: &str, message: &str) -> FieldError {
    if message.starts_with("unknown field") {
        // The path ends in the unknown field itself.
        FieldError::from_text(pointer, "unknown-field")
    } else if message.starts_with("missing field") {
        let name = message.split('`').nth(1).unwrap_or_default();
        FieldError::from_text(&format!("{pointer}/{name}"), "missing-field")
    } else if message.starts_with("unknown variant") {
        let allowed: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        FieldError::from_text(pointer, &format!("not-one-of|{}", allowed.join(", ")))
    } else if let Some((_, expected)) = message.split_once("expected ").filter(|_| message.starts_with("invalid ")) {
        FieldError::from_text(pointer, wrong_type(expected))
    } else {
        FieldError::from_text(pointer, message)
    }
}

fn wrong_type(expected: &str) -> &'static str {
    match expected {
        // A word of a closed list comes as text; serde would take a map for it, too.
        "a string" | "string or map" => "not-text",
        "a boolean" => "not-boolean",
        "a sequence" => "not-list",
        integer if integer.starts_with(['i', 'u']) => "not-whole-number",
        _ => "not-object",
    }
}
