//! The pilot campaign, run once into a store of its own; each test gets a copy to decide in.

use crate::stage::{components, run, stage};
use async_trait::async_trait;
use baton_desk::config::{ReviewCapacity, Sending, Settings};
use baton_desk::crm::{Crm, Options};
use baton_desk::desk::{Decided, Desk, DeskError, Logic, PackageView, Prepared, QueueFilter, Request, Tools};
use baton_desk::run::{Capacity, Components, CrmCapabilities, Redrafting, Run, grants};
use baton_desk::store::{PackageId, Sealed, Store};
use baton_facts::packages::{HandoffPackage, Outcome, Preparation};
use baton_facts::policy::Tier;
use baton_facts::quality::Routing;
use baton_facts::types::Timestamp;
use baton_runtime::{Component, Reader};
use baton_web::{Door, Site};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use tokio::sync::Notify;

/// The moment the pilot's data is about: 2026-03-10 09:00 UTC, a Tuesday.
pub const NOW: Timestamp = 1_773_133_200;
pub const DAY: Timestamp = 86_400;

/// In whose name the page decides.
pub const WHO: &str = "Mara Lindqvist";

/// What ends every message.
pub const FOOTER: &str = "Relayforge Ltd, Kiln House, Redcliff Parade, Bristol, United Kingdom\n\
                          Not interested? Reply “no” and we will not write again.";

/// A desk with the pilot's packages, and the page over it.
pub struct Review {
    /// The folder of the store.
    pub folder: TempDir,
    pub desk: Desk,
    /// The page's clock; it stands until a test moves it.
    pub clock: Arc<AtomicI64>,
    pub wake: Arc<Notify>,
    /// From when on the campaign's angles ask another question, so that the drafter has another draft.
    pub reworded: Arc<AtomicBool>,
}

/// Has other drafts written as the program does.
struct Again {
    desk: Desk,
    reworded: Arc<AtomicBool>,
}

#[async_trait]
impl Redrafting for Again {
    async fn redraft(&self, campaign: &str, request: &Request, now: Timestamp) -> Result<Decided, DeskError> {
        assert_eq!(campaign, "pilot");
        let mut run = Run { now, ..pilot_run(&self.desk) };
        if self.reworded.load(Ordering::SeqCst) {
            for angle in &mut Arc::make_mut(&mut run.campaign).angles {
                angle.call_to_action = "Shall I send two pages about it?".into();
            }
        }
        run.redraft(&self.desk, request).await
    }
}

impl Review {
    /// With every package of the pilot.
    pub fn pilot() -> Self {
        static KEPT: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| run(kept()));
        let folder = tempfile::tempdir().expect("a folder");
        let (store, key) = paths(folder.path());
        std::fs::write(&store, &KEPT.0).expect("a copy of the store");
        // As private as the desk wants its key.
        private(&key, &KEPT.1);
        Self::in_folder(folder)
    }

    /// Where no run has been.
    pub fn empty() -> Self {
        Self::in_folder(tempfile::tempdir().expect("a folder"))
    }

    fn in_folder(folder: TempDir) -> Self {
        let desk = run(desk(folder.path()));
        Self::over(folder, desk)
    }

    /// Over a desk that another test has worked at, whose store is in this folder.
    pub fn over(folder: TempDir, desk: Desk) -> Self {
        Self {
            folder,
            desk,
            clock: Arc::new(AtomicI64::new(NOW)),
            wake: Arc::new(Notify::new()),
            reworded: Arc::default(),
        }
    }

    pub fn site(&self) -> Site {
        let redrafting = Again { desk: self.desk.clone(), reworded: Arc::clone(&self.reworded) };
        let clock = Arc::clone(&self.clock);
        Site {
            desk: self.desk.clone(),
            operator: WHO.into(),
            door: Door::default(),
            panels: Vec::new(),
            campaigns: vec!["pilot".into()],
            capacity: [("pilot".to_owned(), Capacity::of(ReviewCapacity::default(), &Sending::default()))].into(),
            sending: settings().sending,
            redrafting: Some(Arc::new(redrafting)),
            clock: Arc::new(move || clock.load(Ordering::SeqCst)),
            wake: Arc::clone(&self.wake),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.load(Ordering::SeqCst)
    }

    pub fn later(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    /// What waits, next to do first.
    pub fn queue(&self) -> Vec<PackageId> {
        let page = run(self.desk.queue(&QueueFilter::default(), None, 500, self.now())).expect("a queue");
        page.rows.into_iter().map(|row| row.id).collect()
    }

    pub fn view(&self, id: &PackageId) -> PackageView {
        run(self.desk.package(id, self.now())).expect("a package")
    }

    pub fn package(&self, id: &PackageId) -> HandoffPackage {
        let Sealed::Open(content) = self.view(id).content else { panic!("forgotten") };
        content.package.clone()
    }

    /// Keeps another package, as a run would, in front of all others.
    pub fn keep(&self, package: &HandoffPackage) -> baton_desk::desk::Kept {
        run(keep(&self.desk, package, self.now())).expect("it can be kept")
    }
}

/// Keeps a package that no component made.
pub async fn keep(desk: &Desk, package: &HandoffPackage, now: Timestamp) -> Result<baton_desk::desk::Kept, DeskError> {
    let routing = Routing {
        tier: "named".into(),
        model: baton_facts::policy::HandoffModel::ReviewAndApprove,
        reason: format!("tier `named`: {}", package.account.name),
        trace: package.checks.clone(),
    };
    let preparation = Preparation { outcome: Outcome::Ready(package.clone()), trace: package.checks.clone() };
    let fingerprint = desk.fingerprint(&[&package.account.id, &package.draft.message.body]);
    desk.keep(&Prepared {
        run: None,
        campaign: "pilot",
        tiers: &TIERS,
        account: &package.account,
        prospect: Some(70),
        preparation: Ok(&preparation),
        routing: Some(&routing),
        recordings: &[],
        fingerprint: &fingerprint,
        now,
    })
    .await
}

/// The pilot's tiers.
static TIERS: LazyLock<Vec<Tier>> =
    LazyLock::new(|| settings().campaign("pilot").expect("the pilot's campaign is sound").value.tiers);

fn settings() -> Settings {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/pilot/baton.toml");
    Settings::load(&file).expect("the pilot's settings are sound").value
}

fn paths(folder: &Path) -> (std::path::PathBuf, std::path::PathBuf) {
    (folder.join("desk.db"), folder.join("desk.key"))
}

fn private(path: &Path, content: &[u8]) {
    std::fs::write(path, content).expect("it can be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
    }
}

async fn desk(folder: &Path) -> Desk {
    let stage = stage();
    let drafter = crate::stage::component("drafter");
    let logic: Arc<dyn Logic> = Arc::new(Tools {
        runtime: stage.runtime.clone(),
        engine: stage.engine.clone(),
        governor: stage.governor.clone(),
        others: vec![Component::load(&stage.runtime, &drafter).expect("the drafter loads")],
    });
    let (store, key) = paths(folder);
    let store = Store::open(&store, &key, NOW).await.expect("a store opens");
    Desk::new(store, logic).with_footer(FOOTER)
}

/// A run of the pilot that keeps in this desk what it prepares.
pub fn pilot_run(desk: &Desk) -> Run {
    let (settings, stage) = (settings(), stage());
    let file = settings.campaign("pilot").expect("the pilot's campaign is sound").value;
    let crm = Crm::load(&settings.crm, Path::new(""), Options { rejects: None, progress: None }).expect("a CRM").crm;
    let source = Arc::new(CrmCapabilities { crm: Arc::new(crm), desk: Some(desk.clone()), now: NOW });
    let reader = Component::load(&stage.runtime, &crate::stage::component("reader")).expect("the reader loads");
    let components = Arc::new(Components {
        engine: stage.engine.clone(),
        drafter: Arc::new(stage.drafter.clone()),
        governor: stage.governor.clone(),
        reader: Reader::new(&stage.runtime, &reader).expect("the reader links"),
    });
    Run {
        grants: grants(&settings.grants, &source, &components),
        components,
        source,
        campaign: Arc::new(file.campaign),
        tiers: Arc::new(file.tiers),
        capacity: Capacity::of(file.capacity, &settings.sending),
        now: NOW,
        jobs: 4,
    }
}

/// A desk on a new store in this folder, with the shipped components.
pub async fn empty_desk(folder: &Path) -> Desk {
    desk(folder).await
}

/// The store and its key, once the pilot has been run.
async fn kept() -> (Vec<u8>, Vec<u8>) {
    assert!(components().is_dir(), "the components are built first");
    let folder = tempfile::tempdir().expect("a folder");
    let desk = desk(folder.path()).await;
    let report = pilot_run(&desk).keep(&desk, None, std::future::pending(), |_| {}).await.expect("the pilot runs");
    assert!(report.summary.failed.is_empty(), "{report:?}");
    desk.store().close().await;
    let (store, key) = paths(folder.path());
    (std::fs::read(store).expect("the store"), std::fs::read(key).expect("its key"))
}
