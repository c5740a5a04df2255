//! A desk with a store on disk, the shipped components, and packages that they prepared.

use crate::components::test_components;
use crate::server::pilot_settings;
use crate::{Crm, Given};
use baton_config::Settings;
use baton_desk::accounts::SaveResult;
use baton_desk::packages::PreparedAccount;
use baton_desk::worker::OutboxWorker;
use baton_desk::{Desk, DeskService, HandoffComponents, HandoffLogic};
use baton_facts::packages::Outcome;
use baton_facts::policy::{HandoffModel, Tier};
use baton_facts::types::Timestamp;
use baton_mail::{SendingOptions, Transport};
use baton_model::decision::{Decision, DecisionRequest};
use baton_model::views::PackageView;
use baton_model::{Actor, PackageId, ReviewOptions};
use baton_runtime::{DraftingHandle, Grants, HandoffEngine};
use baton_server::{Options, Server};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Tuesday, 10 March 2026, 09:00 in London, where the contacts of the scenarios are.
pub const NOW: Timestamp = 1_773_133_200;

/// The postal address that every message of these tests must contain.
pub const POSTAL: &str = "Kiln House, Redcliff Parade, Bristol";

/// Returns sending options without a pause between messages.
pub fn sending() -> SendingOptions {
    SendingOptions { postal_address: Some(POSTAL.into()), seconds_between: 0, ..SendingOptions::default() }
}

/// Returns the shipped engine and governor, without a drafter.
pub fn tools() -> HandoffComponents {
    HandoffComponents { others: Vec::new(), ..test_components().shipped().tools() }
}

/// Shorthands for a desk with another actor or other options.
pub trait DeskExt {
    /// Returns the desk for an operator of this name, who has all permissions.
    fn by(&self, name: &str) -> Self;
    /// Returns the desk with other options.
    fn with(&self, options: impl FnOnce(DeskService) -> DeskService) -> Self;
}

impl DeskExt for Desk {
    fn by(&self, name: &str) -> Self {
        self.service().acting_as(Actor::operator(name))
    }

    fn with(&self, options: impl FnOnce(DeskService) -> DeskService) -> Self {
        options(self.service()).acting_as(self.actor().clone())
    }
}

/// A desk in a folder. It reads no campaign files: packages come from [`Given`].
pub struct TestDesk {
    pub folder: PathBuf,
    pub desk: Desk,
    settings: Settings,
}

impl TestDesk {
    /// Opens a desk with the shipped components.
    pub async fn open(folder: &Path) -> Self {
        Self::with(folder, Arc::new(tools())).await
    }

    pub async fn with(folder: &Path, logic: Arc<dyn HandoffLogic>) -> Self {
        let mut settings = pilot_settings();
        settings.store.folder = folder.to_owned();
        settings.campaigns = folder.to_owned();
        settings.sending = sending();
        settings.review = ReviewOptions::default();
        let options = Options::new(test_components().shipped(), NOW).with_logic(logic);
        let server = Server::from_config(settings.clone(), options).await.expect("the server opens");
        Self { folder: folder.to_owned(), desk: server.desk_for(Actor::operator("mara")), settings }
    }

    /// Returns the fixture with another desk.
    pub fn with_desk(&self, desk: Desk) -> Self {
        Self { folder: self.folder.clone(), desk, settings: self.settings.clone() }
    }

    /// Returns the server around the desk, with [`sending`].
    pub fn server(&self) -> Server {
        Server::from_desk(self.settings.clone(), test_components().shipped(), self.desk.service())
    }

    /// Returns the only worker of the desk.
    pub fn worker(&self, transport: Box<dyn Transport>) -> OutboxWorker {
        self.server().worker_with(transport).expect("the only worker")
    }

    /// Prepares a package for the account with this number, which has its own contacts.
    pub async fn prepare(&self, number: usize) -> PackageId {
        self.prepare_under(number, |_| {}).await
    }

    /// Like [`Self::prepare`], with changed tiers.
    pub async fn prepare_under(&self, number: usize, change: impl Fn(&mut Tier)) -> PackageId {
        self.prepare_with(number, |given| given.tiers.iter_mut().for_each(&change)).await
    }

    /// Like [`Self::prepare`], with a changed input.
    pub async fn prepare_with(&self, number: usize, change: impl FnOnce(&mut Given)) -> PackageId {
        let mut given = numbered(number, Given::base());
        change(&mut given);
        self.prepared(number, given).await
    }

    /// Like [`Self::prepare`], with this input.
    pub async fn prepare_given(&self, number: usize, given: Given) -> PackageId {
        self.prepared(number, numbered(number, given)).await
    }

    async fn prepared(&self, number: usize, given: Given) -> PackageId {
        match self.keep_given(number, given).await {
            SaveResult::New(id) => id,
            other => panic!("not new: {other:?}"),
        }
    }

    /// Prepares a package with changed tiers and saves it, for the first time or again as a run does after a change.
    pub async fn keep_under(&self, number: usize, change: impl Fn(&mut Tier)) -> SaveResult {
        let mut given = numbered(number, Given::base());
        given.tiers.iter_mut().for_each(change);
        self.keep_given(number, given).await
    }

    async fn keep_given(&self, number: usize, given: Given) -> SaveResult {
        self.keep_by(&test_components().engine, Arc::new(test_components().drafter.clone()), number, given).await
    }

    /// Like [`Self::prepare_with`], with this engine and drafter.
    pub async fn prepare_by(
        &self,
        engine: &HandoffEngine,
        drafting: impl Into<DraftingHandle>,
        number: usize,
        change: impl Fn(&mut Given),
    ) -> SaveResult {
        let mut given = numbered(number, Given::base());
        change(&mut given);
        self.keep_by(engine, drafting, number, given).await
    }

    async fn keep_by(
        &self,
        engine: &HandoffEngine,
        drafting: impl Into<DraftingHandle>,
        number: usize,
        given: Given,
    ) -> SaveResult {
        let crm: Arc<Crm> = Arc::new(given.crm());
        let grants = Grants::default().with_research(Arc::clone(&crm)).with_contacts(crm).with_drafting(drafting);
        let called = engine.prepare(&grants, given.assignment()).await;
        let preparation = called.result.expect("the base is valid");
        let tiers = Arc::new(given.tiers.clone());
        let routing = match &preparation.outcome {
            Outcome::Ready(package) => {
                let (governor, account) = (&test_components().governor, Arc::new(given.account.clone()));
                let routing = governor.route(Arc::clone(&tiers), account, package).await;
                Some(routing.result.expect("the governor routes"))
            }
            _ => None,
        };
        let fingerprint = self.desk.fingerprint(&[&number.to_string()]);
        let recordings = [called.recording];
        let prepared = PreparedAccount {
            run: None,
            campaign: &given.campaign.id,
            tiers: &tiers,
            account: &given.account,
            prospect: None,
            preparation: Ok(&preparation),
            routing: routing.as_deref(),
            recordings: &recordings,
            fingerprint: &fingerprint,
            now: NOW,
        };
        self.desk.save_outcome(&prepared).await.expect("it is saved")
    }

    /// Approves the package and returns its outbox entry.
    pub async fn approve(&self, package: &PackageId, now: Timestamp) -> String {
        let shown = self.desk.package(package, now).await.expect("the package exists");
        let decided = self.desk.decide(&approval(&shown), now).await.expect("it can be approved");
        decided.outbox.expect("a message is approved")
    }

    /// Prepares `count` packages, approves one per second up to now, and releases them. Returns their outbox entries.
    pub async fn released(&self, count: u8) -> Vec<String> {
        let mut entries = Vec::new();
        for number in 0..count {
            let approved = NOW - Timestamp::from(count - number);
            let entry = self.approve(&self.prepare(number.into()).await, approved).await;
            self.desk.release(&entry, NOW).await.expect("it is released");
            entries.push(entry);
        }
        entries
    }
}

/// Lists the messages in the folder, without the transport's own files.
pub fn message_files(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("it can be read").path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "eml")).collect()
}

/// Changes the ids of the account and its contacts to those of this number.
fn numbered(number: usize, mut given: Given) -> Given {
    let domain = format!("north{number}.example");
    given.account.id = format!("north{number}");
    given.account.domain = Some(domain.clone());
    for contact in given.contacts.values_mut() {
        contact.id = format!("{}{number}", contact.id);
        contact.email = contact.email.as_ref().map(|email| email.replace("northwind.example", &domain));
    }
    given.histories.clear();
    given
}

/// Sets a plan that clears after few conforming reviews and samples one in two, with a generous risk limit.
pub fn quick(tier: &mut Tier, held: bool) {
    tier.model = HandoffModel::SendThenSpotCheck;
    tier.minimum_score = 0;
    tier.inspection.sampling = vec![5000];
    tier.inspection.outgoing_quality_limit = 1146;
    tier.inspection.risk_limit = 10_000;
    tier.inspection.held = held;
}

/// Returns the approval of this view. Every call returns the same request.
pub fn approval(shown: &PackageView) -> DecisionRequest {
    DecisionRequest {
        package: shown.id.clone(),
        shown: shown.digest.clone(),
        key: format!("approve-{}", shown.id.0),
        seconds: Some(31),
        bulk: false,
        not_before: None,
        decision: Decision::Approve { overruled: Vec::new() },
    }
}
