//! A desk as a CRM has it: a store on the disk, the shipped components, and packages they prepared.

use crate::stage::{component, runtime, stage};
use crate::{Crm, Given};
use baton_desk::config::Sending;
use baton_desk::desk::{Decision, Desk, Kept, Logic, PackageView, Prepared, Request, Tools};
use baton_desk::store::{PackageId, Store};
use baton_facts::packages::Outcome;
use baton_facts::policy::{HandoffModel, Tier};
use baton_facts::types::Timestamp;
use baton_runtime::{Component, DraftingHandle, Governor, Grants, HandoffEngine, Limits};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// Tuesday, 10 March 2026, 09:00 in London, where the people of the scenarios are.
pub const NOW: Timestamp = 1_773_133_200;

/// What every message of these tests has to state.
pub const POSTAL: &str = "Kiln House, Redcliff Parade, Bristol";

/// Sending without a pause between messages.
pub fn sending() -> Sending {
    Sending { postal_address: Some(POSTAL.into()), seconds_between: 0, ..Sending::default() }
}

/// The shipped engine and governor, and nothing else, loaded once.
pub fn tools() -> Tools {
    static TOOLS: LazyLock<Tools> = LazyLock::new(|| {
        let runtime = runtime(Limits::default());
        let load = |name| Component::load(&runtime, &component(name)).expect("a component of this repository loads");
        Tools {
            engine: HandoffEngine::new(&runtime, &load("engine")).expect("an engine links"),
            governor: Governor::new(&runtime, &load("governor")).expect("a governor links"),
            others: Vec::new(),
            runtime,
        }
    });
    TOOLS.clone()
}

/// A desk in a folder.
pub struct Office {
    pub folder: PathBuf,
    pub desk: Desk,
}

impl Office {
    /// With the shipped components.
    pub async fn open(folder: &Path) -> Self {
        Self::with(folder, Arc::new(tools())).await
    }

    pub async fn with(folder: &Path, logic: Arc<dyn Logic>) -> Self {
        let store = Store::open(&folder.join("desk.db"), &folder.join("desk.key"), NOW).await.expect("a store");
        let desk = Desk::new(store, logic).with_footer(&sending().footer());
        Self { folder: folder.to_owned(), desk }
    }

    /// A package for the account of that number, each with people of its own.
    pub async fn prepare(&self, number: usize) -> PackageId {
        self.prepare_under(number, |_| {}).await
    }

    /// The same under tiers as they are changed here.
    pub async fn prepare_under(&self, number: usize, change: impl Fn(&mut Tier)) -> PackageId {
        self.prepare_with(number, |given| given.tiers.iter_mut().for_each(&change)).await
    }

    /// The same with whatever else is changed here.
    pub async fn prepare_with(&self, number: usize, change: impl FnOnce(&mut Given)) -> PackageId {
        let mut given = numbered(number, Given::base());
        change(&mut given);
        self.prepared(number, given).await
    }

    /// The same of what is given, with an account and people of that number.
    pub async fn prepare_given(&self, number: usize, given: Given) -> PackageId {
        self.prepared(number, numbered(number, given)).await
    }

    async fn prepared(&self, number: usize, given: Given) -> PackageId {
        match self.keep_given(number, given).await {
            Kept::New(id) => id,
            other => panic!("not new: {other:?}"),
        }
    }

    /// What keeping a package comes to under tiers as they are changed here, the first time or, as a run does it after a
    /// change, once more.
    pub async fn keep_under(&self, number: usize, change: impl Fn(&mut Tier)) -> Kept {
        let mut given = numbered(number, Given::base());
        given.tiers.iter_mut().for_each(change);
        self.keep_given(number, given).await
    }

    async fn keep_given(&self, number: usize, given: Given) -> Kept {
        self.keep_by(&stage().engine, Arc::new(stage().drafter.clone()), number, given).await
    }

    /// The same by this engine and drafter, from what is given as it is changed here.
    pub async fn prepare_by(
        &self,
        engine: &HandoffEngine,
        drafting: impl Into<DraftingHandle>,
        number: usize,
        change: impl Fn(&mut Given),
    ) -> Kept {
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
    ) -> Kept {
        let crm: Arc<Crm> = Arc::new(given.crm());
        let grants = Grants::default().with_research(Arc::clone(&crm)).with_contacts(crm).with_drafting(drafting);
        let called = engine.prepare(&grants, given.assignment()).await;
        let preparation = called.result.expect("the base is in order");
        let tiers = Arc::new(given.tiers.clone());
        let routing = match &preparation.outcome {
            Outcome::Ready(package) => {
                let account = Arc::new(given.account.clone());
                let routing = stage().governor.route(Arc::clone(&tiers), account, package).await;
                Some(routing.result.expect("the governor routes"))
            }
            _ => None,
        };
        let fingerprint = self.desk.fingerprint(&[&number.to_string()]);
        let recordings = [called.recording];
        let prepared = Prepared {
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
        self.desk.keep(&prepared).await.expect("it is kept")
    }

    /// Approves the package as it is, and gives its outbox entry.
    pub async fn approve(&self, package: &PackageId, now: Timestamp) -> String {
        let shown = self.desk.package(package, now).await.expect("the package is there");
        let decided = self.desk.decide(&approval(&shown), now).await.expect("it can be approved");
        decided.outbox.expect("something is to leave")
    }

    /// Packages of so many accounts, approved one after the other up to now and released; their outbox entries.
    pub async fn authorised(&self, count: u8) -> Vec<String> {
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

/// With an account and people of that number.
fn numbered(number: usize, mut given: Given) -> Given {
    let domain = format!("north{number}.example");
    given.account.id = format!("north{number}");
    given.account.domain.clone_from(&domain);
    for contact in given.contacts.values_mut() {
        contact.id = format!("{}{number}", contact.id);
        contact.email = contact.email.as_ref().map(|email| email.replace("northwind.example", &domain));
    }
    given.histories.clear();
    given
}

/// A plan that clears after few clean reviews and inspects one in two, with a bound that is no hurdle.
pub fn quick(tier: &mut Tier, held: bool) {
    tier.model = HandoffModel::SendThenSpotCheck;
    tier.minimum_score = 0;
    tier.inspection.sampling = vec![5000];
    tier.inspection.outgoing_quality_limit = 1146;
    tier.inspection.risk_limit = 10_000;
    tier.inspection.held = held;
}

/// The approval of what was shown; asked again it is the same request.
pub fn approval(shown: &PackageView) -> Request {
    Request {
        who: "mara".into(),
        package: shown.id.clone(),
        shown: shown.digest.clone(),
        key: format!("approve-{}", shown.id.0),
        seconds: Some(31),
        bulk: false,
        not_before: None,
        decision: Decision::Approve { overruled: Vec::new() },
    }
}
