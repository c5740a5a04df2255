//! Runs of the pilot campaign that are saved in a store: a run can be stopped and continued, works only on due
//! accounts, and gets the facts that the desk knows.

use baton_campaign::{Report, RunProgress};
use baton_desk::Desk;
use baton_desk::reviews::QueueFilter;
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};
use baton_model::PackageId;
use baton_model::package_state::{AccountState, PackageState};
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::{NOW, empty_desk, pilot_run};
use std::future::{pending, ready};
use tokio::sync::Notify;

async fn whole(desk: &Desk) -> Report {
    pilot_run(desk).run(desk, None, pending(), |_| {}).await.expect("the pilot runs")
}

/// Asserts that a second run changes nothing.
async fn settled(desk: &Desk) {
    let again = whole(desk).await;
    assert_eq!((again.run, again.worked, again.as_before), (None, 0, 67));
    assert_eq!((again.summary.accounts, again.summary.ready), (67, 32));
    assert_eq!(desk.waiting(Some("pilot"), NOW).await.expect("a count"), 32);
}

#[test]
fn a_stopped_run_continues_where_it_stopped() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = empty_desk(folder.path()).await;
        let none = pilot_run(&desk).run(&desk, None, ready(()), |_| {}).await.expect("it stops at once");
        assert_eq!((none.worked, none.not_reached), (0, 67));

        let enough = Notify::new();
        let progress = |step| {
            if matches!(step, RunProgress::Preparing(10.., _)) {
                enough.notify_one();
            }
        };
        let some = pilot_run(&desk).run(&desk, None, enough.notified(), progress).await.expect("it stops");
        assert!((10..67).contains(&some.worked), "{some:?}");
        assert_eq!(some.not_reached, 67 - some.worked);

        let rest = whole(&desk).await;
        assert_eq!((rest.worked, rest.as_before, rest.not_reached), (67 - some.worked, some.worked, 0));
        assert_eq!(some.new + rest.new, 32, "nothing is prepared twice");
        settled(&desk).await;
    });
}

#[test]
fn an_account_is_prepared_again_after_a_relevant_change() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = empty_desk(folder.path()).await;
        whole(&desk).await;
        settled(&desk).await;
        let queue = desk.queue(&QueueFilter::default(), None, 2, NOW).await.expect("the queue").rows;
        let (suppressed, forgotten) = (&queue[0], &queue[1]);
        let address = async |id: PackageId| {
            let view = desk.package(&id, NOW).await.expect("it exists");
            view.content.open().expect("it is open").package.draft.message.to.clone()
        };
        let (to, other) = (address(suppressed.id.clone()).await, address(forgotten.id.clone()).await);
        let order = Suppression { scope: SuppressionScope::Address, reason: SuppressionReason::OptedOut, until: None };
        desk.by("mara").suppress(&to, order, NOW).await.expect("an order");
        desk.by("mara").erase_person(&other, NOW).await.expect("erased");

        let next = whole(&desk).await;
        assert_eq!((next.worked, next.as_before), (2, 65), "only what changed");
        for row in [suppressed, forgotten] {
            assert_eq!(desk.package(&row.id, NOW).await.expect("it exists").state, PackageState::Withdrawn);
            let account = desk.account("pilot", &row.account).await.expect("it was worked on");
            if account.row.state == AccountState::Ready {
                let package = account.row.package.expect("a package");
                let to_now = address(package).await;
                assert!(to_now != to && to_now != other, "somebody else at {}", row.account_name);
            }
        }
        assert_eq!(whole(&desk).await.worked, 0);
    });
}

/// A suppression that comes after the run has looked for changes: the engine sees it, and the saved fingerprint is of
/// the same facts, so the next run does not work on the account again.
#[test]
fn the_fingerprint_is_of_the_facts_that_the_engine_saw() {
    run(async {
        let (first, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let rehearsal = empty_desk(first.path()).await;
        whole(&rehearsal).await;
        let row = rehearsal.queue(&QueueFilter::default(), None, 1, NOW).await.expect("the queue").rows.remove(0);
        let view = rehearsal.package(&row.id, NOW).await.expect("a package");
        let to = view.content.open().expect("it is open").package.draft.message.to.clone();

        let desk = empty_desk(folder.path()).await;
        let order = Suppression { scope: SuppressionScope::Address, reason: SuppressionReason::OptedOut, until: None };
        let progress = |step| {
            if matches!(step, RunProgress::Preparing(0, _)) {
                let (desk, to) = (desk.clone(), to.clone());
                let handle = tokio::runtime::Handle::current();
                std::thread::spawn(move || handle.block_on(desk.suppress(&to, order, NOW)).expect("an order"))
                    .join()
                    .expect("no panic");
            }
        };
        pilot_run(&desk).run(&desk, None, pending(), progress).await.expect("the pilot runs");
        for row in desk.queue(&QueueFilter::default(), None, 100, NOW).await.expect("the queue").rows {
            let package = desk.package(&row.id, NOW).await.expect("a package").content.open().expect("it is open");
            assert_ne!(package.package.draft.message.to, to);
        }
        let again = whole(&desk).await;
        assert_eq!((again.worked, again.as_before), (0, 67), "{again:?}");
    });
}
