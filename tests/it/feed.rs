//! Feeds: whoever has the address reads the calendar, and nobody else; every day stands where it was promised.

use std::collections::BTreeMap;

use ical::parser::ical::component::IcalEvent;
use serde_json::{Value, json};

use crate::ask::Answer;
use crate::deeds::{id, loan_of, says};
use crate::world::{Party, TODAY, Village, World};

/// An event as another program reads it: property, then its parameters and value.
type Event = BTreeMap<String, (String, String)>;

/// A calendar, read by a parser that is not ours.
fn read(answer: &Answer) -> (BTreeMap<String, String>, Vec<Event>) {
    answer.is(200);
    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert!(answer.bytes.windows(2).all(|pair| pair != b"\n\n") && answer.text().ends_with("END:VCALENDAR\r\n"));
    assert!(answer.text().split("\r\n").all(|line| line.len() <= 75), "{answer}");
    let calendars: Vec<_> = ical::IcalParser::new(answer.bytes.as_slice()).map(Result::unwrap).collect();
    assert_eq!(calendars.len(), 1);
    let head = calendars[0].properties.iter().map(|property| (property.name.clone(), value(property.value.as_ref())));
    (head.collect(), calendars[0].events.iter().map(event).collect())
}

fn event(event: &IcalEvent) -> Event {
    let one = |property: &ical::property::Property| {
        let parameters = property.params.iter().flatten().map(|(name, values)| format!("{name}={}", values.join(",")));
        (property.name.clone(), (parameters.collect::<Vec<_>>().join(";"), value(property.value.as_ref())))
    };
    event.properties.iter().map(one).collect()
}

/// A text without its escapes.
fn value(text: Option<&String>) -> String {
    let text = text.cloned().unwrap_or_default();
    text.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
}

/// From and until of an all-day event, as a calendar program shows it.
fn days(event: &Event) -> [&str; 2] {
    ["DTSTART", "DTEND"].map(|name| {
        let (parameters, day) = &event[name];
        assert_eq!(parameters, "VALUE=DATE");
        day.as_str()
    })
}

fn of<'e>(events: &'e [Event], loan: &str) -> &'e Event {
    let uid = format!("loan-{loan}@navette");
    events.iter().find(|event| event["UID"].1 == uid).unwrap_or_else(|| panic!("{uid} is not in {events:?}"))
}

fn text<'e>(event: &'e Event, name: &str) -> &'e str {
    &event[name].1
}

async fn feed(world: &World, party: &Party, equipment: Option<&str>) -> Value {
    let wish = json!({ "structure_id": party.id, "equipment_id": equipment });
    world.post("/v1/feeds", &wish).by(&party.manager).await.created()
}

fn address(feed: &Value) -> &str {
    feed["address"].as_str().unwrap()
}

async fn world_with_a_tiller() -> (World, Village, String) {
    let world = World::new().await;
    let village = world.village().await;
    let tiller = world.equipment(&village.cuma, "Motoculteur, grand; 7 CV", "outillage").await;
    (world, village, tiller)
}

#[tokio::test]
async fn both_parties_read_the_same_loan_in_their_own_calendar() {
    let (world, village, tiller) = world_with_a_tiller().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let loan = world.promised(&loan_of(&tiller, jardins, "2026-04-05", "2026-04-08"), cuma, jardins).await;
    for (party, summary) in [
        (cuma, "Motoculteur, grand; 7 CV → Les Jardins partagés"),
        (jardins, "Motoculteur, grand; 7 CV ← CUMA du Vallon"),
    ] {
        let made = feed(&world, party, None).await;
        let (head, events) = read(&world.get(address(&made)).await);
        assert_eq!(head["X-WR-TIMEZONE"], "Europe/Paris");
        assert_eq!(events.len(), 1);
        let event = of(&events, &loan);
        assert_eq!(days(event), ["20260405", "20260408"], "the first day after is not part of it");
        assert_eq!(
            (text(event, "SUMMARY"), text(event, "STATUS"), text(event, "SEQUENCE")),
            (summary, "CONFIRMED", "2")
        );
        assert_eq!(text(event, "DTSTAMP"), "20260314T090000Z");
    }
}

#[tokio::test]
async fn an_entry_keeps_its_name_through_all_that_happens_to_the_loan() {
    let (world, village, tiller) = world_with_a_tiller().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let made = feed(&world, cuma, Some(&tiller)).await;
    let loan = world.requested(&loan_of(&tiller, jardins, "2026-04-05", "2026-04-08"), jardins).await;
    let seen = async || {
        let (_, events) = read(&world.get(address(&made)).header("accept-language", "en").await);
        let event = of(&events, &loan);
        let summary = text(event, "SUMMARY").rsplit(" → ").next().unwrap().to_owned();
        (summary, text(event, "STATUS").to_owned(), text(event, "SEQUENCE").to_owned())
    };
    let told = |summary: &str, status: &str, sequence: &str| (summary.into(), status.into(), sequence.into());
    assert_eq!(seen().await, told("Les Jardins partagés (requested)", "TENTATIVE", "1"));
    world.advance(1);
    world.happens(&loan, &json!({ "event": "approve" })).by(&cuma.manager).await.ok();
    let (_, events) = read(&world.get(address(&made)).await);
    assert_eq!(text(of(&events, &loan), "LAST-MODIFIED"), "20260315T090000Z");
    assert_eq!(seen().await, told("Les Jardins partagés", "CONFIRMED", "2"));
    world.happens(&loan, &json!({ "event": "cancel", "reason": "Ginette est malade" })).by(&jardins.manager).await.ok();
    assert_eq!(seen().await, told("Les Jardins partagés (cancelled)", "CANCELLED", "3"));
    let answer = world.get(address(&made)).await;
    assert!(answer.text().contains("(annulé)") && !answer.text().contains("Ginette"), "{answer}");
}

#[tokio::test]
async fn days_stay_where_they_are_across_both_changes_of_daylight_saving() {
    let (world, village, tiller) = world_with_a_tiller().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    // In Paris clocks go forward on 29 March 2026 and back on 25 October 2026.
    let periods = [
        ("2026-03-28", "2026-03-29"),
        ("2026-03-29", "2026-03-30"),
        ("2026-03-30", "2026-03-31"),
        ("2026-10-24", "2026-10-25"),
        ("2026-10-25", "2026-10-26"),
        ("2026-10-26", "2026-10-28"),
        ("2026-12-31", "2027-01-02"),
        ("2028-02-28", "2028-03-01"),
    ];
    let made = feed(&world, cuma, None).await;
    for (from, until) in periods {
        let loan = world.promised(&loan_of(&tiller, jardins, from, until), cuma, jardins).await;
        let (_, events) = read(&world.get(address(&made)).await);
        let expected = [from, until].map(|day| day.replace('-', ""));
        assert_eq!(days(of(&events, &loan)), [&expected[0], &expected[1]]);
    }
    let text = world.get(address(&made)).await.text();
    assert!(!text.contains("TZID") && !text.contains("VTIMEZONE"), "no event has an hour: {text}");
}

#[tokio::test]
async fn the_feed_of_a_thing_shows_its_own_days_only_and_its_closures() {
    let (world, village, tiller) = world_with_a_tiller().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let chairs = json!({ "structure_id": cuma.id, "name": "Chaises", "category": "mobilier", "tracking": "pool",
                         "quantity": 100 });
    let chairs = world.post("/v1/equipment", &chairs).by(&cuma.manager).await.created_id();
    let upkeep = json!({ "equipment_id": tiller, "reason": "maintenance", "from": "2026-05-01", "until": "2026-05-03",
                         "note": "Chez Marcel" });
    let upkeep = world.post("/v1/closures", &upkeep).by(&cuma.manager).await.created_id();
    world.promised(&loan_of(&tiller, jardins, "2026-04-05", "2026-04-08"), cuma, jardins).await;
    let mut forty = loan_of(&chairs, &village.commune, "2026-04-05", "2026-04-06");
    forty["quantity"] = json!(40);
    let forty = world.promised(&forty, cuma, &village.commune).await;
    let (of_tiller, of_chairs) = (feed(&world, cuma, Some(&tiller)).await, feed(&world, cuma, Some(&chairs)).await);
    let (head, events) = read(&world.get(address(&of_tiller)).await);
    assert_eq!((head["NAME"].as_str(), events.len()), ("Motoculteur, grand; 7 CV", 2));
    let closed = |events: &[Event]| events.iter().find(|e| e["UID"].1 == format!("closure-{upkeep}@navette")).cloned();
    let closure = closed(&events).unwrap();
    assert_eq!(days(&closure), ["20260501", "20260503"]);
    assert_eq!(text(&closure, "SUMMARY"), "Motoculteur, grand; 7 CV : entretien");
    let (_, events) = read(&world.get(address(&of_chairs)).await);
    assert_eq!(text(of(&events, &forty), "SUMMARY"), "40 × Chaises → Commune de Saint-Ferréol");
    assert_eq!(events.len(), 1);
    let lifted = world.patch(format!("/v1/closures/{upkeep}"), &json!({ "archived": true }));
    lifted.by(&cuma.manager).on_version(1).await.ok();
    let (_, events) = read(&world.get(address(&of_tiller)).await);
    assert_eq!(text(&closed(&events).unwrap(), "STATUS"), "CANCELLED");
}

#[tokio::test]
async fn what_began_before_last_year_and_ended_in_it_is_shown_and_older_things_are_not() {
    let (world, village, tiller) = world_with_a_tiller().await;
    let cuma = &village.cuma;
    let past = async |from: &str, until: &str| {
        let wish = json!({ "equipment_id": tiller, "borrower_id": village.association.id, "from": from, "until": until,
                           "recorded_afterwards": true });
        world.post("/v1/loans", &wish).by(&cuma.manager).await.created_id()
    };
    past("2024-12-20", "2025-01-01").await;
    let straddling = past("2025-01-01", "2025-01-02").await;
    let made = feed(&world, cuma, None).await;
    let (_, events) = read(&world.get(address(&made)).await);
    assert_eq!(events.len(), 1);
    assert_eq!(days(of(&events, &straddling)), ["20250101", "20250102"]);
}

#[tokio::test]
async fn an_unchanged_calendar_is_not_sent_again() {
    let (world, village, tiller) = world_with_a_tiller().await;
    let made = feed(&world, &village.cuma, None).await;
    let first = world.get(address(&made)).await;
    let tag = first.header("etag").unwrap();
    assert_eq!(first.header("cache-control"), Some("private, no-cache"));
    world.advance(1);
    world.get(address(&made)).header("if-none-match", tag).await.unchanged();
    let wish = loan_of(&tiller, &village.association, "2026-04-05", "2026-04-08");
    world.requested(&wish, &village.association).await;
    let second = world.get(address(&made)).header("if-none-match", tag).await;
    assert_ne!(second.is(200).header("etag"), Some(tag));
}

#[tokio::test]
async fn the_address_is_told_once_and_nowhere_kept() {
    let (world, village, _) = world_with_a_tiller().await;
    let cuma = &village.cuma;
    let wish = json!({ "structure_id": cuma.id });
    let request = || world.post("/v1/feeds", &wish).by(&cuma.manager).key("a-phone");
    let made = request().await.created();
    let again = request().await;
    assert_eq!((again.header("idempotency-replayed"), &again.created()["address"]), (Some("true"), &Value::Null));
    assert_eq!(id(&again.created()), id(&made));
    let secret = address(&made).trim_start_matches("/feeds/").trim_end_matches(".ics");
    let kept = world.contents().await;
    let hex = secret.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let words = [secret.to_owned(), hex, format!("{:?}", secret.as_bytes())];
    assert!(kept.values().flatten().all(|row| words.iter().all(|word| !row.contains(word))));
    assert_eq!(world.get(format!("/v1/feeds/{}", id(&made))).by(&cuma.manager).await.ok().get("address"), None);
}

#[tokio::test]
async fn a_revoked_address_and_a_guessed_one_are_nothing() {
    let (world, village, _) = world_with_a_tiller().await;
    let cuma = &village.cuma;
    let made = feed(&world, cuma, None).await;
    let path = format!("/v1/feeds/{}", id(&made));
    world.get(address(&made)).await.is(200);
    world.get(address(&made).trim_end_matches(".ics")).await.refused(404, "not-found");
    world.get(format!("/feeds/{}.ics", "x".repeat(43))).await.refused(404, "not-found");
    let revoked = world.patch(&path, &json!({ "archived": true })).by(&cuma.manager).on_version(1).await.ok();
    says(&revoked, &json!({ "archived": true, "version": 2 }));
    world.get(address(&made)).await.refused(404, "not-found");
    world.patch(&path, &json!({ "archived": false })).by(&cuma.manager).on_version(2).await.refused(409, "wrong-state");
    let listed = format!("/v1/feeds?structure_id={}", cuma.id);
    assert_eq!(world.get(&listed).by(&cuma.manager).await.items().len(), 0);
    assert_eq!(world.get(format!("{listed}&archived=true")).by(&cuma.manager).await.items().len(), 1);
}

#[tokio::test]
async fn a_feed_is_for_those_who_record_for_the_structure_and_of_its_own_things() {
    let (world, village, tiller) = world_with_a_tiller().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let reader = world.colleague(cuma, "reader", "lise").await;
    world.post("/v1/feeds", &json!({ "structure_id": cuma.id })).by(&reader).await.refused(403, "forbidden");
    let theirs = json!({ "structure_id": jardins.id, "equipment_id": tiller });
    world.post("/v1/feeds", &theirs).by(&jardins.manager).await.invalid("/equipment_id", "unknown-reference");
    let made = feed(&world, cuma, None).await;
    let path = format!("/v1/feeds/{}", id(&made));
    world.get(&path).by(&reader).await.ok();
    world.get(&path).by(&jardins.manager).await.refused(404, "not-found");
    let listed = world.get(format!("/v1/feeds?structure_id={}", cuma.id));
    listed.by(&jardins.manager).await.unreadable("structure_id", "unknown-reference");
    let other = world.patch(&path, &json!({ "structure_id": jardins.id })).by(&cuma.manager).on_version(1).await;
    other.invalid("/structure_id", "cannot-change");
    let other = world.patch(&path, &json!({ "equipment_id": tiller })).by(&cuma.manager).on_version(1).await;
    other.invalid("/equipment_id", "cannot-change");
    let wish = loan_of(&tiller, jardins, TODAY, "2026-03-16");
    world.requested(&wish, jardins).await;
    world.get(address(&made)).await.is(200);
}
