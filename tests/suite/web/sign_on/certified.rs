//! With `oidc-provider`, which the OpenID Foundation has certified.
//!
//! It is looked for in the folder that `BATON_OIDC_PROVIDER` names, else in the one that `BATON_MAILDEV` names, else in
//! `servers` of the target folder. Where it is not installed the test says so and is skipped.

use super::super::browser::HERE;
use super::super::house::MARA;
use super::{field, house, refused, sent, signed_in};
use baton_desk::desk::Role;
use baton_tests::components;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long the provider may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// The provider, on a port of its own.
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

/// Where it is installed; where it is not, this test is said to be skipped.
fn folder(test: &str) -> Option<PathBuf> {
    let named = |name| std::env::var_os(name).map(PathBuf::from);
    let folders = [named("BATON_OIDC_PROVIDER"), named("BATON_MAILDEV"), Some(components().with_file_name("servers"))];
    let found =
        folders.into_iter().flatten().find(|folder| folder.join("node_modules/oidc-provider/package.json").exists());
    if found.is_none() {
        let hint = "npm i --prefix target/servers oidc-provider@9";
        let _ = writeln!(std::io::stderr(), "skipped {test}: oidc-provider is not installed\n  hint: {hint}");
    }
    found
}

impl Certified {
    /// For the page at this address; none where it is not installed.
    pub(crate) fn start(test: &str, page: &str) -> Option<Self> {
        let folder = folder(test)?;
        // It is free at this moment; another program would have to be very quick.
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
            assert!(provider.process.try_wait().expect("its state").is_none(), "the provider ended by itself");
            std::thread::park_timeout(Duration::from_millis(50));
        }
        Some(provider)
    }

    /// Through the provider's own pages as this person, up to where it sends the browser back: the way from there.
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
        panic!("it leads nowhere: {address}");
    }
}

#[test]
fn a_certified_provider_vouches_for_people() {
    let test = "web::sign_on::certified::a_certified_provider_vouches_for_people";
    let Some(provider) = Certified::start(test, &format!("http://{HERE}")) else { return };
    let house = house(&provider.issuer, |_| {});
    // The provider says what time it is there.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    house.review.clock.store(i64::try_from(now).expect("a moment"), Ordering::SeqCst);
    house.add(MARA, "Mara Lindqvist", Role::Lead);
    house.add("unverified@relayforge.example", "Una Known", Role::Sdr);

    let mut mara = house.visitor();
    let there = sent(&mut mara);
    assert!(there.starts_with(&format!("{}/auth?", provider.issuer)), "{there}");
    assert_eq!(field(&there, "code_challenge_method"), "S256");
    let back = provider.walk(&there, "mara");
    let answer = mara.get(&back);
    signed_in(&mut mara, &answer, "Mara Lindqvist");
    let from = Some("192.0.2.9".to_owned());
    assert!(
        house.trail().contains(&("Mara Lindqvist".to_owned(), "signed-in".to_owned(), from)),
        "{:?}",
        house.trail()
    );

    for (login, words) in [("unverified", "is not verified"), ("nobody", "There is no Baton user")] {
        let mut visitor = house.visitor();
        let there = sent(&mut visitor);
        let back = provider.walk(&there, login);
        refused(&visitor.get(&back), 403, words);
    }
    // Somebody else's way back leads nowhere.
    let mut victim = house.visitor();
    sent(&mut victim);
    let there = sent(&mut house.visitor());
    let back = provider.walk(&there, "mara");
    refused(&victim.get(&back), 403, "not begun in this browser");
}
