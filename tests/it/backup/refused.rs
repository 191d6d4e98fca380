//! What is refused: to write over anything, to trust what does not hold, to open what is not ours.

use std::path::Path;

use rusqlite::Connection;

use super::{at_work, backup, lies_in, navette, refused, restore, verify, well};

/// Flips a bit of the last byte in the first place where these bytes stand.
fn damage(path: &Path, bytes: &[u8]) {
    let mut file = std::fs::read(path).unwrap();
    let at = file.windows(bytes.len()).position(|window| window == bytes).unwrap();
    file[at + bytes.len() - 1] ^= 1;
    std::fs::write(path, file).unwrap();
}

#[tokio::test]
async fn nothing_is_written_over() {
    let (world, _, folder) = at_work().await;
    let (taken, free) = (folder.path().join("taken.db"), folder.path().join("free.db"));
    well(backup(&world.file(), &taken));
    let before = std::fs::read(&taken).unwrap();
    refused(&backup(&world.file(), &taken), "is there already, and nothing is written over it");
    refused(&backup(&world.file(), &world.file()), "is there already");
    refused(&restore(&taken, &world.file()), "is there already");
    assert!(std::fs::read(&taken).unwrap() == before);
    // What lies beside a database belongs to it: under the new name it would be taken for a part of the copy.
    for beside in ["free.db-wal", "free.db-shm", "free.db-journal"] {
        let beside = folder.path().join(beside);
        std::fs::write(&beside, b"of another").unwrap();
        refused(&restore(&taken, &free), "is there already");
        refused(&backup(&world.file(), &free), "is there already");
        std::fs::remove_file(&beside).unwrap();
    }
    assert_eq!(lies_in(folder.path()), [taken]);
}

#[tokio::test]
async fn a_damaged_backup_is_told_and_makes_no_database() {
    let (world, _, folder) = at_work().await;
    let (taken, back) = (folder.path().join("taken.db"), folder.path().join("back.db"));
    for (bytes, told) in [
        ("entraide", "does not hold, and was not kept"),
        ("Les Jardins partag", "table structure: its digest is another"),
        ("CREATE TABLE hours", "cannot"),
        ("head_count between 1 and 10000", "table sqlite_schema: its digest is another"),
    ] {
        well(backup(&world.file(), &taken));
        damage(&taken, bytes.as_bytes());
        refused(&restore(&taken, &back), told);
        assert_eq!(lies_in(folder.path()), std::slice::from_ref(&taken));
        std::fs::remove_file(&taken).unwrap();
    }
}

#[tokio::test]
async fn half_a_backup_is_none() {
    let (world, _, folder) = at_work().await;
    let (taken, back) = (folder.path().join("taken.db"), folder.path().join("back.db"));
    well(backup(&world.file(), &taken));
    let whole = std::fs::read(&taken).unwrap();
    for bytes in [0, 50, 100, 4096, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&taken, &whole[..bytes]).unwrap();
        let said = restore(&taken, &back);
        assert!(!said.well, "{bytes} bytes: {said:?}");
        assert_eq!(lies_in(folder.path()), std::slice::from_ref(&taken), "{said:?}");
    }
}

#[tokio::test]
async fn a_database_that_does_not_hold_is_not_backed_up_and_told_why() {
    let (world, _, folder) = at_work().await;
    let by_hand = "update structure set name = 'Les Jardins fermés' where name like 'Les Jardins%'";
    Connection::open(world.file()).unwrap().execute(by_hand, []).unwrap();
    let said = backup(&world.file(), folder.path());
    refused(&said, "does not hold, and was not kept");
    assert!(said.err.contains("table structure: its digest is another"), "{said:?}");
    assert_eq!(lies_in(folder.path()), [] as [&Path; 0]);
    let told = verify(&world.file());
    assert!(!told.well && told.out.contains("table structure: its digest is another"), "{told:?}");
}

#[tokio::test]
async fn what_is_not_ours_or_of_a_later_time_is_not_opened() {
    let (world, _, folder) = at_work().await;
    let back = folder.path().join("back.db");
    let taken = folder.path().join("taken.db");
    well(backup(&world.file(), &taken));
    Connection::open(&taken).unwrap().execute_batch("pragma user_version = 3").unwrap();
    refused(&restore(&taken, &back), "was written by a newer Navette (schema 3, this one knows 2)");
    Connection::open(&taken).unwrap().execute_batch("pragma application_id = 1; pragma user_version = 2").unwrap();
    refused(&restore(&taken, &back), "is not a Navette database");
    std::fs::write(&taken, "date;minutes\n".repeat(100)).unwrap();
    refused(&restore(&taken, &back), "is not a Navette database");
    refused(&backup(&taken, &back), "is not a Navette database");
    refused(&restore(&folder.path().join("absent.db"), &back), "cannot read");
    refused(&backup(&folder.path().join("absent.db"), &back), "there is no database at");
    assert_eq!(lies_in(folder.path()), [taken]);
}

#[tokio::test]
async fn a_database_at_work_is_no_backup() {
    let (world, _, folder) = at_work().await;
    let back = folder.path().join("back.db");
    refused(&restore(&world.file(), &back), "it is a database at work and no backup");
    assert_eq!(lies_in(folder.path()), [] as [&Path; 0]);
}

/// A limit on the size of files stands for a disk without room.
#[cfg(unix)]
#[tokio::test]
async fn a_copy_for_which_there_is_no_room_leaves_nothing_behind() {
    let (world, _, folder) = at_work().await;
    let taken = folder.path().join("taken.db");
    let within = |kib: u32, words: &[&std::ffi::OsStr]| {
        let limited = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", kib * 2);
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &limited, "sh", env!("CARGO_BIN_EXE_navette")]).args(words);
        let said = shell.output().unwrap();
        assert!(!said.status.success(), "{said:?}");
        String::from_utf8(said.stderr).unwrap()
    };
    let told = within(100, &["backup".as_ref(), "--database".as_ref(), world.file().as_ref(), taken.as_ref()]);
    assert!(told.starts_with("navette: cannot copy "), "{told}");
    assert_eq!(lies_in(folder.path()), [] as [&Path; 0]);

    well(backup(&world.file(), &taken));
    let back = folder.path().join("back.db");
    let told = within(100, &["restore".as_ref(), taken.as_ref(), "--database".as_ref(), back.as_ref()]);
    assert!(told.starts_with("navette: cannot write "), "{told}");
    assert_eq!(lies_in(folder.path()), [taken]);
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let (world, _, folder) = at_work().await;
    let nowhere = folder.path().join("no/such/folder/navette.db");
    let said = backup(&world.file(), &nowhere);
    refused(&said, "cannot write");
    assert!(said.err.contains(nowhere.to_str().unwrap()), "{said:?}");
    let said = navette(["backup"]);
    assert!(!said.well && said.err.contains("TARGET"), "{said:?}");
}
