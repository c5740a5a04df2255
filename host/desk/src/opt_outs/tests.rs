//! Erasure of people, encryption of their data, and retention.

use crate::accounts::save_outcome::SaveResult;
use crate::db::error::StoreErrorKind;
use crate::error::DeskError;
use crate::maintenance::Retention;
use crate::reviews::queue::QueueFilter;
use crate::tests::fixture::{ADDRESS, DAY, Fixture, NOW, another_package, approve, package};
use baton_model::Sealed;
use baton_model::package_state::State;

#[tokio::test]
async fn erasure_leaves_no_readable_data() {
    let fixture = Fixture::new().await;
    let (id, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    let SaveResult::New(other) = fixture.keep(&another_package(), NOW).await else { panic!("not new") };
    let forgot = fixture.desk.by("admin").erase_person(" Ada@North.example", NOW).await.unwrap();
    assert_eq!((forgot.known, forgot.withdrawn), (true, 1));

    let view = fixture.desk.package(&id, NOW).await.unwrap();
    assert_eq!(view.state, State::Withdrawn);
    assert_eq!((view.content, view.trace), (Sealed::Forgotten, Sealed::Forgotten));
    assert_eq!(view.decisions[0].decision, Sealed::Forgotten);
    assert_eq!(view.outbox.unwrap().message, Sealed::Forgotten);
    assert!(view.suppression.is_some());
    let calls = fixture.desk.replay(&id).await.unwrap();
    assert!(!calls.is_empty() && calls.iter().all(|call| matches!(call.replayed, Sealed::Forgotten)));
    assert_eq!(fixture.desk.account("pilot", "a1").await.unwrap().handled, Sealed::Forgotten);
    assert_eq!(fixture.keep(&package(), NOW).await, SaveResult::Suppressed);
    assert_eq!(fixture.desk.export(None, 10).await.unwrap().rows.len(), 2, "counts stay");

    let view = fixture.desk.package(&other, NOW).await.unwrap();
    assert!(matches!(view.content, Sealed::Open(_)), "other people's data is unaffected");
    assert!(
        !fixture.desk.by("admin").erase_person(ADDRESS, NOW).await.unwrap().known,
        "a second erasure changes nothing"
    );
}

#[tokio::test]
async fn the_store_file_contains_no_personal_data() {
    let fixture = Fixture::new().await;
    let (_, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    fixture.desk.store().close().await;
    let bytes = std::fs::read(fixture.file()).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("North"), "the company name is not encrypted");
    for personal in [ADDRESS, "Ada", "Quill", "VP Engineering", "Shall we talk"] {
        assert!(!holds(personal), "{personal}");
    }
}

async fn tampered(sql: &'static str) {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    fixture.keep(&another_package(), NOW).await;
    fixture.sql(sql).await;
    match fixture.desk.package(&shown.id, NOW).await {
        Err(DeskError::Store(error)) => assert!(matches!(error.kind, StoreErrorKind::Tampered(_)), "{error}"),
        other => panic!("{sql}: {other:?}"),
    }
    assert!(fixture.desk.decide(&approve(&shown, "on-tampered"), NOW).await.is_err());
}

#[tokio::test]
async fn changed_or_swapped_records_are_rejected() {
    tampered(
        "UPDATE packages SET content_sealed = CAST(substr(content_sealed, 1, 40)
             || CASE substr(content_sealed, 41, 1) WHEN x'00' THEN x'01' ELSE x'00' END
             || substr(content_sealed, 42) AS BLOB)",
    )
    .await;
    tampered("UPDATE packages SET content_sealed = substr(content_sealed, 1, 10)").await;
    tampered("UPDATE packages SET content_sealed = trace_sealed").await;
    tampered(
        "CREATE TEMP TABLE two AS SELECT rowid AS n, content_sealed, subjects FROM packages;
         UPDATE packages SET content_sealed = (SELECT content_sealed FROM two WHERE n <> packages.rowid),
                             subjects = (SELECT subjects FROM two WHERE n <> packages.rowid)",
    )
    .await;
    tampered("UPDATE subjects SET wrapped_key = (SELECT wrapped_key FROM subjects ORDER BY id DESC LIMIT 1)").await;
}

#[tokio::test]
async fn the_audit_log_is_append_only() {
    let fixture = Fixture::new().await;
    fixture.shown().await;
    for sql in ["DELETE FROM audit", "UPDATE audit SET who = 'nobody'"] {
        let mut transaction = fixture.desk.store().begin().await.unwrap();
        assert!(sqlx::query(sql).execute(&mut *transaction).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn retention_erases_old_packages_and_recordings() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    let retention = Retention { recordings: Some(30), packages: Some(90) };
    fixture.desk.run_maintenance(NOW + 10 * DAY).await.unwrap();
    assert_eq!(fixture.desk.apply_retention(retention, NOW + 31 * DAY).await.unwrap().recordings, 1);
    let gone = fixture.desk.apply_retention(retention, NOW + 101 * DAY).await.unwrap();
    assert_eq!((gone.recordings, gone.packages), (0, 1));
    let view = fixture.desk.package(&shown.id, NOW).await.unwrap();
    assert_eq!((view.state, view.content), (State::Expired, Sealed::Forgotten));
    let all = QueueFilter { states: State::ALL.to_vec(), ..QueueFilter::default() };
    assert_eq!(fixture.desk.queue(&all, None, 10, NOW).await.unwrap().rows.len(), 1);
}
