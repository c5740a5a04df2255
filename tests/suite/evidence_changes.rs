//! Classes of change: which changes restart a stream and from which level, and that a looser rule releases nothing that
//! was not reviewed.

use baton_desk::accounts::SaveResult;
use baton_desk::autonomy::StreamView;
use baton_facts::policy::HandoffModel;
use baton_facts::quality::Standing;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::package_state::PackageState;
use baton_tests::DeskExt as _;
use baton_tests::{Given, NOW, TestDesk, run, test_components};
use std::sync::Arc;

const HOUR: Timestamp = 3600;
const DAY: Timestamp = 86_400;

/// Sets a plan of two levels, each after three conforming reviews, with a bound that is always met.
fn plan(given: &mut Given) {
    for tier in &mut given.tiers {
        tier.model = HandoffModel::SendThenSpotCheck;
        tier.minimum_score = 0;
        tier.inspection.sampling = vec![5000, 2000];
        tier.inspection.outgoing_quality_limit = 1146;
        tier.inspection.risk_limit = 10_000;
        tier.inspection.held = true;
    }
}

async fn prepare(test_desk: &TestDesk, number: usize, change: impl Fn(&mut Given)) -> PackageId {
    let given = |given: &mut Given| {
        plan(given);
        change(given);
    };
    match test_desk
        .prepare_by(&test_components().engine, Arc::new(test_components().drafter.clone()), number, given)
        .await
    {
        SaveResult::New(id) => id,
        other => panic!("not new: {other:?}"),
    }
}

async fn streams(test_desk: &TestDesk) -> Vec<StreamView> {
    test_desk.desk.quality(None, NOW).await.expect("the governor judges")
}

/// Reviews packages until the only stream reaches the level, and returns their number.
async fn earn(test_desk: &TestDesk, level: u8, change: impl Fn(&mut Given)) -> usize {
    for number in 0..100 {
        if streams(test_desk).await.pop().is_some_and(|stream| stream.assessment.level >= level) {
            return number;
        }
        test_desk.approve(&prepare(test_desk, number, &change).await, NOW).await;
    }
    panic!("never at level {level}");
}

#[test]
fn an_angle_with_other_wording_continues_from_the_first_level() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(folder.path()).await;
        earn(&test_desk, 2, |_| {}).await;
        assert_eq!(streams(&test_desk).await[0].assessment.standing, Standing::Proven);
        // The author's version of the angle stays the same, but the wording changes.
        prepare(&test_desk, 200, |given| given.campaign.angles[0].pitch += " Ask us how.").await;
        let after = streams(&test_desk).await;
        assert_eq!((after.len(), after[1].assessment.level), (2, 1));
        assert_eq!(after[1].assessment.standing, Standing::Probation);
        assert_eq!((after[1].tally.inspected, after[1].tally.clean_run), (after[0].tally.inspected, 0));
        assert_eq!(after[0].assessment.level, 2, "the earlier wording keeps its level");

        // Another weight is not another wording.
        prepare(&test_desk, 201, |given| given.campaign.angles[0].weight = 70).await;
        assert_eq!(streams(&test_desk).await.len(), 2);
    });
}

#[test]
fn other_roles_give_another_fingerprint() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(folder.path()).await;
        earn(&test_desk, 1, |_| {}).await;
        prepare(&test_desk, 200, |given| given.campaign.customer.roles[1].priority = 3).await;
        let stream = streams(&test_desk).await.remove(1);
        assert_eq!((stream.assessment.standing, stream.tally.inspected), (Standing::Pilot, 0));
    });
}

#[test]
fn another_provider_of_facts_gives_another_fingerprint() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let mut test_desk = TestDesk::open(folder.path()).await;
        test_desk.desk = test_desk.desk.with(|desk| desk.with_provider("hubspot"));
        earn(&test_desk, 1, |_| {}).await;
        test_desk.desk = test_desk.desk.with(|desk| desk.with_provider("salesforce"));
        prepare(&test_desk, 200, |_| {}).await;
        let stream = streams(&test_desk).await.remove(1);
        assert_eq!((stream.assessment.standing, stream.tally.inspected), (Standing::Pilot, 0));
    });
}

#[test]
fn a_lower_minimum_score_releases_nothing_that_was_never_reviewed() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(folder.path()).await;
        let minimum =
            |score| move |given: &mut Given| given.tiers.iter_mut().for_each(|tier| tier.minimum_score = score);
        let number = earn(&test_desk, 1, minimum(83)).await;
        assert_eq!(streams(&test_desk).await[0].cleared_from, 83);

        // The rule is loosened; packages that met the old rule are still sent.
        let weak = |given: &mut Given| {
            minimum(0)(given);
            let funding = given.signals.get_mut("funding").expect("it exists");
            funding.observed_at -= 33 * DAY;
            given.signals.remove("hiring");
        };
        let first = prepare(&test_desk, number, weak).await;
        let strong = prepare(&test_desk, number + 1, minimum(0)).await;
        let score = |view: baton_model::views::PackageView| view.content.open().expect("kept").package.score;
        let low = score(test_desk.desk.package(&first, NOW).await.expect("it exists"));
        assert!(low < 83, "{low}: the package has a lower score");
        let went = test_desk.desk.auto_release(NOW, HOUR).await.expect("a batch");
        assert_eq!(went.unchecked + went.checked_before, 1, "only the package with the high score");
        let state = async |package: &PackageId| test_desk.desk.package(package, NOW).await.expect("it exists").state;
        assert_eq!(state(&first).await, PackageState::Queued);

        // A conforming review releases packages with at least the same score.
        if state(&strong).await == PackageState::Queued {
            test_desk.approve(&strong, NOW).await;
        }
        test_desk.approve(&first, NOW).await;
        assert_eq!(streams(&test_desk).await[0].cleared_from, low);
        prepare(&test_desk, number + 2, weak).await;
        let went = test_desk.desk.auto_release(NOW, HOUR).await.expect("a batch");
        assert_eq!(went.unchecked + went.checked_before, 1);
    });
}

#[test]
fn streams_are_numbered_without_gaps() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(folder.path()).await;
        for number in 0..3 {
            prepare(&test_desk, number, |_| {}).await;
        }
        prepare(&test_desk, 3, |given| given.campaign.angles[0].pitch += " Ask us how.").await;
        let numbers: Vec<i64> = streams(&test_desk).await.iter().map(|stream| stream.id).collect();
        assert_eq!(numbers, [1, 2]);
    });
}
