//! A walk through a period: which lines it visits, in which order, and how little it keeps while it does.

use navette::auth::rules::Of;
use navette::calendar::rules::Period;
use navette::clock::{Day, Moment};
use navette::error::Error;
use navette::id::Id;
use navette::ledger::heads;
use navette::ledger::scan::{each_family, each_flow};
use serde_json::json;

use crate::deeds::{given, lent, with};
use crate::world::{START, Village, World};

fn period(from: &str, until: &str) -> Period {
    Period { from: Day::parse(from).unwrap(), until: Day::parse(until).unwrap() }
}

/// The places and states that a walk visits.
async fn visited(world: &World, scope: Of, within: (&str, &str), head: i64) -> Vec<(i64, &'static str)> {
    let within = period(within.0, within.1);
    let read = world.app.store.read(move |db| {
        let mut visited = Vec::new();
        each_flow(db, scope, within, head, |line, _, standing| {
            visited.push((line.seq, standing.state.into()));
            Ok(())
        })?;
        Ok(visited)
    });
    read.await.unwrap()
}

/// Hours of 31 January and 1 February, the first corrected, confirmed, and the correction contested; a loan from
/// 30 January until 2 February; hours that the association received.
async fn busy() -> (World, Village) {
    let world = World::new().await;
    let village = world.village().await;
    let (jardins, cuma) = (&village.association, &village.cuma);
    let within = json!({ "cooperation_id": village.cooperation });
    let first = world.hours_line(&jardins.manager, &with(&given(jardins, cuma, "2026-01-31", 60), &within)).await;
    world.hours_line(&jardins.manager, &given(jardins, cuma, "2026-02-01", 30)).await;
    let less = json!({ "minutes": 50, "reason": "Relu." });
    let correction = world.word(&first, "correct", &less).by(&cuma.manager).await.created();
    world.word(&first, "confirm", &json!({})).by(&cuma.manager).await.ok();
    let no = json!({ "reason": "Non." });
    world.word(correction["id"].as_str().unwrap(), "contest", &no).by(&jardins.manager).await.ok();
    let loan = with(&lent(jardins, cuma, "2026-01-30", Some("2026-02-02")), &within);
    world.post("/v1/loans", &loan).by(&jardins.manager).await.created();
    world.hours_line(&cuma.manager, &given(cuma, jardins, "2026-02-01", 15)).await;
    (world, village)
}

#[tokio::test]
async fn a_walk_visits_the_flows_whose_days_touch_the_period_each_with_its_corrections() {
    let (world, village) = busy().await;
    let id = |text: &str| Id::parse(text).unwrap();
    let (jardins, cooperation) = (id(&village.association.id), id(&village.cooperation));
    let (jardins, cooperation) = (Of::Structure(jardins), Of::Cooperation(cooperation));
    for (scope, within, head, expected) in [
        (jardins, ("2026-01-01", "2026-02-01"), 9, vec![(1, "confirmed"), (3, "contested"), (6, "declared")]),
        (jardins, ("2026-02-01", "2026-03-01"), 9, vec![(2, "declared"), (6, "declared"), (7, "declared")]),
        (jardins, ("2026-02-02", "2026-03-01"), 9, vec![]),
        (jardins, ("2026-01-01", "2026-02-01"), 4, vec![(1, "confirmed"), (3, "declared")]),
        (jardins, ("2026-01-01", "2026-02-01"), 3, vec![(1, "declared"), (3, "declared")]),
        (jardins, ("2026-01-01", "2026-02-01"), 2, vec![(1, "declared")]),
        (jardins, ("2026-01-01", "2026-02-01"), 0, vec![]),
        (cooperation, ("2026-01-01", "2027-01-01"), 9, vec![(1, "confirmed"), (3, "contested"), (6, "declared")]),
        (cooperation, ("2025-01-01", "2026-01-01"), 9, vec![]),
    ] {
        assert_eq!(visited(&world, scope, within, head).await, expected, "{scope:?} {within:?} {head}");
    }
}

#[tokio::test]
async fn a_walk_ends_where_its_visitor_wants_no_more() {
    let (world, village) = busy().await;
    let jardins = Id::parse(&village.association.id).unwrap();
    let read = world.app.store.read(move |db| {
        let mut visited = 0;
        let ended = each_family(db, Of::Structure(jardins), period("2026-01-01", "2027-01-01"), 9, |_| {
            visited += 1;
            Err(Error::Gone)
        });
        assert!(matches!(ended, Err(Error::Gone)));
        Ok(visited)
    });
    assert_eq!(read.await.unwrap(), 1);
}

#[tokio::test]
async fn an_instant_knows_the_lines_that_were_recorded_by_then() {
    let world = World::new().await;
    let village = world.village().await;
    let (jardins, cuma) = (&village.association, &village.cuma);
    let known = async |millis: i64| {
        let read = world.app.store.read(move |db| heads::known_at(db, Moment::from_millis(START.millis() + millis)));
        read.await.unwrap()
    };
    assert_eq!(known(0).await, 0);
    for _ in 0..5 {
        for _ in 0..2 {
            world.hours_line(&jardins.manager, &given(jardins, cuma, "2026-02-01", 30)).await;
        }
        world.advance(1);
    }
    let day = 24 * 60 * 60 * 1000;
    for days in 0..5 {
        assert_eq!(known(days * day - 1).await, days * 2);
        assert_eq!(known(days * day).await, days * 2 + 2);
    }
    assert_eq!((known(-day).await, known(400 * day).await), (0, 10));
}
