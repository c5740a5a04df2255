//! The pages in a real browser: Debian's Chromium, driven by playwright-core, with axe-core checking every page.
//!
//! The flows are in `tests/browser`. Each gets a page over its own store on its own port, and may ask the test to
//! change the store. playwright-core and axe-core are in the folder that `BATON_BROWSER` names, or else in `servers` of
//! the target folder; Chromium is `BATON_CHROMIUM`, or else `chromium`. `cargo xtask test` installs them and turns the
//! feature `browser` on; without it these tests are ignored.

use crate::web::server_with_users::{PASSWORD, SECRET};
use crate::web::sign_on::certified::Certified;
use crate::web::sign_on::vouched;
use baton_config::Settings;
use baton_desk::access::Role;
use baton_desk::accounts::SaveResult;
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope};
use baton_identity::{CrmPanelOptions, WebOptions};
use baton_identity::{CrmRecord, PanelVerifier};
use baton_model::decision::{Decision, DecisionRequest, RejectReason};
use baton_model::{Erasable, PackageId};
use baton_tests::DeskExt as _;
use baton_tests::component_folder;
use baton_tests::server::{DAY, TestServer};
use baton_web::{AppState, AuthConfig, routes};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

const MARA: [&str; 2] = ["mara@relayforge.example", "Mara Lindqvist"];
const LEA: [&str; 2] = ["lea@relayforge.example", "Lea Dorn"];
const ADA: [&str; 2] = ["ada@relayforge.example", "Ada Ferrant"];

/// Returns the folder with playwright-core and axe-core, and Chromium. A missing one fails the test.
fn tools() -> (PathBuf, PathBuf) {
    let folder = std::env::var_os("BATON_BROWSER").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| component_folder().with_file_name("servers"));
    let there = |name: &str| folder.join("node_modules").join(name).is_dir();
    assert!(
        there("playwright-core") && there("axe-core"),
        "playwright-core and axe-core are not installed\nhint: cargo xtask test installs them"
    );
    let chromium = std::env::var_os("BATON_CHROMIUM").map(PathBuf::from).or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|folder| folder.join("chromium")).find(|program| program.is_file())
    });
    (folder, chromium.expect("Chromium is installed\nhint: on Debian: sudo apt-get install chromium"))
}

/// Fonts for the layout, as configuration files for fontconfig. Text that just fits in one font may not fit in a wider
/// one.
#[derive(Clone, Copy)]
enum Font {
    Usual,
    Wide,
}

impl Font {
    fn configuration(self) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/fonts");
        match self {
            Self::Usual => folder.join("usual.conf"),
            Self::Wide => {
                let font = Path::new("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
                assert!(
                    font.exists(),
                    "DejaVu is not installed\nhint: on Debian: sudo apt-get install fonts-dejavu-core"
                );
                folder.join("wide.conf")
            }
        }
    }
}

/// The page of a CRM that embeds a panel.
const CRM: &str = "http://localhost:9000";

/// Returns the configuration of a CRM that embeds packages in its records.
fn panel() -> PanelVerifier {
    let text = format!(
        "[crm]\nformat = \"hubspot\"\naccounts = \"a\"\ncontacts = \"b\"\n[[crm-panel]]\nname = \"crm\"\n\
         issuer = \"https://crm.example\"\nsecret-env = \"KEY\"\nframe-ancestors = [\"{CRM}\"]\n"
    );
    let settings = Settings::parse("baton.toml".as_ref(), &text).expect("the file is valid").value;
    let setting: CrmPanelOptions = settings.crm_panels.into_iter().next().expect("a panel");
    PanelVerifier::with_key(&setting, "http://localhost", b"a key of the CRM, of 32 bytes or more")
}

/// A page with or without users, on its own port, and the inputs of a flow.
struct BrowserFixture {
    server: TestServer,
    panel: PanelVerifier,
    given: Value,
    tokens: AtomicU32,
    font: Font,
}

impl BrowserFixture {
    /// Returns a page without users on a loopback address, where nobody signs in.
    fn alone() -> Self {
        let server = TestServer::pilot();
        let given = json!({ "packages": server.queue() });
        Self { server, panel: panel(), given, tokens: AtomicU32::new(0), font: Font::Usual }
    }

    /// Returns a page with an SDR, a lead and an admin.
    fn with_users() -> Self {
        let mut fixture = Self::alone();
        let now = fixture.server.now();
        for ([email, name], role) in [(MARA, Role::Sdr), (LEA, Role::Lead), (ADA, Role::Admin)] {
            let desk = fixture.server.desk.clone();
            baton_tests::run(async {
                desk.by("admin").add_user(email, name, role, now).await.expect("a user");
                desk.by("admin").set_password(email, PASSWORD, now).await.expect("a password");
            });
        }
        fixture.tell("email", json!(MARA[0]));
        fixture.tell("password", json!(PASSWORD));
        fixture
    }

    fn tell(&mut self, key: &str, value: Value) {
        self.given[key] = value;
    }

    /// Returns a new token for the account of this package.
    fn token(&self, id: &PackageId) -> String {
        let number = self.tokens.fetch_add(1, Ordering::Relaxed);
        let record = CrmRecord::Account(self.server.view(id).account);
        self.panel.sign(MARA[0], &record, &format!("token-{number:08}"), self.server.now()).expect("a token")
    }

    fn answer(&self, ask: &Value) -> Value {
        let (server, now) = (&self.server, self.server.now());
        let desk = &server.desk;
        let id = || PackageId(ask["id"].as_str().expect("the id of a package").to_owned());
        let account = || server.view(&id()).account;
        match ask["ask"].as_str().expect("the request") {
            "given" => self.given.clone(),
            "state" => {
                let view = server.view(&id());
                let message = view.outbox.as_ref().and_then(|entry| match &entry.message {
                    Erasable::Open(message) => Some(message),
                    Erasable::Erased => None,
                });
                let approvals = view.decisions.iter().filter(|decision| decision.kind == "approve").count();
                json!({
                    "state": view.state,
                    "decisions": view.decisions.len(),
                    "approvals": approvals,
                    "by": view.decisions.last().map(|decision| &decision.who),
                    "subject": message.map(|message| &message.subject),
                    "body": message.map(|message| &message.body),
                })
            }
            "suppressed" => {
                let order =
                    Suppression { scope: SuppressionScope::Account, reason: SuppressionReason::OptedOut, until: None };
                baton_tests::run(desk.by(LEA[1]).suppress(&account(), order, now)).expect("an order");
                Value::Null
            }
            "answered" => {
                baton_tests::run(desk.by(LEA[1]).pause(&account(), Some("an answer came in"), now))
                    .expect("the account is paused");
                Value::Null
            }
            "decided" => {
                let request = DecisionRequest {
                    package: id(),
                    shown: server.view(&id()).digest,
                    key: "in the meantime".into(),
                    seconds: Some(30),
                    bulk: false,
                    not_before: None,
                    decision: Decision::Reject { reason: RejectReason::Draft, note: String::new() },
                };
                baton_tests::run(desk.by(LEA[1]).decide(&request, now)).expect("it counts");
                Value::Null
            }
            "prepared-anew" => {
                let mut package = server.package(&id());
                package.draft.message.subject.push_str(", once more");
                package.why_now.push_str(" Seen again.");
                assert!(matches!(server.keep(&package), SaveResult::Replaced { .. }), "a newer draft takes its place");
                Value::Null
            }
            "panel-token" => json!({ "token": self.token(&id()) }),
            "minutes" => {
                server.later(60 * ask["minutes"].as_i64().expect("how many"));
                Value::Null
            }
            "gone-stale" => {
                server.later(60 * DAY);
                Value::Null
            }
            "keep" => {
                let text = hostile(ask["kind"].as_str().expect("a kind"));
                json!({ "id": self.hostile(&text) })
            }
            "end-sessions" => {
                baton_tests::run(desk.by("admin").set_password(MARA[0], PASSWORD, now)).expect("a password");
                Value::Null
            }
            other => panic!("the flow asks for {other}"),
        }
    }

    /// Saves a package with hostile texts.
    fn hostile(&self, text: &str) -> PackageId {
        let mut package = self.server.package(&self.server.queue()[0]);
        package.account.id = format!("hostile {}", text.len());
        package.account.name = text.chars().take(200).collect();
        package.contact.id = format!("hostile {}", text.len());
        package.contact.title = Some(text.chars().take(200).collect());
        package.why_now = text.into();
        package.draft.message.subject = text.chars().take(500).collect();
        package.draft.message.body = text.into();
        package.angle.facts.iter_mut().for_each(|fact| fact.text = text.into());
        let SaveResult::New(id) = self.server.keep(&package) else { panic!("it is kept") };
        id
    }

    /// Serves the page and runs the flow.
    fn walk(self, flow: &str, door: AuthConfig) {
        let (listener, address) = port();
        self.walk_at(flow, door, listener, &format!("http://{address}"));
    }

    /// Serves the page on this listener, where a browser reaches it at this address, and runs the flow.
    fn walk_at(mut self, flow: &str, door: AuthConfig, listener: std::net::TcpListener, address: &str) {
        let (modules, chromium) = tools();
        let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let threads = threads.expect("threads");
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let site = AppState { auth: door, panels: vec![self.panel.clone()], ..self.server.app_state() };
        let serving = threads.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            let stopped = async {
                let _ = stopped.await;
            };
            baton_web::serve(listener, site, stopped).await
        });
        let mut origins = vec![json!(address), json!(CRM), json!("http://localhost:9100")];
        origins.extend(self.given["others"].as_array().cloned().unwrap_or_default());
        self.tell("origins", Value::Array(origins));
        self.tell("address", json!(address));
        // Without users the browser has opened the link of `baton serve`; flows may take it far into the future.
        let port = address.strip_prefix("http://").and_then(|host| Some(host.rsplit_once(':')?.1));
        if let Some(port) = port.filter(|_| self.given["email"].is_null()) {
            let cookie = self.server.desk.operator_cookie(self.server.now() + 60 * DAY);
            self.tell("cookie", json!(format!("baton-operator-{port}={cookie}")));
        }

        let mut node = Command::new("node")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/walk.mjs"))
            .arg(flow)
            .env("BATON_BROWSER", modules)
            .env("BATON_CHROMIUM", chromium)
            .env("FONTCONFIG_FILE", self.font.configuration())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Node starts");
        let mut answers = node.stdin.take().expect("its input");
        let asked = BufReader::new(node.stdout.take().expect("its output"));
        for line in asked.lines() {
            let ask: Value = serde_json::from_str(&line.expect("text")).expect("it asks in JSON");
            // A flow that has failed no longer reads.
            let _ = writeln!(answers, "{}", self.answer(&ask));
        }
        let ended = node.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{flow}: {said}");
        stop.send(()).expect("the page is still served");
        threads.block_on(serving).expect("no panic").expect("it ends well");
    }
}

/// Returns a listener on a free port of this machine.
fn port() -> (std::net::TcpListener, std::net::SocketAddr) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("it can wait for others");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// Returns a text that attacks the page that shows it.
fn hostile(kind: &str) -> String {
    match kind {
        "script" => "</textarea></form><script>globalThis.owned = 1; document.title = 'owned'</script>\
                     <img src=x onerror=\"globalThis.owned = 1\"><a href='javascript:globalThis.owned=1'>go</a>"
            .into(),
        "backwards" => "approve \u{202e}ton od\u{202c} \u{2066}this\u{2069} \u{200b}\u{1b}[2J at once".into(),
        "huge" => "W".repeat(30_000),
        other => panic!("there is no attack named {other}"),
    }
}

/// Returns a page over a store in which every page has content, for the flow `every-page`.
fn every_page_there_is() -> BrowserFixture {
    let mut fixture = BrowserFixture::with_users();
    let now = fixture.server.now();
    let id = fixture.server.queue()[0].clone();
    let desk = fixture.server.desk.clone();
    let (entry, stream, token) = baton_tests::run(async {
        let view = desk.package(&id, now).await.expect("a package");
        let request = DecisionRequest {
            package: id.clone(),
            shown: view.digest,
            key: "the first one".into(),
            seconds: Some(30),
            bulk: false,
            not_before: None,
            decision: Decision::Approve { overruled: Vec::new() },
        };
        let decided = desk.by(MARA[1]).decide(&request, now).await.expect("it counts");
        let stream = desk.quality(None, now).await.expect("streams").first().expect("a stream").id;
        let invited = desk.by("admin").add_user("new@relayforge.example", "New Hire", Role::Sdr, now).await;
        (decided.outbox.expect("an entry"), stream, invited.expect("invited").token)
    });
    let waiting = fixture.server.queue()[0].clone();
    let signed = fixture.token(&waiting);
    let opened = fixture.server.desk.open_panel(std::slice::from_ref(&fixture.panel), &signed, None, None, now);
    let (_, open) = baton_tests::run(opened).expect("it opens");
    let mut pages = Vec::new();
    for route in routes().into_iter().filter(|route| route.method == "GET") {
        // These have no page for a person: assets, redirects, and endpoints for programs.
        let leads_on = [
            "/assets/{name}",
            "/start/{token}",
            "/panel",
            "/sign-in/sso",
            "/sign-in/sso/callback",
            "/api/openapi.json",
        ];
        if leads_on.contains(&route.path) || route.path.starts_with("/api/v1/") {
            continue;
        }
        let path = route.path.replace("/packages/{id}", &format!("/packages/{waiting}"));
        let path = path.replace("/outbox/{id}", &format!("/outbox/{entry}"));
        let path = path.replace("/quality/{id}", &format!("/quality/{stream}"));
        let path = path.replace("/panel/{token}/{id}", &format!("/panel/{open}/{waiting}"));
        let path = path.replace("/panel/{token}", &format!("/panel/{open}")).replace("{token}", &token);
        let path = path.replace("/dashboard/{figure}", "/dashboard/packages");
        assert!(!path.contains('{'), "{path}: this route is not covered");
        let name = route.path.trim_start_matches('/').replace('/', "-").replace(['{', '}'], "");
        pages.push(json!({ "path": path, "nobody": route.least.is_none(), "name": name }));
    }
    // A decided package looks different from a queued one.
    pages.push(json!({ "path": format!("/packages/{id}"), "nobody": false, "name": "packages-decided" }));
    pages.sort_by_key(|page| page["nobody"] == false);
    fixture.tell("pages", Value::Array(pages));
    fixture.tell("email", json!(ADA[0]));
    fixture
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn every_page() {
    let mut fixture = every_page_there_is();
    // `cargo xtask pictures` sets a folder for screenshots.
    fixture.tell("pictures", json!(std::env::var("BATON_PICTURES").ok()));
    fixture.walk("every-page", AuthConfig::default());
}

/// A reader's machine may have a wider font than ours, and a narrow page has no spare room.
#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn every_page_in_a_wide_font() {
    let mut fixture = every_page_there_is();
    fixture.tell("window", json!("narrow"));
    fixture.font = Font::Wide;
    fixture.walk("every-page", AuthConfig::default());
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn a_team_at_work() {
    let mut fixture = BrowserFixture::with_users();
    fixture.tell("email", json!(LEA[0]));
    fixture.tell("sdr", json!(MARA[1]));
    fixture.tell("sdrEmail", json!(MARA[0]));
    fixture.walk("team", AuthConfig::default());
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn panel_in_a_crm() {
    let mut fixture = BrowserFixture::with_users();
    fixture.tell("crm", json!(CRM));
    fixture.tell("name", json!(MARA[1]));
    fixture.walk("panel", AuthConfig::default());
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn morning() {
    BrowserFixture::alone().walk("morning", AuthConfig::default());
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn without_script() {
    BrowserFixture::with_users().walk("without-script", AuthConfig::default());
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn race() {
    let mut fixture = BrowserFixture::with_users();
    fixture.tell("people", json!([[LEA[0], PASSWORD], [ADA[0], PASSWORD]]));
    fixture.walk("race", AuthConfig::default());
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn stale() {
    let mut fixture = BrowserFixture::alone();
    let changes = [
        ("suppressed", "can no longer be sent"),
        ("answered", "an answer came in"),
        ("decided", LEA[1]),
        ("prepared-anew", "newer"),
        ("gone-stale", "expired on"),
    ];
    fixture.tell("changes", json!(changes));
    fixture.walk("stale", AuthConfig::default());
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn replayed() {
    BrowserFixture::alone().walk("replayed", AuthConfig::default());
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn hostile_drafts() {
    let mut fixture = BrowserFixture::alone();
    fixture.tell("attacks", json!(["script", "backwards", "huge"]));
    // The huge text is on its page once as shown, once to edit and once to restore.
    fixture.tell("largest", json!(200 << 10));
    fixture.walk("hostile", AuthConfig::default());
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn session() {
    BrowserFixture::with_users().walk("session", AuthConfig::new(&WebOptions::default()).expect("sign-in settings"));
}

/// To the browser, `localhost` and `127.0.0.1` are two sites, so the provider is another site.
#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Chromium and playwright-core: run cargo xtask test")]
fn single_sign_on() {
    let (listener, address) = port();
    let page = format!("http://localhost:{}", address.port());
    let provider = Certified::start(&page);
    let mut fixture = BrowserFixture::with_users();
    // The provider uses the real time.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    fixture.server.clock.store(i64::try_from(now).expect("a moment"), Ordering::SeqCst);
    fixture.tell("others", json!([provider.issuer, "https://fonts.googleapis.com"]));
    fixture.tell("provider", json!(provider.issuer));
    fixture.tell("name", json!(MARA[1]));
    let web = vouched(&page, &provider.issuer);
    let door = AuthConfig::new(&web).expect("sign-in settings");
    let door = door.with_provider(&web, |_| Some(SECRET.into())).expect("a provider");
    fixture.walk_at("single-sign-on", door, listener, &page);
}
