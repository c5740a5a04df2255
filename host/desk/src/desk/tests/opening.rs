//! A store that cannot be used says so, and is left as it is.

use super::stage::{NOW, Stage, package};
use crate::desk::{Desk, DeskError};
use crate::store::{Store, StoreError, Trouble};
use expect_test::{Expect, expect};

async fn closed() -> Stage {
    let stage = Stage::new().await;
    stage.shown().await;
    stage.desk.store().close().await;
    stage
}

/// The error without the folder, and its hint.
async fn refused(stage: &Stage, expected: &Expect) -> StoreError {
    let before = std::fs::read(stage.file()).unwrap();
    let error = Store::open(&stage.file(), &stage.key(), NOW).await.err().expect("it opened");
    let folder = format!("{}/", stage.folder.path().display());
    expected.assert_eq(&format!("{error}\nhint: {}", error.hint()).replace(&folder, ""));
    assert!(std::fs::read(stage.file()).unwrap() == before, "the file was changed");
    error
}

#[tokio::test]
async fn a_later_schema() {
    let stage = closed().await;
    stage
        .sql(
            "INSERT INTO _sqlx_migrations VALUES (9999, 'later', '2030-01-01', 1, x'00', 1); PRAGMA journal_mode = DELETE",
        )
        .await;
    refused(
        &stage,
        &expect![[r#"
            desk.db: the store has schema 9999, and this program knows schemas up to 11
            hint: update Baton, or name another store"#]],
    )
    .await;
}

/// A store that the first release's schema made: what calibration counts by is taken from each package's stream.
#[tokio::test]
async fn an_earlier_schema() {
    let stage = closed().await;
    stage
        .sql(
            "INSERT INTO streams (campaign, signal_kind, follow_up, language, engine, drafter, customer, angle, plan,
                 tally, created)
             VALUES ('pilot', 'funding', 0, 'en-GB', 'engine', 'drafter', 'customer', 'v7', '', '', 0);
             UPDATE packages SET stream = (SELECT max(id) FROM streams);
             DROP INDEX packages_kind;
             ALTER TABLE streams DROP COLUMN variant;
             ALTER TABLE packages DROP COLUMN language;
             ALTER TABLE packages DROP COLUMN angle;
             ALTER TABLE decisions DROP COLUMN edited;
             ALTER TABLE decisions DROP COLUMN most_rewritten;
             ALTER TABLE decisions DROP COLUMN changed_facts;
             DELETE FROM _sqlx_migrations WHERE version = 6",
        )
        .await;
    let store = Store::open(&stage.file(), &stage.key(), NOW).await.expect("it opens");
    let kinds = Desk::new(store, stage.logic.clone()).calibration(None, None, 9).await.expect("a count");
    let found: Vec<_> = kinds.iter().map(|kind| (kind.language.as_str(), kind.versions[0].version.as_str())).collect();
    assert_eq!(found, [("en", "v7")]);
}

#[tokio::test]
async fn another_programs_file() {
    let stage = closed().await;
    stage.sql("PRAGMA application_id = 5; PRAGMA journal_mode = DELETE").await;
    refused(
        &stage,
        &expect![[r#"
            desk.db: the store is damaged or no store of Baton: it is another program's database
            hint: restore the file from a backup; keep the damaged one, and the `-wal` file beside it"#]],
    )
    .await;
    std::fs::write(stage.file(), b"account,name\n1,North\n".repeat(400)).unwrap();
    let error = Store::open(&stage.file(), &stage.key(), NOW).await.err().expect("it opened");
    assert!(matches!(error.kind, Trouble::Corrupt(_)), "{error}");
}

#[tokio::test]
async fn a_damaged_page() {
    let stage = closed().await;
    let mut bytes = std::fs::read(stage.file()).unwrap();
    for byte in &mut bytes[4096..] {
        *byte = 0x5a;
    }
    std::fs::write(stage.file(), &bytes).unwrap();
    let error = Store::open(&stage.file(), &stage.key(), NOW).await.err().expect("it opened");
    assert!(matches!(error.kind, Trouble::Corrupt(_)), "{error}");
}

#[tokio::test]
async fn a_key_that_is_gone_or_another() {
    let stage = closed().await;
    stage.sql("PRAGMA journal_mode = DELETE").await;
    std::fs::rename(stage.key(), stage.key().with_extension("away")).unwrap();
    let error = Store::open(&stage.file(), &stage.key(), NOW).await.err().expect("it opened");
    assert!(error.to_string().ends_with("the file is missing, and the store was written with one"), "{error}");
    assert!(!stage.key().exists(), "no other key is made");
    std::fs::write(stage.key(), "ab".repeat(32)).unwrap();
    private(&stage, 0o600);
    let error = Store::open(&stage.file(), &stage.key(), NOW).await.err().expect("it opened");
    assert!(error.to_string().ends_with("it is not the key that the store was written with"), "{error}");
    private(&stage, 0o640);
    let error = Store::open(&stage.file(), &stage.key(), NOW).await.err().expect("it opened");
    assert!(error.to_string().contains("others may read it (mode 640)"), "{error}");
}

fn private(stage: &Stage, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(stage.key(), std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = closed().await;
    std::fs::set_permissions(stage.file(), std::fs::Permissions::from_mode(0o400)).unwrap();
    refused(
        &stage,
        &expect![[r#"
            desk.db: the store cannot be written: the file, its folder or the disk is read-only
            hint: give yourself write permission on the file and its folder"#]],
    )
    .await;
}

#[tokio::test]
async fn a_full_disk_loses_nothing() {
    let stage = Stage::new().await;
    let shown = stage.shown().await;
    {
        let mut connection = stage.desk.store().writer_for_tests().await;
        sqlx::query("PRAGMA max_page_count = 1").execute(&mut *connection).await.unwrap();
    }
    let mut large = super::stage::another_package();
    // Random enough not to be compressed away.
    large.why_now = (0..60_000_u64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_string()).collect();
    match super::stage::keep(&stage.desk, &large, NOW).await {
        Err(DeskError::Store(error)) => {
            assert!(matches!(error.kind, Trouble::Full), "{error}");
            assert_eq!(error.hint(), "free some space and run the command again; nothing was lost");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(stage.desk.export(None, 10).await.unwrap().rows.len(), 1);
    assert_eq!(stage.desk.package(&shown.id, NOW).await.unwrap(), shown);
    {
        let mut connection = stage.desk.store().writer_for_tests().await;
        sqlx::query("PRAGMA max_page_count = 1000000").execute(&mut *connection).await.unwrap();
    }
    super::stage::keep(&stage.desk, &large, NOW).await.unwrap();
}

#[tokio::test]
async fn opening_again_finds_everything() {
    let stage = closed().await;
    let again = stage.another().await;
    let crate::desk::Kept::Already(..) = super::stage::keep(&again, &package(), NOW).await.unwrap() else {
        panic!("it was lost")
    };
}
