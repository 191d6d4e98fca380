//! No request holds a place for ever, and what takes long leaves places to the others.

use std::time::Duration;

use futures_util::future::{Either, join_all, select};
use navette::http::door::Settings;
use navette::http::limits::COSTLY_PLACES;
use navette::http::rates::Generosity;
use navette::store::READERS_MAX;

use crate::world::World;

#[tokio::test]
async fn a_question_that_takes_too_long_is_told_to_come_back() {
    let time = Some(Duration::from_secs(1));
    let world = World::behind(Settings { time, generosity: Generosity::Off, ..Settings::default() }).await;
    let lise = world.account("lise").await;
    world.get("/v1/accounts/me").by(&lise).await.ok();
    // Every reader is busy for as long as somebody waits for it.
    let endless = "with recursive count(n) as (select 1 union all select n + 1 from count) select max(n) from count";
    let query = || world.app.store.read(move |db| Ok(db.query_row(endless, [], |row| row.get::<_, i64>(0))?));
    let busy = Box::pin(join_all((0..READERS_MAX).map(|_| query())));
    let asked = Box::pin(async { world.get("/v1/accounts/me").by(&lise).await });
    let Either::Right((answer, busy)) = select(busy, asked).await else { panic!("an endless query ended") };
    answer.refused(503, "busy");
    drop(busy);
    world.get("/v1/accounts/me").by(&lise).await.ok();
}

#[tokio::test]
async fn what_takes_long_has_two_places_and_others_pass_beside_them() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.commune.manager;
    let summary = format!("/v1/structures/{}/summaries/2026", village.commune.id);
    let mut places = Vec::new();
    for _ in 0..COSTLY_PLACES {
        places.push(world.app.door.place().await.unwrap());
    }
    world.get(&summary).by(by).await.refused(503, "busy");
    world.get("/v1/accounts/me").by(by).await.ok();
    places.pop();
    world.get(&summary).by(by).await.ok();
}
