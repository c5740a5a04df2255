//! Errors of a store that cannot be opened or written, and migrations of earlier schemas.

use crate::db::connect::Store;
use crate::db::error::{StoreError, StoreErrorKind};
use crate::desk::DeskService;
use crate::error::DeskError;
use crate::tests::fixture::{Fixture, NOW, package, rows, sql};
use baton_facts::quality::Tally;
use baton_model::Actor;
use expect_test::{Expect, expect};

async fn closed() -> Fixture {
    let fixture = Fixture::new().await;
    fixture.shown().await;
    fixture.desk.store().close().await;
    fixture
}

/// Compares the error, without the folder, and its hint. Checks that the file did not change.
async fn refused(fixture: &Fixture, expected: &Expect) -> StoreError {
    let before = std::fs::read(fixture.file()).unwrap();
    let error = Store::open(&fixture.file(), &fixture.key(), NOW).await.err().expect("opening should fail");
    let folder = format!("{}/", fixture.folder.path().display());
    expected.assert_eq(&format!("{error}\nhint: {}", error.hint()).replace(&folder, ""));
    assert!(std::fs::read(fixture.file()).unwrap() == before, "the file was changed");
    error
}

#[tokio::test]
async fn a_later_schema() {
    let fixture = closed().await;
    fixture
        .sql(
            "INSERT INTO _sqlx_migrations VALUES (9999, 'later', '2030-01-01', 1, x'00', 1); PRAGMA journal_mode = DELETE",
        )
        .await;
    refused(
        &fixture,
        &expect![[r#"
            desk.db: the store has schema 9999, but this version of Baton supports schemas up to 26
            hint: update Baton, or choose another store"#]],
    )
    .await;
}

/// A store with the first release's schema: language and version for calibration come from each package's stream.
#[tokio::test]
async fn an_earlier_schema() {
    let fixture = closed().await;
    fixture
        .sql(
            "INSERT INTO streams (campaign, tier, signal_kind, follow_up, language, engine, drafter, customer, angle, plan,
                 tally, created)
             VALUES ('pilot', 'mid', 'funding', 0, 'en-GB', 'engine', 'drafter', 'customer', 'v7', '', '', 0);
             UPDATE packages SET stream = (SELECT max(id) FROM streams);
             DROP INDEX packages_kind;
             DROP TRIGGER decisions_are_of;
             ALTER TABLE streams DROP COLUMN variant;
             ALTER TABLE packages DROP COLUMN language;
             ALTER TABLE packages DROP COLUMN angle;
             ALTER TABLE decisions DROP COLUMN edited;
             ALTER TABLE decisions DROP COLUMN most_rewritten;
             ALTER TABLE decisions DROP COLUMN changed_facts;
             DELETE FROM _sqlx_migrations WHERE version = 6",
        )
        .await;
    let store = Store::open(&fixture.file(), &fixture.key(), NOW).await.expect("it opens");
    let kinds = DeskService::new(store, fixture.logic.clone())
        .acting_as(Actor::system())
        .calibration(None, None, 9)
        .await
        .expect("a count");
    let found: Vec<_> = kinds.iter().map(|kind| (kind.language.as_str(), kind.versions[0].version.as_str())).collect();
    assert_eq!(found, [("en", "v7")]);
}

/// In an earlier schema a stream had packages of every tier. It keeps its number and its evidence, for the tier of most
/// of its packages that can be sent automatically. The packages of the other tiers get new streams.
#[tokio::test]
async fn a_stream_of_several_tiers() {
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = (folder.path().join("desk.db"), folder.path().join("desk.key"));
    Store::make_earlier(&file, 6).await;
    sql(
        &file,
        r#"INSERT INTO streams (id, campaign, signal_kind, follow_up, language, engine, drafter, customer, angle, plan,
               tally, version, closed, position, cleared_from, created)
           VALUES (4, 'pilot', 'funding', 0, 'en', 'e', 'd', 'c', 'v', '{"sampling":[1],"outgoing-quality-limit":0,
               "risk-limit":0,"held":true}', '{"inspected":31,"nonconforming":1,"clean-run":3,"level":1,
               "cleared-with":15,"recent":8,"last-inspected":7,"released":2,"overdue":0,"last-missed":null,
               "suspended":null,"stopped":true}', 33, 0, 12, 71, 5),
               (9, 'pilot', 'hiring', 0, 'en', 'e', 'd', 'c', 'v', '{"sampling":[1],"outgoing-quality-limit":0,
               "risk-limit":0,"held":true}', '{"inspected":0,"nonconforming":0,"clean-run":0,"level":0,
               "cleared-with":0,"recent":0,"last-inspected":null,"released":0,"overdue":0,"last-missed":null,
               "suspended":null,"stopped":false}', 0, 1, 0, 0, 6);
           WITH of (id, stream, tier, model, risk, prepared) AS (VALUES
               ('m1', 4, 'mid', 'send-then-spot-check', 15, 1), ('m2', 4, 'mid', 'send-then-spot-check', 16, 2),
               ('x1', 4, 'exploratory', 'automatic', 20, 3), ('x2', 4, 'exploratory', 'automatic', 20, 4),
               ('n1', 4, 'named', 'review-and-approve', 10, 1), ('n2', 4, 'named', 'review-and-approve', 10, 2),
               ('n3', 4, 'named', 'review-and-approve', 10, 5), ('m3', 4, 'mid', 'review-and-approve', 15, 1),
               ('n4', 9, 'named', 'review-and-approve', 11, 1))
           INSERT INTO packages (id, campaign, account, account_name, contact_tag, address_tag, recipient_domain,
               account_domain, touch, lead_signal, signal_kind, stream, plan, tier, tier_rank, model, score, warnings,
               reading_seconds, deadline, state, prepared, moved, digest, draft_tag, subjects, trace_subjects)
           SELECT id, 'pilot', id, id, CAST(id AS BLOB), x'', '', '', 1, 's', 'funding', stream,
               '{"sampling":[2000],"outgoing-quality-limit":483,"risk-limit":' || risk || ',"held":true}', tier, 0, model,
               80, 0, 20, 99999, 'queued', prepared, prepared, '', x'', '', '' FROM of;
           INSERT INTO checks (package, stream, seed, position, drawn, held, due) VALUES ('x2', 4, 1, 3, 4, 1, 99);
           INSERT INTO evidence (stream, at, who, package, event, tally, stops, reason)
           VALUES (4, 7, 'mara', 'x1', '{}', '{}', 'none', 'clean');
           INSERT INTO carried (from_stream, engine, drafter, to_stream, at, who, identical)
           VALUES (4, 'e2', 'd', 9, 8, 'admin', 30);
           INSERT INTO comparisons (stream, component, at, newest, identical, differing) VALUES (4, 'e2', 8, 1, 30, 0)"#,
    )
    .await;
    let store = Store::open(&file, &key, NOW).await.expect("it opens");
    let streams = DeskService::new(store, Fixture::new().await.logic)
        .acting_as(Actor::system())
        .quality(None, NOW)
        .await
        .expect("a list of streams");
    let found: Vec<_> = streams
        .iter()
        .map(|of| {
            (of.id, of.key.tier.as_str(), of.tally.inspected, of.plan.risk_limit, of.cleared_from, of.tally.stopped)
        })
        .collect();
    // Each stream has the latest plan of its own tier, and a person's stop applies to every stream that it applied to.
    assert_eq!(
        found,
        [
            (4, "mid", 31, 16, 71, true),
            (9, "named", 0, 11, 0, false),
            (10, "exploratory", 0, 20, 100, true),
            (11, "named", 0, 10, 100, true)
        ]
    );
    assert_eq!((streams[0].tally.level, streams[0].sends_unreviewed), (1, true));
    let mut recent = vec![false; 31];
    recent[3] = true;
    assert_eq!(streams[0].tally.recent, recent);
    assert_eq!(streams[2].tally, Tally { stopped: true, ..Tally::default() });
    let counted = |sql: &'static str| rows(&file, sql);
    // Sampled packages stay with their stream.
    assert_eq!(
        counted("SELECT group_concat(id || ':' || stream, ' ') FROM (SELECT * FROM packages ORDER BY id)").await,
        "m1:4 m2:4 m3:4 n1:11 n2:11 n3:11 n4:9 x1:10 x2:4"
    );
    let kept = "SELECT (SELECT min(stream) FROM evidence) || ' ' || (SELECT min(stream) FROM checks) || ' ' ||
                    (SELECT from_stream || to_stream FROM carried) || ' ' || (SELECT stream FROM comparisons) || ' ' ||
                    (SELECT version || ' ' || position FROM streams WHERE id = 4)";
    assert_eq!(counted(kept).await, "4 4 49 4 33 12");
    assert_eq!(counted("SELECT count(*) || '' FROM pragma_foreign_key_check").await, "0");
    let tables = "SELECT count(*) || '' FROM sqlite_schema WHERE name IN ('moved', 'streams_before')";
    assert_eq!(counted(tables).await, "0");
}

/// An earlier schema had other words for two states, for seeded defects and for samples. The counts of the queue agree.
#[tokio::test]
async fn earlier_names() {
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = (folder.path().join("desk.db"), folder.path().join("desk.key"));
    Store::make_earlier(&file, 19).await;
    sql(
        &file,
        "WITH of (id, state) AS (VALUES ('a', 'authorised'), ('d', 'in-doubt'), ('q', 'queued'), ('s', 'sent'))
         INSERT INTO packages (id, campaign, account, account_name, contact_tag, address_tag, recipient_domain,
             account_domain, touch, lead_signal, signal_kind, tier, tier_rank, model, score, warnings, reading_seconds,
             deadline, state, prepared, moved, digest, draft_tag, subjects, trace_subjects)
         SELECT id, 'pilot', id, id, CAST(id AS BLOB), x'', '', '', 1, 's', 'funding', 'mid', 0,
             'review-and-approve', 80, 0, 20, 99999, state, 1, 1, '', x'', '', '' FROM of;
         INSERT INTO decisions (package, request_key, request_tag, who, at, kind, state, subjects)
         VALUES ('d', 'k', x'', 'mara', 1, 'approve', 'in-doubt', '');
         INSERT INTO planted (id, original, kind, planted, aside, digest, subjects)
         VALUES ('p', 'q', 'number', 1, 2, '', '')",
    )
    .await;
    Store::open(&file, &key, NOW).await.expect("it opens");
    let counted = |sql: &'static str| rows(&file, sql);
    let states = "SELECT group_concat(id || ':' || state, ' ') FROM (SELECT id, state FROM packages ORDER BY id)";
    assert_eq!(counted(states).await, "a:scheduled d:delivery-unknown q:queued s:sent");
    let counts = "SELECT group_concat(state || ':' || packages, ' ')
                  FROM (SELECT state, packages FROM queue_counts WHERE packages > 0 ORDER BY state)";
    assert_eq!(counted(counts).await, "delivery-unknown:1 queued:1 scheduled:1 sent:1");
    assert_eq!(counted("SELECT state FROM decisions").await, "delivery-unknown");
    assert_eq!(counted("SELECT original || seeded FROM seeded_defects").await, "q1");
    let old = "SELECT count(*) || '' FROM sqlite_schema WHERE sql LIKE '%authorised%' OR sql LIKE '%in-doubt%'
               OR name LIKE '%planted%'";
    assert_eq!(counted(old).await, "0");
}

/// Earlier versions stored domains as they were typed. Every spelling is the same domain now, and the audit log names what is not a domain.
#[tokio::test]
async fn earlier_domains() {
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = (folder.path().join("desk.db"), folder.path().join("desk.key"));
    Store::make_earlier(&file, 19).await;
    sql(
        &file,
        "INSERT INTO suppressions (scope, value, tag, reason, until, at, who) VALUES
             ('domain', 'b\u{fc}cher.example', NULL, 'listed', NULL, 1, 'mara'),
             ('domain', 'traildot.example.', NULL, 'listed', NULL, 1, 'mara'),
             ('domain', 'traildot.example', NULL, 'listed', 9, 1, 'mara'),
             ('domain', 'nobody', NULL, 'listed', NULL, 1, 'mara')",
    )
    .await;
    Store::open(&file, &key, NOW).await.expect("it opens").close().await;
    let values = "SELECT group_concat(value || ' ' || coalesce(until, 'forever'), ', ')
                  FROM (SELECT value, until FROM suppressions ORDER BY value)";
    assert_eq!(rows(&file, values).await, "nobody forever, traildot.example forever, xn--bcher-kva.example forever");
    let unreadable = "SELECT group_concat(detail) FROM audit WHERE what = 'suppression-unreadable'";
    assert_eq!(rows(&file, unreadable).await, "the domain nobody matches nobody");
}

/// A key without its store: a new store would write again to everybody who opted out.
#[tokio::test]
async fn a_missing_or_empty_store_is_not_made_anew() {
    let fixture = closed().await;
    for empty in [true, false] {
        for beside in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{beside}", fixture.file().display()));
        }
        if empty {
            std::fs::write(fixture.file(), "").unwrap();
        }
        let error = Store::open(&fixture.file(), &fixture.key(), NOW).await.err().expect("opening should fail");
        assert!(matches!(error.kind, StoreErrorKind::Missing(_)), "{error}");
    }
    std::fs::remove_file(fixture.key()).unwrap();
    Store::open(&fixture.file(), &fixture.key(), NOW).await.expect("without its key it is a new store");
}

/// Nobody but the owner can read the store and the files beside it, or the folder that it creates.
#[cfg(unix)]
#[tokio::test]
async fn other_users_cannot_read_the_store() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    let (file, key) = (inner.join("desk.db"), inner.join("desk.key"));
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let store = Store::open(&file, &key, NOW).await.unwrap();
    assert_eq!((mode(&inner), mode(&file), mode(&key)), (0o700, 0o600, 0o600));
    assert_eq!(mode(&inner.join("desk.db-wal")), 0o600);
    store.close().await;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    Store::open(&file, &key, NOW).await.unwrap();
    assert_eq!(mode(&file), 0o600, "a wider file is made private");
}

/// Several programs can open a store that none of them has created or migrated yet.
#[tokio::test(flavor = "multi_thread")]
async fn several_programs_open_one_store_at_once() {
    for earlier in [None, Some(6)] {
        let folder = tempfile::tempdir().unwrap();
        let (file, key) = (folder.path().join("desk.db"), folder.path().join("desk.key"));
        if let Some(version) = earlier {
            Store::make_earlier(&file, version).await;
        }
        let opening: Vec<_> = (0..6)
            .map(|_| {
                let (file, key) = (file.clone(), key.clone());
                tokio::spawn(
                    async move { Store::open(&file, &key, NOW).await.map(drop).map_err(|error| error.to_string()) },
                )
            })
            .collect();
        for opened in opening {
            assert_eq!(opened.await.unwrap(), Ok(()), "{earlier:?}");
        }
    }
}

#[tokio::test]
async fn another_programs_file() {
    let fixture = closed().await;
    fixture.sql("PRAGMA application_id = 5; PRAGMA journal_mode = DELETE").await;
    refused(
        &fixture,
        &expect![[r#"
            desk.db: the store is damaged or is not a Baton store: it is the database of another program
            hint: restore the file from a backup; keep the damaged one, and the `-wal` file beside it"#]],
    )
    .await;
    std::fs::write(fixture.file(), b"account,name\n1,North\n".repeat(400)).unwrap();
    let error = Store::open(&fixture.file(), &fixture.key(), NOW).await.err().expect("opening should fail");
    assert!(matches!(error.kind, StoreErrorKind::Corrupt(_)), "{error}");
}

#[tokio::test]
async fn a_damaged_page() {
    let fixture = closed().await;
    let mut bytes = std::fs::read(fixture.file()).unwrap();
    for byte in &mut bytes[4096..] {
        *byte = 0x5a;
    }
    std::fs::write(fixture.file(), &bytes).unwrap();
    let error = Store::open(&fixture.file(), &fixture.key(), NOW).await.err().expect("opening should fail");
    assert!(matches!(error.kind, StoreErrorKind::Corrupt(_)), "{error}");
}

#[tokio::test]
async fn a_missing_or_wrong_key() {
    let fixture = closed().await;
    fixture.sql("PRAGMA journal_mode = DELETE").await;
    std::fs::rename(fixture.key(), fixture.key().with_extension("away")).unwrap();
    let error = Store::open(&fixture.file(), &fixture.key(), NOW).await.err().expect("opening should fail");
    assert!(error.to_string().ends_with("the file is missing, but the store was created with a key"), "{error}");
    assert!(!fixture.key().exists(), "no new key is created");
    std::fs::write(fixture.key(), "ab".repeat(32)).unwrap();
    private(&fixture, 0o600);
    let error = Store::open(&fixture.file(), &fixture.key(), NOW).await.err().expect("opening should fail");
    assert!(error.to_string().ends_with("the store was created with another key"), "{error}");
    private(&fixture, 0o640);
    let error = Store::open(&fixture.file(), &fixture.key(), NOW).await.err().expect("opening should fail");
    assert!(error.to_string().contains("other users can read it (mode 640)"), "{error}");
}

fn private(fixture: &Fixture, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(fixture.key(), std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_read_only_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = closed().await;
    std::fs::set_permissions(fixture.file(), std::fs::Permissions::from_mode(0o400)).unwrap();
    refused(
        &fixture,
        &expect![[r#"
            desk.db: cannot write to the store: the file, its folder or the disk is read-only
            hint: give yourself write permission on the file and its folder"#]],
    )
    .await;
}

#[tokio::test]
async fn a_full_disk_loses_nothing() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    {
        let mut connection = fixture.desk.store().writer_for_tests().await;
        sqlx::query("PRAGMA max_page_count = 1").execute(&mut *connection).await.unwrap();
    }
    let mut large = crate::tests::fixture::another_package();
    // Too random to compress well.
    large.why_now = (0..60_000_u64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_string()).collect();
    match crate::tests::fixture::keep(&fixture.desk, &large, NOW).await {
        Err(DeskError::Store(error)) => {
            assert!(matches!(error.kind, StoreErrorKind::Full), "{error}");
            assert_eq!(error.hint(), "free some space and run the command again; nothing was lost");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(fixture.desk.export(None, 10).await.unwrap().rows.len(), 1);
    assert_eq!(fixture.desk.package(&shown.id, NOW).await.unwrap(), shown);
    {
        let mut connection = fixture.desk.store().writer_for_tests().await;
        sqlx::query("PRAGMA max_page_count = 1000000").execute(&mut *connection).await.unwrap();
    }
    crate::tests::fixture::keep(&fixture.desk, &large, NOW).await.unwrap();
}

#[tokio::test]
async fn opening_again_finds_stored_packages() {
    let fixture = closed().await;
    let again = fixture.another().await;
    let crate::accounts::SaveResult::Unchanged(..) =
        crate::tests::fixture::keep(&again, &package(), NOW).await.unwrap()
    else {
        panic!("the package was lost")
    };
}
