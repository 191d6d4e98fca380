//! Pictures: drawn on the server, the same bytes for everybody, readable by whoever sees them and whoever does not.

mod bytes;
mod crowd;
mod drawing;
mod figures;
mod readers;

use serde_json::json;

use crate::deeds::{given, lent, with};
use crate::world::{Caller, TODAY, Village, World};

/// The village after a busy winter, with a line that is contested and a loan whose days nobody noted.
pub struct Winter {
    /// Its world.
    pub world: World,
    /// Its structures.
    pub village: Village,
}

impl Winter {
    /// The winter, told once more.
    pub async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        let (commune, jardins, cuma) = (&village.commune, &village.association, &village.cuma);
        let here = json!({ "cooperation_id": village.cooperation });
        let hours = async |by: &Caller, wish| world.hours_line(by, &with(&wish, &here)).await;
        hours(&jardins.manager, given(jardins, commune, "2026-01-10", 600)).await;
        hours(&jardins.manager, given(jardins, commune, "2026-02-07", 90)).await;
        hours(&cuma.manager, given(cuma, jardins, "2026-02-14", 45)).await;
        let wrong = hours(&cuma.manager, given(cuma, commune, TODAY, 1_439)).await;
        world.word(&wrong, "contest", &json!({ "reason": "Jamais vu." })).by(&commune.manager).await.ok();
        let alone = json!({ "receiver_id": commune.id, "day": TODAY, "minutes": 120, "activity": "Fauche" });
        hours(&commune.manager, alone).await;
        for (from, until) in [("2026-01-28", Some("2026-02-03")), ("2026-03-01", None)] {
            let loan = with(&lent(cuma, commune, from, until), &here);
            world.post("/v1/loans", &loan).by(&cuma.manager).await.created();
        }
        let session = json!({ "giver_id": cuma.id, "skill": "Affûtage", "taught_by": "staff", "day": TODAY,
                              "minutes": 90, "cooperation_id": village.cooperation,
                              "receivers": [{ "structure_id": jardins.id, "participants": 2 }, { "participants": 1 }] });
        world.post("/v1/skill-sessions", &session).by(&cuma.manager).await.created();
        Self { world, village }
    }

    /// One of the cooperation's pictures, in French, with this query.
    pub async fn picture(&self, picture: &str, query: &str) -> String {
        let path = format!("/v1/cooperations/{}/pictures/{picture}.svg?{query}", self.village.cooperation);
        self.world.get(path).by(&self.village.commune.manager).in_french().await.is(200).text()
    }

    /// The page with all three, in French, with this query.
    pub async fn page(&self, query: &str) -> String {
        let path = format!("/v1/cooperations/{}/pictures?{query}", self.village.cooperation);
        self.world.get(path).by(&self.village.commune.manager).in_french().await.is(200).text()
    }
}

/// The three pictures.
pub const PICTURES: [&str; 3] = ["flows", "network", "months"];

/// Asserts that a text holds each of these.
#[track_caller]
pub fn shows(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

/// The value of an attribute in a tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split_once('"').map(|(value, _)| value)
}

/// Asserts that a picture is well-formed XML, and names nothing outside itself.
#[track_caller]
pub fn is_sound(svg: &str) {
    let mut open = Vec::new();
    for piece in svg.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or_else(|| panic!("a tag does not end: {piece}"));
        assert!(!text.contains('>') && !text.contains(['\u{fffe}', '\u{ffff}']), "{text}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "in {svg}");
        } else {
            assert!(tag.matches('"').count().is_multiple_of(2), "{tag}");
            open.push(tag.split(' ').next().unwrap());
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "), "{svg}");
    for outside in
        ["<script", "<style", " style=", "href", "<image", " onload", "<foreignObject", "@import", "url(http"]
    {
        assert!(!svg.to_lowercase().contains(&outside.to_lowercase()), "{outside} in {svg}");
    }
    let entities = svg.split('&').skip(1).map(|rest| rest.split(';').next().unwrap());
    entities.for_each(|name| assert!(["amp", "lt", "gt", "quot"].contains(&name), "&{name};"));
}

/// Where a text of a picture stands: left, top, right, foot, in hundredths.
type Box = [i64; 4];

/// The texts of a picture and where each stands, as wide as they are at most.
pub fn texts(svg: &str) -> Vec<(String, Box)> {
    let hundredths = |text: &str| {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let part: i64 = format!("{part:0<2}").parse().unwrap();
        whole.parse::<i64>().unwrap() * 100 + if whole.starts_with('-') { -part } else { part }
    };
    let found = svg.split("<text ").skip(1).map(|rest| {
        let (tag, said) = rest.split_once("</text>").unwrap().0.split_once('>').unwrap();
        let number = |name| hundredths(attribute(&format!(" {tag}"), name).unwrap());
        let said = said.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        let (x, y, size) = (number("x"), number("y"), number("font-size"));
        let wide = navette::picture::plane::width(&said, size);
        let left = match attribute(&format!(" {tag}"), "text-anchor") {
            Some("end") => x - wide,
            Some("middle") => x - wide / 2,
            _ => x,
        };
        (said, [left, y - size * 72 / 100, left + wide, y])
    });
    found.collect()
}

/// Asserts that all texts stand inside the picture and none on another.
#[track_caller]
pub fn is_legible(svg: &str) {
    let edges: Vec<&str> = attribute(svg, "viewBox").unwrap().split(' ').collect();
    let [_, _, width, height] = edges[..] else { panic!("{edges:?}") };
    let inside = |text: &str| text.split('.').next().unwrap().parse::<i64>().unwrap() * 100 + 100;
    let (width, height) = (inside(width), inside(height));
    let texts = texts(svg);
    for (number, (said, [left, top, right, foot])) in texts.iter().enumerate() {
        assert!(
            *left >= 0 && *top >= 0 && *right <= width && *foot <= height,
            "{said} stands outside, at {left} {top} {right} {foot}"
        );
        for (other, [l, t, r, f]) in &texts[number + 1..] {
            let apart = right <= l || r <= left || foot <= t || f <= top;
            assert!(apart, "{said} {:?} stands on {other} {:?}", [left, top, right, foot], [l, t, r, f]);
        }
    }
}
