//! Bugs planted on purpose, each of which the power cuts must find: else finding none would mean nothing.

use super::crowd::Way;
use super::cuts::{Care, Found, Told, cut};
use super::disk::Part;
use super::seed;
use super::stories::crowded;

fn found_in(name: &str, told: &Told) -> Found {
    let care = Care { seed: seed(), points: 17, variants: 3, whole: 5 };
    let found = cut(told, care);
    println!(
        "planted: {name}: {} states, {} lost, {} twice, {} corrupt",
        found.states, found.lost, found.twice, found.corrupt
    );
    found
}

#[tokio::test]
async fn a_disk_that_says_it_syncs_and_does_not_is_found_out() {
    let mut told = crowded(Way::Honest, 1).await;
    told.lies = vec![Part::Log];
    let found = found_in("the log is not synced (synchronous = normal)", &told);
    assert!(found.lost > 0, "{found:?}");
    told.lies = vec![Part::Main, Part::Log, Part::Journal];
    let found = found_in("nothing is synced (synchronous = off)", &told);
    assert!(found.lost > 0 && found.corrupt > 0, "{found:?}");
}

#[tokio::test]
async fn what_is_acknowledged_before_the_commit_is_found_lost() {
    let found = found_in("acknowledged before the commit", &crowded(Way::TooEarly, 1).await);
    assert!(found.lost > 0 && found.corrupt == 0, "{found:?}");
}

#[tokio::test]
async fn a_key_kept_apart_from_its_effect_is_found_to_double_it() {
    let found = found_in("the key in a transaction of its own", &crowded(Way::KeyApart, 1).await);
    assert!(found.twice > 0 && found.lost == 0, "{found:?}");
}
