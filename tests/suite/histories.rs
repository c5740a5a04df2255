//! Random histories of a desk, with restarts and changes of the configuration: no message is sent without review that
//! was not earned, and none after that was lost.
//!
//! The desk is the real one, with its store on disk and the shipped governor. A simple model of reviews and their
//! results checks it.

use baton_desk::accounts::SaveResult;
use baton_desk::autonomy::{SpotCheckVerdict, SpotCheckView, StreamView};
use baton_facts::policy::{HandoffModel, Tier};
use baton_facts::quality::Finding;
use baton_facts::types::{BasisPoints, Timestamp};
use baton_model::PackageId;
use baton_model::decision::{Decision, DecisionRequest, RejectReason};
use baton_model::delivery::{DeliveryOutcome, SendVerdict};
use baton_model::package_state::PackageState;
use baton_tests::DeskExt as _;
use baton_tests::{NOW, TestDesk, approval, run};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};
use tempfile::TempDir;

const HOUR: Timestamp = 3600;

/// The settings of an admin for every tier.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rules {
    model: HandoffModel,
    minimum_score: u8,
    sampling: &'static [BasisPoints],
    /// The limit of the nonconforming rate.
    risk_limit: BasisPoints,
    held: bool,
}

const QUICK: Rules = Rules {
    model: HandoffModel::SendThenSpotCheck,
    minimum_score: 0,
    sampling: &[5000],
    risk_limit: 10_000,
    held: true,
};

const RULES: [Rules; 7] = [
    QUICK,
    Rules { held: false, ..QUICK },
    Rules { risk_limit: 4000, ..QUICK },
    Rules { sampling: &[5000, 2000], risk_limit: 5000, ..QUICK },
    Rules { model: HandoffModel::Automatic, sampling: &[5000, 2000], held: false, ..QUICK },
    Rules { model: HandoffModel::ReviewAndApprove, ..QUICK },
    Rules { minimum_score: 100, ..QUICK },
];

impl Rules {
    fn apply(self, tier: &mut Tier) {
        (tier.model, tier.minimum_score) = (self.model, self.minimum_score);
        tier.inspection.sampling = self.sampling.to_vec();
        tier.inspection.outgoing_quality_limit = 1146;
        (tier.inspection.risk_limit, tier.inspection.held) = (self.risk_limit, self.held);
    }

    /// Whether a package under these rules may be sent without review.
    fn may_let_go(self) -> bool {
        self.model != HandoffModel::ReviewAndApprove && self.minimum_score < 100
    }
}

/// A person's verdict about a package.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    Clean,
    /// In less than the 8 seconds of a review.
    Hasty,
    Bad,
    /// A fact is wrong.
    Wrong,
}

#[derive(Clone, Debug)]
enum Step {
    /// Prepares this many packages and decides about them one by one.
    Review(u8, Look),
    /// Prepares this many packages and leaves them in the queue.
    Prepare(u8),
    LetGo,
    /// Gives the first open check its verdict.
    Check(Look),
    /// Transmits up to this many messages.
    Transmit(u8),
    Hours(u8),
    Stop,
    Resume,
    Restart,
    /// Changes the admin's settings of the tiers, and runs the campaign again.
    Rules(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let look =
        || prop_oneof![20 => Just(Look::Clean), 2 => Just(Look::Hasty), 1 => Just(Look::Bad), 1 => Just(Look::Wrong)];
    prop_oneof![
        6 => (1..6_u8, look()).prop_map(|(count, look)| Step::Review(count, look)),
        3 => (1..5_u8).prop_map(Step::Prepare),
        6 => Just(Step::LetGo),
        5 => look().prop_map(Step::Check),
        3 => (1..5_u8).prop_map(Step::Transmit),
        1 => (1..4_u8).prop_map(Step::Hours),
        1 => Just(Step::Stop),
        1 => Just(Step::Resume),
        2 => Just(Step::Restart),
        2 => (0..RULES.len()).prop_map(Step::Rules),
    ]
}

/// The model of the history.
#[derive(Debug, Default)]
struct Book {
    inspected: u64,
    nonconforming: u64,
    /// Counted conforming reviews since the last reset of all levels.
    clean: u64,
    /// Missed checks without a verdict.
    open: u32,
    stopped: bool,
    /// The number of times that all streams were stopped.
    stops: u32,
}

impl Book {
    fn look(&mut self, look: Look, counts: bool, missed: bool) {
        match look {
            Look::Clean if counts && missed => self.open = self.open.saturating_sub(1),
            Look::Clean if counts => (self.inspected, self.clean) = (self.inspected + 1, self.clean + 1),
            Look::Clean | Look::Hasty => {}
            Look::Bad | Look::Wrong => {
                if missed && self.open > 0 {
                    self.open -= 1;
                } else {
                    (self.inspected, self.nonconforming) = (self.inspected + 1, self.nonconforming + 1);
                }
                (self.clean, self.stops) = (0, self.stops + 1);
            }
        }
    }
}

/// Returns the upper end of the beta mixture's 95% confidence set with prior (1, 19), by bisection over sums of
/// logarithms.
fn bound(inspected: u64, nonconforming: u64) -> f64 {
    if inspected == 0 || nonconforming == inspected {
        return 1.0;
    }
    let ln_factorial = |n: u64| (1..=n).map(|k| (k as f64).ln()).sum::<f64>();
    let ln_beta = |a: u64, b: u64| ln_factorial(a - 1) + ln_factorial(b - 1) - ln_factorial(a + b - 1);
    let (n, x) = (inspected, nonconforming);
    let mixed = ln_beta(x + 1, n - x + 19) - ln_beta(1, 19);
    let ratio = |p: f64| mixed - x as f64 * p.ln() - (n - x) as f64 * (1.0 - p).ln();
    let (mut inside, mut outside) = ((x as f64 / n as f64).max(1e-12), 1.0 - 1e-12);
    for _ in 0..60 {
        let middle = f64::midpoint(inside, outside);
        if ratio(middle) >= 20.0_f64.ln() { outside = middle } else { inside = middle }
    }
    outside
}

/// A queued package, as it was last saved.
#[derive(Clone, Copy)]
struct Waiting {
    number: usize,
    rules: Rules,
}

struct Fixture {
    folder: TempDir,
    test_desk: TestDesk,
    now: Timestamp,
    rules: Rules,
    prepared: usize,
    packages: HashMap<PackageId, Waiting>,
    book: Book,
    /// Released messages by outbox entry, with the number of stops at that time.
    auto_release: HashMap<String, u32>,
    /// Messages sent without review.
    left: HashSet<PackageId>,
    batches: u32,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            test_desk: TestDesk::open(folder.path()).await,
            folder,
            now: NOW,
            rules: QUICK,
            prepared: 0,
            packages: HashMap::new(),
            book: Book::default(),
            auto_release: HashMap::new(),
            left: HashSet::new(),
            batches: 0,
        }
    }

    async fn stream(&self) -> Option<StreamView> {
        let mut streams = self.test_desk.desk.quality(None, self.now).await.expect("the governor judges");
        assert!(streams.len() <= 1, "one stream");
        streams.pop()
    }

    async fn walk(&mut self, steps: &[Step]) -> Result<(), TestCaseError> {
        for step in steps {
            self.step(step).await?;
            if let Some(stream) = self.stream().await {
                // No finding is ever dropped.
                let tally = (stream.tally.inspected, stream.tally.nonconforming);
                prop_assert_eq!(tally, (self.book.inspected, self.book.nonconforming), "after {:?}", step);
            }
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Review(count, look) => {
                for _ in 0..*count {
                    let package = self.prepare().await;
                    self.decide(&package, *look, false).await;
                }
            }
            Step::Prepare(count) => {
                for _ in 0..*count {
                    self.prepare().await;
                }
            }
            Step::LetGo => self.auto_release().await?,
            Step::Check(look) => {
                if let Some(check) = self.test_desk.desk.checks().await.expect("the checks").into_iter().next() {
                    self.check(&check, *look).await;
                }
            }
            Step::Transmit(count) => self.transmit(*count).await?,
            Step::Hours(hours) => {
                self.now += Timestamp::from(*hours) * HOUR;
                let missed = self.test_desk.desk.run_maintenance(self.now).await.expect("time passes").missed;
                let book = &mut self.book;
                (book.inspected, book.nonconforming) =
                    (book.inspected + u64::from(missed), book.nonconforming + u64::from(missed));
                (book.open, book.stops) = (book.open + missed, book.stops + missed);
            }
            Step::Stop | Step::Resume => {
                let Some(stream) = self.stream().await else { return Ok(()) };
                let stop = matches!(step, Step::Stop);
                let (desk, id) = (&self.test_desk.desk, stream.id);
                let done = if stop {
                    desk.by("admin").stop_stream(id, "a look", self.now).await
                } else {
                    desk.by("admin").resume_stream(id, "looked", self.now).await
                };
                done.expect("a person may");
                self.book.stopped = stop;
                if stop {
                    (self.book.clean, self.book.stops) = (0, self.book.stops + 1);
                } else {
                    self.book.open = 0;
                }
            }
            Step::Restart => {
                self.test_desk.desk.store().close().await;
                self.test_desk = TestDesk::open(self.folder.path()).await;
            }
            Step::Rules(index) => {
                self.rules = RULES[*index];
                for (package, waiting) in self.packages.clone() {
                    let state = self.test_desk.desk.package(&package, self.now).await.expect("it exists").state;
                    if state.is_open() {
                        self.keep(waiting.number).await;
                    }
                }
            }
        }
        Ok(())
    }

    async fn prepare(&mut self) -> PackageId {
        self.prepared += 1;
        self.keep(self.prepared).await
    }

    async fn keep(&mut self, number: usize) -> PackageId {
        let rules = self.rules;
        let waiting = Waiting { number, rules };
        match self.test_desk.keep_under(number, |tier| rules.apply(tier)).await {
            SaveResult::New(id) | SaveResult::Replaced { new: id, .. } => {
                self.packages.insert(id.clone(), waiting);
                id
            }
            // The saved package is unchanged.
            SaveResult::Unchanged(id, _) => id,
            other => panic!("not kept: {other:?}"),
        }
    }

    /// Decides about the package if it is still queued.
    async fn decide(&mut self, package: &PackageId, look: Look, missed: bool) {
        let shown = self.test_desk.desk.package(package, self.now).await.expect("it exists");
        let reject = |reason| Decision::Reject { reason, note: String::new() };
        let (decision, seconds) = match look {
            Look::Clean => (Decision::Approve { overruled: Vec::new() }, 30),
            Look::Hasty => (Decision::Approve { overruled: Vec::new() }, 7),
            Look::Bad => (reject(RejectReason::Draft), 30),
            Look::Wrong => (reject(RejectReason::Research), 30),
        };
        let key = format!("decide-{}", package.0);
        let request = DecisionRequest { decision, key, seconds: Some(seconds), ..approval(&shown) };
        self.test_desk.desk.decide(&request, self.now).await.expect("it counts");
        let counts = self.packages[package].rules.may_let_go();
        self.book.look(look, counts, missed);
    }

    async fn check(&mut self, check: &SpotCheckView, look: Look) {
        let missed = check.missed.is_some();
        if check.state == PackageState::Queued {
            return self.decide(&check.package, look, missed).await;
        }
        let shown = self.test_desk.desk.package(&check.package, self.now).await.expect("it exists");
        let (finding, seconds) = match look {
            Look::Clean => (Finding::Conforming, 30),
            Look::Hasty => (Finding::Conforming, 7),
            Look::Bad => (Finding::Nonconforming, 30),
            Look::Wrong => (Finding::FactualDefect, 30),
        };
        let verdict = SpotCheckVerdict {
            package: shown.id,
            shown: shown.digest,
            key: format!("verdict-{}", check.package.0),
            seconds: Some(seconds),
            finding,
            why: (finding != Finding::Conforming).then(|| "a wrong figure".to_owned()),
        };
        self.test_desk.desk.record_verdict(&verdict, self.now).await.expect("a verdict");
        self.book.look(look, true, missed);
    }

    async fn auto_release(&mut self) -> Result<(), TestCaseError> {
        let before = self.stream().await;
        let open = self.test_desk.desk.checks().await.expect("the checks").len();
        let went = self.test_desk.desk.auto_release(self.now, HOUR).await.expect("the store answers");
        let drawn = went.checked_before + went.checked_after;
        let items = went.unchecked + drawn;
        if items == 0 {
            return Ok(());
        }
        self.batches += 1;
        let (book, rules) = (&self.book, self.rules);
        let assessment = before.expect("a stream").assessment;
        let clearance = u64::from(assessment.level) * u64::from(assessment.clearance);
        prop_assert!(rules.may_let_go(), "under {:?}", rules);
        prop_assert!(assessment.level > 0 && assessment.clearance >= 3, "{:?}", assessment);
        prop_assert!(book.clean >= clearance, "{} clean of {clearance}", book.clean);
        prop_assert!(bound(book.inspected, book.nonconforming) * 10_000.0 <= f64::from(rules.risk_limit), "{:?}", book);
        prop_assert!(!book.stopped && book.open == 0, "{:?}", book);
        prop_assert_eq!(open, 0, "released while a check is open");
        let share = rules.sampling[usize::from(assessment.level) - 1];
        prop_assert!(drawn >= 1 && drawn + 1 >= items * u32::from(share) / 10_000, "{drawn} drawn of {items}");
        for entry in &went.entries {
            let package = self.test_desk.desk.entry(entry).await.expect("an entry").package;
            prop_assert_eq!(self.packages[&package].rules, rules, "it is released under earlier rules");
            self.auto_release.insert(entry.clone(), self.book.stops);
        }
        Ok(())
    }

    async fn transmit(&mut self, count: u8) -> Result<(), TestCaseError> {
        let desk = &self.test_desk.desk;
        for entry in desk.unreleased().await.expect("a list") {
            desk.release(&entry, self.now).await.expect("the final check");
        }
        for _ in 0..count {
            let claimed = desk
                .claim_next(self.now, self.now, "test", |_: &_| SendVerdict::Send)
                .await
                .expect("the store answers");
            let Some(claimed) = claimed else { break };
            if let Some(stops) = self.auto_release.get(&claimed.entry.id) {
                prop_assert_eq!(*stops, self.book.stops, "it is sent after a verdict that stops the stream");
                prop_assert!(self.left.insert(claimed.entry.package.clone()), "twice");
            }
            desk.save_send_result(&claimed, &DeliveryOutcome::Accepted("taken".into()), self.now, self.now)
                .await
                .expect("written down");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_sent_without_review_that_was_not_earned(steps in vec(step(), 8..24)) {
        run(async {
            let mut fixture = Fixture::new().await;
            fixture.walk(&steps).await
        })?;
    }
}

#[test]
fn the_histories_contain_batches_and_sent_messages() {
    run(async {
        let mut fixture = Fixture::new().await;
        let steps = [
            Step::Review(3, Look::Clean),
            Step::Restart,
            Step::Prepare(5),
            Step::LetGo,
            Step::Restart,
            Step::Transmit(1),
            Step::Check(Look::Bad),
            Step::Transmit(5),
            Step::Review(3, Look::Clean),
            Step::Rules(1),
            Step::LetGo,
            Step::Transmit(5),
        ];
        fixture.walk(&steps).await.expect("all of it was earned");
        assert!(
            fixture.batches >= 2 && fixture.left.len() >= 2,
            "{} batches, {} left",
            fixture.batches,
            fixture.left.len()
        );
    });
}

/// The packages are queued when the admin tightens the tier. The next run prepares the same drafts, and none of them is
/// sent under the earlier settings.
#[test]
fn queued_packages_follow_the_current_settings() {
    run(async {
        for tightened in [2, 5, 6] {
            let mut fixture = Fixture::new().await;
            fixture.walk(&[Step::Review(3, Look::Clean), Step::Prepare(4)]).await.expect("earned");
            fixture.walk(&[Step::Rules(tightened), Step::LetGo]).await.expect("nothing is sent");
            assert_eq!(fixture.batches, 0, "{:?}", RULES[tightened]);
            assert_eq!(fixture.test_desk.desk.waiting(None, NOW).await.expect("a count"), 4, "each exists once");
            fixture.walk(&[Step::Rules(0), Step::LetGo]).await.expect("earned");
            assert_eq!(fixture.batches, 1, "under the earlier settings again, a batch is released");
        }
    });
}
