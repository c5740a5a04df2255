//! Erasure of people, encryption of their data, and retention.

use crate::accounts::save_outcome::SaveResult;
use crate::db::error::StoreErrorKind;
use crate::error::{DeskError, Refusal};
use crate::maintenance::Retention;
use crate::opt_outs::DeliveredMessage;
use crate::reviews::queue::QueueFilter;
use crate::tests::fixture::{ADDRESS, DAY, Fixture, NOW, another_package, approve, package};
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};
use baton_model::Erasable;
use baton_model::delivery::{DeliveryOutcome, SendVerdict};
use baton_model::package_state::PackageState;

#[tokio::test]
async fn erasure_leaves_no_readable_data() {
    let fixture = Fixture::new().await;
    let (id, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    let SaveResult::New(other) = fixture.keep(&another_package(), NOW).await else { panic!("not new") };
    let forgot = fixture.desk.by("admin").erase_person(" Ada@North.example", NOW).await.unwrap();
    assert_eq!((forgot.known, forgot.withdrawn), (true, 1));

    let view = fixture.desk.package(&id, NOW).await.unwrap();
    assert_eq!(view.state, PackageState::Withdrawn);
    assert_eq!((view.content, view.trace), (Erasable::Erased, Erasable::Erased));
    assert_eq!(view.decisions[0].decision, Erasable::Erased);
    assert_eq!(view.outbox.unwrap().message, Erasable::Erased);
    assert!(view.suppression.is_some());
    let calls = fixture.desk.replay(&id).await.unwrap();
    assert!(!calls.is_empty() && calls.iter().all(|call| matches!(call.replayed, Erasable::Erased)));
    assert_eq!(fixture.desk.account("pilot", "a1").await.unwrap().handled, Erasable::Erased);
    assert_eq!(fixture.keep(&package(), NOW).await, SaveResult::Suppressed);
    assert_eq!(fixture.desk.export(None, 10).await.unwrap().rows.len(), 2, "counts stay");

    let view = fixture.desk.package(&other, NOW).await.unwrap();
    assert!(matches!(view.content, Erasable::Open(_)), "other people's data is unaffected");
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
    assert_eq!((view.state, view.content), (PackageState::Expired, Erasable::Erased));
    let all = QueueFilter { states: PackageState::ALL.to_vec(), ..QueueFilter::default() };
    assert_eq!(fixture.desk.queue(&all, None, 10, NOW).await.unwrap().rows.len(), 1);
}

/// Every spelling that a suppression or an erasure accepts covers the person it means; anything else is refused.
#[tokio::test]
async fn every_accepted_spelling_covers_the_person() {
    let address = [
        "ada@north.example",
        "Ada@NORTH.example",
        "<ada@north.example>",
        "mailto:ada@north.example",
        "ada@north.example,",
        "ada@north.example.",
        "'ada@north.example'",
        "Ada Quill <ada@north.example>",
        "ada\u{200b}@north.example",
    ];
    let domain =
        ["north.example", "north.example.", "@north.example", "*@north.example", "www.north.example", "NORTH.example"];
    let cases = address.map(|text| (text, SuppressionScope::Address)).into_iter();
    for (text, scope) in cases.chain(domain.map(|text| (text, SuppressionScope::Domain))) {
        let fixture = Fixture::new().await;
        let (id, _) = fixture.approved().await;
        let order = Suppression { scope, reason: SuppressionReason::OptedOut, until: None };
        let withdrawn = fixture.desk.by("admin").suppress(text, order, NOW).await.expect(text);
        assert_eq!(withdrawn, 1, "{text:?}");
        assert!(fixture.desk.package(&id, NOW).await.unwrap().suppression.is_some(), "{text:?}");
        assert_eq!(fixture.keep(&package(), NOW).await, SaveResult::Suppressed, "{text:?}");
    }
    for text in address {
        let fixture = Fixture::new().await;
        fixture.approved().await;
        let erased = fixture.desk.by("admin").erase_person(text, NOW).await.expect(text);
        assert_eq!((erased.known, erased.withdrawn), (true, 1), "{text:?}");
    }
    let fixture = Fixture::new().await;
    for (text, scope) in [
        ("ada@north.example; bob@north.example", SuppressionScope::Address),
        ("ada", SuppressionScope::Address),
        ("@north.example", SuppressionScope::Address),
        ("ada@north\u{0}.example", SuppressionScope::Address),
        ("north", SuppressionScope::Domain),
        ("a\u{1b}[31m.example", SuppressionScope::Domain),
        ("<b>.example", SuppressionScope::Domain),
        ("ada@north.example", SuppressionScope::Domain),
        (" ", SuppressionScope::Account),
    ] {
        let order = Suppression { scope, reason: SuppressionReason::OptedOut, until: None };
        let refused = fixture.desk.by("admin").suppress(text, order, NOW).await;
        assert!(matches!(refused, Err(DeskError::Refused(Refusal::Invalid(_)))), "{text:?}: {refused:?}");
    }
    assert!(fixture.desk.by("admin").erase_person("ada at north.example", NOW).await.is_err());
}

/// A domain in Unicode and its A-labels are one domain, in a new store and in one that hashed the Unicode form.
#[tokio::test]
async fn unicode_and_a_labels_are_one_domain() {
    let to = |text: &str| {
        let mut package = package();
        package.draft.message.to = text.into();
        package.contact.email = Some(text.into());
        package
    };
    let (unicode, ascii) = ("ada@b\u{fc}cher.example", "ada@xn--bcher-kva.example");
    for (suppressed, written) in [(unicode, ascii), (ascii, unicode), (unicode, unicode)] {
        let fixture = Fixture::new().await;
        let order = Suppression { scope: SuppressionScope::Address, reason: SuppressionReason::OptedOut, until: None };
        fixture.desk.by("admin").suppress(suppressed, order, NOW).await.unwrap();
        assert_eq!(fixture.keep(&to(written), NOW).await, SaveResult::Suppressed, "{suppressed} {written}");
        let fixture = Fixture::new().await;
        let order = Suppression { scope: SuppressionScope::Domain, ..order };
        fixture.desk.by("admin").suppress(suppressed.split_once('@').unwrap().1, order, NOW).await.unwrap();
        assert_eq!(fixture.keep(&to(written), NOW).await, SaveResult::Suppressed, "{suppressed} {written}");
    }
    let fixture = Fixture::new().await;
    let earlier = fixture.desk.key_ring().tag("address", &[unicode]);
    let hex: String = earlier.iter().map(|byte| format!("{byte:02x}")).collect();
    fixture
        .sql(Box::leak(
            format!(
                "INSERT INTO suppressions (scope, value, tag, reason, until, at, who)
             VALUES ('address', NULL, x'{hex}', 'opted-out', NULL, 1, 'mara')"
            )
            .into_boxed_str(),
        ))
        .await;
    assert_eq!(fixture.keep(&to(ascii), NOW).await, SaveResult::Suppressed, "hashed by an earlier version");
}

/// Records that share an identifier, and the number of people whom an erasure reaches; several need an order for all.
#[tokio::test]
async fn an_erasure_reaches_one_person_unless_it_is_told_to() {
    // The second record: its contact id, its address, its name, and the number of people.
    for (id, address, name, people) in [
        ("c2", "ben@other.example", "Ben Reed", 1),
        // The same person, recorded twice or with another address.
        ("c2", ADDRESS, "ADA QUILL", 1),
        ("c1", "ada@other.example", "Ada Quill", 1),
        // A shared mailbox, or an id that the CRM gave to somebody else.
        ("c2", ADDRESS, "Ben Reed", 2),
        ("c1", "ben@other.example", "Ben Reed", 2),
    ] {
        let fixture = Fixture::new().await;
        let first = fixture.shown().await;
        let mut package = another_package();
        let (given, family) = name.split_once(' ').unwrap();
        package.contact.id = id.replace("c1", &crate::tests::fixture::package().contact.id);
        package.contact.email = Some(address.into());
        package.contact.first_name = Some(given.into());
        package.contact.last_name = Some(family.into());
        package.draft.message.to = address.into();
        let SaveResult::New(second) = fixture.keep(&package, NOW).await else { panic!("not new") };
        let desk = fixture.desk.by("admin");
        let linked = desk.linked_people(ADDRESS).await.unwrap();
        assert_eq!(linked.len(), people, "{id} {address} {name}: {linked:?}");
        let is_ada = |name: &String| name == "Ada Quill";
        assert!(linked.iter().any(|one| one.addresses.contains(ADDRESS) && one.names.iter().any(is_ada)));
        let erased = desk.erase_person(ADDRESS, NOW).await;
        if people == 1 {
            assert!(erased.unwrap().known);
        } else {
            assert!(matches!(erased, Err(DeskError::Refused(Refusal::Invalid(_)))), "{erased:?}");
            let view = fixture.desk.package(&first.id, NOW).await.unwrap();
            assert!(matches!(view.content, Erasable::Open(_)), "nothing is erased");
            assert!(desk.erase_linked_people(ADDRESS, NOW).await.unwrap().known);
            let view = fixture.desk.package(&second, NOW).await.unwrap();
            assert_eq!(view.content, Erasable::Erased);
        }
        let view = fixture.desk.package(&first.id, NOW).await.unwrap();
        assert_eq!(view.content, Erasable::Erased);
        let linked = desk.linked_people(ADDRESS).await.unwrap();
        assert!(linked.iter().all(|person| person.names.is_empty()), "{linked:?}");
    }
    let fixture = Fixture::new().await;
    assert_eq!(fixture.desk.linked_people("nobody@north.example").await.unwrap(), []);
}

/// The messages of the erased person can be found afterwards, so that their files can be deleted, also a second time.
#[tokio::test]
async fn an_erasure_names_the_delivered_messages() {
    let fixture = Fixture::new().await;
    let (id, outbox) = fixture.approved().await;
    fixture.desk.release(&outbox, NOW).await.unwrap();
    let claimed = fixture.desk.claim_next(NOW, NOW, "folder:/out", |_| SendVerdict::Send).await.unwrap().unwrap();
    fixture.desk.save_send_result(&claimed, &DeliveryOutcome::Accepted("250".into()), NOW, NOW).await.unwrap();
    let entry = fixture.desk.package(&id, NOW).await.unwrap().outbox.unwrap();
    let message =
        DeliveredMessage { via: "folder:/out".into(), message_id: entry.message_id, approved: entry.approved };
    for _ in 0..2 {
        let erased = fixture.desk.by("admin").erase_person(ADDRESS, NOW).await.unwrap();
        assert_eq!(erased.delivered, std::slice::from_ref(&message));
    }
}
