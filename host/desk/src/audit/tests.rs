//! Entries about packages: each package exists, whatever an operation is asked about.

use crate::autonomy::SpotCheckVerdict;
use crate::desk::Desk;
use crate::error::{DeskError, Refusal};
use crate::tests::fixture::{Fixture, NOW, approve, request};
use baton_facts::quality::Finding;
use baton_model::decision::{Decision, RejectReason};
use baton_model::views::PackageView;
use baton_model::{Actor, PackageId, Role};
use proptest::prelude::*;

/// Asks every operation that takes the id of a package, a message or a reply, and expects a refusal.
async fn refuse_unknown(desk: &Desk, shown: &PackageView, id: &str) {
    let package = PackageId(id.to_owned());
    let decision = |decision: Decision| {
        let mut asked = request(shown, "request-1", decision);
        asked.package = package.clone();
        asked
    };
    let refused = |what: &str, result: Result<(), DeskError>| {
        assert!(matches!(result, Err(DeskError::Refused(_))), "{what}: {result:?}");
    };
    let mut approval = approve(shown, "approve-1");
    approval.package = package.clone();
    refused("approve", desk.decide(&approval, NOW).await.map(drop));
    let reject = Decision::Reject { reason: RejectReason::Draft, note: String::new() };
    refused("reject", desk.decide(&decision(reject), NOW).await.map(drop));
    refused("snooze", desk.decide(&decision(Decision::Snooze { until: NOW + 60 }), NOW).await.map(drop));
    let redraft = decision(Decision::Redraft { note: "shorter".into() });
    refused("redraft", desk.redraft_task(&redraft, NOW).await.map(drop));
    refused("view", desk.record_view(&package, "digest", NOW).await);
    refused("text check", desk.record_text_check(&package, "form", NOW).await);
    refused("since", desk.since(&package, 0).await.map(drop));
    refused("assign", desk.assign(&package, None, NOW).await);
    refused("undo", desk.undo(&package, id, NOW).await);
    refused("package", desk.package(&package, NOW).await.map(drop));
    refused("audit", desk.audit(Some(&package), None, 10).await.map(drop));
    refused("release", desk.release(id, NOW).await.map(drop));
    refused("withdraw", desk.withdraw(id, "no", NOW).await.map(drop));
    refused("settle", desk.record_delivery(id, true, NOW).await.map(drop));
    refused("take over", desk.take_over(id, NOW).await.map(drop));
    refused("give back", desk.undo_take_over(id, NOW).await.map(drop));
    let verdict = SpotCheckVerdict {
        package: package.clone(),
        shown: shown.digest.clone(),
        key: "verdict-1".into(),
        seconds: Some(31),
        finding: Finding::Conforming,
        why: None,
    };
    refused("verdict", desk.record_verdict(&verdict, NOW).await);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_noted_about_unknown_packages(id in "[a-z0-9]{8,26}|.{0,40}", sdr in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let shown = fixture.shown().await;
            prop_assume!(id != shown.id.0);
            let before = fixture.desk.audit(None, None, 1000).await.unwrap().rows;
            let actor = if sdr { Actor::user("sid", "Sid", Role::Sdr) } else { Actor::operator("mara") };
            refuse_unknown(&fixture.desk.service().acting_as(actor), &shown, &id).await;
            prop_assert_eq!(fixture.desk.audit(None, None, 1000).await.unwrap().rows, before);
            Ok(())
        })?;
    }
}

/// A user cannot add entries about a colleague's package either.
#[tokio::test]
async fn nothing_is_noted_about_packages_of_others() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    fixture.sql("PRAGMA foreign_keys = OFF; UPDATE packages SET assignee = 'sue'").await;
    let before = fixture.desk.audit(None, None, 1000).await.unwrap().rows;
    let sid = fixture.desk.by_user("sid", Role::Sdr);
    for result in [sid.record_view(&shown.id, "digest", NOW).await, sid.record_text_check(&shown.id, "form", NOW).await]
    {
        assert!(matches!(result, Err(DeskError::Refused(Refusal::PermissionDenied(_)))), "{result:?}");
    }
    assert_eq!(fixture.desk.audit(None, None, 1000).await.unwrap().rows, before);
}

/// The database refuses it as well, whatever code adds the entry.
#[tokio::test]
async fn the_database_refuses_entries_about_unknown_packages() {
    let fixture = Fixture::new().await;
    let shown = fixture.shown().await;
    for (package, allowed) in [(shown.id.clone(), true), (PackageId("doesnotexist".into()), false)] {
        let mut tx = fixture.desk.begin(NOW).await.unwrap();
        let noted = super::note(&mut tx, "mara", "viewed", Some(&package), "digest").await;
        assert_eq!(noted.is_ok(), allowed, "{noted:?}");
    }
}
