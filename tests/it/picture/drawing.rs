//! What a picture tells whoever does not see it, and what hostile names do to it.

use serde_json::json;

use super::{PICTURES, Winter, is_legible, is_sound, shows, texts};
use crate::deeds::{given, with};
use crate::world::{COOPERATION_STARTS_ON, TODAY};

#[tokio::test]
async fn a_picture_says_what_it_shows() {
    let winter = Winter::new().await;
    let titles = ["Qui a donné à qui", "Le réseau", "Mois par mois"];
    for (picture, title) in PICTURES.into_iter().zip(titles) {
        let drawn = winter.picture(picture, "year=2026&unit=minutes").await;
        let title = format!("{title}\u{a0}: Vallée partagée, 2026, en heures et minutes</title>");
        shows(
            &drawn,
            &[
                "role=\"img\"",
                &format!("aria-labelledby=\"{picture}-title\""),
                &format!("aria-describedby=\"{picture}-description\""),
                &format!("<title id=\"{picture}-title\">{title}"),
                &format!("<desc id=\"{picture}-description\">"),
            ],
        );
    }
    let flows = winter.picture("flows", "year=2026&unit=minutes").await;
    shows(&flows, &["15\u{a0}h\u{a0}45 en tout, en 4\u{a0}flux"]);
    let english = winter.world.get(format!("/v1/cooperations/{}/pictures", winter.village.cooperation));
    let english = english.by(&winter.village.commune.manager).header("accept-language", "en").await.is(200).text();
    shows(
        &english,
        &["<html lang=\"en\">", "Who gave to whom: Vallée partagée, 2026, in occasions", "Nobody is ranked"],
    );
}

#[tokio::test]
async fn hostile_names_stay_names() {
    let winter = Winter::new().await;
    let (world, village) = (&winter.world, &winter.village);
    let names = ["<script>alert(1)</script>", "\"/><image href='x' onload='alert(1)'>", "]]>&<!--&#0;", "שלום עולם"];
    let long = "W".repeat(200);
    for (number, name) in names.into_iter().chain([long.as_str()]).enumerate() {
        let party = world.party(&village.owner, name, "other", &format!("hostile {number}")).await;
        world.membership(&village.commune, &village.cooperation, &party.id, COOPERATION_STARTS_ON).await;
        let hours = with(&given(&party, &village.cuma, TODAY, 60), &json!({ "cooperation_id": village.cooperation }));
        world.hours(&party.manager, &hours).await;
    }
    for picture in PICTURES {
        let drawn = winter.picture(picture, "year=2026").await;
        is_legible(&drawn);
        // What stands between quotes and tags may say anything; it is looked at without the words of these names.
        let harmless = ["href", "onload", "image", "script"].iter().fold(drawn.clone(), |text, word| {
            assert!(!text.contains(&format!("<{word}")), "{text}");
            text.replace(&format!("&lt;{word}"), "").replace(&format!("{word}="), "").replace(&format!("/{word}"), "")
        });
        is_sound(&harmless);
        assert!(!drawn.contains("<script") && !drawn.contains("<image") && !drawn.contains("<!--"), "{drawn}");
    }
    let page = winter.page("year=2026").await;
    assert!(!page.contains("<script") && !page.contains("<image"), "{page}");
    let flows = winter.picture("flows", "year=2026").await;
    assert!(texts(&flows).iter().any(|(said, _)| said.starts_with("WWW") && said.ends_with('…')), "{flows}");
}
