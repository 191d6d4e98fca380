//! Taken and brought back: everything that was answered is there, and nothing is left lying about.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use futures_util::future::join_all;
use serde_json::json;

use super::{at_work, backup, contents, lies_in, restore, verify, well};
use crate::deeds::given;
use crate::world::{TODAY, Village, World};

#[tokio::test]
async fn a_backup_holds_all_that_was_answered_and_comes_back_the_same() {
    let (world, village, folder) = at_work().await;
    let head = world.get("/v1/ledger/head").by(&village.cuma.manager).await.ok();
    let told = well(backup(&world.file(), folder.path()));
    let [taken] = &lies_in(folder.path())[..] else { panic!("{:?}", lies_in(folder.path())) };
    let name = taken.file_name().unwrap().to_str().unwrap();
    assert!(
        name.starts_with("navette-2") && name.ends_with("Z.db") && name.len() == "navette-2026-03-14T090000Z.db".len()
    );
    let bytes = taken.metadata().unwrap().len();
    let expected = format!(
        "{} holds, all of it: 6 lines, root {}, head {}, {bytes} bytes\n",
        taken.display(),
        head["root"].as_str().unwrap(),
        head["hash"].as_str().unwrap()
    );
    assert_eq!(told, expected);

    let back = folder.path().join("back/navette.db");
    std::fs::create_dir(back.parent().unwrap()).unwrap();
    let told = well(restore(taken, &back));
    assert_eq!(told, expected.replace(&taken.display().to_string(), &back.display().to_string()));
    assert_eq!(lies_in(back.parent().unwrap()), std::slice::from_ref(&back));
    assert_eq!(contents(&back), contents(&world.file()));
    well(verify(&back));
    // It is a database at which Navette goes on working.
    well(super::navette([std::ffi::OsStr::new("purge"), "--database".as_ref(), back.as_ref()]));
    well(verify(&back));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_account_that_runs_navette_reads_a_backup_and_what_comes_of_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let (world, _, folder) = at_work().await;
    let (taken, back) = (folder.path().join("taken.db"), folder.path().join("back.db"));
    well(backup(&world.file(), &taken));
    well(restore(&taken, &back));
    for file in [taken, back] {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn a_copy_of_a_file_that_was_closed_comes_back_as_well() {
    let (world, _, folder) = at_work().await;
    world.app.store.close().await;
    let (copy, back) = (folder.path().join("copy.db"), folder.path().join("back/navette.db"));
    std::fs::copy(world.file(), &copy).unwrap();
    std::fs::create_dir(back.parent().unwrap()).unwrap();
    well(restore(&copy, &back));
    assert_eq!(lies_in(back.parent().unwrap()), std::slice::from_ref(&back));
    assert_eq!(contents(&back), contents(&copy));
}

#[tokio::test]
async fn what_was_erased_is_in_no_backup() {
    let (world, village, folder) = at_work().await;
    let named = "Philibertine Chantelauze";
    let person = world.person(&village.association, named).await;
    let erase = world.post(format!("/v1/people/{person}/erase"), &json!({ "confirm": true }));
    erase.by(&village.association.manager).await.nothing();
    let taken = folder.path().join("taken.db");
    well(backup(&world.file(), &taken));
    let bytes = std::fs::read(&taken).unwrap();
    assert!(!bytes.windows(named.len()).any(|window| window == named.as_bytes()));
}

/// Records hours one after the other until told to stop, counting what was answered.
async fn record(world: &World, village: &Village, recorded: &AtomicI64, stop: &AtomicBool) {
    let (cuma, jardins) = (&village.cuma, &village.association);
    while !stop.load(Ordering::SeqCst) {
        world.post("/v1/hours", &given(jardins, cuma, TODAY, 60)).by(&jardins.manager).await.created();
        recorded.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn backups_are_taken_while_others_record_and_hold_whatever_was_answered_before() {
    let (world, village, folder) = at_work().await;
    let (stop, recorded) = (AtomicBool::new(false), AtomicI64::new(6));
    let backups = async {
        let mut taken = Vec::new();
        for turn in 0..4 {
            let before = recorded.load(Ordering::SeqCst);
            let (file, target) = (world.file(), Arc::new(folder.path().join(format!("{turn}.db"))));
            let path = Arc::clone(&target);
            let said = tokio::task::spawn_blocking(move || well(backup(&file, &path))).await.unwrap();
            taken.push((before, said, target));
        }
        stop.store(true, Ordering::SeqCst);
        taken
    };
    let recorders = join_all((0..8).map(|_| record(&world, &village, &recorded, &stop)));
    let (taken, _) = tokio::join!(backups, recorders);
    assert!(recorded.load(Ordering::SeqCst) > 6, "nobody recorded anything meanwhile");
    for (before, said, target) in taken {
        let lines: i64 = said.split("all of it: ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        assert!(lines >= before, "{before} were answered, and the backup has {lines}");
        let back = target.with_extension("back");
        let told = well(restore(&target, &back));
        assert_eq!(told.split(" holds, ").nth(1), said.split(" holds, ").nth(1));
    }
    assert_eq!(world.faults().await, [] as [&str; 0]);
}
