//! A stream earns auto-send by reviews, uses it batch by batch, and loses it on the first defect: the desk with the
//! shipped engine and governor.

use baton_desk::Desk;
use baton_desk::autonomy::{SpotCheckVerdict, StreamView};
use baton_facts::quality::{Finding, Standing};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::decision::{Decision, DecisionRequest, RejectReason};
use baton_model::delivery::SendVerdict;
use baton_model::package_state::PackageState;
use baton_tests::DeskExt as _;
use baton_tests::{NOW, TestDesk, approval, quick, run};
use std::collections::BTreeSet;
use tempfile::TempDir;

/// The time limit of a spot-check after sending.
const HOUR: Timestamp = 3600;

struct Fixture {
    test_desk: TestDesk,
    held: bool,
    _folder: TempDir,
}

impl Fixture {
    async fn new(held: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { test_desk: TestDesk::open(folder.path()).await, held, _folder: folder }
    }

    fn desk(&self) -> &Desk {
        &self.test_desk.desk
    }

    async fn prepare(&self, number: usize) -> PackageId {
        self.test_desk.prepare_under(number, |tier| quick(tier, self.held)).await
    }

    async fn stream(&self) -> StreamView {
        let mut streams = self.desk().quality(None, NOW).await.expect("the governor judges");
        assert_eq!(streams.len(), 1, "one stream");
        streams.remove(0)
    }

    /// Reviews packages until the stream is cleared and returns their number.
    async fn clear(&self, from: usize) -> usize {
        for number in from..from + 50 {
            let stream = self.desk().quality(None, NOW).await.expect("the governor judges").pop();
            if stream.is_some_and(|stream| stream.assessment.fraction < 10_000) {
                return number;
            }
            let package = self.prepare(number).await;
            self.test_desk.approve(&package, NOW).await;
        }
        panic!("never cleared: {:?}", self.stream().await);
    }

    async fn state(&self, package: &PackageId) -> PackageState {
        self.desk().package(package, NOW).await.expect("it exists").state
    }

    async fn decide(&self, package: &PackageId, decision: Decision) {
        let shown = self.desk().package(package, NOW).await.expect("it exists");
        let request = DecisionRequest { decision, key: format!("decide-{}", package.0), ..approval(&shown) };
        self.desk().decide(&request, NOW).await.expect("it counts");
    }
}

#[test]
fn nothing_is_sent_automatically_before_the_stream_is_cleared() {
    run(async {
        let fixture = Fixture::new(true).await;
        let first = fixture.prepare(0).await;
        let went = fixture.desk().auto_release(NOW, HOUR).await.expect("the store answers");
        assert_eq!(went.entries, Vec::<String>::new());
        assert_eq!(
            (fixture.state(&first).await, fixture.stream().await.assessment.standing),
            (PackageState::Queued, Standing::Pilot)
        );

        // A decision in under 8 seconds is not a review.
        let shown = fixture.desk().package(&first, NOW).await.expect("it exists");
        let hasty = DecisionRequest { seconds: Some(7), ..approval(&shown) };
        fixture.desk().decide(&hasty, NOW).await.expect("it counts as a decision");
        assert_eq!(fixture.stream().await.tally.inspected, 0, "and brings no evidence");

        // Nor is a bulk decision, however long it took.
        let second = fixture.prepare(60).await;
        let shown = fixture.desk().package(&second, NOW).await.expect("it exists");
        let bulk = DecisionRequest { bulk: true, seconds: Some(600), ..approval(&shown) };
        fixture.desk().decide(&bulk, NOW).await.expect("it counts as a decision");
        assert_eq!(fixture.stream().await.tally.inspected, 0, "and brings no evidence");
        let third = fixture.prepare(61).await;
        let shown = fixture.desk().package(&third, NOW).await.expect("it exists");
        let decision = Decision::Reject { reason: RejectReason::Draft, note: String::new() };
        let bulk = DecisionRequest { bulk: true, decision, ..approval(&shown) };
        fixture.desk().decide(&bulk, NOW).await.expect("it counts as a decision");
        let tally = fixture.stream().await.tally;
        assert_eq!((tally.inspected, tally.nonconforming), (1, 1), "a defect always counts");

        let cleared = fixture.clear(1).await;
        let stream = fixture.stream().await;
        assert_eq!(cleared as u32 - 1, stream.assessment.clearance, "{}", stream.assessment.reason);
        assert!(!stream.sends_unreviewed, "cleared, and nothing released yet");
    });
}

#[test]
fn sampled_packages_are_held_and_the_others_are_sent() {
    run(async {
        let fixture = Fixture::new(true).await;
        let from = fixture.clear(0).await;
        let mut packages = Vec::new();
        for number in from..from + 6 {
            packages.push(fixture.prepare(number).await);
        }
        let went = fixture.desk().auto_release(NOW, HOUR).await.expect("a batch");
        assert_eq!(went.entries.len() as u32, went.unchecked);
        assert_eq!((went.unchecked, went.checked_before, went.checked_after), (3, 3, 0), "one in two");
        for entry in &went.entries {
            assert_eq!(
                fixture.desk().release(entry, NOW).await.expect("the final check").state,
                PackageState::Scheduled
            );
        }
        let open = fixture.desk().checks().await.expect("the checks");
        assert!(open.iter().all(|check| check.held && check.state == PackageState::Queued) && open.len() == 3);

        let later = fixture.prepare(from + 6).await;
        let again = fixture.desk().auto_release(NOW, HOUR).await.expect("the store answers");
        assert_eq!(again.entries.len(), 0, "no further batch is sent while checks are open");
        assert_eq!(fixture.state(&later).await, PackageState::Queued);

        for check in &open {
            fixture.decide(&check.package, Decision::Approve { overruled: Vec::new() }).await;
        }
        assert_eq!(fixture.desk().checks().await.expect("the checks"), []);
        let next = fixture.desk().auto_release(NOW, HOUR).await.expect("the next batch");
        assert_eq!(next.unchecked + next.checked_before, 1);
    });
}

#[test]
fn the_first_defect_stops_messages_that_are_not_sent() {
    run(async {
        for (decision, reach) in [
            (Decision::Reject { reason: RejectReason::Draft, note: String::new() }, "any other its own"),
            (
                Decision::Reject { reason: RejectReason::Research, note: String::new() },
                "every stream of the fingerprint",
            ),
        ] {
            let fixture = Fixture::new(true).await;
            let from = fixture.clear(0).await;
            for number in from..from + 6 {
                fixture.prepare(number).await;
            }
            let went = fixture.desk().auto_release(NOW, HOUR).await.expect("a batch");
            let (first, rest) = went.entries.split_first().expect("some are released");
            for entry in &went.entries {
                fixture.desk().release(entry, NOW).await.expect("the final check");
            }
            // One is being transmitted at the time of the verdict.
            let go = |_: &_| SendVerdict::Send;
            let claimed = fixture.desk().claim_next(NOW, NOW, "test", go).await.expect("a claim").expect("a message");
            let taken = claimed.entry.package.clone();
            let drawn = fixture.desk().checks().await.expect("the checks").remove(0).package;
            fixture.decide(&drawn, decision).await;

            let stream = fixture.stream().await;
            assert_eq!(stream.assessment.standing, Standing::Suspended, "{reach}: {}", stream.assessment.reason);
            assert!(!stream.sends_unreviewed);
            assert_eq!(
                fixture.state(&taken).await,
                PackageState::Transmitting,
                "a message that may have been sent is not withdrawn"
            );
            for entry in [first].into_iter().chain(rest) {
                // Withdrawn messages are no longer in the outbox.
                let left = fixture.desk().entry(entry).await;
                assert!(left.is_err() || left.is_ok_and(|view| view.package == taken), "{reach}");
            }
            assert_eq!(
                fixture.desk().claim_next(NOW, NOW, "test", go).await.expect("the store answers"),
                None,
                "{reach}"
            );
            let again = fixture.desk().auto_release(NOW, HOUR).await.expect("the store answers");
            assert_eq!(again.entries, Vec::<String>::new(), "{reach}");
        }
    });
}

#[test]
fn sent_messages_are_checked_afterwards_and_a_missed_check_counts() {
    run(async {
        let fixture = Fixture::new(false).await;
        let from = fixture.clear(0).await;
        for number in from..from + 4 {
            fixture.prepare(number).await;
        }
        let went = fixture.desk().auto_release(NOW, HOUR).await.expect("a batch");
        assert_eq!((went.unchecked, went.checked_before, went.checked_after), (2, 0, 2));
        assert_eq!(went.entries.len(), 4, "all of them are sent");
        let checks = fixture.desk().checks().await.expect("the checks");
        let shown = fixture.desk().package(&checks[0].package, NOW).await.expect("it exists");
        let verdict = SpotCheckVerdict {
            package: shown.id.clone(),
            shown: shown.digest.clone(),
            key: "verdict-number-1".into(),
            seconds: Some(40),
            finding: Finding::Conforming,
            why: None,
        };
        let before = fixture.stream().await.tally;
        fixture.desk().record_verdict(&verdict, NOW + 60).await.expect("a verdict");
        fixture.desk().record_verdict(&verdict, NOW + 61).await.expect("the same verdict again");
        let twice = SpotCheckVerdict { key: "verdict-number-2".into(), ..verdict.clone() };
        assert!(fixture.desk().record_verdict(&twice, NOW + 62).await.is_err(), "one verdict");
        assert_eq!(fixture.stream().await.tally.inspected, before.inspected + 1);

        let elapsed = fixture.desk().run_maintenance(NOW + HOUR).await.expect("time passes");
        assert_eq!(elapsed.missed, 1);
        assert_eq!(fixture.desk().run_maintenance(NOW + HOUR + 1).await.expect("time passes").missed, 0, "missed once");
        let stream = fixture.stream().await;
        assert_eq!(stream.tally.nonconforming, before.nonconforming + 1, "it counts as nonconforming");
        assert!(!stream.sends_unreviewed, "and the stream pauses");
    });
}

#[test]
fn a_paused_account_waits_while_the_others_are_sent() {
    run(async {
        let fixture = Fixture::new(false).await;
        let from = fixture.clear(0).await;
        let resting = fixture.prepare(from).await;
        let account = fixture.desk().package(&resting, NOW).await.expect("it exists").account;
        fixture.desk().by("mara").pause(&account, Some("they called"), NOW).await.expect("the account is paused");
        assert_eq!(
            fixture.desk().auto_release(NOW, HOUR).await.expect("the release ends").entries,
            Vec::<String>::new()
        );
        fixture.prepare(from + 1).await;
        assert_eq!(fixture.desk().auto_release(NOW, HOUR).await.expect("a batch").entries.len(), 1);
        assert_eq!(fixture.state(&resting).await, PackageState::Queued);
    });
}

#[test]
fn a_person_can_stop_a_stream_at_any_time() {
    run(async {
        let fixture = Fixture::new(true).await;
        let from = fixture.clear(0).await;
        fixture.prepare(from).await;
        let stream = fixture.stream().await.id;
        fixture.desk().by("admin").stop_stream(stream, "a new product page", NOW).await.expect("stopped");
        assert_eq!(fixture.stream().await.assessment.standing, Standing::Suspended);
        assert_eq!(
            fixture.desk().auto_release(NOW, HOUR).await.expect("the store answers").entries,
            Vec::<String>::new()
        );
        let evidence = fixture.desk().evidence(stream, None, 100).await.expect("the evidence").rows;
        assert_eq!(evidence.last().expect("a line").who, "admin");
        assert!(fixture.desk().by("admin").stop_stream(99, "no such stream", NOW).await.is_err());
    });
}

#[test]
fn the_same_seed_samples_the_same_positions_and_is_fixed_after_a_release() {
    run(async {
        let mut drawn = Vec::new();
        for _ in 0..2 {
            let fixture = Fixture::new(true).await;
            fixture.desk().by("admin").set_sampling_seed(1943, NOW).await.expect("nothing was released");
            let from = fixture.clear(0).await;
            for number in from..from + 8 {
                fixture.prepare(number).await;
            }
            fixture.desk().auto_release(NOW, HOUR).await.expect("a batch");
            assert!(
                fixture.desk().by("admin").set_sampling_seed(1944, NOW).await.is_err(),
                "the seed cannot change any more"
            );
            let trail = fixture.desk().audit(None, None, 1000).await.expect("the audit log").rows;
            let positions = trail.into_iter().filter(|row| row.action == "sampled").map(|row| row.detail);
            drawn.push(positions.collect::<BTreeSet<String>>());
        }
        assert_eq!(drawn[0].len(), 4);
        assert_eq!(drawn[0], drawn[1]);
    });
}
