//! The pilot campaign, run once into a store. Each test gets a copy of the store, with the review page.

use crate::components::{component_folder, run, test_components};
use async_trait::async_trait;
use baton_campaign::{Redrafter, Run};
use baton_config::Settings;
use baton_desk::Desk;
use baton_desk::DeskError;
use baton_desk::accounts::SaveResult;
use baton_desk::packages::PreparedAccount;
use baton_desk::reviews::QueueFilter;
use baton_facts::packages::{HandoffPackage, Outcome, Preparation};
use baton_facts::policy::Tier;
use baton_facts::quality::Routing;
use baton_facts::types::Timestamp;
use baton_model::Actor;
use baton_model::decision::{DecisionRequest, DecisionResult};
use baton_model::views::PackageView;
use baton_model::{Erasable, PackageId};
use baton_server::{Options, Server};
use baton_web::AppState;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use tokio::sync::Notify;

/// The time of the pilot's data: 2026-03-10 09:00 UTC, a Tuesday.
pub const NOW: Timestamp = 1_773_133_200;
pub const DAY: Timestamp = 86_400;

/// The user of the page.
pub const WHO: &str = "Mara Lindqvist";

/// The footer of every message.
pub const FOOTER: &str = "Relayforge Ltd, Kiln House, Redcliff Parade, Bristol, United Kingdom\n\n\
                          If you would rather not hear from us, reply and say so: we will not write to you again.";

/// A server with the pilot's packages, which listens on no port.
pub struct TestServer {
    /// The folder of the store.
    pub folder: TempDir,
    pub desk: Desk,
    /// The clock of the page, which only tests advance.
    pub clock: Arc<AtomicI64>,
    pub wake: Arc<Notify>,
    /// Set to change the question in the campaign's angles, so that the drafter returns another draft.
    pub reworded: Arc<AtomicBool>,
}

/// A redrafter like the server's, with a campaign that a test can reword.
struct TestRedrafter {
    server: Server,
    reworded: Arc<AtomicBool>,
}

#[async_trait]
impl Redrafter for TestRedrafter {
    async fn redraft(
        &self,
        desk: &Desk,
        campaign: &str,
        request: &DecisionRequest,
        now: Timestamp,
    ) -> Result<DecisionResult, DeskError> {
        assert_eq!(campaign, "pilot");
        let mut run = self.server.load_campaign_run(campaign, now, 1).expect("the pilot loads");
        if self.reworded.load(Ordering::SeqCst) {
            for angle in &mut Arc::make_mut(&mut run.campaign).angles {
                angle.call_to_action = "Shall I send two pages about it?".into();
            }
        }
        run.redraft(desk, request).await
    }
}

impl TestServer {
    /// Opens a copy of the store with every package of the pilot.
    pub fn pilot() -> Self {
        static STORE: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| run(pilot_store()));
        let folder = tempfile::tempdir().expect("a folder");
        for (path, content) in STORE_FILES.iter().zip(&*STORE) {
            private(&folder.path().join(path), content);
        }
        Self::in_folder(folder)
    }

    /// Opens an empty store.
    pub fn empty() -> Self {
        Self::in_folder(tempfile::tempdir().expect("a folder"))
    }

    fn in_folder(folder: TempDir) -> Self {
        let desk = run(empty_desk(folder.path()));
        Self::over(folder, desk)
    }

    /// Serves the desk of another fixture, whose store is in this folder.
    pub fn over(folder: TempDir, desk: Desk) -> Self {
        Self {
            folder,
            desk,
            clock: Arc::new(AtomicI64::new(NOW)),
            wake: Arc::new(Notify::new()),
            reworded: Arc::default(),
        }
    }

    /// Returns the server around the desk.
    pub fn server(&self) -> Server {
        pilot_server(&self.desk)
    }

    /// Returns the state of the page. There is no undo window unless a test sets one.
    pub fn app_state(&self) -> AppState {
        let server = self.server();
        let clock = Arc::clone(&self.clock);
        let app = server.app_state(WHO, Arc::new(move || clock.load(Ordering::SeqCst)), "http://localhost");
        let redrafter = TestRedrafter { server, reworded: Arc::clone(&self.reworded) };
        AppState {
            desk: self.desk.service(),
            redrafting: Some(Arc::new(redrafter)),
            wake: Arc::clone(&self.wake),
            ..app.expect("the pilot can be served")
        }
    }

    /// Returns the `Cookie` header of a browser that opened the operator's link at this port.
    pub fn operator_cookie(&self, port: u16) -> String {
        format!("baton-operator-{port}={}", self.desk.operator_cookie(self.now()))
    }

    pub fn now(&self) -> Timestamp {
        self.clock.load(Ordering::SeqCst)
    }

    pub fn later(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Returns the packages in the queue, in its order.
    pub fn queue(&self) -> Vec<PackageId> {
        let page = run(self.desk.queue(&QueueFilter::default(), None, 500, self.now())).expect("a queue");
        page.rows.into_iter().map(|row| row.id).collect()
    }

    pub fn view(&self, id: &PackageId) -> PackageView {
        run(self.desk.package(id, self.now())).expect("a package")
    }

    pub fn package(&self, id: &PackageId) -> HandoffPackage {
        let Erasable::Open(content) = self.view(id).content else { panic!("the package is erased") };
        content.package.clone()
    }

    /// Saves another package as a run would, before all others.
    pub fn keep(&self, package: &HandoffPackage) -> SaveResult {
        run(keep(&self.desk, package, self.now())).expect("it can be saved")
    }
}

/// Saves a package that no component made.
pub async fn keep(desk: &Desk, package: &HandoffPackage, now: Timestamp) -> Result<SaveResult, DeskError> {
    let routing = Routing {
        tier: Some("named".into()),
        model: baton_facts::policy::HandoffModel::ReviewAndApprove,
        reason: format!("tier `named`: {}", package.account.name),
        trace: package.checks.clone(),
    };
    let preparation = Preparation { outcome: Outcome::Ready(package.clone()), trace: package.checks.clone() };
    let fingerprint = desk.fingerprint(&[&package.account.id, &package.draft.message.body]);
    desk.save_outcome(&PreparedAccount {
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
    LazyLock::new(|| pilot_settings().campaign("pilot", None).expect("the pilot's campaign is valid").value.tiers);

/// Returns the pilot's settings. The pilot's own store is never opened.
pub fn pilot_settings() -> Settings {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/pilot/baton.toml");
    Settings::load(&file).expect("the pilot's settings are valid").value
}

/// Returns the server of the pilot around this desk.
fn pilot_server(desk: &Desk) -> Server {
    let mut settings = pilot_settings();
    settings.store.folder = desk.store().path().parent().expect("the folder of the store").to_owned();
    Server::from_desk(settings, test_components().shipped(), desk.service())
}

/// The files of a closed store: the store, its key and its change log.
pub const STORE_FILES: [&str; 3] = ["desk.db", "desk.key", "desk.db.changes"];

/// Writes a file that only its owner can read, as the store requires for its key.
fn private(path: &Path, content: &[u8]) {
    std::fs::write(path, content).expect("it can be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
    }
}

/// Opens a new store in this folder, with the shipped components.
pub async fn empty_desk(folder: &Path) -> Desk {
    let mut settings = pilot_settings();
    settings.store.folder = folder.to_owned();
    let options = Options::new(test_components().shipped(), NOW);
    Server::from_config(settings, options).await.expect("the server opens").desk_for(Actor::operator("mara"))
}

/// Returns a run of the pilot that saves what it prepares in this desk.
pub fn pilot_run(desk: &Desk) -> Run {
    pilot_server(desk).load_campaign_run("pilot", NOW, 4).expect("the pilot loads")
}

/// Runs the pilot into a store. Returns its files.
async fn pilot_store() -> [Vec<u8>; 3] {
    assert!(component_folder().is_dir(), "the components are not built");
    let folder = tempfile::tempdir().expect("a folder");
    let desk = empty_desk(folder.path()).await;
    let report = pilot_run(&desk).run(&desk, None, std::future::pending(), |_| {}).await.expect("the pilot runs");
    assert!(report.summary.failed.is_empty(), "{report:?}");
    desk.store().close().await;
    STORE_FILES.map(|name| std::fs::read(folder.path().join(name)).expect("a file of the store"))
}

/// Returns the other end of a connection from this machine. A request without one is a stranger's.
pub fn this_machine() -> baton_web::Peer {
    baton_web::Peer { address: ([127, 0, 0, 1], 50_000).into(), tls: false }
}
