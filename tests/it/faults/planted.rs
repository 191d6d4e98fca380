//! Bugs planted on purpose, each of which the power cuts must find: else finding none would mean nothing.

use super::crowd::Way;
use super::cuts::{Care, Found, cut};
use super::disk::Part;
use super::seed;
use super::stories::crowded;

async fn found_in(name: &str, way: Way, lies: &[Part]) -> Found {
    let told = crowded(way, lies, 1).await;
    let care = Care { seed: seed(), points: 11, variants: 3, whole: 5 };
    let found = cut(&told, care);
    println!(
        "planted: {name}: {} states, {} lost, {} twice, {} corrupt",
        found.states, found.lost, found.twice, found.corrupt
    );
    found
}

#[tokio::test]
async fn commits_whose_log_is_not_synced_are_found_lost() {
    let found = found_in("synchronous = normal", Way::Honest, &[Part::Log]).await;
    assert!(found.lost > 0, "{found:?}");
}

#[tokio::test]
async fn a_disk_that_never_syncs_is_found_out() {
    let found = found_in("synchronous = off", Way::Honest, &[Part::Main, Part::Log, Part::Journal]).await;
    assert!(found.lost > 0 && found.corrupt > 0, "{found:?}");
}

#[tokio::test]
async fn what_is_acknowledged_before_the_commit_is_found_lost() {
    let found = found_in("acknowledged before the commit", Way::TooEarly, &[]).await;
    assert!(found.lost > 0 && found.corrupt == 0, "{found:?}");
}

#[tokio::test]
async fn a_key_kept_apart_from_its_effect_is_found_to_double_it() {
    let found = found_in("the key in a transaction of its own", Way::KeyApart, &[]).await;
    assert!(found.twice > 0 && found.lost == 0, "{found:?}");
}
