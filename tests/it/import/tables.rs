//! Files as they come: however they are encoded, separated and written, or refused with a reason.

use axum::http::Method;
use serde_json::Value;

use super::{HOURS, counts, refusals};
use crate::ask::Answer;
use crate::world::{Village, World};

const HEAD: &str = "de;à;jour;durée;activité";
const ROW: &str = "Les Jardins partagés;CUMA du Vallon;01/03/2026;1h30;désherbage";

struct Desk {
    world: World,
    village: Village,
}

impl Desk {
    async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        Self { world, village }
    }

    async fn sent(&self, mapping: &str, table: impl AsRef<[u8]>) -> Answer {
        self.world.imports(mapping, table, &[]).by(&self.village.association.manager).await
    }

    /// What this cell is read as: minutes and day, or field and code.
    async fn read(&self, mapping: &str, day: &str, minutes: &str) -> Result<(i64, String), (String, String)> {
        let table = format!("{HEAD}\nLes Jardins partagés;CUMA du Vallon;\"{day}\";\"{minutes}\";labour\n");
        let trial = self.world.imports(mapping, table, &[]).by(&self.village.association.manager).await.ok();
        if let Some((_, field, code)) = refusals(&trial).pop() {
            return Err((field, code));
        }
        let entry = format!("/v1/hours/{}", trial["rows"][0]["id"].as_str().unwrap());
        let entry: Value = self.world.get(entry).by(&self.village.association.manager).await.ok();
        Ok((entry["minutes"].as_i64().unwrap(), entry["day"].as_str().unwrap().to_owned()))
    }
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[tokio::test]
async fn a_file_is_read_in_the_encoding_and_with_the_separator_it_was_saved_with() {
    let desk = Desk::new().await;
    let text = format!("{HEAD}\r\n{ROW}\r\n");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let tables = [
        (text.clone().into_bytes(), "utf-8"),
        (format!("\u{feff}{text}").into_bytes(), "utf-8"),
        (latin, "windows-1252"),
        (utf16(&text, false), "utf-16"),
        (utf16(&text, true), "utf-16"),
        (text.replace(';', ",").into_bytes(), "utf-8"),
        (text.replace(';', "\t").into_bytes(), "utf-8"),
        (text.replace("à", "a\u{300}").into_bytes(), "utf-8"),
        (text.replace("\r\n", "\n").trim_end().to_owned().into_bytes(), "utf-8"),
        (format!("{HEAD};;;\n{ROW};;;\n;;;;;;;\n").into_bytes(), "utf-8"),
    ];
    for (position, (table, encoding)) in tables.into_iter().enumerate() {
        let report = desk.sent(HOURS, table).await.ok();
        assert_eq!(report["encoding"], encoding, "{position}: {report}");
        // However it is saved, it is the same row.
        counts(&report, if position == 0 { [1, 0, 0] } else { [0, 1, 0] });
    }
    let piped = HOURS.replace("[fields]", "delimiter = \"|\"\n[fields]");
    counts(&desk.sent(&piped, text.replace(';', "|")).await.ok(), [0, 1, 0]);
    let hours = desk.world.get(format!("/v1/hours?structure_id={}", desk.village.cuma.id));
    assert_eq!(hours.by(&desk.village.cuma.manager).await.items()[0]["activity"], "désherbage");
}

#[tokio::test]
async fn durations_are_read_as_people_write_them_and_what_could_be_two_is_refused() {
    let desk = Desk::new().await;
    for (cell, minutes) in [
        ("1:30", 90),
        ("1h30", 90),
        ("1,5 h", 90),
        ("1.5h", 90),
        ("90 min", 90),
        ("90 mn", 90),
        ("2 heures 30", 150),
        ("1 h 05", 65),
        ("0,25 h", 15),
        ("1\u{a0}200 min", 1200),
        ("89 minutes", 89),
        ("00:01", 1),
    ] {
        assert_eq!(desk.read(HOURS, "01/03/2026", cell).await.map(|read| read.0), Ok(minutes), "{cell}");
    }
    for (cell, code) in [
        ("90", "unit-missing"),
        ("1,5", "unit-missing"),
        ("1,500 h", "thousands-or-decimals"),
        ("0,333 h", "not-whole-minutes"),
        ("1h5", "one-digit-minutes"),
        ("1:75", "past-fifty-nine"),
        ("1:30:30", "not-whole-minutes"),
        ("-1 h", "beyond-limits"),
        ("0 min", "beyond-limits"),
        ("environ 1 h", "unreadable"),
        ("", "empty"),
    ] {
        let read = desk.read(HOURS, "01/03/2026", cell).await;
        assert_eq!(read, Err(("minutes".to_owned(), code.to_owned())), "{cell}");
    }
    for (unit, cell, minutes) in [("minutes", "90", 90), ("hours", "1,5", 90), ("hours", "90 min", 90)] {
        let mapping = HOURS.replace("[fields]", &format!("bare_number = \"{unit}\"\n[fields]"));
        assert_eq!(desk.read(&mapping, "02/03/2026", cell).await.map(|read| read.0), Ok(minutes), "{cell} {unit}");
    }
}

#[tokio::test]
async fn days_are_read_as_people_write_them_and_what_could_be_two_is_refused_on_demand() {
    let desk = Desk::new().await;
    let order = |order: &str| HOURS.replace("[fields]", &format!("day_order = \"{order}\"\n[fields]"));
    for (mapping, cell, day) in [
        (HOURS, "2026-03-01", "2026-03-01"),
        (HOURS, "01/02/2026", "2026-02-01"),
        (HOURS, "1.2.2026", "2026-02-01"),
        (HOURS, "1er février 2026", "2026-02-01"),
        (HOURS, "12 AOUT 2025", "2025-08-12"),
        (HOURS, "01/02/2026 18:30", "2026-02-01"),
        (&order("month-first"), "02/03/2026", "2026-02-03"),
        (&order("strict"), "25/02/2026", "2026-02-25"),
        (&order("strict"), "02/25/2026", "2026-02-25"),
    ] {
        assert_eq!(desk.read(mapping, cell, "1 h").await.map(|read| read.1), Ok(day.to_owned()), "{cell}");
    }
    for (mapping, cell, code) in [
        (HOURS, "01/02/26", "two-digit-year"),
        (HOURS, "29/02/2026", "no-such-day"),
        (HOURS, "2026-02-01T23:30:00Z", "zone-given"),
        (HOURS, "01/02/1999", "beyond-limits"),
        (HOURS, "hier", "unreadable"),
        (HOURS, "45000", "unreadable"),
        (&order("strict"), "03/02/2026", "day-or-month"),
    ] {
        let read = desk.read(mapping, cell, "1 h").await;
        assert_eq!(read, Err(("day".to_owned(), code.to_owned())), "{cell}");
    }
}

#[tokio::test]
async fn a_table_without_rows_is_read_and_one_without_its_columns_is_not() {
    let desk = Desk::new().await;
    for empty in [format!("{HEAD}\n"), HEAD.to_owned(), format!("{HEAD}\n\n;;;;\n\n")] {
        let report = desk.sent(HOURS, empty).await.ok();
        counts(&report, [0, 0, 0]);
        assert_eq!(report["recorded"], true);
    }
    for table in ["", "\n\n", "\u{feff}", "jour;durée\n01/03/2026;1 h\n", &HEAD.replace("durée", "temps")] {
        desk.sent(HOURS, table).await.invalid("mapping", "mapping-missing-heading");
    }
    let twice = format!("{HEAD};durée\n{ROW};2 h\n");
    desk.sent(HOURS, twice).await.invalid("mapping", "mapping-heading-twice");
    for (mapping, code) in [
        ("", "mapping-unreadable"),
        ("[fields", "mapping-unreadable"),
        ("{}", "mapping-unreadable"),
        ("records = \"hours\"", "mapping-unreadable"),
        (&HOURS.replace("hours", "money"), "mapping-unreadable"),
        (&HOURS.replace("[fields]", "secret = true\n[fields]"), "mapping-unreadable"),
        (&HOURS.replace("giver", "donor"), "mapping-unknown-field"),
        (&HOURS.replace("day = \"jour\"", ""), "mapping-missing-field"),
        (&HOURS.replace("day = \"jour\"", "day = \" \""), "mapping-blank-field"),
        (&HOURS.replace("[fields]", "group = true\n[fields]"), "mapping-group"),
        (&HOURS.replace("[fields]", "delimiter = \"x\"\n[fields]"), "mapping-delimiter"),
        (&HOURS.replace("minutes = \"durée\"", "minutes = [1]"), "mapping-unclear-field"),
    ] {
        desk.sent(mapping, format!("{HEAD}\n{ROW}\n")).await.invalid("mapping", code);
    }
    let wrong = HOURS.replace("giver = \"de\"", "giver = \"donneur\"");
    let told = desk.sent(&wrong, format!("{HEAD}\n{ROW}\n")).await.invalid("mapping", "mapping-missing-heading");
    let message = told["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("the field `giver` is in the column \"donneur\", which the file does not have"),
        "{message}"
    );
}

#[tokio::test]
async fn monstrous_rows_and_bytes_that_are_no_text_are_refused_row_by_row() {
    let desk = Desk::new().await;
    let long = ROW.replace("désherbage", &"x".repeat(2_000_000));
    let nul = ROW.replace("désherbage", "dés\0herbage");
    let wide = format!("{ROW}{}", ";x".repeat(50_000));
    let quote = ROW.replace("désherbage", "\"jamais refermé");
    let table = format!("{HEAD}\n{long}\n{nul}\n{wide}\n{ROW}\n{quote}");
    let report = desk.sent(HOURS, table).await.ok();
    counts(&report, [3, 0, 2]);
    let expected = [(2, "activity", "too-long"), (3, "activity", "invisible-character")];
    assert_eq!(refusals(&report), expected.map(|(line, field, code)| (line, field.to_owned(), code.to_owned())));
    let mut binary = format!("{HEAD}\n{ROW}\n").into_bytes();
    binary.extend([0xff, 0xfe, 0x00, 0x81, b'\n']);
    // One byte that is no UTF-8 makes it another encoding, in which the headings are others.
    desk.sent(HOURS, binary).await.invalid("mapping", "mapping-missing-heading");
    assert_eq!(desk.world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn ten_thousand_rows_are_the_most_that_one_request_takes() {
    let desk = Desk::new().await;
    let before = desk.world.contents().await;
    let table = format!("{HEAD}\n{}", format!("{ROW}\n").repeat(10_001));
    let told = desk.sent(HOURS, table).await.invalid("file", "too-many-rows");
    assert_eq!(told["errors"][0]["message"], "has more than 10000 rows");
    assert_eq!(desk.world.contents().await, before);
    let empty_ones = format!("{HEAD}\n{}", ";;;;\n".repeat(10_001));
    counts(&desk.sent(HOURS, empty_ones).await.ok(), [0, 0, 0]);
    let huge = vec![b'x'; 32 * 1024 * 1024];
    desk.sent(HOURS, huge).await.refused(413, "body-too-large");
}

#[tokio::test]
async fn the_form_has_its_parts_once_each_and_no_other() {
    let desk = Desk::new().await;
    let by = &desk.village.association.manager;
    let table = format!("{HEAD}\n{ROW}\n");
    let (file, mapping) = (("file", table.as_str()), ("mapping", HOURS));
    for (parts, name, fault) in [
        (vec![mapping], "file", "missing-field"),
        (vec![file], "mapping", "missing-field"),
        (vec![], "file", "missing-field"),
        (vec![file, mapping, mapping], "mapping", "twice"),
        (vec![file, mapping, ("colour", "red")], "colour", "unknown-field"),
        (vec![file, mapping, ("dry_run", "yes")], "dry_run", "not-boolean"),
        (vec![file, mapping, ("atomic", "")], "atomic", "not-boolean"),
    ] {
        desk.world.form("/v1/imports", &parts).by(by).await.invalid(name, fault);
    }
    let torn = desk.world.raw(Method::POST, "/v1/imports", "multipart/form-data; boundary=seam", "--seam\r\nhalf");
    torn.by(by).await.unreadable("form", "not-a-form");
    let seamless = desk.world.raw(Method::POST, "/v1/imports", "multipart/form-data", "x");
    seamless.by(by).await.unreadable("form", "not-a-form");
    let json = desk.world.raw(Method::POST, "/v1/imports", "application/json", "{}");
    json.by(by).await.refused(415, "unsupported-media-type");
    let bad_text = desk.world.raw(
        Method::POST,
        "/v1/imports",
        "multipart/form-data; boundary=seam",
        b"--seam\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\n\xff\xfe\r\n--seam--\r\n".to_vec(),
    );
    bad_text.by(by).await.invalid("mapping", "not-text");
}
