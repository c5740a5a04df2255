//! Operations on a package of one user, by every kind of actor, against one table of permissions.

use crate::autonomy::SpotCheckVerdict;
use crate::desk::{Desk, DeskResult};
use crate::error::{DeskError, Refusal};
use crate::tests::fixture::{Fixture, NOW, approve, request, rows};
use baton_facts::quality::Finding;
use baton_model::decision::{Decision, RejectReason};
use baton_model::views::PackageView;
use baton_model::{Actor, Role};
use proptest::prelude::*;

/// The operations that change something about a package, and those that show or check it.
const OPERATIONS: [&str; 14] = [
    "approve",
    "reject",
    "snooze",
    "redraft",
    "view",
    "text check",
    "since",
    "inspect",
    "package",
    "undo",
    "withdraw",
    "settle",
    "verdict",
    "assign",
];

/// Asks for one operation on the package and its message.
async fn ask(desk: &Desk, operation: &str, shown: &PackageView, entry: &str) -> DeskResult<()> {
    let id = &shown.id;
    let decide = |decision| request(shown, "request-1", decision);
    match operation {
        "approve" => desk.decide(&approve(shown, "approve-9"), NOW).await.map(drop),
        "reject" => {
            let reject = Decision::Reject { reason: RejectReason::Draft, note: String::new() };
            desk.decide(&decide(reject), NOW).await.map(drop)
        }
        "snooze" => desk.decide(&decide(Decision::Snooze { until: NOW + 60 }), NOW).await.map(drop),
        "redraft" => desk.redraft_task(&decide(Decision::Redraft { note: "shorter".into() }), NOW).await.map(drop),
        "view" => desk.record_view(id, "digest", NOW).await,
        "text check" => desk.record_text_check(id, "form", NOW).await,
        "since" => desk.since(id, 0).await.map(drop),
        "inspect" => {
            let message = shown.content.as_ref().open().unwrap().package.draft.message.clone();
            desk.inspect(id, &message, NOW).await.map(drop)
        }
        "package" => desk.package(id, NOW).await.map(drop),
        "undo" => desk.undo(id, entry, NOW).await,
        "withdraw" => desk.withdraw(entry, "no", NOW).await.map(drop),
        "settle" => desk.record_delivery(entry, true, NOW).await.map(drop),
        "verdict" => {
            let verdict = SpotCheckVerdict {
                package: id.clone(),
                shown: shown.digest.clone(),
                key: "verdict-1".into(),
                seconds: Some(31),
                finding: Finding::Conforming,
                why: None,
            };
            desk.record_verdict(&verdict, NOW).await
        }
        "assign" => desk.assign(id, None, NOW).await,
        other => panic!("no operation {other}"),
    }
}

/// The actors, each with whether they may decide about a package of Sid's, and whether they may assign it.
fn actors() -> Vec<(Actor, bool, bool)> {
    let program = |role, user: Option<&str>| Actor::program("token x", role, user.map(ToOwned::to_owned));
    vec![
        (Actor::user("sid", "Sid", Role::Sdr), true, false),
        (Actor::user("sue", "Sue", Role::Sdr), false, false),
        (Actor::user("lea", "Lea", Role::Lead), true, true),
        (Actor::user("ada", "Ada", Role::Admin), true, true),
        (program(Role::Sdr, Some("sid")), true, false),
        (program(Role::Sdr, Some("sue")), false, false),
        (program(Role::Lead, Some("lea")), true, true),
        (program(Role::Admin, Some("ada")), true, true),
        (Actor::visitor(), false, false),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn an_operation_on_a_package_of_another_user_changes_nothing(
        operation in prop::sample::select(OPERATIONS.to_vec()),
        actor in prop::sample::select(actors()),
        is_approved in any::<bool>(),
    ) {
        let (actor, decides, assigns) = actor;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let shown = fixture.shown().await;
            let entry = if is_approved {
                fixture.desk.decide(&approve(&shown, "approve-1"), NOW).await.unwrap().outbox.unwrap()
            } else {
                "nothing".to_owned()
            };
            fixture.sql("PRAGMA foreign_keys = OFF; UPDATE packages SET assignee = 'sid'").await;
            let state = || async {
                let audit = fixture.desk.audit(None, None, 1000).await.unwrap().rows;
                let outbox = fixture.desk.outbox(None, 100).await.unwrap();
                let tables = rows(&fixture.file(), "SELECT state || coalesce(assignee, '') FROM packages").await;
                (audit, outbox, tables, fixture.desk.package(&shown.id, NOW).await.unwrap())
            };
            let before = state().await;
            let desk = fixture.desk.service().acting_as(actor.clone());
            let result = ask(&desk, operation, &shown, &entry).await;
            let permitted = if operation == "assign" { assigns } else { decides };
            let denied = matches!(&result, Err(DeskError::Refused(Refusal::PermissionDenied(_))));
            // Anybody may learn that an entry does not exist.
            let unknown = !is_approved && matches!(operation, "withdraw" | "settle");
            prop_assert_eq!(denied, !permitted && !unknown, "{} {:?} {:?}", operation, actor, result);
            if result.is_err() {
                prop_assert_eq!(state().await, before, "{} {:?}", operation, actor);
            }
            Ok(())
        })?;
    }
}
