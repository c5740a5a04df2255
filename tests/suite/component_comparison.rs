//! Comparisons of another component on old recordings: differences are shown before a switch, and evidence is carried
//! over only without differences.

use baton_desk::DeskError;
use baton_desk::accounts::SaveResult;
use baton_desk::autonomy::{COMPARE_LIMIT, CallDifference, CompareOptions, ComponentComparison};
use baton_desk::autonomy::{SpotCheckVerdict, StreamView};
use baton_facts::errors::DraftingError;
use baton_facts::packages::Brief;
use baton_facts::policy::{HandoffModel, Tier};
use baton_facts::quality::{Finding, Standing};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::decision::{Decision, DecisionRequest, RejectReason};
use baton_runtime::{
    Baseline, CallContext, CapabilityError, ComparisonCandidate, ComparisonOutcome, Component, DraftAnswer, Drafter,
    Drafting, DraftingHandle, Grants, HandoffEngine, Input, Provenance, Recording,
};
use baton_tests::DeskExt as _;
use baton_tests::{Given, InProcess, NOW, TestDesk, approval, component, run, test_components, tools};
use std::sync::Arc;
use tempfile::TempDir;

const HOUR: Timestamp = 3600;

const ALL: CompareOptions<'_> = CompareOptions { campaign: None, stream: None, limit: COMPARE_LIMIT, shown: 3 };

/// Returns another component with the same behavior: a custom section (id 0, WebAssembly core specification, 5.5.3) is
/// ignored.
fn rebuilt(name: &str) -> Component {
    let bytes = [component(name).as_slice(), &[0, 5, 4, b'o', b'u', b'r', b's']].concat();
    Component::load_blocking(&test_components().runtime, &bytes).expect("it is a component still")
}

fn candidate(plugin: &Component) -> ComparisonCandidate {
    ComparisonCandidate::new(&test_components().runtime, plugin).expect("it links")
}

/// A drafter that returns the template's drafts with a changed word.
struct Reworded;

impl Drafting for Reworded {
    async fn write(
        &self,
        call: &CallContext,
        brief: Arc<Brief>,
    ) -> Result<DraftAnswer, CapabilityError<DraftingError>> {
        let mut drafted = InProcess.write(call, brief).await?;
        let draft = Arc::make_mut(&mut drafted.draft);
        draft.message.body = draft.message.body.replacen("Congratulations", "Well done", 1);
        draft.opener = draft.opener.replacen("Congratulations", "Well done", 1);
        for claim in &mut draft.claims {
            claim.text = claim.text.replacen("Congratulations", "Well done", 1);
        }
        Ok(drafted)
    }

    fn provenance(&self) -> Provenance {
        Provenance::Host("reworded".into())
    }
}

/// Sets a plan that clears after three conforming reviews, with a bound that is always met, and checks after sending.
fn quick(tier: &mut Tier) {
    tier.model = HandoffModel::SendThenSpotCheck;
    tier.minimum_score = 0;
    tier.inspection.sampling = vec![5000];
    tier.inspection.outgoing_quality_limit = 1146;
    tier.inspection.risk_limit = 10_000;
    tier.inspection.held = false;
}

struct Fixture {
    test_desk: TestDesk,
    _folder: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { test_desk: TestDesk::open(folder.path()).await, _folder: folder }
    }

    async fn prepare(&self, number: usize, drafting: impl Into<DraftingHandle>) -> PackageId {
        let given = |given: &mut Given| given.tiers.iter_mut().for_each(quick);
        match self.test_desk.prepare_by(&test_components().engine, drafting, number, given).await {
            SaveResult::New(id) => id,
            other => panic!("not new: {other:?}"),
        }
    }

    /// Returns a fixture whose stream is cleared, with the shipped engine and drafter.
    async fn cleared() -> Self {
        let fixture = Self::new().await;
        for number in 0..50 {
            let stream = fixture.streams().await.pop();
            if stream.is_some_and(|stream| stream.assessment.fraction < 10_000) {
                return fixture;
            }
            fixture
                .test_desk
                .approve(&fixture.prepare(number, Arc::new(test_components().drafter.clone())).await, NOW)
                .await;
        }
        panic!("never cleared");
    }

    async fn streams(&self) -> Vec<StreamView> {
        self.test_desk.desk.quality(None, NOW).await.expect("the governor judges")
    }

    async fn compare(&self, plugin: &Component) -> ComponentComparison {
        self.test_desk.desk.compare(&candidate(plugin), &ALL, NOW, |_, _| {}).await.expect("it is compared")
    }

    async fn carry(&self, plugin: &Component, stream: i64) -> Result<(), String> {
        let done = self.test_desk.desk.by("admin").carry_over(&candidate(plugin), &[stream], NOW).await;
        done.map_err(|error| match error {
            DeskError::Refused(refusal) => refusal.to_string(),
            other => panic!("not refused: {other}"),
        })
    }

    async fn reject(&self, package: &PackageId) {
        let shown = self.test_desk.desk.package(package, NOW).await.expect("it exists");
        let decision = Decision::Reject { reason: RejectReason::Draft, note: String::new() };
        let request = DecisionRequest { decision, key: format!("reject-{}", package.0), ..approval(&shown) };
        self.test_desk.desk.decide(&request, NOW).await.expect("it counts");
    }
}

fn drafter(plugin: &Component) -> DraftingHandle {
    Arc::new(Drafter::new(&test_components().runtime, plugin).expect("it links")).into()
}

#[test]
fn a_drafter_with_the_same_drafts_continues_from_the_same_level() {
    run(async {
        let (fixture, rebuilt) = (Fixture::cleared().await, rebuilt("drafter"));
        let earned = fixture.streams().await.remove(0);
        let anew = |engine, drafter| fixture.test_desk.desk.stream_restarts(engine, drafter);
        let engine = test_components().engine.component();
        assert_eq!(anew(engine, test_components().drafter.component()).await.expect("the store answers").streams, 0);
        let begins = anew(engine, &rebuilt).await.expect("the store answers");
        assert_eq!((begins.streams, begins.engine, begins.drafter), (1, false, true));
        assert!(fixture.carry(&rebuilt, earned.id).await.is_err_and(|why| why.contains("it was not compared")));

        let found = fixture.compare(&rebuilt).await;
        let sum = &found.streams[0];
        assert!(found.identical() && sum.can_carry_over && !sum.carried, "{sum:#?}");
        assert_eq!((sum.kept, sum.identical, u64::from(sum.identical)), (3, 3, earned.tally.inspected));
        fixture.carry(&rebuilt, earned.id).await.expect("carried over");
        fixture.carry(&rebuilt, earned.id).await.expect("the same again changes nothing");
        assert!(fixture.compare(&rebuilt).await.streams[0].carried);
        assert_eq!(anew(engine, &rebuilt).await.expect("the store answers").streams, 0);
        assert_eq!(fixture.streams().await.len(), 1, "the new stream starts with its first package");

        for number in 10..12 {
            fixture.prepare(number, drafter(&rebuilt)).await;
        }
        let streams = fixture.streams().await;
        let (old, new) = (&streams[0], &streams[1]);
        assert_eq!(new.tally, old.tally);
        let carried = new.carried_over.as_ref().expect("the origin of the evidence is shown");
        assert_eq!((carried.from_stream, &*carried.who, carried.identical), (old.id, "admin", 3));
        let went = fixture.test_desk.desk.auto_release(NOW, HOUR).await.expect("a batch");
        assert_eq!(went.entries.len(), 2, "the level earned by the other build releases it");
        let trail = fixture.test_desk.desk.audit(None, None, 1000).await.expect("the audit log").rows;
        let lines: Vec<_> = trail.iter().filter(|line| line.action == "carried-over").collect();
        assert_eq!(lines.iter().map(|line| &*line.who).collect::<Vec<_>>(), ["admin", "baton"]);
    });
}

#[test]
fn without_an_admins_decision_another_drafter_or_engine_starts_in_pilot() {
    run(async {
        let fixture = Fixture::cleared().await;
        fixture.prepare(10, drafter(&rebuilt("drafter"))).await;
        let engine = HandoffEngine::new(&test_components().runtime, &rebuilt("engine")).expect("it links");
        let given = |given: &mut Given| given.tiers.iter_mut().for_each(quick);
        fixture.test_desk.prepare_by(&engine, Arc::new(test_components().drafter.clone()), 11, given).await;
        for stream in &fixture.streams().await[1..] {
            assert_eq!((stream.assessment.standing, stream.tally.inspected), (Standing::Pilot, 0));
        }
        let went = fixture.test_desk.desk.auto_release(NOW, HOUR).await.expect("the store answers");
        assert_eq!(went.entries, Vec::<String>::new());
    });
}

#[test]
fn a_rebuilt_engine_is_compared_on_the_recorded_answers() {
    run(async {
        let (fixture, rebuilt) = (Fixture::cleared().await, rebuilt("engine"));
        let found = fixture.compare(&rebuilt).await;
        assert!(found.identical() && found.streams[0].can_carry_over, "{found:#?}");
        fixture.carry(&rebuilt, 1).await.expect("carried over");
        // A component is not compared with itself.
        assert_eq!(fixture.compare(test_components().engine.component()).await.streams, []);
        assert_eq!(fixture.compare(test_components().drafter.component()).await.streams, []);
    });
}

#[test]
fn changed_drafts_are_shown_and_carry_nothing_over() {
    run(async {
        let fixture = Fixture::new().await;
        for number in 0..3 {
            fixture.test_desk.approve(&fixture.prepare(number, Arc::new(Reworded)).await, NOW).await;
        }
        let found = fixture.compare(test_components().drafter.component()).await;
        let sum = &found.streams[0];
        assert_eq!((sum.identical, sum.wording, sum.outcome, sum.can_carry_over), (0, 3, 0, false));
        let CallDifference::Wording { recorded, now } = &sum.calls[0].difference else { panic!("{:?}", sum.calls[0]) };
        assert_eq!(recorded.subject, now.subject);
        assert!(recorded.body.contains("Well done") && now.body.contains("Congratulations"));
        let refused = fixture.carry(test_components().drafter.component(), 1).await;
        assert!(refused.is_err_and(|why| why.contains("not identical")));
        assert!(
            fixture
                .carry(test_components().drafter.component(), 7)
                .await
                .is_err_and(|why| why.contains("no such stream"))
        );
    });
}

#[test]
fn a_drafter_that_writes_nothing_holds_packages_that_were_ready() {
    run(async {
        let fixture = Fixture::cleared().await;
        let hostile = test_components().hostile_drafter.component();
        let found = fixture.compare(hostile).await;
        assert_eq!((found.streams[0].outcome, found.streams[0].identical), (3, 0));
        let CallDifference::Outcome { changes } = &found.streams[0].calls[0].difference else { panic!("an outcome") };
        assert!(changes[0].starts_with("ready → held, draft-failed: "), "{changes:?}");
        assert!(!found.streams[0].can_carry_over);
    });
}

#[test]
fn a_hostile_engine_shows_as_a_difference_and_ends_only_its_own_call() {
    run(async {
        for (mode, expected) in [
            ("spin", "ready → failed: the call was ended: it computed for longer than it may without calling the host"),
            ("trap", "ready → failed: the call was ended: it crashed"),
            ("flood-other", "ready → failed: the call was ended: it called the host more often than it may"),
            ("oversized-string", "ready → failed: the call was ended: it handed over more than the host takes"),
            ("another-account", "ready → held"),
            ("search", "ready → held"),
            ("false-contact", "it makes a call that is not in the recording"),
            ("flood", "it makes a call that is not in the recording"),
        ] {
            let fixture = Fixture::new().await;
            let given = |given: &mut Given| given.campaign.id = format!("mode:{mode}");
            let drafting = Arc::new(test_components().drafter.clone());
            let kept = fixture.test_desk.prepare_by(&test_components().engine, drafting, 0, given).await;
            assert!(matches!(kept, SaveResult::New(_)), "{mode}: {kept:?}");
            let found = fixture.compare(test_components().hostile.component()).await;
            assert!(!found.identical(), "{mode}");
            let said = match &found.streams[0].calls[0].difference {
                CallDifference::Outcome { changes } => changes.join("; "),
                CallDifference::Incomparable { why } => why.clone(),
                other => panic!("{mode}: {other:?}"),
            };
            assert!(said.starts_with(expected), "{mode}: {said}");
        }
    });
}

#[test]
fn false_output_of_a_compared_engine_is_not_accepted() {
    run(async {
        let given = Given::base();
        let crm = Arc::new(given.crm());
        let grants =
            Grants::default().with_research(Arc::clone(&crm)).with_contacts(crm).with_drafting(Arc::new(InProcess));
        let honest = test_components().hostile.prepare(&grants, given.mode("good")).await.recording;
        let hostile = candidate(test_components().hostile.component());
        for (mode, refused) in [
            ("good", None),
            ("false-contact", Some("its contact is not among those the host answered with")),
            ("false-recipient", Some("its draft is addressed to somebody else than its contact")),
            ("score-255", Some("its `score` is out of range")),
        ] {
            let recording = Recording { input: Input::Prepare { assignment: given.mode(mode) }, ..honest.clone() };
            let compared = test_components().runtime.compare(&hostile, Baseline::default(), &recording).await;
            match (compared.expect("it is a preparation"), refused) {
                (ComparisonOutcome::Done(output), None) => assert_eq!(output, honest.output),
                (ComparisonOutcome::Failed(why), Some(refused)) => assert!(why.contains(refused), "{mode}: {why}"),
                (other, _) => panic!("{mode}: {other:?}"),
            }
        }
        let route = test_components().governor.sample(Arc::new(Vec::new()), 1).await.recording;
        assert!(
            test_components().runtime.compare(&hostile, Baseline::default(), &route).await.is_err(),
            "only preparations"
        );
    });
}

#[test]
fn held_accounts_are_compared_too() {
    run(async {
        let fixture = Fixture::new().await;
        let given = |given: &mut Given| given.signals.clear();
        let kept = fixture.test_desk.prepare_by(&test_components().engine, Arc::new(InProcess), 0, given).await;
        assert!(matches!(kept, SaveResult::NoPackage(_)), "{kept:?}");
        let found = fixture.compare(&rebuilt("engine")).await;
        assert_eq!((found.streams[0].stream, found.streams[0].identical), (None, 1));
        let found = fixture.compare(test_components().hostile.component()).await;
        let CallDifference::Outcome { changes } = &found.streams[0].calls[0].difference else { panic!("{found:#?}") };
        assert!(changes[0].starts_with("held, no-fresh-signal: "), "{changes:?}");
    });
}

#[test]
fn evidence_needs_as_many_of_the_latest_recordings_as_it_counts_inspections() {
    run(async {
        let (fixture, rebuilt) = (Fixture::cleared().await, rebuilt("drafter"));
        let two = CompareOptions { limit: 2, ..ALL };
        let found = fixture.test_desk.desk.compare(&candidate(&rebuilt), &two, NOW, |_, _| {}).await.expect("compared");
        assert_eq!(
            (found.streams[0].identical, found.streams[0].needed, found.streams[0].can_carry_over),
            (2, Some(3), false)
        );
        assert!(fixture.carry(&rebuilt, 1).await.is_err_and(|why| why.contains("too few were compared")));
        assert!(fixture.compare(&rebuilt).await.streams[0].can_carry_over);
        fixture.prepare(20, Arc::new(test_components().drafter.clone())).await;
        assert!(fixture.carry(&rebuilt, 1).await.is_err_and(|why| why.contains("recordings that were not compared")));
        let no_such = CompareOptions { stream: Some(9), ..ALL };
        assert!(fixture.test_desk.desk.compare(&candidate(&rebuilt), &no_such, NOW, |_, _| {}).await.is_err());
    });
}

#[test]
fn a_restarted_stream_keeps_its_findings() {
    run(async {
        let (fixture, rebuilt) = (Fixture::cleared().await, rebuilt("drafter"));
        let package = fixture.prepare(10, drafter(&rebuilt)).await;
        fixture.test_desk.approve(&package, NOW).await;
        assert_eq!(fixture.streams().await[1].tally.inspected, 1);
        assert!(fixture.compare(&rebuilt).await.streams[0].can_carry_over);
        fixture.carry(&rebuilt, 1).await.expect("carried over");
        let streams = fixture.streams().await;
        assert_eq!(streams[1].tally.inspected, streams[0].tally.inspected + 1);
        assert_eq!(streams[1].tally.level, streams[0].tally.level);

        // The same with a defect: it resets the level that was earned before.
        let fixture = Fixture::cleared().await;
        fixture.reject(&fixture.prepare(10, drafter(&rebuilt)).await).await;
        assert!(fixture.compare(&rebuilt).await.streams[0].can_carry_over);
        fixture.carry(&rebuilt, 1).await.expect("carried over");
        let streams = fixture.streams().await;
        assert_eq!(streams[0].assessment.standing, Standing::Proven);
        assert_eq!((streams[1].assessment.standing, streams[1].tally.nonconforming), (Standing::Suspended, 1));
    });
}

#[test]
fn a_suspension_and_a_stop_are_carried_over_with_the_evidence() {
    run(async {
        let (fixture, rebuilt) = (Fixture::cleared().await, rebuilt("drafter"));
        fixture.compare(&rebuilt).await;
        fixture.carry(&rebuilt, 1).await.expect("carried over");
        // After the admin's decision and before the first package.
        fixture.test_desk.desk.by("admin").stop_stream(1, "a new product page", NOW).await.expect("stopped");
        let waiting = fixture.prepare(10, drafter(&rebuilt)).await;
        let stream = fixture.streams().await.remove(1);
        assert!(stream.tally.stopped && stream.assessment.standing == Standing::Suspended, "{stream:?}");
        assert_eq!(
            fixture.test_desk.desk.auto_release(NOW, HOUR).await.expect("the store answers").entries,
            Vec::<String>::new()
        );
        drop(waiting);
    });
}

#[test]
fn a_late_finding_counts_where_the_evidence_was_carried_over() {
    run(async {
        let (fixture, rebuilt) = (Fixture::cleared().await, rebuilt("drafter"));
        for number in 10..14 {
            fixture.prepare(number, Arc::new(test_components().drafter.clone())).await;
        }
        assert_eq!(fixture.test_desk.desk.auto_release(NOW, HOUR).await.expect("a batch").checked_after, 2);
        fixture.compare(&rebuilt).await;
        fixture.carry(&rebuilt, 1).await.expect("carried over");
        fixture.prepare(20, drafter(&rebuilt)).await;
        let drawn = fixture.test_desk.desk.checks().await.expect("the checks").remove(0).package;
        let shown = fixture.test_desk.desk.package(&drawn, NOW).await.expect("it exists");
        let verdict = SpotCheckVerdict {
            package: shown.id.clone(),
            shown: shown.digest.clone(),
            key: "verdict-number-1".into(),
            seconds: Some(40),
            finding: Finding::Nonconforming,
            why: Some("the pitch is beside the point".into()),
        };
        fixture.test_desk.desk.record_verdict(&verdict, NOW + 60).await.expect("a verdict");
        for stream in fixture.streams().await {
            assert_eq!((stream.assessment.standing, stream.tally.nonconforming), (Standing::Suspended, 1));
        }
        assert_eq!(
            fixture.test_desk.desk.auto_release(NOW + 61, HOUR).await.expect("the store answers").entries,
            Vec::<String>::new()
        );
    });
}

#[test]
fn a_comparison_calls_no_capability_and_sends_nothing() {
    run(async {
        let fixture = Fixture::cleared().await;
        let before = fixture.test_desk.desk.audit(None, None, 1000).await.expect("the audit log").rows.len();
        fixture.compare(&rebuilt("engine")).await;
        fixture.compare(test_components().hostile.component()).await;
        assert_eq!(fixture.test_desk.desk.audit(None, None, 1000).await.expect("the audit log").rows.len(), before);
        assert_eq!(tools().engine.component().digest(), test_components().engine.component().digest());
        assert!(
            ComparisonCandidate::new(&test_components().runtime, test_components().governor.component()).is_err(),
            "only components that prepare or draft"
        );
    });
}
