//! Sign-in with `oidc-provider`, which the OpenID Foundation has certified.
//!
//! It is in the folder that `BATON_OIDC_PROVIDER` names, else in the one that `BATON_MAILDEV` names, else in `servers` of
//! the target folder. `cargo xtask test` installs it and turns the feature `servers` on; without it this test is ignored.

use super::super::browser::HERE;
use super::super::server_with_users::MARA;
use super::{field, refused, sent, signed_in, site};
use baton_desk::access::Role;
use baton_tests::component_folder;
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The maximum time for the provider to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// The provider on its own port.
pub(crate) struct Certified {
    process: Child,
    pub(crate) issuer: String,
}

impl Drop for Certified {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the folder of the provider. A missing one fails the test.
fn folder() -> PathBuf {
    let named = |name| std::env::var_os(name).map(PathBuf::from);
    let folders =
        [named("BATON_OIDC_PROVIDER"), named("BATON_MAILDEV"), Some(component_folder().with_file_name("servers"))];
    let found =
        folders.into_iter().flatten().find(|folder| folder.join("node_modules/oidc-provider/package.json").exists());
    found.expect("oidc-provider is installed\nhint: cargo xtask test installs it")
}

impl Certified {
    /// Starts a provider for the page at this address.
    pub(crate) fn start(page: &str) -> Self {
        let folder = folder();
        // The port is free now; another program would have to be very quick to take it.
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it has an address").port();
        drop(listener);
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/web/sign_on/provider.mjs");
        let mut command = Command::new("node");
        command.arg(program).arg(folder).arg(port.to_string()).arg(format!("{page}/sign-in/sso/callback"));
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the provider starts");
        let mut provider = Self { process, issuer: format!("http://127.0.0.1:{port}") };
        let since = Instant::now();
        while ureq::get(format!("{}/.well-known/openid-configuration", provider.issuer)).call().is_err() {
            assert!(since.elapsed() < PATIENCE, "the provider did not answer in time");
            assert!(provider.process.try_wait().expect("its state").is_none(), "the provider exited");
            std::thread::park_timeout(Duration::from_millis(50));
        }
        provider
    }

    /// Signs this person in on the provider's own pages, and returns the path that the provider redirects to.
    fn walk(&self, from: &str, login: &str) -> String {
        let settings = ureq::Agent::config_builder().max_redirects(0).max_redirects_will_error(false);
        let agent: ureq::Agent = settings.http_status_as_error(false).build().into();
        let mut cookies = BTreeMap::new();
        let mut address = from.to_owned();
        for _ in 0..12 {
            if let Some(path) = address.strip_prefix(&format!("http://{HERE}")) {
                return path.to_owned();
            }
            let header: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let header = header.join("; ");
            let mut answer = agent.get(&address).header("cookie", &header).call().expect("an answer");
            if answer.status() == 200 {
                let page = answer.body_mut().read_to_string().expect("a page");
                let prompt = if page.contains("value=\"login\"") { "login" } else { "consent" };
                let form = format!("prompt={prompt}&login={login}&password=anything");
                let posted = agent.post(&address).header("cookie", &header);
                let posted = posted.header("content-type", "application/x-www-form-urlencoded");
                answer = posted.send(form).expect("an answer");
            }
            for cookie in answer.headers().get_all("set-cookie") {
                let pair = cookie.to_str().expect("a text").split(';').next().expect("a pair");
                let (name, value) = pair.split_once('=').expect("a name");
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let status = answer.status();
            let location = answer.headers().get("location").unwrap_or_else(|| panic!("{status} at {address}"));
            let location = location.to_str().expect("a text");
            address =
                if location.starts_with('/') { format!("{}{location}", self.issuer) } else { location.to_owned() };
        }
        panic!("too many redirects: {address}");
    }
}

#[test]
#[cfg_attr(not(feature = "servers"), ignore = "needs oidc-provider: run cargo xtask test")]
fn a_certified_provider_signs_users_in() {
    let provider = Certified::start(&format!("http://{HERE}"));
    let site = site(&provider.issuer, |_| {});
    // The provider uses the real time.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    site.server.clock.store(i64::try_from(now).expect("a moment"), Ordering::SeqCst);
    site.add(MARA, "Mara Lindqvist", Role::Lead);
    site.add("unverified@relayforge.example", "Una Known", Role::Sdr);

    let mut mara = site.visitor();
    let there = sent(&mut mara);
    assert!(there.starts_with(&format!("{}/auth?", provider.issuer)), "{there}");
    assert_eq!(field(&there, "code_challenge_method"), "S256");
    let back = provider.walk(&there, "mara");
    let answer = mara.get(&back);
    signed_in(&mut mara, &answer, "Mara Lindqvist");
    let from = Some("127.0.0.9".to_owned());
    assert!(site.trail().contains(&("Mara Lindqvist".to_owned(), "signed-in".to_owned(), from)), "{:?}", site.trail());

    for (login, words) in [("unverified", "is not verified"), ("nobody", "There is no Baton user")] {
        let mut visitor = site.visitor();
        let there = sent(&mut visitor);
        let back = provider.walk(&there, login);
        refused(&visitor.get(&back), 403, words);
    }
    // A redirect that started in another browser is refused.
    let mut victim = site.visitor();
    sent(&mut victim);
    let there = sent(&mut site.visitor());
    let back = provider.walk(&there, "mara");
    refused(&victim.get(&back), 403, "not started in this browser");
}
