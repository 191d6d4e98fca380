//! `openapi.yaml` as the tests read it: which operations there are, and whether an answer is one they declare.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex};

use axum::http::{HeaderMap, Method};
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use crate::ask::{Answer, Observation};

/// The file itself.
pub const TEXT: &str = include_str!("../../../openapi.yaml");
const ADDRESS: &str = "https://navette.invalid/openapi.yaml";
/// Headers that say something about an answer: none is sent undeclared.
const TELLING: [&str; 8] = [
    "etag",
    "location",
    "link",
    "idempotency-replayed",
    "ledger-head",
    "retry-after",
    "www-authenticate",
    "x-request-id",
];
const METHODS: [&str; 5] = ["get", "post", "patch", "put", "delete"];

static PROMISE: LazyLock<Promise> = LazyLock::new(Promise::read);

/// The contract, ready to be held against answers.
pub struct Promise {
    document: Value,
    registry: Registry<'static>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Promise {
    /// The one contract.
    pub fn get() -> &'static Self {
        &PROMISE
    }

    fn read() -> Self {
        let document: Value = serde_saphyr::from_str(TEXT).expect("openapi.yaml is YAML");
        let registry = Registry::new().draft(Draft::Draft202012).add(ADDRESS, document.clone()).unwrap();
        Self { document, registry: registry.prepare().unwrap(), validators: Mutex::default() }
    }

    /// The whole document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Every (method, path) declared.
    pub fn operations(&self) -> BTreeSet<(String, String)> {
        let paths = self.document["paths"].as_object().into_iter().flatten();
        paths
            .flat_map(|(path, item)| {
                let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
                methods.map(|method| (method.to_uppercase(), path.clone()))
            })
            .collect()
    }

    /// Every (method, path, status) declared.
    pub fn statuses(&self) -> BTreeSet<Observation> {
        let of_one = |(method, path): (String, String)| {
            let responses = self.at(&operation(&method, &path)).1["responses"].as_object().cloned().unwrap_or_default();
            responses.into_iter().map(move |(status, _)| (method.clone(), path.clone(), status.parse().unwrap()))
        };
        self.operations().into_iter().flat_map(of_one).collect()
    }

    /// True when the operation declares this status.
    pub fn declares(&self, method: &Method, path: &str, status: u16) -> bool {
        let response = format!("{}/responses/{status}", operation(method.as_str(), path));
        self.document.pointer(&response).is_some()
    }

    /// What a pointer names, through its references: where it really stands, and what it is.
    pub fn at(&self, pointer: &str) -> (String, &Value) {
        let mut pointer = pointer.to_owned();
        loop {
            let value = self.document.pointer(&pointer).unwrap_or(&Value::Null);
            match value.get("$ref").and_then(Value::as_str) {
                Some(reference) => pointer = reference.trim_start_matches('#').to_owned(),
                None => return (pointer, value),
            }
        }
    }

    /// Holds an answer against what its operation declares for its status.
    ///
    /// # Errors
    /// What is not as declared, in words.
    pub fn check(&self, method: &Method, path: &str, answer: &Answer) -> Result<(), String> {
        let status = answer.status.as_u16();
        let (response, declared) = self.at(&format!("{}/responses/{status}", operation(method.as_str(), path)));
        if declared.is_null() {
            return Err(format!("{method} {path} does not declare {status}"));
        }
        self.check_headers(&response, &answer.headers)?;
        let media = answer.header("content-type").map(|media| media.split(';').next().unwrap_or_default().trim());
        let Some(content) = declared.get("content").and_then(Value::as_object) else {
            let bare = answer.bytes.is_empty() && media.is_none();
            return if bare { Ok(()) } else { Err(format!("{method} {path} {status} declares no body")) };
        };
        let essence = |declared: &str| declared.split(';').next().map(str::trim) == media;
        let Some(key) = content.keys().find(|key| essence(key)) else {
            return Err(format!("{method} {path} {status} does not declare the media type {media:?}"));
        };
        let schema = format!("{response}/content/{}/schema", escaped(key));
        if key.split(';').next().is_some_and(|essence| essence.ends_with("json")) {
            let body = serde_json::from_slice(&answer.bytes).map_err(|error| format!("no JSON: {error}"))?;
            return self.validate(&schema, &body);
        }
        Ok(())
    }

    /// Holds a request that was accepted against what its operation declares it takes.
    ///
    /// # Errors
    /// What is not as declared, in words.
    pub fn check_request(&self, method: &Method, template: &str, path: &str, body: &[u8]) -> Result<(), String> {
        let operation = operation(method.as_str(), template);
        let item = format!("/paths/{}", escaped(template));
        let mut names = Vec::new();
        for owner in [&item, &operation] {
            let count = self.at(owner).1["parameters"].as_array().map_or(0, Vec::len);
            names.extend((0..count).map(|index| self.at(&format!("{owner}/parameters/{index}")).1["name"].clone()));
        }
        let query = path.split_once('?').map_or("", |(_, query)| query).split('&').filter(|pair| !pair.is_empty());
        for name in query.filter_map(|pair| pair.split('=').next()) {
            if !names.iter().any(|known| known == name) {
                return Err(format!("the parameter {name} is not declared"));
            }
        }
        let content = format!("{operation}/requestBody/content");
        let json =
            ["application~1json", "application~1merge-patch+json"].map(|media| format!("{content}/{media}/schema"));
        match json.iter().find(|schema| self.document.pointer(schema).is_some()) {
            Some(schema) => self.validate(schema, &cleaned(serde_json::from_slice(body).unwrap_or_default())),
            None if body.is_empty() || self.document.pointer(&content).is_some() => Ok(()),
            None => Err("no body is declared".to_owned()),
        }
    }

    fn check_headers(&self, response: &str, headers: &HeaderMap) -> Result<(), String> {
        let declared = self.at(response).1["headers"].as_object().cloned().unwrap_or_default();
        for name in declared.keys() {
            let (pointer, header) = self.at(&format!("{response}/headers/{}", escaped(name)));
            match headers.get(name.to_ascii_lowercase()) {
                Some(value) => {
                    let text = value.to_str().map_err(|_| format!("the header {name} is no text"))?;
                    let number = header["schema"]["type"] == "integer";
                    let value = if number { text.parse::<i64>().map_or(json!(text), Value::from) } else { json!(text) };
                    self.validate(&format!("{pointer}/schema"), &value)
                        .map_err(|wrong| format!("header {name}: {wrong}"))?;
                }
                None if header["required"] == true => return Err(format!("the header {name} is missing")),
                None => {}
            }
        }
        let known = |name: &str| declared.keys().any(|known| known.eq_ignore_ascii_case(name));
        match TELLING.iter().find(|name| headers.contains_key(**name) && !known(name)) {
            Some(name) => Err(format!("the header {name} is not declared")),
            None => Ok(()),
        }
    }

    /// Holds a value against the schema at a pointer.
    ///
    /// # Errors
    /// All that is wrong with it, in words.
    pub fn validate(&self, schema: &str, value: &Value) -> Result<(), String> {
        let validator = {
            let mut validators = self.validators.lock().unwrap();
            let made = || Arc::new(self.validator(schema));
            Arc::clone(validators.entry(schema.to_owned()).or_insert_with(made))
        };
        let wrong: Vec<String> = validator
            .iter_errors(value)
            .map(|error| format!("{} at {:?}", error, error.instance_path().to_string()))
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(format!("{}\nagainst {schema}", wrong.join("\n"))) }
    }

    fn validator(&self, schema: &str) -> Validator {
        let fragment = schema.replace('{', "%7B").replace('}', "%7D");
        let reference = json!({ "$ref": format!("{ADDRESS}#{fragment}") });
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        options.with_registry(&self.registry).build(&reference).unwrap_or_else(|error| panic!("{schema}: {error}"))
    }
}

/// A body as the contract reads it: texts are trimmed, and white space between digits is dropped.
fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) => {
            let digits: String = text.split_whitespace().collect();
            if digits.bytes().all(|byte| byte.is_ascii_digit()) { json!(digits) } else { json!(text.trim()) }
        }
        Value::Array(items) => items.into_iter().map(cleaned).collect(),
        Value::Object(members) => members.into_iter().map(|(name, member)| (name, cleaned(member))).collect(),
        other => other,
    }
}

fn operation(method: &str, path: &str) -> String {
    format!("/paths/{}/{}", escaped(path), method.to_lowercase())
}

/// A member's name as a JSON Pointer says it.
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
