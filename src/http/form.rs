//! In which form a document is asked for: by the extension of its address, else by `Accept` (RFC 9110 section 12.5.1).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

use super::frame;
use super::words::Language;
use crate::error::Error;
use crate::export::Format;
use crate::export::csv::Dialect;

/// What is asked for, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form<'a> {
    /// The name without its extension.
    pub name: &'a str,
    /// How it is to be written.
    pub format: Format,
    /// In which language, where words are in it: pages are in French unless the browser prefers English.
    pub language: Language,
}

/// Reads the last part of an address and the headers; JSON when neither says anything.
///
/// # Errors
/// [`Error::NotFound`] for an extension that names no format.
pub fn asked<'a>(name: &'a str, headers: &HeaderMap) -> Result<Form<'a>, Error> {
    let (name, extension) = name.split_once('.').map_or((name, None), |(name, extension)| (name, Some(extension)));
    let dialect = Dialect::of(frame::language(headers));
    let format = match extension {
        None => accepted(headers, dialect),
        Some("json") => Format::Json,
        Some("csv") => Format::Csv(dialect),
        Some("xlsx") => Format::Xlsx,
        Some("html") => Format::Html,
        Some(_) => return Err(Error::NotFound),
    };
    let language = if format == Format::Html { frame::page_language(headers) } else { frame::language(headers) };
    Ok(Form { name, format, language })
}

/// The format that the client likes best, of those it names; the first of several.
fn accepted(headers: &HeaderMap, dialect: Dialect) -> Format {
    let ranges =
        headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let mut best = (0, Format::Json);
    for range in ranges {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, thousandths);
        let known = [Format::Json, Format::Csv(dialect), Format::Xlsx, Format::Html];
        let named = |format: &Format| format.media().split(';').next() == Some(media.as_str());
        if let Some(format) = known.into_iter().find(named)
            && quality > best.0
        {
            best = (quality, format);
        }
    }
    best.1
}

/// `0.8` as 800; what is no quality counts as 1.
fn thousandths(quality: &str) -> u16 {
    let (whole, part) = quality.split_once('.').unwrap_or((quality, ""));
    let digits = format!("{whole}{part:0<3}");
    digits.parse().ok().filter(|number| *number <= 1000 && part.len() <= 3).unwrap_or(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(accept: &'static str) -> Format {
        let headers = HeaderMap::from_iter([(ACCEPT, axum::http::HeaderValue::from_static(accept))]);
        asked("2026", &headers).unwrap().format
    }

    #[test]
    fn the_extension_decides_then_what_is_accepted() {
        let plain = Format::Csv(Dialect::Plain);
        let headers = HeaderMap::from_iter([(ACCEPT, axum::http::HeaderValue::from_static("text/html"))]);
        let form = asked("2026.csv", &headers).unwrap();
        assert_eq!((form.name, form.format, form.language), ("2026", plain, Language::En));
        assert!(asked("2026.exe", &headers).is_err());
        assert_eq!(asked("2026", &HeaderMap::new()).unwrap().format, Format::Json);
        assert_eq!(format("*/*"), Format::Json);
        assert_eq!(format("text/html,application/xhtml+xml,*/*;q=0.8"), Format::Html, "a browser");
        assert_eq!(format("application/json;q=0.5, text/csv"), plain);
        assert_eq!(format("text/csv;q=0"), Format::Json, "which refuses it");
    }
}
