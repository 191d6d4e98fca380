//! Who reads a diagnosis, and in which form.

use serde_json::json;

use crate::deeds::{given, with};
use crate::world::{TODAY, Village, World};

async fn an_hour(world: &World) -> Village {
    let village = world.village().await;
    let wish =
        with(&given(&village.association, &village.cuma, TODAY, 60), &json!({ "cooperation_id": village.cooperation }));
    world.hours_line(&village.association.manager, &wish).await;
    village
}

#[tokio::test]
async fn every_member_reads_the_same_bytes_and_nobody_else_reads_any() {
    let world = World::new().await;
    let village = an_hour(&world).await;
    let reader = world.colleague(&village.association, "reader", "lectrice").await;
    let stranger = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
    let of_one = |extension: &str| format!("/v1/cooperations/{}/diagnosis{extension}", village.cooperation);
    let of_several = |extension: &str| format!("/v1/diagnosis{extension}?cooperation_id={}", village.cooperation);
    for path in [of_one(""), of_one(".csv"), of_several(""), of_several(".csv")] {
        let facilitator = world.get(&path).by(&village.commune.manager).await.is(200).bytes.clone();
        for member in [&village.cuma.manager, &village.association.manager, &reader] {
            assert_eq!(world.get(&path).by(member).await.is(200).bytes, facilitator, "{} {path}", member.login);
        }
        for other in [&stranger.manager, &village.owner] {
            world.get(&path).by(other).await.refused(404, "not-found");
        }
        world.get(&path).await.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn a_funder_s_program_reads_figures_and_not_what_members_offer() {
    let world = World::new().await;
    let village = an_hour(&world).await;
    let wish = json!({ "cooperation_id": village.cooperation, "name": "Département", "scope": "aggregates",
                       "until": "2026-12-31" });
    let made = world.post("/v1/service-tokens", &wish).by(&village.commune.manager).await.created();
    let path = format!("/v1/cooperations/{}/diagnosis", village.cooperation);
    let funder = world.get(&path).token(made["token"].as_str().unwrap()).await.ok();
    let mut member = world.get(&path).by(&village.cuma.manager).await.ok();
    assert!(member["offers"].is_object());
    member["offers"] = json!(null);
    assert_eq!(funder, member);
}

#[tokio::test]
async fn a_table_is_written_as_its_readers_open_it() {
    let world = World::new().await;
    let village = an_hour(&world).await;
    let (path, by) = (format!("/v1/cooperations/{}/diagnosis", village.cooperation), &village.cuma.manager);
    let plain = world.get(format!("{path}.csv")).by(by).await;
    assert_eq!(plain.is(200).header("content-type"), Some("text/csv; charset=utf-8"));
    let head = "section,code,of,value,measure,reference,chance,previous,contributions,reason,in_words\r\n";
    assert!(plain.text().starts_with(head), "{}", plain.text());
    assert!(plain.text().contains("\r\nindicator,reciprocity,,0,share,0.0158,,,1,,"), "{}", plain.text());
    assert!(plain.text().contains("\r\nmonth,concordance,2026-03,0,share,,,,1,,\r\n"), "{}", plain.text());
    let french = world.get(&path).by(by).in_french().header("accept", "text/csv").await.is(200).text();
    assert!(french.starts_with("\u{feff}partie;code;de;valeur;mesure;repère;hasard;"), "{french}");
    assert!(french.contains("\r\nindicator;reciprocity;;0;share;0,0158;;;1;;"), "{french}");
    assert!(french.contains("0 % des liens sont rendus directement."), "{french}");
    assert!(french.contains("\r\nindicator;silo_index_of_ties;;1;index;1;1;;1;;"), "{french}");
    let json = world.get(&path).by(by).in_french().await.is(200).bytes.clone();
    assert_eq!(json, world.get(&path).by(by).await.is(200).bytes, "both languages are in it");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_name() {
    let world = World::new().await;
    let village = world.village().await;
    let (by, cooperation) = (&village.cuma.manager, &village.cooperation);
    let of_one = format!("/v1/cooperations/{cooperation}/diagnosis");
    for (query, name, fault) in [
        ("?from=2026-02-30", "from", "not-a-day"),
        ("?from=1999-01-01", "from", "day-out-of-range"),
        ("?from=2026-02-01&until=2026-02-01", "until", "end-before-start"),
        ("?unit=euros", "unit", "not-one-of"),
        ("?by=region", "by", "not-one-of"),
        ("?year=2026", "year", "unknown-field"),
        ("?unit=minutes&unit=minutes", "unit", "twice"),
    ] {
        world.get(format!("{of_one}{query}")).by(by).await.unreadable(name, fault);
    }
    let many = vec![cooperation.as_str(); 20].join(",");
    world.get(format!("/v1/diagnosis?cooperation_id={many}")).by(by).await.ok();
    let others: Vec<_> = (0..21).map(|number| format!("01990f3a-7c1e-7000-8000-0000000000{number:02}")).collect();
    for (query, fault) in [
        (String::new(), "missing-field"),
        ("?cooperation_id=".to_owned(), "not-a-uuid"),
        (format!("?cooperation_id={cooperation},"), "not-a-uuid"),
        (format!("?cooperation_id={}", others.join(",")), "wrong-number"),
    ] {
        world.get(format!("/v1/diagnosis{query}")).by(by).await.unreadable("cooperation_id", fault);
    }
    let unknown = format!("/v1/diagnosis?cooperation_id={cooperation},{}", others[0]);
    world.get(unknown).by(by).await.refused(404, "not-found");
    world.get("/v1/cooperations/nothing/diagnosis").by(by).await.refused(404, "not-found");
}
