//! Two tiers at one desk, with drafts about the same signals and separate plans: findings in one tier do not count in
//! the other, except wrong facts.

use baton_desk::accounts::SaveResult;
use baton_desk::autonomy::{COMPARE_LIMIT, CompareOptions, SpotCheckVerdict as OnSent, SpotCheckView, StreamView};
use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Finding, Standing, Tally};
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::decision::{Decision, DecisionRequest, RejectReason};
use baton_model::package_state::PackageState;
use baton_runtime::{ComparisonCandidate, Component, Drafter, DraftingHandle};
use baton_tests::DeskExt as _;
use baton_tests::{Given, NOW, TestDesk, approval, component, quick, run, test_components};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::Arc;
use tempfile::TempDir;

const HOUR: Timestamp = 3600;

/// Two tiers by the account's size: one has one sampling level and holds samples; the other has two and checks after
/// sending.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tier {
    Mid,
    Exploratory,
}

use Tier::{Exploratory, Mid};

impl Tier {
    const BOTH: [Self; 2] = [Mid, Exploratory];

    const fn name(self) -> &'static str {
        match self {
            Mid => "mid",
            Exploratory => "exploratory",
        }
    }

    fn apply(self, given: &mut Given) {
        given.account.employees = Some(if self == Mid { 420 } else { 150 });
        for tier in &mut given.tiers {
            quick(tier, tier.name == Mid.name());
            if tier.name == Exploratory.name() {
                (tier.model, tier.inspection.sampling) = (HandoffModel::Automatic, vec![5000, 2000]);
            }
        }
    }
}

/// A person's verdict about a package.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    Clean,
    Bad,
    /// A fact is wrong.
    Wrong,
}

struct Fixture {
    folder: TempDir,
    test_desk: TestDesk,
    prepared: usize,
    /// Inspected and nonconforming packages of each tier.
    book: [(u64, u64); 2],
    batches: [u32; 2],
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(folder.path()).await;
        Self { folder, test_desk, prepared: 0, book: [(0, 0); 2], batches: [0; 2] }
    }

    async fn prepare(&mut self, tier: Tier) -> PackageId {
        self.prepare_by(tier, Arc::new(test_components().drafter.clone())).await
    }

    async fn prepare_by(&mut self, tier: Tier, drafting: impl Into<DraftingHandle>) -> PackageId {
        self.prepared += 1;
        match self
            .test_desk
            .prepare_by(&test_components().engine, drafting, self.prepared, |given| tier.apply(given))
            .await
        {
            SaveResult::New(id) => id,
            other => panic!("not new: {other:?}"),
        }
    }

    async fn review(&mut self, tier: Tier, look: Look) {
        let package = self.prepare(tier).await;
        self.decide(&package, look).await;
        self.count(tier, look);
    }

    fn count(&mut self, tier: Tier, look: Look) {
        let (inspected, nonconforming) = &mut self.book[tier as usize];
        *inspected += 1;
        *nonconforming += u64::from(look != Look::Clean);
    }

    async fn decide(&self, package: &PackageId, look: Look) {
        let shown = self.test_desk.desk.package(package, NOW).await.expect("it exists");
        let reject = |reason| Decision::Reject { reason, note: String::new() };
        let decision = match look {
            Look::Clean => Decision::Approve { overruled: Vec::new() },
            Look::Bad => reject(RejectReason::Draft),
            Look::Wrong => reject(RejectReason::Research),
        };
        let request = DecisionRequest { decision, key: format!("decide-{}", package.0), ..approval(&shown) };
        self.test_desk.desk.decide(&request, NOW).await.expect("it counts");
    }

    async fn check(&mut self, check: &SpotCheckView, look: Look) -> Tier {
        let tier = if check.tier == Mid.name() { Mid } else { Exploratory };
        if check.state == PackageState::Queued {
            self.decide(&check.package, look).await;
        } else {
            let shown = self.test_desk.desk.package(&check.package, NOW).await.expect("it exists");
            let finding = match look {
                Look::Clean => Finding::Conforming,
                Look::Bad => Finding::Nonconforming,
                Look::Wrong => Finding::FactualDefect,
            };
            let verdict = OnSent {
                package: shown.id,
                shown: shown.digest,
                key: format!("verdict-{}", check.package.0),
                seconds: Some(30),
                finding,
                why: (look != Look::Clean).then(|| "a wrong figure".to_owned()),
            };
            self.test_desk.desk.record_verdict(&verdict, NOW).await.expect("a verdict");
        }
        self.count(tier, look);
        tier
    }

    /// Returns the tier's latest stream.
    async fn stream(&self, tier: Tier) -> Option<StreamView> {
        let streams = self.test_desk.desk.quality(None, NOW).await.expect("the governor judges");
        streams.into_iter().rfind(|stream| stream.key.tier == tier.name())
    }

    async fn tally(&self, tier: Tier) -> Tally {
        self.stream(tier).await.map_or_else(Tally::default, |stream| stream.tally)
    }

    async fn standing(&self, tier: Tier) -> Standing {
        self.stream(tier).await.expect("a stream").assessment.standing
    }

    async fn clear(&mut self, tier: Tier) {
        for _ in 0..20 {
            if self.stream(tier).await.is_some_and(|stream| stream.assessment.fraction < 10_000) {
                return;
            }
            self.review(tier, Look::Clean).await;
        }
        panic!("never cleared: {:?}", self.stream(tier).await);
    }

    async fn tier_of(&self, package: &PackageId) -> String {
        let view = self.test_desk.desk.package(package, NOW).await.expect("it exists");
        view.content.open().expect("nobody was erased").routing.tier.clone().unwrap_or_default()
    }

    /// Releases a batch, and checks that every released package belongs to a cleared stream.
    async fn auto_release(&mut self) -> Result<(), TestCaseError> {
        let mut earned = [false; 2];
        for tier in Tier::BOTH {
            let stream = self.stream(tier).await;
            earned[tier as usize] = stream.is_some_and(|stream| stream.assessment.fraction < 10_000);
        }
        let went = self.test_desk.desk.auto_release(NOW, HOUR).await.expect("the store answers");
        for entry in &went.entries {
            let package = self.test_desk.desk.entry(entry).await.expect("an entry").package;
            let of = self.tier_of(&package).await;
            let tier = Tier::BOTH.into_iter().position(|tier| tier.name() == of).expect("one of the two");
            prop_assert!(earned[tier], "{of} is released without being cleared");
            self.batches[tier] += 1;
        }
        Ok(())
    }

    async fn walk(&mut self, steps: &[Step]) -> Result<(), TestCaseError> {
        for step in steps {
            let before = [self.tally(Mid).await, self.tally(Exploratory).await];
            let looked = match step {
                Step::Review(tier, look) => {
                    self.review(*tier, *look).await;
                    Some((*tier, *look))
                }
                Step::Check(look) => match self.test_desk.desk.checks().await.expect("the checks").first().cloned() {
                    Some(check) => Some((self.check(&check, *look).await, *look)),
                    None => None,
                },
                Step::Prepare(tier) => {
                    self.prepare(*tier).await;
                    None
                }
                Step::LetGo => {
                    self.auto_release().await?;
                    None
                }
                Step::Restart => {
                    self.test_desk.desk.store().close().await;
                    self.test_desk = TestDesk::open(self.folder.path()).await;
                    None
                }
            };
            for tier in Tier::BOTH {
                let (before, after) = (&before[tier as usize], self.tally(tier).await);
                prop_assert_eq!((after.inspected, after.nonconforming), self.book[tier as usize], "after {:?}", step);
                let Some((of, look)) = looked.filter(|(of, _)| *of != tier) else { continue };
                if look == Look::Wrong {
                    // It resets the level and the clean run, but does not count as an inspection here.
                    prop_assert_eq!(&after.recent, &before.recent, "{:?} touched by {:?}", tier, of);
                    prop_assert_eq!((after.level, after.clean_run), (0, 0));
                } else {
                    prop_assert_eq!(&after, before, "{:?} touched by {:?}", tier, of);
                }
            }
        }
        Ok(())
    }
}

#[derive(Clone, Debug)]
enum Step {
    Review(Tier, Look),
    Prepare(Tier),
    LetGo,
    /// Gives the first open check its verdict.
    Check(Look),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let tier = || prop_oneof![Just(Mid), Just(Exploratory)];
    let look = || prop_oneof![12 => Just(Look::Clean), 1 => Just(Look::Bad), 1 => Just(Look::Wrong)];
    prop_oneof![
        8 => (tier(), look()).prop_map(|(tier, look)| Step::Review(tier, look)),
        6 => tier().prop_map(Step::Prepare),
        4 => Just(Step::LetGo),
        4 => look().prop_map(Step::Check),
        1 => Just(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tiers_evidence_changes_only_by_its_own_inspections(steps in vec(step(), 12..40)) {
        run(async { Fixture::new().await.walk(&steps).await })?;
    }
}

#[test]
fn the_histories_contain_batches_of_both_tiers() {
    run(async {
        let mut fixture = Fixture::new().await;
        let mut steps = Vec::new();
        for tier in Tier::BOTH {
            steps.extend((0..6).map(|_| Step::Review(tier, Look::Clean)));
        }
        for tier in [Mid, Exploratory, Mid, Exploratory, Mid, Exploratory, Mid, Exploratory] {
            steps.push(Step::Prepare(tier));
        }
        steps.extend([Step::LetGo, Step::Check(Look::Clean), Step::Check(Look::Bad), Step::Restart]);
        steps.extend([Step::Review(Exploratory, Look::Wrong), Step::LetGo, Step::Check(Look::Clean)]);
        fixture.walk(&steps).await.expect("apart");
        assert!(fixture.batches.iter().all(|left| *left > 0), "{:?}", fixture.batches);
    });
}

#[test]
fn each_tier_earns_and_loses_its_own_level() {
    run(async {
        let mut fixture = Fixture::new().await;
        fixture.review(Exploratory, Look::Bad).await;
        fixture.clear(Mid).await;
        assert_eq!(
            (fixture.standing(Mid).await, fixture.standing(Exploratory).await),
            (Standing::Proven, Standing::Pilot)
        );
        for _ in 0..4 {
            fixture.prepare(Mid).await;
            fixture.prepare(Exploratory).await;
        }
        let went = fixture.test_desk.desk.auto_release(NOW, HOUR).await.expect("a batch");
        assert_eq!((went.unchecked, went.checked_before, went.checked_after), (2, 2, 0), "only those of `mid`");

        // A bad text in one tier does not stop the other; a wrong fact stops both.
        fixture.review(Exploratory, Look::Bad).await;
        assert_eq!(fixture.standing(Mid).await, Standing::Proven);
        assert!(fixture.test_desk.desk.entry(&went.entries[0]).await.is_ok(), "the released message is sent");
        fixture.review(Exploratory, Look::Wrong).await;
        assert_eq!(fixture.standing(Mid).await, Standing::Suspended);
        assert!(fixture.test_desk.desk.entry(&went.entries[0]).await.is_err(), "it is back in review");
        let tally = fixture.tally(Mid).await;
        assert_eq!((tally.inspected, tally.nonconforming), fixture.book[Mid as usize], "and no defect of this tier");
    });
}

/// The first tier whose conditions hold applies to the account. After an admin changes the conditions, a run prepares
/// queued packages again, and they count and are released by the other tier's evidence.
#[test]
fn an_account_that_moves_to_another_tier_counts_there() {
    run(async {
        let mut fixture = Fixture::new().await;
        fixture.clear(Mid).await;
        let waits = fixture.prepare(Mid).await;
        let number = fixture.prepared;
        let larger = |given: &mut Given| {
            Mid.apply(given);
            given.tiers.iter_mut().filter(|tier| tier.name == "mid").for_each(|tier| tier.employees_min = Some(1000));
        };
        let drafting = Arc::new(test_components().drafter.clone());
        let kept = fixture.test_desk.prepare_by(&test_components().engine, drafting, number, larger).await;
        let SaveResult::Replaced { old, new } = kept else { panic!("{kept:?}") };
        assert_eq!(old, waits);
        assert_eq!(fixture.tier_of(&new).await, "exploratory");
        assert_eq!(fixture.standing(Exploratory).await, Standing::Pilot);
        let went = fixture.test_desk.desk.auto_release(NOW, HOUR).await.expect("the store answers");
        assert_eq!(went.entries, Vec::<String>::new(), "the other tier's level releases nothing here");

        let before = fixture.tally(Mid).await;
        fixture.decide(&new, Look::Clean).await;
        assert_eq!((fixture.tally(Mid).await, fixture.tally(Exploratory).await.inspected), (before, 1));
    });
}

/// Evidence that is carried over to another build continues only in the tier that earned it.
#[test]
fn evidence_is_carried_over_within_its_own_tier() {
    run(async {
        let mut fixture = Fixture::new().await;
        fixture.clear(Mid).await;
        fixture.review(Exploratory, Look::Clean).await;
        // A custom section (id 0, WebAssembly core specification, 5.5.3) is ignored: another build with the same
        // drafts.
        let bytes = [component("drafter").as_slice(), &[0, 5, 4, b'o', b'u', b'r', b's']].concat();
        let rebuilt = Component::load_blocking(&test_components().runtime, &bytes).expect("it is a component still");
        let candidate = ComparisonCandidate::new(&test_components().runtime, &rebuilt).expect("it links");
        let desk = &fixture.test_desk.desk;
        let all = CompareOptions { campaign: None, stream: None, limit: COMPARE_LIMIT, shown: 3 };
        let found = desk.compare(&candidate, &all, NOW, |_, _| {}).await.expect("it is compared");
        let tiers: Vec<_> = found.streams.iter().map(|sum| sum.key.as_ref().map(|key| key.tier.as_str())).collect();
        assert_eq!(tiers, [Some("mid"), Some("exploratory")]);
        let mid = found.streams[0].stream.expect("a stream");
        desk.by("admin").carry_over(&candidate, &[mid], NOW).await.expect("carried over");
        let anew =
            desk.stream_restarts(test_components().engine.component(), &rebuilt).await.expect("the store answers");
        assert_eq!(anew.streams, 1, "the other tier's");

        let earned = fixture.tally(Mid).await;
        let drafter = Drafter::new(&test_components().runtime, &rebuilt).expect("it links");
        fixture.prepare_by(Exploratory, Arc::new(drafter.clone())).await;
        assert_eq!(fixture.tally(Exploratory).await, Tally::default());
        fixture.prepare_by(Mid, Arc::new(drafter)).await;
        assert_eq!(fixture.tally(Mid).await, earned);
    });
}
