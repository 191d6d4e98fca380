//! The same ledger, the same bytes: held against pictures that were looked at.

use super::{PICTURES, Winter, is_legible, is_sound};

const KNOWN: [&str; 3] = [include_str!("flows.svg"), include_str!("network.svg"), include_str!("months.svg")];

#[tokio::test]
async fn the_same_ledger_gives_the_same_bytes() {
    let winter = Winter::new().await;
    for (picture, known) in PICTURES.into_iter().zip(KNOWN) {
        let drawn = winter.picture(picture, "year=2026&unit=minutes").await;
        is_sound(&drawn);
        is_legible(&drawn);
        // To look at what changed, write it over the known one: `NAVETTE_PICTURES=tests/it/picture cargo test`.
        match std::env::var_os("NAVETTE_PICTURES") {
            Some(folder) => {
                let file = std::path::Path::new(&folder).join(format!("{picture}.svg"));
                std::fs::write(file, format!("{drawn}\n")).unwrap();
            }
            None => assert_eq!(drawn, known.trim_end(), "{picture}"),
        }
    }
}

#[tokio::test]
async fn the_page_holds_the_pictures_as_they_stand_alone() {
    let winter = Winter::new().await;
    let page = winter.page("year=2026").await;
    for picture in PICTURES {
        assert!(page.contains(&winter.picture(picture, "year=2026").await), "{picture} is not on {page}");
    }
    let ids: Vec<&str> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let once: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), once.len(), "{ids:?}");
}
