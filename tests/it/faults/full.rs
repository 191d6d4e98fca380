//! A full disk: writes are told to come back, reads go on, and when there is space again so do writes, without a restart.

use navette::error::Error;
use rusqlite::Connection;

use super::disk::{Disk, Fault, Files, Plan};
use super::world_on;
use crate::deeds::given;
use crate::world::TODAY;

const NO_SPACE: Plan = Plan { fault: Fault::Full, after: 0, lasting: true };

#[tokio::test]
async fn while_the_disk_is_full_reads_go_on_and_writes_come_back_by_themselves() {
    let disk = Disk::new(Files::new());
    let world = world_on(&disk).await.unwrap();
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let before = world.contents().await;
    let wish = given(jardins, cuma, TODAY, 60);
    for after in 0..40 {
        disk.arm(Plan { after, ..NO_SPACE });
        let answer = world.post("/v1/hours", &wish).by(&jardins.manager).key(&format!("k{after}")).await;
        if disk.mend() == 0 {
            answer.created();
            break;
        }
        answer.refused(503, "busy");
        assert_eq!(answer.header("retry-after"), Some("1"));
        world.get(format!("/v1/hours?structure_id={}", cuma.id)).by(&cuma.manager).await.ok();
        assert_eq!(world.contents().await, before);
        // No half-open transaction was left behind: a job has one of its own again.
        assert!(world.app.store.write(|db, _| Ok(!db.is_autocommit())).await.unwrap());
    }
    assert!(!*world.app.store.failed().borrow());
    world.post("/v1/hours", &wish).by(&jardins.manager).key("at-last").await.created();
    assert_eq!(world.contents().await["hours"].len(), 2);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn an_import_is_told_in_the_audit_trail_once_whichever_part_of_it_found_no_room() {
    let disk = Disk::new(Files::new());
    let world = world_on(&disk).await.unwrap();
    let mairie = world.village().await.commune.manager;
    let mapping =
        "records = \"people\"\n[fields]\nstructure = { value = \"Commune de Saint-Ferréol\" }\nname = \"Nom\"\n";
    let count = "select (select count(*) from person), (select count(*) from audit where event = 'imported')";
    let count = || world.app.store.read(|db| Ok(db.query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?)))?));
    let (people, told): (i64, i64) = count().await.unwrap();
    for after in 0..100 {
        let (key, table) = (format!("k{after}"), format!("Nom\nMarcel {after}\n"));
        let send = || world.form("/v1/imports", &[("file", &table), ("mapping", mapping)]).by(&mairie).key(&key);
        disk.arm(Plan { after, lasting: false, ..NO_SPACE });
        let answer = send().await;
        let struck = disk.mend();
        if struck > 0 {
            answer.refused(503, "busy");
            send().await.ok();
        }
        let times = i64::try_from(after).unwrap() + 1;
        assert_eq!(count().await.unwrap(), (people + times, told + times), "after {after} writes");
        if struck == 0 {
            return;
        }
    }
    panic!("it never passes");
}

/// Writes a need with this name straight into the database.
fn note(db: &Connection, name: &str) -> Result<(), Error> {
    let sql = "insert into skill (id, side, structure_id, name, created_at)
               select randomblob(16), 'need', id, ?1, 0 from structure limit 1";
    db.execute(sql, [name])?;
    Ok(())
}

/// Writes more than the smallest cache holds, so that the job itself meets the disk.
fn note_much(db: &Connection) -> Result<(), Error> {
    db.execute_batch("pragma cache_size = 1")?;
    let done = (0..500).try_for_each(|number| note(db, &format!("much {number}")));
    db.execute_batch("pragma cache_size = -32768")?;
    done
}

/// What the jobs around the failing one were told, and what is there after the next start.
struct Outcome {
    before: bool,
    after: bool,
    there: Vec<String>,
    failed: bool,
}

/// Three jobs in one batch: the one in the middle meets this fault while it runs.
async fn batch_with(plan: Plan) -> Outcome {
    let disk = Disk::new(Files::new());
    let world = world_on(&disk).await.unwrap();
    world.village().await;
    let (store, failing) = (&world.app.store, disk.clone());
    let (go_on, told) = std::sync::mpsc::channel();
    let (before, failing, after, ()) = tokio::join!(
        // The first waits until the others wait behind it, in the same batch.
        store.write(move |db, _| {
            told.recv().unwrap();
            note(db, "before")
        }),
        store.write(move |db, _| {
            failing.arm(plan);
            let done = note_much(db);
            assert!(failing.mend() > 0, "the job met no fault");
            done
        }),
        store.write(|db, _| note(db, "after")),
        async { go_on.send(()).unwrap() },
    );
    let failed = *store.failed().borrow();
    assert!(matches!(&failing, Err(Error::Busy | Error::Internal(_))), "{failing:?}");
    assert!(matches!(&before, Ok(()) | Err(Error::Busy)), "{before:?}");
    drop(world);
    let world = world_on(&disk).await.unwrap();
    let read = world.app.store.read(|db| {
        let mut names = db.prepare("select name from skill order by name")?;
        Ok(names.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    });
    Outcome { before: before.is_ok(), after: after.is_ok(), there: read.await.unwrap(), failed }
}

#[tokio::test]
async fn a_job_that_the_disk_fails_takes_no_other_of_its_batch_along_unsaid() {
    for fault in [Fault::Full, Fault::Device, Fault::Half] {
        for after in [0, 3, 20] {
            let plan = Plan { fault, after, lasting: false };
            let Outcome { before, after, there, failed } = batch_with(plan).await;
            let said =
                [("after", after), ("before", before)].into_iter().filter_map(|(name, done)| done.then_some(name));
            assert_eq!(there, said.collect::<Vec<_>>(), "{plan:?}: what is there is what was said to be");
            assert!(!failed, "{plan:?}: nothing is unknown, so nothing has to stop");
        }
    }
}
