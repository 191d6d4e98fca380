//! Requests of the story, spoilt so that each is refused in the way it should be.

use axum::http::Method;
use navette::http::limits::{BODY_BYTES_MAX, IMPORT_BYTES_MAX};
use serde_json::json;

use super::{NOTHING, Step, Story};
use crate::ask::Answer;
use crate::world::World;

/// A request of the story, spoilt so that it is answered with this status.
pub(super) async fn refused(world: &World, story: &Story, step: &Step, status: u16) -> Answer {
    let by = step.by.as_ref().unwrap_or(&story.reader);
    // Without its id, which was used: the same request again would get the same answer again.
    let mut step = step.clone();
    step.body.as_object_mut().map(|members| members.remove("id"));
    let (method, path) = (step.method.clone(), step.path.as_str());
    let form = step.template() == "/v1/imports";
    let media = if form { "multipart/form-data; boundary=seam" } else { "application/json" };
    match status {
        400 if method == Method::GET => {
            let separator = if path.contains('?') { '&' } else { '?' };
            world.get(format!("{path}{separator}limit=0")).by(by).await
        }
        304 => world.get(path).by(by).header("if-none-match", "*").await,
        400 => world.raw(method, path, media, "{").by(by).await,
        401 => step.request(world, path, &step.body).await,
        403 => {
            let answer = step.by(world, &story.reader).await;
            if answer.status.as_u16() == 403 {
                return answer;
            }
            // What any account may do is closed to a program only.
            let funder = funder(world, story).await;
            step.request(world, path, &step.body).token(&funder).header("if-match", "*").await
        }
        404 => step.request(world, &nowhere(path), &step.body).by(by).header("if-match", "*").await,
        412 => step.request(world, path, &step.body).by(by).on_version(999).await,
        413 => {
            let bytes = if form { IMPORT_BYTES_MAX } else { BODY_BYTES_MAX } + 1;
            world.raw(method, path, media, vec![b' '; bytes]).by(by).await
        }
        415 => world.raw(method, path, "text/plain", "{}").by(by).await,
        422 => {
            let mut body = step.body.clone();
            body["unknown"] = json!("field");
            step.request(world, path, &body).by(by).header("if-match", "*").await
        }
        428 => step.request(world, path, &step.body).by(by).await,
        _ => panic!("no way to make {method} {path} answer {status}"),
    }
}

/// A service token for the commune's sums, and for nothing else.
async fn funder(world: &World, story: &Story) -> String {
    let commune = &story.village.commune;
    let wish = json!({ "name": "Région", "structure_id": commune.id, "scope": "aggregates", "until": "2026-12-31" });
    let made = world.post("/v1/service-tokens", &wish).by(&commune.manager).await.created();
    made["token"].as_str().unwrap().to_owned()
}

/// The same path with an id, or a word, that names nothing.
fn nowhere(path: &str) -> String {
    if path.starts_with("/problems/") {
        return "/problems/none".to_owned();
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let nothing = |part| if str::len(part) == 36 { NOTHING } else { part };
    let path = path.split('/').map(nothing).collect::<Vec<_>>().join("/");
    let query = query.split('=').map(nothing).collect::<Vec<_>>().join("=");
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
