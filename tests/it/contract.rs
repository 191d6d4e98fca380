//! The contract: `openapi.yaml` is the promise, and every answer that a test sees is held against it.

pub mod promise;

use axum::http::Method;

use crate::ask::{Answer, Observation};
use promise::Promise;

/// Statuses any operation may answer without declaring them: a wrong method, a fault of ours, a busy server.
const UNDECLARED: [u16; 3] = [405, 500, 503];

/// Holds an answer against the contract; what answered it, if it was an operation.
///
/// # Panics
/// When the answer is not what the contract says.
pub fn check(method: &Method, path: &str, answer: &Answer) -> Option<Observation> {
    let template = route(method, path)?;
    let status = answer.status.as_u16();
    if !UNDECLARED.contains(&status)
        && let Err(breach) = Promise::get().check(method, template, answer)
    {
        panic!("breach of contract: {breach}\n{answer}");
    }
    Some((method.to_string(), template.to_owned(), status))
}

/// The path in the route table that takes this request: the most literal one.
fn route(method: &Method, path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let takes = |template: &str| {
        let (ours, theirs): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        let pairs = || ours.iter().zip(&theirs);
        ours.len() == theirs.len() && pairs().all(|(ours, theirs)| ours == theirs || ours.starts_with('{') && !theirs.is_empty())
    };
    let table = navette::http::table();
    let found = table.iter().filter(|(known, template, _)| known == method && takes(template));
    found.map(|(_, template, _)| *template).min_by_key(|template| template.matches('{').count())
}
