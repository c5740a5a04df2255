//! A run prepares no more packages than people can review before they expire, best first; packages that are sent
//! without review need no capacity.

use baton_campaign::Report;
use baton_desk::Desk;
use baton_desk::accounts::DailyCapacity;
use baton_desk::reviews::{QueueFilter, QueueRow};
use baton_facts::policy::{HandoffModel, Tier};
use baton_mail::SendingOptions;
use baton_model::ReviewCapacity;
use baton_model::decision::{Decision, DecisionRequest, RejectReason};
use baton_tests::server::{NOW, empty_desk, pilot_run};
use baton_tests::{TestDesk, approval, run};
use std::future::pending;

fn capacity(per_day: u32) -> DailyCapacity {
    DailyCapacity::of(ReviewCapacity { reviewers: 1, reviews_per_day: per_day }, &SendingOptions::default())
}

async fn prepare(desk: &Desk, per_day: u32) -> Report {
    let mut work = pilot_run(desk);
    work.capacity = capacity(per_day);
    let report = work.run(desk, None, pending(), |_| {}).await.expect("the pilot runs");
    assert_eq!(report.not_reached, 0, "the run was not stopped");
    report
}

async fn queue(desk: &Desk) -> Vec<QueueRow> {
    desk.queue(&QueueFilter::default(), None, 500, NOW).await.expect("the queue").rows
}

#[test]
fn packages_beyond_the_capacity_wait_for_a_later_run() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = empty_desk(folder.path()).await;
        let first = prepare(&desk, 1).await;
        assert!(first.new > 0 && first.postponed > 0, "{first:?}");
        assert_eq!(first.new + first.postponed, 32, "each of the pilot's packages is queued or postponed");
        let to_review = first.to_review.expect("something was due");
        assert_eq!((to_review.packages, to_review.days), (first.new, first.new as u64));
        // With one review per day from the top, every package is reviewed before it expires.
        for (place, row) in queue(&desk).await.iter().enumerate() {
            let weekends = (place as i64 + 1) / 5 * 2;
            assert!(NOW + (place as i64 + weekends) * 86_400 < row.deadline, "{} at {place}", row.account_name);
        }

        let again = prepare(&desk, 1).await;
        assert_eq!((again.new, again.postponed), (0, first.postponed), "nothing was reviewed meanwhile");

        // Each decision frees capacity.
        for row in queue(&desk).await.iter().take(6) {
            let shown = desk.package(&row.id, NOW).await.expect("it exists");
            let decision = Decision::Reject { reason: RejectReason::NotNow, note: String::new() };
            let request = DecisionRequest { decision, key: format!("no-{}", row.id.0), ..approval(&shown) };
            desk.decide(&request, NOW).await.expect("it is decided");
        }
        assert_eq!(desk.reviewed_today("pilot", capacity(1), NOW).await.expect("a count"), 6);
        let more = prepare(&desk, 1).await;
        assert!(more.new > 0 && more.postponed < first.postponed, "{more:?}");
    });
}

#[test]
fn without_reviewers_no_prospect_is_prepared() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = empty_desk(folder.path()).await;
        let report = prepare(&desk, 0).await;
        assert_eq!((report.new, report.summary.ready), (0, 0));
        // Disqualifying an account needs no reviewer.
        assert_eq!(report.worked + report.postponed, 67);
        assert!(report.summary.disqualified.values().sum::<usize>() > 0, "{report:?}");
        // An account that is requested by name is prepared anyway.
        let ids = [queue_free_account(&desk).await];
        let mut work = pilot_run(&desk);
        work.capacity = capacity(0);
        let named = work.run(&desk, Some(&ids), pending(), |_| {}).await.expect("it runs");
        assert_eq!((named.new, named.postponed), (1, 0));
    });
}

/// Returns the account of Northbeam, which is ready in the pilot.
async fn queue_free_account(desk: &Desk) -> String {
    pilot_run(desk).source.crm.find_account("northbeam.example").expect("the pilot has it").id
}

fn quick(tier: &mut Tier) {
    tier.model = HandoffModel::SendThenSpotCheck;
    tier.minimum_score = 0;
    tier.inspection.sampling = vec![5000];
    tier.inspection.outgoing_quality_limit = 1146;
    tier.inspection.risk_limit = 10_000;
}

#[test]
fn packages_sent_without_review_need_no_capacity() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(folder.path()).await;
        let desk = &test_desk.desk;
        let waiting = async || {
            let campaign = desk.campaigns().await.expect("campaigns");
            let campaign = campaign.first().cloned().unwrap_or_default();
            desk.review_load(&campaign, capacity(40), baton_tests::NOW).await.expect("the queue").backlog.waiting()
        };
        for number in 0..3 {
            test_desk.prepare_under(number, quick).await;
        }
        assert_eq!(waiting().await, 3, "a new stream is reviewed");
        for number in 3..40 {
            let package = test_desk.prepare_under(number, quick).await;
            test_desk.approve(&package, baton_tests::NOW).await;
            let streams = desk.quality(None, baton_tests::NOW).await.expect("the governor judges");
            if streams[0].assessment.fraction < 10_000 {
                assert_eq!(waiting().await, 0, "the queued package is released");
                return;
            }
        }
        panic!("never cleared");
    });
}
