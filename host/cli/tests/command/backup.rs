//! Backup and restore with the command: a message that was sent after the backup is not sent again.

use crate::fixture::{DeskFolder, NOW};
use crate::{baton, text};
use expect_test::expect;
use std::path::Path;
use std::process::Output;

fn messages(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("desk/outbox")).map_or(0, |files| {
        files
            .filter(|file| file.as_ref().is_ok_and(|file| file.path().extension().is_some_and(|is| is == "eml")))
            .count()
    })
}

fn shown(output: &Output) -> String {
    format!("{}{}exit {:?}\n", text(&output.stdout), text(&output.stderr), output.status.code())
}

/// A store that was put back sends nothing, whichever way it came back, and every command says why.
#[test]
fn a_restored_store_sends_nothing_twice() {
    for by_hand in [false, true] {
        let desk = DeskFolder::new();
        let package = desk.package("Northbeam");
        desk.done(&["approve", package.short(), "--digest", package.shown()]);
        desk.done(&["backup", "first.db"]);
        // In working hours of the recipient.
        let later = |arguments: &[&str]| baton(desk.path(), &[&["--now", "2026-03-10T15:00:00Z"], arguments].concat());
        assert_eq!(later(&["outbox", "transmit"]).status.code(), Some(0));
        assert_eq!(messages(desk.path()), 1);
        if by_hand {
            std::fs::copy(desk.path().join("first.db"), desk.path().join("desk/desk.db")).expect("a copy");
        } else {
            let refused = desk.baton(&["restore", "first.db"]);
            expect![[r#"
                error: desk/desk.db: there is a store already
                  hint: pass `--replace` to keep it aside and put the backup in its place
                exit Some(1)
            "#]]
            .assert_eq(&shown(&refused));
            expect![[r#"
                restored desk/desk.db from first.db
                  the store that was there is kept as desk/desk.db.replaced-1
                warning: the store is an older copy: sending is stopped, and 1 message is of unknown delivery
                  hint: compare `baton outbox` with the mailbox's sent messages, settle each message of unknown delivery with `baton outbox settle ID --sent yes` or `no`, then run `baton resume-sending`
                exit Some(0)
            "#]].assert_eq(&shown(&desk.baton(&["restore", "first.db", "--replace"])));
        }
        let check = desk.baton(&["check"]);
        assert_eq!(check.status.code(), Some(1));
        assert!(text(&check.stderr).contains("the store is an older copy: sending is stopped"), "{check:?}");
        let run = desk.baton(&["run", "pilot"]);
        assert!(text(&run.stderr).contains("the store is an older copy: sending is stopped"), "{run:?}");
        for _ in 0..2 {
            let sent = later(&["outbox", "transmit"]);
            assert_eq!(text(&sent.stdout), "no messages are due\n");
            assert_eq!(desk.json(&["outbox", package.short(), "--json"])["state"], "delivery-unknown");
            desk.done(&["resume-sending"]);
        }
        assert_eq!(messages(desk.path()), 1);
        assert_eq!(desk.baton(&["check"]).status.code(), Some(0));
        desk.done(&["outbox", "settle", package.short(), "--sent", "yes"]);
    }
}

/// A backup or restoration that fails says why, and changes nothing.
#[test]
fn a_backup_needs_its_key() {
    let desk = DeskFolder::new();
    desk.done(&["backup", "first.db"]);
    let key = desk.path().join("desk/desk.key");
    let aside = desk.path().join("key");
    std::fs::rename(&key, &aside).expect("moved");
    expect![[r#"
        error: desk/desk.key: cannot use the key of the store: the file is missing, but the store was created with a key
          hint: restore the key file from a backup; personal data cannot be decrypted without it
        exit Some(1)
    "#]]
    .assert_eq(&shown(&desk.baton(&["backup", "second.db"])));
    expect![[r#"
        error: desk/desk.key: cannot use the key of the store: the file is missing, but the store was created with a key
          hint: restore the key file from a backup; personal data cannot be decrypted without it
        exit Some(1)
    "#]]
    .assert_eq(&shown(&desk.baton(&["restore", "first.db", "--replace"])));
    std::fs::rename(&aside, &key).expect("moved back");
    for file in ["desk.db", "desk.db-wal", "desk.db-shm", "desk.db.changes"] {
        let _ = std::fs::remove_file(desk.path().join("desk").join(file));
    }
    expect![[r#"
        error: desk/desk.db: the store is missing or empty, but its key is in desk/desk.key
          hint: restore the store from a backup; to begin with an empty one, move the key file away
        exit Some(1)
    "#]]
    .assert_eq(&shown(&desk.baton(&["queue"])));
    // The disk is lost, and with it the change log.
    expect![[r#"
        restored desk/desk.db from first.db
        warning: the store is an older copy without its change log: sending is stopped, and 0 messages are of unknown delivery
          hint: enter the opt-outs since the copy was made with `baton suppress`; compare `baton outbox` and the queue with the mailbox's sent messages; settle each message with `baton outbox settle ID --sent yes` or `no`; then run `baton resume-sending`
        exit Some(0)
    "#]].assert_eq(&shown(&desk.baton(&["restore", "first.db"])));
    assert_eq!(baton(desk.path(), &["--now", NOW, "queue", "--json"]).status.code(), Some(0));
}
