//! The few things that are not the API itself: health, the contract, problem types, the pages for set-up and a new password.

use axum::body::Body;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use crate::error::Error;
use crate::http::frame;
use crate::http::reply::Reply;
use crate::http::words::{Language, PROBLEMS};

const CONTRACT: &str = include_str!("../../openapi.yaml");
const SET_UP_FR: &str = include_str!("setup.fr.html");
const SET_UP_EN: &str = include_str!("setup.en.html");
const RESET_FR: &str = include_str!("reset.fr.html");
const RESET_EN: &str = include_str!("reset.en.html");
const SET_UP_SCRIPT: &str = concat!(include_str!("page.js"), include_str!("setup.js"));
const SET_UP_STYLE: &str = include_str!("setup.css");
const INVITATION_FR: &str = include_str!("invitation.fr.html");
const INVITATION_EN: &str = include_str!("invitation.en.html");
const INVITATION_SCRIPT: &str = concat!(include_str!("page.js"), include_str!("invitation.js"));
const OWN_FR: &str = include_str!("me.fr.html");
const OWN_EN: &str = include_str!("me.en.html");
const OWN_SCRIPT: &str = concat!(include_str!("page.js"), include_str!("me.js"));
const ATTESTATION_FR: &str = include_str!("attestations.fr.html");
const ATTESTATION_EN: &str = include_str!("attestations.en.html");
const ATTESTATION_SCRIPT: &str = concat!(include_str!("page.js"), include_str!("attestations.js"));
const HTML: &str = "text/html; charset=utf-8";

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// `GET /healthz`: the process lives, however busy it is. Whether it can record is for `/readyz` to say.
///
/// # Errors
/// [`Error::Internal`] when the answer cannot be written.
pub async fn health() -> Result<Reply, Error> {
    Reply::ok(&Health { status: "ok" })
}

/// `GET /openapi.yaml`: the contract, byte for byte. It is long and anybody may ask for it, so it is never copied: who
/// asks many times and takes nothing would fill the memory.
pub async fn contract() -> Response {
    let mut response = document("application/yaml", "").into_response();
    *response.body_mut() = Body::from(CONTRACT);
    response.headers_mut().remove(CONTENT_LENGTH);
    response
}

/// `GET /setup`, in French unless the browser prefers English. The secret of its link is in the
/// fragment, which no browser sends and no log keeps; the page's script hands it over.
pub async fn set_up_page(headers: HeaderMap) -> Reply {
    page(&headers, SET_UP_FR, SET_UP_EN)
}

/// `GET /invitation`, in French unless the browser prefers English; its secret is in the fragment, too.
pub async fn invitation_page(headers: HeaderMap) -> Reply {
    page(&headers, INVITATION_FR, INVITATION_EN)
}

/// `GET /invitation.js`
pub async fn invitation_script() -> Reply {
    document("text/javascript; charset=utf-8", INVITATION_SCRIPT)
}

/// `GET /reset`, the same for a link to choose a new password.
pub async fn reset_page(headers: HeaderMap) -> Reply {
    page(&headers, RESET_FR, RESET_EN)
}

/// `GET /setup.js`, of both pages.
pub async fn set_up_script() -> Reply {
    document("text/javascript; charset=utf-8", SET_UP_SCRIPT)
}

/// `GET /setup.css`
pub async fn set_up_style() -> Reply {
    document("text/css; charset=utf-8", SET_UP_STYLE)
}

/// `GET /me`, in French unless the browser prefers English: what is kept about a person, behind their link, whose
/// secret is in the fragment.
pub async fn own_page(headers: HeaderMap) -> Reply {
    page(&headers, OWN_FR, OWN_EN)
}

/// `GET /me.js`
pub async fn own_script() -> Reply {
    document("text/javascript; charset=utf-8", OWN_SCRIPT)
}

/// `GET /attestations`, in French unless the browser prefers English: where whoever holds an attestation has it checked.
/// What a telephone scanned off the paper is in the fragment.
pub async fn attestation_page(headers: HeaderMap) -> Reply {
    page(&headers, ATTESTATION_FR, ATTESTATION_EN)
}

/// `GET /attestations.js`
pub async fn attestation_script() -> Reply {
    document("text/javascript; charset=utf-8", ATTESTATION_SCRIPT)
}

fn page(headers: &HeaderMap, french: &str, english: &str) -> Reply {
    match frame::page_language(headers) {
        Language::Fr => document(HTML, french),
        Language::En => document(HTML, english),
    }
}

fn document(media: &'static str, text: &str) -> Reply {
    Reply::document(media, text.as_bytes().to_vec())
}

/// `GET /problems/{slug}`: what a type of problem means, in English and French.
///
/// # Errors
/// [`Error::NotFound`] for a type there is not.
pub async fn problem(slug: Result<Path<String>, PathRejection>) -> Result<Reply, Error> {
    let Ok(Path(slug)) = slug else { return Err(Error::NotFound) };
    let found = PROBLEMS.iter().find(|(code, ..)| *code == slug);
    let (code, english, french) = found.ok_or(Error::NotFound)?;
    Ok(document(HTML, &problem_page(code, *english, *french)))
}

fn problem_page(code: &str, english: [&str; 2], french: [&str; 2]) -> String {
    // An answer fills the gap in its sentence; a page about all of them leaves it out.
    let escaped = |text: &str| escape(&text.replace(" : {0}", "").replace(": {0}", "").replace("{0}", "…"));
    format!(
        include_str!("problem.html"),
        code = escape(code),
        title = escaped(english[0]),
        detail = escaped(english[1]),
        title_fr = escaped(french[0]),
        detail_fr = escaped(french[1]),
    )
}

/// Text as HTML shows it, in content and in attributes.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}
