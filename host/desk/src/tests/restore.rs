//! Backup and restore: an older copy of the store is noticed at any moment, nothing is sent twice from it, and nobody who
//! opted out is written to.

use crate::db::{StoreErrorKind, back_up, restore};
use crate::desk::Desk;
use crate::error::{DeskError, Refusal};
use crate::opt_outs::{OlderCopy, SettledCopy};
use crate::tests::crash::{CrashStep, Outside, act, any_deed, cut, views};
use crate::tests::fixture::{Fixture, NOW, another_package, approve, package};
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};
use baton_model::Erasable;
use baton_model::delivery::{DeliveryCheck, DeliveryOutcome, SendVerdict};
use baton_model::package_state::PackageState;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

/// The way in which an older copy comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// With [`restore`], while the change log is there.
    Restore,
    /// By copying the file over the store, while the change log is there.
    Copy,
    /// By copying the file to a folder without the change log, as after the loss of a disk.
    CopyWithoutLog,
}

/// The way to a sent message.
const WAY: [CrashStep; 4] = [CrashStep::Prepare, CrashStep::Approve, CrashStep::Release, CrashStep::Transmit];

const WAYS: [Way; 3] = [Way::Restore, Way::Copy, Way::CopyWithoutLog];

async fn backup(fixture: &Fixture, number: usize) -> PathBuf {
    let file = fixture.folder.path().join(format!("backup-{number}"));
    back_up(&fixture.file(), &fixture.key(), &file).await.unwrap();
    file
}

/// Puts the backup in the place of the store, which must be closed, and opens it.
async fn put_back(fixture: &Fixture, backup: &Path, way: Way) -> Desk {
    if way == Way::Restore {
        restore(backup, &fixture.file(), &fixture.key(), true).await.unwrap();
    } else {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", fixture.file().display()));
        }
        std::fs::copy(backup, fixture.file()).unwrap();
    }
    if way == Way::CopyWithoutLog {
        let _ = std::fs::remove_file(fixture.folder.path().join("desk.db.changes"));
    }
    fixture.another().await
}

/// Claims the next message and records that it was sent.
async fn send(desk: &Desk) -> Option<String> {
    let claimed = desk.claim_next(NOW, NOW, "test", |_| SendVerdict::Send).await.unwrap()?;
    desk.save_send_result(&claimed, &DeliveryOutcome::Accepted("250".into()), NOW, NOW).await.unwrap();
    Some(claimed.entry.message_id)
}

/// Everything approved in the copy may have been sent, so nothing is sent until a person has looked.
#[tokio::test]
async fn an_older_copy_sends_nothing_that_was_approved_in_it() {
    for way in WAYS {
        for sent_since in [true, false] {
            let fixture = Fixture::new().await;
            let (id, outbox) = fixture.approved().await;
            fixture.desk.release(&outbox, NOW).await.unwrap();
            let copy = backup(&fixture, 0).await;
            if sent_since {
                assert!(send(&fixture.desk).await.is_some());
            }
            fixture.desk.store().close().await;
            let desk = put_back(&fixture, &copy, way).await;
            let context = format!("{way:?}, sent since: {sent_since}");
            if way == Way::Copy && !sent_since {
                // Nothing happened since the copy was made, so it is not older.
                assert_eq!(desk.settle_older_copy(NOW).await.unwrap(), None, "{context}");
                assert!(send(&desk).await.is_some());
                continue;
            }
            let refused = desk.claim_next(NOW, NOW, "test", |_| SendVerdict::Send).await;
            assert!(
                matches!(refused, Err(DeskError::Store(error)) if matches!(error.kind, StoreErrorKind::Behind)),
                "{context}"
            );
            let settled = desk.settle_older_copy(NOW).await.unwrap().expect(&context);
            let log_missing = way == Way::CopyWithoutLog;
            assert_eq!(settled, SettledCopy { unknown: 1, log_missing, ..SettledCopy::default() }, "{context}");
            assert_eq!(desk.settle_older_copy(NOW).await.unwrap(), None, "it is settled once");
            assert_eq!(desk.package(&id, NOW).await.unwrap().state, PackageState::DeliveryUnknown);
            assert_eq!(desk.sending_stop().await.unwrap().unwrap().who, "baton");
            let copy = OlderCopy { found: NOW, log_missing, unknown: 1 };
            assert_eq!(desk.older_copy().await.unwrap(), Some(copy));
            let noted = desk.audit(None, None, 1000).await.unwrap().rows;
            assert!(noted.iter().any(|row| row.action == "restored"), "{noted:?}");
            assert_eq!(send(&desk).await, None, "{context}");

            desk.store().close().await;
            let again = fixture.another().await;
            assert_eq!(again.settle_older_copy(NOW).await.unwrap(), None, "it is noticed once");
            assert_eq!(again.older_copy().await.unwrap(), Some(copy), "until sending is resumed");
            again.resume_sending(NOW).await.unwrap();
            assert_eq!(again.older_copy().await.unwrap(), None);
            assert_eq!(send(&again).await, None, "{context}");
        }
    }
}

/// The change log has what the copy does not: opt-outs, erasures, and the accounts that were written to.
#[tokio::test]
async fn changes_after_the_copy_are_repeated() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    fixture.keep(&another_package(), NOW).await;
    let other = views(&fixture.desk).await.into_iter().find(|view| view.id != shown.id).unwrap();
    let copy = backup(&fixture, 0).await;

    let approved = fixture.desk.decide(&approve(&shown, "approve-1"), NOW).await.unwrap();
    fixture.desk.release(&approved.outbox.unwrap(), NOW).await.unwrap();
    assert!(send(&fixture.desk).await.is_some());
    let order = Suppression { scope: SuppressionScope::Domain, reason: SuppressionReason::Complaint, until: None };
    fixture.desk.suppress("later.example", order, NOW).await.unwrap();
    let address = match &other.content {
        Erasable::Open(content) => content.package.draft.message.to.clone(),
        Erasable::Erased => panic!("erased"),
    };
    fixture.desk.erase_person(&address, NOW).await.unwrap();
    fixture.desk.store().close().await;

    let desk = put_back(&fixture, &copy, Way::Copy).await;
    let settled = desk.settle_older_copy(NOW).await.unwrap().unwrap();
    assert_eq!((settled.unknown, settled.paused, settled.log_missing), (0, 1, false));
    assert!(settled.repeated >= 2, "{settled:?}");
    desk.resume_sending(NOW).await.unwrap();
    // The message that this copy does not know of is not sent again.
    let again = desk.decide(&approve(&shown, "approve-2"), NOW).await;
    assert!(matches!(again, Err(DeskError::Refused(Refusal::AccountPaused { .. }))), "{again:?}");
    assert_eq!(desk.package(&other.id, NOW).await.unwrap().content, Erasable::Erased);
    let mut suppressed = package();
    suppressed.account.id = "later".into();
    suppressed.account.domain = Some("later.example".into());
    suppressed.draft.message.to = "ida@later.example".into();
    suppressed.contact.email = Some("ida@later.example".into());
    assert_eq!(
        crate::tests::fixture::keep(&desk, &suppressed, NOW).await.unwrap(),
        crate::accounts::SaveResult::Suppressed
    );
}

/// A withdrawal after the copy was made counts as well: the message is not sent from the copy.
#[tokio::test]
async fn a_withdrawn_message_is_not_sent_from_a_copy() {
    let fixture = Fixture::new().await;
    let (_, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    let copy = backup(&fixture, 0).await;
    fixture.desk.withdraw(&outbox, "they called", NOW).await.unwrap();
    fixture.desk.store().close().await;
    let desk = put_back(&fixture, &copy, Way::Copy).await;
    assert_eq!(desk.settle_older_copy(NOW).await.unwrap().unwrap().unknown, 1);
    assert_eq!(send(&desk).await, None);
}

/// A message is not sent while the change log cannot be written, and goes out once it can.
#[tokio::test]
async fn nothing_is_sent_without_the_change_log() {
    let fixture = Fixture::new().await;
    let (id, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    let log = fixture.folder.path().join("desk.db.changes");
    let aside = log.with_extension("aside");
    std::fs::rename(&log, &aside).unwrap();
    let refused = fixture.desk.claim_next(NOW, NOW, "test", |_| SendVerdict::Send).await;
    assert!(
        matches!(&refused, Err(DeskError::Store(error)) if matches!(error.kind, StoreErrorKind::ChangeLog(_))),
        "{refused:?}"
    );
    assert_eq!(fixture.desk.package(&id, NOW).await.unwrap().state, PackageState::Scheduled);
    std::fs::rename(&aside, &log).unwrap();
    let claimed = fixture.desk.claim_next(NOW + 1, NOW, "test", |_| SendVerdict::Send).await.unwrap();
    assert!(claimed.is_some());
}

/// A crash in the middle of a line of the change log, and a log that somebody changed.
#[tokio::test]
async fn a_damaged_change_log() {
    for (change, older) in [
        (&(|text: &mut String| text.push_str("{\"generation\":9,\"chan")) as &dyn Fn(&mut String), false),
        (&|text: &mut String| text.insert_str(text.find('\n').unwrap() + 1, "?\n"), true),
        (&|text: &mut String| *text = text.replacen("\"store\":\"", "\"store\":\"0", 1), true),
        (&|text: &mut String| text.clear(), true),
    ] {
        let fixture = Fixture::new().await;
        fixture.desk.stop_sending("no", NOW).await.unwrap();
        fixture.desk.store().close().await;
        let log = fixture.folder.path().join("desk.db.changes");
        let mut text = std::fs::read_to_string(&log).unwrap();
        change(&mut text);
        std::fs::write(&log, &text).unwrap();
        let desk = fixture.another().await;
        assert_eq!(desk.settle_older_copy(NOW).await.unwrap().is_some(), older, "{text}");
        desk.by("mara").pause("a1", Some("no"), NOW).await.unwrap();
        desk.store().close().await;
        assert_eq!(fixture.another().await.settle_older_copy(NOW).await.unwrap(), None, "{text}");
    }
}

/// A store of an earlier version has no change log and begins one.
#[tokio::test]
async fn a_store_of_an_earlier_version_begins_to_count() {
    let fixture = Fixture::new().await;
    let (_, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    fixture.desk.store().close().await;
    std::fs::remove_file(fixture.folder.path().join("desk.db.changes")).unwrap();
    fixture.sql("UPDATE host SET counted_since = NULL, generation = 0").await;
    let desk = fixture.another().await;
    assert_eq!(desk.settle_older_copy(NOW).await.unwrap(), None);
    assert!(send(&desk).await.is_some());
    desk.store().close().await;
    std::fs::remove_file(fixture.folder.path().join("desk.db.changes")).unwrap();
    let settled = fixture.another().await.settle_older_copy(NOW).await.unwrap();
    assert!(settled.is_some_and(|settled| settled.log_missing), "{settled:?}");
}

/// Refusals of a backup and of a restoration, each of which changes nothing.
#[tokio::test]
async fn refused_backups_and_restorations() {
    let fixture = Fixture::new().await;
    fixture.approved().await;
    let (file, key) = (fixture.file(), fixture.key());
    let folder = fixture.folder.path();
    let at = |name: &str| folder.join(name);
    let copy = backup(&fixture, 0).await;
    let mut refusals = Vec::new();
    let mut refused = |what: &str, result: Result<(), crate::db::StoreError>| {
        let error = result.expect_err(what);
        let text = format!("{what}: {error}\nhint: {}", error.hint());
        refusals.push(text.replace(&format!("{}/", folder.display()), ""));
    };
    refused("the backup exists", back_up(&file, &key, &copy).await);
    refused("no store", back_up(&at("none/desk.db"), &key, &at("new")).await);
    refused("no folder", back_up(&file, &key, &at("none/new")).await);
    refused("open elsewhere", restore(&copy, &file, &key, true).await.map(drop));
    fixture.desk.store().close().await;
    refused("a store is there", restore(&copy, &file, &key, false).await.map(drop));
    refused("no backup", restore(&at("none"), &file, &key, true).await.map(drop));
    std::fs::write(at("text"), "account,name\n".repeat(400)).unwrap();
    refused("another file", restore(&at("text"), &file, &key, true).await.map(drop));
    std::fs::write(at("empty"), "").unwrap();
    refused("an empty file", restore(&at("empty"), &file, &key, true).await.map(drop));
    let mut damaged = std::fs::read(&copy).unwrap();
    damaged[8192..20_000].fill(0x5a);
    std::fs::write(at("damaged"), damaged).unwrap();
    let error = restore(&at("damaged"), &file, &key, true).await.expect_err("damaged");
    assert!(error.to_string().contains("it is damaged or not a backup: "), "{error}");
    std::fs::rename(&key, at("aside")).unwrap();
    refused("the key is missing", back_up(&file, &key, &at("new")).await);
    refused("the key is missing", restore(&copy, &file, &key, true).await.map(drop));
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    std::fs::set_permissions(&key, std::fs::metadata(at("aside")).unwrap().permissions()).unwrap();
    refused("another key", back_up(&file, &key, &at("new")).await);
    refused("another key", restore(&copy, &file, &key, true).await.map(drop));
    expect_test::expect![[r#"
        the backup exists: backup-0: the file exists already
        hint: choose another name: a backup replaces no file

        no store: none/desk.db: there is no store to back up
        hint: check `--config` and `[store] folder`

        no folder: none/new: cannot write it: No such file or directory (os error 2)
        hint: check the path, its permissions and the free space

        open elsewhere: desk.db: the store is in use: another process has it open
        hint: stop that process first: `baton serve` ends with Ctrl-C

        a store is there: desk.db: there is a store already
        hint: pass `--replace` to keep it aside and put the backup in its place

        no backup: none: there is no such file
        hint: check the path, its permissions and the free space

        another file: text: it is damaged or not a backup: error returned from database: (code: 26) file is not a database
        hint: choose another backup

        an empty file: empty: it is damaged or not a backup: it is empty
        hint: choose another backup

        the key is missing: desk.key: cannot use the key of the store: the file is missing, but the store was created with a key
        hint: restore the key file from a backup; personal data cannot be decrypted without it

        the key is missing: desk.key: cannot use the key of the store: the file is missing, but the store was created with a key
        hint: restore the key file from a backup; personal data cannot be decrypted without it

        another key: desk.key: cannot use the key of the store: desk.db was created with another key
        hint: restore the key file from a backup; personal data cannot be decrypted without it

        another key: desk.key: cannot use the key of the store: backup-0 was created with another key
        hint: restore the key file from a backup; personal data cannot be decrypted without it"#]].assert_eq(&refusals.join("\n\n"));
    assert!(!at("new").exists());
    let left: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains(".part")), "{left:?}");
}

/// A backup is private, has no key, and is restored as it was; the store that it replaces is kept.
#[tokio::test]
async fn a_backup_is_restored_as_it_was() {
    let fixture = Fixture::new().await;
    let (id, _) = fixture.approved().await;
    let copy = backup(&fixture, 0).await;
    let key = std::fs::read_to_string(fixture.key()).unwrap();
    let bytes = std::fs::read(&copy).unwrap();
    assert!(!bytes.windows(16).any(|window| window == &key.as_bytes()[..16]));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    }
    fixture.keep(&another_package(), NOW).await;
    fixture.desk.store().close().await;
    let (file, key) = (fixture.file(), fixture.key());
    let kept = restore(&copy, &file, &key, true).await.unwrap().expect("the store that was there");
    assert_eq!(kept.file_name().unwrap(), "desk.db.replaced-1");
    let open = async |path: &Path| {
        let store = crate::db::Store::open(path, &key, NOW).await.unwrap();
        crate::desk::DeskService::new(store, fixture.logic.clone()).acting_as(baton_model::Actor::operator("mara"))
    };
    let restored = open(&file).await;
    assert_eq!(restored.export(None, 10).await.unwrap().rows.len(), 1);
    assert!(matches!(restored.package(&id, NOW).await.unwrap().content, Erasable::Open(_)));
    assert_eq!(open(&kept).await.export(None, 10).await.unwrap().rows.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Backups at any moment, put back at any other, with crashes in between: no message is sent twice, and the person
    /// gets one message.
    #[test]
    fn no_message_is_sent_twice_after_any_restoration(
        others in prop::collection::vec(
            (prop::option::weighted(0.2, any_deed()), prop::option::weighted(0.1, 0_usize..120)), 8..20),
        backups in prop::collection::vec(0_usize..8, 1..4),
        restorations in prop::collection::vec((4_usize..12, 0_usize..8, prop::bool::weighted(0.2)), 1..3),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let fixture = Fixture { desk: fixture.another().await, ..fixture };
            let mut desk = fixture.desk.clone();
            let (mut outside, mut copies) = (Outside::default(), Vec::new());
            for (number, (other, polls)) in others.into_iter().enumerate() {
                let deed = other.unwrap_or(WAY[number % WAY.len()]);
                if backups.contains(&number) {
                    copies.push(backup(&fixture, copies.len()).await);
                }
                let crashed = match polls {
                    None => {
                        act(&desk, deed, number, &mut outside).await;
                        false
                    }
                    Some(polls) => cut(polls, act(&desk, deed, number, &mut outside)).await.is_none(),
                };
                let put_back_now = restorations.iter().find(|(at, ..)| *at == number);
                if let (Some((_, copy, without_log)), false) = (put_back_now, copies.is_empty()) {
                    let way = if *without_log { Way::CopyWithoutLog } else { Way::Copy };
                    desk.store().close().await;
                    desk = put_back(&fixture, &copies[copy % copies.len()], way).await;
                    desk.settle_older_copy(NOW).await.unwrap();
                    desk.resume_sending(NOW).await.unwrap();
                } else if crashed || matches!(deed, CrashStep::Restart) {
                    desk.store().close().await;
                    desk = fixture.another().await;
                    desk.settle_older_copy(NOW).await.unwrap();
                    desk.recover(NOW + number as i64, |_| DeliveryCheck::Unknown).await.unwrap();
                }
                let lost_log = restorations.iter().any(|(at, _, without_log)| *without_log && *at <= number);
                for (message, times) in &outside.left {
                    assert_eq!(*times, 1, "{message} was sent twice");
                }
                // Without its log a copy cannot know of messages that were approved later.
                assert!(lost_log || outside.left.len() <= 1, "two messages to one person: {:?}", outside.left);
            }
        });
    }
}
