//! A desk in its own folder, sample packages, and scripted components.

use crate::accounts::save_outcome::SaveResult;
use crate::components::HandoffLogic;
use crate::db::connect::Store;
use crate::desk::{Desk, DeskResult, DeskService};
use crate::error::{DeskError, Refusal};
use crate::packages::prepared::{Fingerprint, PreparedAccount};
use async_trait::async_trait;
use baton_facts::errors::HandoffError;
use baton_facts::packages::{Candidate, Check, HandoffPackage, Outcome, Preparation, Verdict};
use baton_facts::policy::InspectionPlan;
use baton_facts::quality;
use baton_facts::quality::{Assessment, Counted, Grade, LotItem, Outlook, Routing, Tally};
use baton_facts::types::{BasisPoints, Draft, Message, Timestamp};
use baton_model::decision::{Decision, DecisionRequest, DecisionResult};
use baton_model::views::PackageView;
use baton_model::{Actor, PackageId, Role};
use baton_runtime::{
    AbortReason, CallContext, CallOutcome, ComparisonOutcome, Digest, Error, Exchange, Grants, Input, Limits, Output,
    Permit, Recording, ReleaseConfirmation, ReleaseRequest, ReplayOutcome, Sending as _, World,
};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

pub const NOW: Timestamp = 1_767_225_600;
pub const DAY: Timestamp = 86_400;
pub const ADDRESS: &str = "ada@north.example";

/// How the scripted engine reacts to a release.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Releasing {
    #[default]
    Sends,
    SendsAndTraps,
    Refuses,
    SendsAnotherText,
    ClaimsToHave,
    Traps,
}

#[derive(Default)]
pub struct ScriptedComponents {
    pub failing: Mutex<Vec<String>>,
    pub releasing: Mutex<Releasing>,
}

fn recording(input: Input, exchanges: Vec<Exchange>, output: Output) -> Recording {
    Recording {
        component: Digest::of(b"scripted"),
        world: World::Engine,
        limits: Limits::default(),
        input,
        exchanges,
        output,
    }
}

impl ScriptedComponents {
    fn checks(&self) -> Vec<Check> {
        let failing = self.failing.lock().unwrap();
        failing.iter().map(|name| check(name, Verdict::Fail)).collect()
    }
}

pub fn check(name: &str, verdict: Verdict) -> Check {
    Check { name: name.into(), verdict, detail: "as scripted".into(), evidence: Vec::new() }
}

#[async_trait]
impl HandoffLogic for ScriptedComponents {
    async fn inspect(
        &self,
        reviewed: Arc<HandoffPackage>,
        outgoing: Arc<Message>,
        now: Timestamp,
    ) -> CallOutcome<Arc<Vec<Check>>> {
        let checks = Arc::new(self.checks());
        let input = Input::Inspect { reviewed, outgoing, now };
        let recording = recording(input, Vec::new(), Output::Checks(Arc::clone(&checks)));
        CallOutcome::new(Ok(checks), recording)
    }

    async fn release(
        &self,
        grants: &Grants,
        request: ReleaseRequest,
        permit: &Permit,
    ) -> CallOutcome<ReleaseConfirmation> {
        let ReleaseRequest { reviewed, outgoing, overruled, now, .. } = request;
        let behaviour = *self.releasing.lock().unwrap();
        let call = CallContext::new(1, "", Some(reviewed.account.id.clone()));
        let sending = grants.sending().unwrap();
        let ended = || Error::Aborted { reason: AbortReason::Trapped, source: None };
        let result = match behaviour {
            Releasing::Sends | Releasing::SendsAndTraps => match sending.authorize(&call, permit, &outgoing).await {
                Ok(()) => Ok(ReleaseConfirmation::new((behaviour == Releasing::SendsAndTraps).then(ended))),
                Err(_) => Err(Error::Handoff(HandoffError::Other(None))),
            },
            Releasing::SendsAnotherText => {
                let other = Message { body: "Something else".into(), ..(*outgoing).clone() };
                assert!(!permit.covers(&other));
                assert!(sending.authorize(&call, permit, &other).await.is_err());
                Err(Error::Handoff(HandoffError::Other(None)))
            }
            Releasing::Refuses => Err(Error::Handoff(HandoffError::Refused(vec![check("fresh", Verdict::Fail)]))),
            Releasing::ClaimsToHave => Err(Error::NotSent),
            Releasing::Traps => Err(ended()),
        };
        let input = Input::Release { reviewed, outgoing, overruled, now };
        CallOutcome::new(result, recording(input, Vec::new(), Output::Released(Ok(()))))
    }

    async fn grade_edit(&self, draft: Arc<Draft>, outgoing: Arc<Message>) -> CallOutcome<Arc<Grade>> {
        let grade = Arc::new(Grade { conforming: true, edited: 120, changed_facts: Vec::new(), most_rewritten: None });
        let output = Output::Grade(Arc::clone(&grade));
        let recording = recording(Input::GradeEdit { draft, outgoing }, Vec::new(), output);
        CallOutcome::new(Ok(grade), recording)
    }

    async fn count(&self, plan: InspectionPlan, tally: Tally, event: quality::Event) -> CallOutcome<Arc<Counted>> {
        let counted =
            Arc::new(Counted { tally: tally.clone(), stops: quality::Reach::None, reason: "as scripted".into() });
        let output = Output::Counted(Arc::clone(&counted));
        let recording = recording(Input::Count { plan, tally, event }, Vec::new(), output);
        CallOutcome::new(Ok(counted), recording)
    }

    async fn assess(
        &self,
        plan: InspectionPlan,
        tally: Tally,
        now: Timestamp,
        packages_per_week: u32,
    ) -> CallOutcome<Arc<Assessment>> {
        let assessment = Arc::new(Assessment {
            standing: quality::Standing::Pilot,
            level: 0,
            fraction: 10_000,
            clearance: 15,
            still_needed: 15,
            upper_bound: 10_000,
            recent_nonconforming: 0,
            reason: "as scripted".into(),
        });
        let output = Output::Assessment(Arc::clone(&assessment));
        let recording = recording(Input::Assess { plan, tally, now, packages_per_week }, Vec::new(), output);
        CallOutcome::new(Ok(assessment), recording)
    }

    async fn forecast(
        &self,
        plan: InspectionPlan,
        rate: BasisPoints,
        miss_rate: BasisPoints,
        in_flight: u32,
    ) -> CallOutcome<Arc<Outlook>> {
        let outlook = Arc::new(Outlook {
            clearance: 15,
            inspected: 10_000,
            outgoing: 0,
            outgoing_limit: 0,
            escapes: 0,
            inspections_to_clear: 15,
        });
        let output = Output::Outlook(Arc::clone(&outlook));
        let recording = recording(Input::Foresee { plan, rate, miss_rate, in_flight }, Vec::new(), output);
        CallOutcome::new(Ok(outlook), recording)
    }

    async fn sample(&self, items: Arc<Vec<LotItem>>, seed: u64) -> CallOutcome<Arc<Vec<u32>>> {
        let all = Arc::new((0..items.len() as u32).collect::<Vec<_>>());
        let recording = recording(Input::Sample { items, seed }, Vec::new(), Output::Sample(Arc::clone(&all)));
        CallOutcome::new(Ok(all), recording)
    }

    async fn replay(&self, recording: &Recording) -> Result<ReplayOutcome, Error> {
        Ok(ReplayOutcome { output: recording.output.clone(), differences: Vec::new() })
    }

    async fn compare(
        &self,
        _: &baton_runtime::ComparisonCandidate,
        recording: &Recording,
    ) -> Result<ComparisonOutcome, Error> {
        Ok(ComparisonOutcome::Done(recording.output.clone()))
    }
}

impl Desk {
    /// Returns the desk as the person of this name uses it, for whom everything is permitted.
    pub fn by(&self, name: &str) -> Self {
        self.service().acting_as(Actor::operator(name))
    }

    /// Returns the desk as a signed-in user.
    pub fn by_user(&self, user: &str, role: Role) -> Self {
        self.service().acting_as(Actor::user(user, user, role))
    }

    /// Returns the same with other options.
    pub fn with(&self, options: impl FnOnce(DeskService) -> DeskService) -> Self {
        options(self.service()).acting_as(self.actor().clone())
    }
}

/// A desk in its own folder.
pub struct Fixture {
    pub folder: tempfile::TempDir,
    pub logic: Arc<ScriptedComponents>,
    pub desk: Desk,
}

impl Fixture {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let logic = Arc::new(ScriptedComponents::default());
        let store = Store::open(&folder.path().join("desk.db"), &folder.path().join("desk.key"), NOW).await.unwrap();
        let desk =
            DeskService::new(store, Arc::clone(&logic) as Arc<dyn HandoffLogic>).acting_as(Actor::operator("mara"));
        Self { folder, logic, desk }
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("desk.db")
    }

    pub fn key(&self) -> PathBuf {
        self.folder.path().join("desk.key")
    }

    /// Opens the same store as another process does.
    pub async fn another(&self) -> Desk {
        let store = Store::open(&self.file(), &self.key(), NOW).await.unwrap();
        DeskService::new(store, Arc::clone(&self.logic) as Arc<dyn HandoffLogic>).acting_as(Actor::operator("mara"))
    }

    pub async fn keep(&self, package: &HandoffPackage, now: Timestamp) -> SaveResult {
        keep(&self.desk, package, now).await.unwrap()
    }

    /// Saves the sample package and returns its view.
    pub async fn shown(&self) -> PackageView {
        let SaveResult::New(id) = self.keep(&package(), NOW).await else { panic!("not new") };
        self.desk.package(&id, NOW).await.unwrap()
    }

    pub async fn approved(&self) -> (PackageId, String) {
        let shown = self.shown().await;
        let decided = self.desk.decide(&approve(&shown, "approve-1"), NOW).await.unwrap();
        (shown.id, decided.outbox.unwrap())
    }

    /// Runs SQL on the file, bypassing the store.
    pub async fn sql(&self, sql: &'static str) {
        self::sql(&self.file(), sql).await;
    }
}

/// Runs SQL on a store's file.
pub async fn sql(file: &Path, sql: &'static str) {
    use sqlx::{ConnectOptions as _, Connection as _};
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Returns the one text that a query finds in a store's file.
pub async fn rows(file: &Path, sql: &'static str) -> String {
    use sqlx::ConnectOptions as _;
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
}

pub async fn keep(desk: &Desk, package: &HandoffPackage, now: Timestamp) -> DeskResult<SaveResult> {
    keep_for(desk, "pilot", package, now).await
}

pub async fn keep_for(desk: &Desk, campaign: &str, package: &HandoffPackage, now: Timestamp) -> DeskResult<SaveResult> {
    keep_all(desk, campaign, package, Ok(Outcome::Ready(package.clone())), now).await
}

/// Saves the outcome of a later run for the account of [`package`].
pub async fn keep_outcome(desk: &Desk, outcome: Result<Outcome, &str>, now: Timestamp) -> DeskResult<SaveResult> {
    keep_all(desk, "pilot", &package(), outcome, now).await
}

async fn keep_all(
    desk: &Desk,
    campaign: &str,
    package: &HandoffPackage,
    outcome: Result<Outcome, &str>,
    now: Timestamp,
) -> DeskResult<SaveResult> {
    let routing = Routing {
        tier: Some("mid".into()),
        model: baton_facts::policy::HandoffModel::ReviewAndApprove,
        reason: "a person decides".into(),
        trace: Vec::new(),
    };
    let preparation = outcome.map(|outcome| Preparation { outcome, trace: vec![check("in-industry", Verdict::Pass)] });
    let candidate = Candidate { contact: package.contact.clone(), history: package.history.clone() };
    let find = Exchange::Find { account: package.account.id.clone(), answer: Ok(Arc::new(vec![candidate])) };
    let input = Input::Discover { campaign: Arc::new(campaign_named(campaign)), cursor: None, now };
    let made = preparation.clone().map(Arc::new).map_err(|_| HandoffError::Other(None));
    let recordings = [recording(input, vec![find], Output::Preparation(made))];
    let fingerprint = fingerprint(desk, package);
    desk.save_outcome(&PreparedAccount {
        run: None,
        campaign,
        tiers: &[],
        account: &package.account,
        prospect: Some(70),
        preparation: preparation.as_ref().map_err(|what| *what),
        routing: Some(&routing),
        recordings: &recordings,
        fingerprint: &fingerprint,
        now,
    })
    .await
}

pub fn fingerprint(desk: &Desk, package: &HandoffPackage) -> Fingerprint {
    desk.fingerprint(&[&serde_json::to_string(package).unwrap()])
}

pub fn request(shown: &PackageView, key: &str, decision: Decision) -> DecisionRequest {
    DecisionRequest {
        package: shown.id.clone(),
        shown: shown.digest.clone(),
        key: key.into(),
        seconds: Some(31),
        bulk: false,
        not_before: None,
        decision,
    }
}

pub fn approve(shown: &PackageView, key: &str) -> DecisionRequest {
    request(shown, key, Decision::Approve { overruled: Vec::new() })
}

/// Returns the refusal.
pub fn refusal(answer: DeskResult<DecisionResult>) -> Refusal {
    match answer {
        Err(DeskError::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn campaign_named(id: &str) -> baton_facts::policy::Campaign {
    serde_json::from_value(serde_json::json!({
        "id": id, "language": "en",
        "customer": { "industries": [], "employees-min": null, "employees-max": null, "countries": [], "roles": [] },
        "angles": [], "sender": sender(), "touches-max": 4, "days-between-touches": [3], "quiet-days": 30,
        "colleague-quiet-days": 90, "contacts-active-max": 2, "days-between-contacts": 3,
        "weakest-verification": "deliverable"
    }))
    .unwrap()
}

fn sender() -> serde_json::Value {
    serde_json::json!({ "id": "u1", "name": "Mara Lind", "email": "mara@relay.example", "title": "SDR",
        "company": "Relay", "signature": "Mara" })
}

/// A package that expires in ten days.
pub fn package() -> HandoffPackage {
    let body = "Hi Ada,\n\nNorth raised 12 million.\n\nWe ship. Shall we talk?\n\nMara";
    serde_json::from_value(serde_json::json!({
        "account": { "id": "a1", "name": "North", "domain": "north.example", "industry": "software",
            "employees": 120, "annual-revenue-usd": null, "country": "SE", "relation": "prospect", "owner": "u1",
            "open-opportunity": false, "last-activity": null, "named": false, "referred-by": null,
            "suppression": null },
        "signals": [{ "signal": { "id": "s1", "kind": "funding", "summary": "North raised 12 million",
            "source-name": "Press", "source-url": "https://press.example/1", "observed-at": NOW - DAY },
            "score": 80 }],
        "why-now": "North raised 12 million yesterday",
        "contact": { "id": "c1", "first-name": "Ada", "last-name": "Quill", "title": "VP Engineering",
            "email": ADDRESS, "verification": "deliverable", "verified-at": NOW - DAY, "linkedin-url": null,
            "country": "SE", "time-zone": "Europe/Stockholm", "language": "en", "engagement": "none",
            "suppression": null },
        "role-match": { "role": "engineering", "matched-title": "VP Engineering", "score": 95 },
        "history": [],
        "angle": { "signal-kind": "funding", "version": "1", "language": "en", "weight": 50, "max-age-days": 30,
            "subject": "x", "greeting": "x", "opener": "x", "pitch": "x", "call-to-action": "x", "facts": [] },
        "sender": sender(),
        "draft": { "message": { "to": ADDRESS, "subject": "Deploys at North", "body": body },
            "opener": "North raised 12 million.", "pitch": "We ship.", "call-to-action": "Shall we talk?",
            "claims": [] },
        "checks": [], "score": 77, "next-action": "Read and decide", "reading-seconds": 20, "touch-number": 1,
        "fresh-until": NOW + 10 * DAY
    }))
    .unwrap()
}

/// The same touch with another signal.
pub fn newer_package() -> HandoffPackage {
    let mut package = package();
    package.signals[0].signal.id = "s2".into();
    package.draft.message.subject = "Hiring at North".into();
    package
}

/// A package for another person at another account.
pub fn another_package() -> HandoffPackage {
    let mut package = package();
    package.account.id = "a2".into();
    package.account.name = "South".into();
    package.account.domain = Some("south.example".into());
    package.contact.id = "c2".into();
    package.contact.email = Some("bo@south.example".into());
    package.draft.message.to = "bo@south.example".into();
    package
}
