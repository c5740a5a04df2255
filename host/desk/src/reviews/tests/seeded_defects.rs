//! A seeded package looks like any other until a decision, is never sent, and is revealed afterwards; the store's own
//! constraints enforce that.

use crate::accounts::save_outcome::SaveResult;
use crate::desk::Desk;
use crate::error::{DeskError, Refusal};
use crate::maintenance::Retention;
use crate::reviews::queue::QueueFilter;
use crate::tests::fixture::{DAY, Fixture, NOW, approve, keep, newer_package, package, refusal, request};
use baton_facts::packages::HandoffPackage;
use baton_facts::types::{Message, Timestamp};
use baton_model::decision::{Decision, RejectReason};
use baton_model::package_state::State;
use baton_model::views::{PackageView, Spotted};
use baton_model::{PackageId, Sealed};
use std::num::NonZeroU32;

/// Seeds a defect in every package.
fn planting(desk: Desk) -> Desk {
    desk.with(|desk| desk.with_seeded_defects(NonZeroU32::new(1)))
}

/// A desk that seeds defects, a package, and the seeded package shown instead of it.
pub async fn seeded_fixture() -> (Fixture, PackageId, PackageView) {
    let mut fixture = Fixture::new().await;
    fixture.desk = planting(fixture.desk);
    let SaveResult::New(original) = fixture.keep(&package(), NOW).await else { panic!("not new") };
    let shown = fixture.desk.package(&original, NOW).await.unwrap();
    assert_ne!(shown.id, original, "a seeded package is shown instead");
    (fixture, original, shown)
}

pub async fn queue(desk: &Desk, now: Timestamp) -> Vec<PackageId> {
    let rows = desk.queue(&QueueFilter::default(), None, 100, now).await.unwrap().rows;
    rows.into_iter().map(|row| row.id).collect()
}

pub fn draft(view: &PackageView) -> Message {
    view.content.as_ref().open().expect("it is there").package.draft.message.clone()
}

fn reject(shown: &PackageView, key: &str, reason: RejectReason) -> baton_model::decision::Request {
    request(shown, key, Decision::Reject { reason, note: String::new() })
}

/// The store's response to SQL that bypasses it.
async fn tried(fixture: &Fixture, sql: String) -> Result<(), String> {
    use sqlx::{ConnectOptions as _, Connection as _};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(fixture.file()).foreign_keys(true);
    let mut connection = options.connect().await.unwrap();
    let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await;
    connection.close().await.unwrap();
    done.map(drop).map_err(|error| error.to_string())
}

#[tokio::test]
async fn the_store_rejects_sending_a_seeded_package() {
    let (fixture, original, shown) = seeded_fixture().await;
    let entry = |package: &PackageId| {
        format!(
            "INSERT INTO outbox (id, package, message_id, approved_by, mailbox, approved, not_before, subjects)
             VALUES ('x', '{package}', 'x@x', 'mara', 'x', 1, 1, '1')"
        )
    };
    let state = |state: &str| format!("UPDATE packages SET state = '{state}' WHERE id = '{original}'");
    for (sql, says) in [
        (entry(&shown.id), "never leaves"),
        (entry(&original), "never leaves"),
        (state("approved"), "waits behind"),
        (state("sent"), "waits behind"),
        ("UPDATE planted SET state = 'approved', ended = 1, result = 'missed'".into(), "CHECK constraint"),
        ("UPDATE planted SET state = 'queued', ended = 1, result = 'missed'".into(), "CHECK constraint"),
        ("UPDATE planted SET original = 'x'".into(), "stays what it is"),
        (
            format!(
                "INSERT INTO decisions (package, request_key, request_tag, who, at, kind, state, subjects)
                  VALUES ('{}', 'k', x'00', 'm', 1, 'approve', 'approved', '1')",
                shown.id
            ),
            "FOREIGN KEY",
        ),
        (
            format!(
                "INSERT INTO checks (package, stream, seed, position, drawn, held, due)
                  VALUES ('{}', 1, 1, 1, 1, 1, 1)",
                shown.id
            ),
            "FOREIGN KEY",
        ),
    ] {
        let error = tried(&fixture, sql.clone()).await.expect_err(&sql);
        assert!(error.contains(says), "{sql}: {error}");
    }

    // The seeded package stays unsendable after it ends, when its original may be sent.
    fixture.desk.decide(&approve(&shown, "approve-planted"), NOW).await.unwrap();
    let error = tried(&fixture, entry(&shown.id)).await.expect_err("it has ended");
    assert!(error.contains("never leaves"), "{error}");
    let error = tried(&fixture, "UPDATE planted SET result = 'found'".into()).await.expect_err("it has ended");
    assert!(error.contains("ends once"), "{error}");
    let real = fixture.desk.package(&original, NOW).await.unwrap();
    fixture.desk.decide(&approve(&real, "approve-real"), NOW).await.unwrap();
    let error = tried(&fixture, format!("UPDATE outbox SET package = '{}'", shown.id)).await.expect_err("moved out");
    assert!(error.contains("never leaves"), "{error}");
}

#[tokio::test]
async fn a_seeded_package_looks_like_any_other() {
    let (fixture, original, shown) = seeded_fixture().await;
    let desk = &fixture.desk;
    assert_eq!((shown.state, shown.planted.as_ref(), shown.newer.as_ref()), (State::Queued, None, None));
    assert!(shown.decisions.is_empty() && shown.outbox.is_none());
    assert_eq!(shown.recordings, 1, "the recordings of its original");
    assert_eq!(queue(desk, NOW).await, std::slice::from_ref(&shown.id));
    assert_eq!((desk.waiting(None, NOW).await.unwrap(), desk.hidden_by_seeded_defects(None).await.unwrap()), (1, 1));
    assert_eq!(desk.hidden_by_seeded_defects(Some("another")).await.unwrap(), 0);
    assert_eq!(desk.find(&shown.id.0).await.unwrap(), shown.id);
    assert!(matches!(desk.find(&original.0).await, Err(DeskError::Refused(Refusal::PackageNotFound))));
    assert_eq!(desk.export(None, 10).await.unwrap().rows[0].package, shown.id);
    let accounts = desk.accounts("pilot", None, 10).await.unwrap().rows;
    assert_eq!((accounts[0].package.as_ref(), accounts[0].package_state), (Some(&shown.id), Some(State::Queued)));
    let account = desk.account("pilot", "a1").await.unwrap();
    let said = serde_json::to_string(&account).unwrap();
    assert!(!said.contains(&original.0), "{said}");
    assert!(said.contains(&serde_json::to_string(&draft(&shown).body).unwrap()), "{said}");
    let trail = serde_json::to_string(&desk.audit(None, None, 100).await.unwrap()).unwrap();
    assert!(!trail.contains(&original.0) && !trail.contains("planted") && trail.contains(&shown.id.0), "{trail}");
    assert_eq!(desk.replay(&shown.id).await.unwrap().len(), 1);

    // A snooze applies to the original, and the seeded package still looks the same.
    let snooze = request(&shown, "snooze-planted", Decision::Snooze { until: NOW + DAY });
    let decided = desk.decide(&snooze, NOW).await.unwrap();
    assert_eq!((decided.state, decided.planted), (State::Snoozed, None));
    assert!(desk.decide(&snooze, NOW).await.unwrap().repeated);
    assert_eq!(queue(desk, NOW).await, []);
    assert_eq!(desk.run_maintenance(NOW + DAY).await.unwrap().woken, 1);
    assert_eq!(queue(desk, NOW + DAY).await, std::slice::from_ref(&shown.id));
    let trail = serde_json::to_string(&desk.audit(None, None, 100).await.unwrap()).unwrap();
    assert!(!trail.contains(&original.0) && !trail.contains("planted"), "{trail}");
    let view = desk.package(&shown.id, NOW + DAY).await.unwrap();
    assert_eq!((view.decisions.len(), view.digest), (1, shown.digest));
}

#[tokio::test]
async fn a_decision_finds_or_misses_the_defect_or_says_nothing_about_it() {
    let fixed = |view: &PackageView| Decision::Edit { message: draft(view), overruled: Vec::new(), my_wording: false };
    for (name, expected) in [
        ("approve", Some(Spotted::Missed)),
        ("corrected", Some(Spotted::Found)),
        ("reworded", Some(Spotted::Missed)),
        ("draft", Some(Spotted::Found)),
        ("research", Some(Spotted::Found)),
        ("contact", Some(Spotted::Found)),
        ("account", None),
        ("not now", None),
    ] {
        let (fixture, original, shown) = seeded_fixture().await;
        let turned_down = |reason| Decision::Reject { reason, note: String::new() };
        let decision = match name {
            "approve" => Decision::Approve { overruled: Vec::new() },
            "corrected" => {
                Decision::Edit { message: package().draft.message, overruled: Vec::new(), my_wording: false }
            }
            "reworded" => {
                let Decision::Edit { mut message, .. } = fixed(&shown) else { unreachable!() };
                message.body += "\nPS";
                Decision::Edit { message, overruled: Vec::new(), my_wording: true }
            }
            "draft" => turned_down(RejectReason::Draft),
            "research" => turned_down(RejectReason::Research),
            "contact" => turned_down(RejectReason::Contact),
            "account" => turned_down(RejectReason::Account),
            _ => turned_down(RejectReason::NotNow),
        };
        let decided = fixture.desk.decide(&request(&shown, "decide-planted", decision), NOW + 9).await.unwrap();
        let told = decided.planted.clone().expect("the defect is revealed immediately");
        assert_eq!((told.result, &told.original), (expected, &original), "{name}");
        assert!(told.defect.is_some() && decided.outbox.is_none());
        assert!(!decided.state.is_open() && !decided.state.is_under_way(), "{name}: {}", decided.state);
        assert!(fixture.desk.unreleased().await.unwrap().is_empty(), "{name}");

        // The original enters the queue as if it had just been prepared, and adds its own evidence.
        assert_eq!(queue(&fixture.desk, NOW + 9).await, std::slice::from_ref(&original), "{name}");
        let real = fixture.desk.package(&original, NOW + 9).await.unwrap();
        assert_eq!(draft(&real), package().draft.message);
        assert!(real.decisions.is_empty() && real.planted.is_none());
        let told_again = fixture.desk.package(&shown.id, NOW + 9).await.unwrap();
        assert_eq!((told_again.planted.as_ref(), told_again.newer.as_ref()), (Some(&told), Some(&original)));
        let rate = fixture.desk.miss_rate(NOW + 9).await.unwrap();
        assert_eq!(rate.map(|rate| rate.found + rate.missed), expected.map(|_| 1), "{name}");
        assert_eq!(fixture.desk.miss_rate(NOW + 8).await.unwrap(), None, "before the decision");
        assert_eq!(fixture.desk.by("mara").own_miss_rate(NOW + 9).await.unwrap(), rate);
        assert_eq!(fixture.desk.by("ben").own_miss_rate(NOW + 9).await.unwrap(), None);
        let trail = fixture.desk.audit(Some(&shown.id), None, 100).await.unwrap().rows;
        let last = trail.iter().find(|row| row.what == "planted").expect("the audit log records it");
        assert_eq!((last.who.as_str(), last.at), ("mara", NOW + 9));
        let of_real = fixture.desk.audit(Some(&original), None, 100).await.unwrap().rows;
        assert_eq!(of_real.iter().map(|row| row.what.as_str()).collect::<Vec<_>>(), ["shown"]);

        // A second decision is refused.
        let again = fixture.desk.decide(&approve(&told_again, "once-more"), NOW + 9).await;
        assert!(matches!(refusal(again), Refusal::IllegalTransition { .. }), "{name}");
    }
}

#[tokio::test]
async fn requests_for_a_seeded_package_and_its_original_are_separate() {
    let (fixture, original, shown) = seeded_fixture().await;
    let desk = &fixture.desk;
    // The original's digest is never shown, so the test guesses one from a desk without seeding.
    let plain = Fixture::new().await;
    let elsewhere = plain.shown().await;
    let crossed = |package: &PackageId, digest: &str, key: &str| baton_model::decision::Request {
        package: package.clone(),
        shown: digest.to_owned(),
        ..approve(&shown, key)
    };
    for request in [
        crossed(&original, &shown.digest, "crossed-1"),
        crossed(&original, &elsewhere.digest, "crossed-2"),
        crossed(&shown.id, &elsewhere.digest, "crossed-3"),
    ] {
        assert!(matches!(refusal(desk.decide(&request, NOW).await), Refusal::Stale { newer: None, .. }));
    }
    let first = desk.decide(&approve(&shown, "one-request"), NOW).await.unwrap();
    let again = desk.decide(&approve(&shown, "one-request"), NOW + 60).await.unwrap();
    assert!(again.repeated);
    assert_eq!(baton_model::decision::Decided { repeated: false, ..again }, first);

    let real = desk.package(&original, NOW).await.unwrap();
    assert_eq!(refusal(desk.decide(&approve(&real, "one-request"), NOW).await), Refusal::KeyReused);
    let old = crossed(&original, &shown.digest, "crossed-4");
    assert!(matches!(refusal(desk.decide(&old, NOW).await), Refusal::Stale { .. }));
    let back = crossed(&shown.id, &real.digest, "crossed-5");
    assert!(matches!(refusal(desk.decide(&back, NOW).await), Refusal::Stale { .. }));
    desk.decide(&approve(&real, "another-request"), NOW).await.unwrap();
    assert_eq!(refusal(desk.decide(&approve(&shown, "another-request"), NOW).await), Refusal::KeyReused);
}

#[tokio::test]
async fn only_one_of_two_reviewers_decides() {
    let (fixture, original, shown) = seeded_fixture().await;
    let other = fixture.another().await;
    let (one, two) = (approve(&shown, "first-reviewer"), reject(&shown, "second-reviewer", RejectReason::Draft));
    let ben = other.by("ben");
    let (one, two) = tokio::join!(fixture.desk.decide(&one, NOW), ben.decide(&two, NOW));
    let (first, second) = (one.is_ok(), two.is_ok());
    assert!(first ^ second, "{one:?} {two:?}");
    assert!(matches!(refusal(if first { two } else { one }), Refusal::IllegalTransition { .. }));
    let rate = other.miss_rate(NOW).await.unwrap().unwrap();
    assert_eq!((rate.found, rate.missed), (u32::from(second), u32::from(first)));
    assert_eq!(queue(&other, NOW).await, [original]);
}

#[tokio::test]
async fn a_seeded_package_yields_before_the_original_expires() {
    // The package expires in ten days, so the seeded one may be shown for eight.
    let (fixture, original, shown) = seeded_fixture().await;
    fixture.desk.run_maintenance(NOW + 8 * DAY - 1).await.unwrap();
    assert_eq!(queue(&fixture.desk, NOW + 8 * DAY - 1).await, std::slice::from_ref(&shown.id));
    fixture.desk.run_maintenance(NOW + 8 * DAY).await.unwrap();
    assert_eq!(queue(&fixture.desk, NOW + 8 * DAY).await, std::slice::from_ref(&original));
    match refusal(fixture.desk.decide(&approve(&shown, "too-late"), NOW + 8 * DAY).await) {
        Refusal::Stale { newer, changed } => assert_eq!((newer, changed.is_empty()), (Some(original), false)),
        other => panic!("{other:?}"),
    }
    assert_eq!(fixture.desk.miss_rate(NOW + 8 * DAY).await.unwrap(), None, "no decision was made");

    // Nothing is seeded if the deadline is too near, or if the package is not its turn.
    for (fresh_days, one_in) in [(4, 1), (10, u32::MAX)] {
        let fixture = Fixture::new().await;
        let desk = fixture.desk.clone().with(|desk| desk.with_seeded_defects(NonZeroU32::new(one_in)));
        let package = HandoffPackage { fresh_until: NOW + fresh_days * DAY, ..package() };
        let SaveResult::New(id) = keep(&desk, &package, NOW).await.unwrap() else { panic!("not new") };
        assert_eq!(queue(&desk, NOW).await, [id]);
    }
}

#[tokio::test]
async fn ending_the_original_ends_the_seeded_package() {
    let gone = |fixture: &Fixture, shown: &PackageView| {
        let (desk, shown) = (fixture.desk.clone(), shown.clone());
        async move {
            let view = desk.package(&shown.id, NOW).await.unwrap();
            assert_eq!((view.state, view.planted.and_then(|planted| planted.result)), (State::Superseded, None));
            assert!(matches!(refusal(desk.decide(&approve(&shown, "has-ended"), NOW).await), Refusal::Stale { .. }));
            view.content
        }
    };
    // A newer preparation.
    let (fixture, original, shown) = seeded_fixture().await;
    let SaveResult::Replaced { old, new } = fixture.keep(&newer_package(), NOW).await else { panic!("not replaced") };
    assert_eq!(
        (old, queue(&fixture.desk, NOW).await),
        (original, vec![new]),
        "the newer package gets no seeded defect"
    );
    assert!(matches!(gone(&fixture, &shown).await, Sealed::Open(_)));
    // An erased person.
    let (fixture, _, shown) = seeded_fixture().await;
    assert_eq!(fixture.desk.by("admin").erase_person(crate::tests::fixture::ADDRESS, NOW).await.unwrap().withdrawn, 1);
    assert_eq!(gone(&fixture, &shown).await, Sealed::Forgotten, "its contents are erased with the person");
    let (fixture, _, shown) = seeded_fixture().await;
    fixture.desk.decide(&approve(&shown, "before-forgetting"), NOW).await.unwrap();
    fixture.desk.by("admin").erase_person(crate::tests::fixture::ADDRESS, NOW).await.unwrap();
    let view = fixture.desk.package(&shown.id, NOW).await.unwrap();
    assert_eq!((view.content, view.planted.unwrap().defect), (Sealed::Forgotten, None));
    assert_eq!(view.decisions[0].decision, Sealed::Forgotten);
    assert_eq!(fixture.desk.miss_rate(NOW).await.unwrap().unwrap().missed, 1, "the counts stay");
    // A retention period.
    let (fixture, original, shown) = seeded_fixture().await;
    fixture.desk.decide(&approve(&shown, "before-retention"), NOW).await.unwrap();
    let real = fixture.desk.package(&original, NOW).await.unwrap();
    fixture.desk.decide(&reject(&real, "real-rejected", RejectReason::Account), NOW).await.unwrap();
    let kept = Retention { recordings: None, packages: Some(1) };
    assert_eq!(fixture.desk.apply_retention(kept, NOW + 3 * DAY).await.unwrap().packages, 1);
    let view = fixture.desk.package(&shown.id, NOW).await.unwrap();
    assert_eq!((view.content, view.decisions[0].decision.clone()), (Sealed::Forgotten, Sealed::Forgotten));
}

#[tokio::test]
async fn seeded_packages_survive_a_restart() {
    let (fixture, original, shown) = seeded_fixture().await;
    fixture.desk.store().close().await;
    // The other process need not seed defects itself.
    let desk = fixture.another().await;
    assert_eq!(queue(&desk, NOW).await, std::slice::from_ref(&shown.id));
    assert_eq!(keep(&desk, &package(), NOW).await.unwrap(), SaveResult::Unchanged(original.clone(), State::Queued));
    assert_eq!(desk.package(&shown.id, NOW).await.unwrap().digest, shown.digest);
    let decided = desk.decide(&approve(&shown, "after-restart"), NOW).await.unwrap();
    assert_eq!(decided.planted.and_then(|planted| planted.result), Some(Spotted::Missed));
    assert_eq!(queue(&desk, NOW).await, [original]);
}

#[tokio::test]
async fn preparing_again_seeds_the_same_defect() {
    let (fixture, original, shown) = seeded_fixture().await;
    // The account is held and then ready again, with the same signal.
    let out = baton_facts::packages::Hold {
        reason: baton_facts::packages::HoldReason::RecentlyTouched,
        detail: String::new(),
        look_again: None,
    };
    crate::tests::fixture::keep_outcome(&fixture.desk, Ok(baton_facts::packages::Outcome::Held(out)), NOW)
        .await
        .unwrap();
    let SaveResult::New(again) = fixture.keep(&package(), NOW).await else { panic!("not new") };
    assert_ne!(again, original);
    let second = fixture.desk.package(&again, NOW).await.unwrap();
    assert_ne!(second.id, shown.id);
    assert_eq!(draft(&second), draft(&shown));
}
