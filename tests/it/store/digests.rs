//! Digests of tables: kept by whoever writes through Navette, and at odds with whatever came another way.

use std::collections::BTreeMap;
use std::path::Path;

use navette::ledger::verify::verify;
use navette::store::open;
use rusqlite::Connection;

use crate::contract::tour;
use crate::world::World;

/// The texts that a query gives.
fn texts(db: &Connection, query: &str) -> Vec<String> {
    let mut query = db.prepare(query).unwrap();
    query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// A copy of all that the tour of the API leaves behind.
async fn toured() -> (World, std::path::PathBuf) {
    let world = World::new().await;
    tour::tell(&world).await;
    assert_eq!(world.faults().await, [] as [&str; 0]);
    let copy = world.file().with_extension("copy");
    navette::store::snapshot(&world.file(), &copy).unwrap();
    (world, copy)
}

#[tokio::test]
async fn a_row_changed_or_taken_away_past_navette_is_told_by_its_table() {
    let (_world, copy) = toured().await;
    let db = Connection::open(&copy).unwrap();
    let proven = texts(&db, "select name from table_digest where name not like 'sqlite_%'");
    assert!(proven.len() > 35, "{proven:?}");
    for name in texts(&db, "select name from sqlite_schema where type = 'trigger'") {
        db.execute_batch(&format!("drop trigger {name}")).unwrap();
    }
    navette::store::digest::fill(&db).unwrap();
    db.execute_batch("pragma foreign_keys = off; pragma ignore_check_constraints = on").unwrap();
    let mut seen = 0;
    for table in &proven {
        let one = format!("(select * from {table} limit 1)");
        let count: i64 = db.query_row(&format!("select count(*) from {one}"), [], |row| row.get(0)).unwrap();
        let column = db.query_row(
            "select name from pragma_table_info(?1) where type = 'INTEGER' and pk = 0 and \"notnull\" limit 1",
            [table],
            |row| row.get::<_, String>(0),
        );
        let change = match column {
            Ok(name) => format!("update {table} set {name} = {name} + 1"),
            Err(_) => format!("delete from {table}"),
        };
        db.execute_batch("begin").unwrap();
        // Some tables are empty, and some numbers may stand there once only.
        if count > 0 && db.execute_batch(&change).is_ok() {
            let told = format!("table {table}: its digest is another");
            let faults = navette::store::digest::faults(&db).unwrap();
            assert!(faults.len() == 1 && faults[0].starts_with(&told), "{change}: {faults:?}");
            seen += 1;
        }
        db.execute_batch("rollback").unwrap();
    }
    assert!(seen > 25, "only {seen} changes were tried");
    assert_eq!(verify(&db).unwrap().faults, [] as [&str; 0]);
}

#[tokio::test]
async fn a_digest_that_is_not_there_or_of_no_table_is_told() {
    let (_world, copy) = toured().await;
    let db = Connection::open(&copy).unwrap();
    for (change, told) in [
        ("delete from table_digest where name = 'structure'", "table structure: its digest is not there"),
        ("insert into table_digest values ('spare', zeroblob(32))", "table spare: has a digest, and is none"),
        ("create table spare (id integer) strict", "table spare: its digest is not there"),
        ("create trigger spare after insert on loan begin select 1; end", "table sqlite_schema: its digest is another"),
        ("drop index loan_late", "table sqlite_schema: its digest is another"),
    ] {
        db.execute_batch("begin").unwrap();
        db.execute_batch(change).unwrap();
        let faults = verify(&db).unwrap().faults;
        assert!(faults.iter().any(|fault| fault.starts_with(told)), "{change}: {faults:?}");
        db.execute_batch("rollback").unwrap();
    }
}

#[tokio::test]
async fn what_is_erased_purged_and_rewritten_leaves_digests_that_hold() {
    let world = World::new().await;
    let story = tour::tell(&world).await;
    let jardins = &story.village.association;
    let person = world.person(jardins, "Philibertine Chantelauze").await;
    world.get(format!("/v1/people/{person}")).by(&jardins.manager).await.ok();
    world.advance(4000);
    let purged = world.app.store.write(navette::privacy::purge::purge).await.unwrap();
    assert!(purged.people > 0, "{purged:?}");
    navette::privacy::purge::rewrite(&world.app).await.unwrap();
    assert_eq!(world.faults().await, [] as [&str; 0]);
    // A command that fails half-way takes its digests back with it.
    let failing = world.app.store.write(|db, _| {
        db.execute("update structure set phone = '04'", [])?;
        Err::<(), _>(navette::error::Error::Forbidden)
    });
    failing.await.unwrap_err();
    world.app.store.write(|db, _| Ok(db.execute("update structure set phone = '05'", [])?)).await.unwrap();
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

/// Every row that says something, of every table and of the schema; none where one cannot be read.
fn cells(path: &Path) -> Option<BTreeMap<String, Vec<String>>> {
    let db = Connection::open(path).ok()?;
    let mut all = BTreeMap::new();
    let names = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'";
    let mut names = db.prepare(names).ok()?;
    let names = names.query_map([], |row| row.get::<_, String>(0)).ok()?.collect::<Result<Vec<_>, _>>().ok()?;
    let schema = "select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite_%'".to_owned();
    // A sum of nothing says nothing, whatever it is a sum of.
    let sums = |name: &str| match name {
        "tally" => {
            " where max(abs(lines), abs(minutes), abs(item_days), abs(occasions), abs(participants), abs(unmeasured)) > 0"
        }
        "delay" => " where lines <> 0",
        "people_count" => " where people <> 0",
        _ => "",
    };
    // What every entry writes has no digest: answers to be given again, and the head-count of hours.
    let names = names.into_iter().filter(|name| name != "idempotency");
    let columns = |name: &str| if name == "hours" { "id, seq" } else { "*" };
    let queries = names.map(|name| format!("select {} from {name}{}", columns(&name), sums(&name))).chain([schema]);
    for query in queries {
        let mut statement = db.prepare(&query).ok()?;
        let columns = statement.column_count();
        let line = |row: &rusqlite::Row<'_>| (0..columns).map(|at| Ok(format!("{:?} ", row.get_ref(at)?))).collect();
        let rows = statement.query_map([], line).ok()?.collect::<Result<Vec<String>, _>>().ok()?;
        all.insert(query, rows);
    }
    Some(all)
}

/// Numbers that look random and are the same each time (`SplitMix64`).
fn numbers() -> impl Iterator<Item = u64> {
    let mut state = 20_260_314_u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    })
}

#[tokio::test]
async fn of_250_flipped_bits_every_one_that_changes_a_row_is_found() {
    let (_world, copy) = toured().await;
    // Small pages, so that most of the file is rows.
    Connection::open(&copy).unwrap().execute_batch("pragma page_size = 512; vacuum;").unwrap();
    let sound = std::fs::read(&copy).unwrap();
    let whole = cells(&copy).unwrap();
    let damaged = copy.with_extension("damaged");
    let (mut found, mut of_rows) = (0, 0);
    for number in numbers().take(250) {
        let mut bytes = sound.clone();
        let at = usize::try_from(number >> 3).unwrap() % bytes.len();
        bytes[at] ^= 1 << (number & 7);
        std::fs::write(&damaged, bytes).unwrap();
        let told = open::copy(&damaged).map(|db| verify(&db));
        let is_found = !matches!(&told, Ok(Ok(report)) if report.faults.is_empty());
        let now = cells(&damaged);
        let is_changed = now.as_ref() != Some(&whole);
        let changed = || now.iter().flatten().find(|(query, rows)| whole.get(*query) != Some(*rows));
        assert!(is_found || !is_changed, "byte {at}, and nobody noticed: {:?}", changed());
        found += u32::from(is_found);
        of_rows += u32::from(is_changed);
    }
    println!("{of_rows} of 250 flipped bits changed a row or made one unreadable; {found} were found");
    assert!(of_rows > 75 && found >= of_rows, "{of_rows} changed rows, {found} found");
}
