//! Measures each page at 100,000 and at 1,000 packages: the server's time from the request to the whole page, and the
//! page's size, over real stores, with signed-in users and the shipped components.
//!
//! There are two stores. In one, every package waits for review, which is hardest for the queue. The other is after a
//! year of work: the last hundredth waits and the rest was decided, most of it rejected and one in twenty-five approved
//! and in the outbox. The desk's own operations save every package and decide about it, so filling the stores takes
//! minutes; measuring starts after that. `BATON_BENCH_PACKAGES` sets another number than 100,000. Words after `--`
//! select measurements by the name of the store or page: `-- "after a year"`, `-- "wait: one package"`.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use baton_desk::access::Role;
use baton_desk::accounts::SaveResult;
use baton_facts::packages::HandoffPackage;
use baton_model::decision::{Decision, RejectReason};
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::this_machine;
use baton_tests::server::{DAY, NOW, TestServer};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

/// The aim for a page: the maximum time in milliseconds and the maximum size in kilobytes.
const AIM: (u32, usize) = (50, 100);

const FEW: usize = 1000;
const TIMES: usize = 25;
const PASSWORD: &str = "four words and a lamp";
const KINDS: [&str; 8] = ["funding", "hiring", "launch", "outage", "expansion", "leadership", "award", "tender"];

/// The name of a request, its path, and whether a lead sends it.
type Asked = (&'static str, &'static str, bool);

const WAITING: &[Asked] = &[
    ("the queue of an SDR", "/", false),
    ("the queue of a lead", "/", true),
    ("filtered by kind of signal", "/?kind=outage", true),
    ("filtered by campaign and assignee", "/?campaign=pilot&assignee=me", false),
    ("searched for one account", "/?q=acme777", true),
    ("searched for a prefix of every account", "/?q=acme", true),
    ("searched for a prefix of no account", "/?q=zzz", true),
    ("every state", "/?state=all", true),
    ("a page in the middle", "MIDDLE", true),
    ("one package", "PACKAGE", false),
    ("rejected, and the next one", "DECIDED", false),
];

const A_YEAR: &[Asked] = &[
    ("the queue of an SDR", "/", false),
    ("one package", "PACKAGE", false),
    ("rejected, and the next one", "DECIDED", false),
    ("its trail", "TRAIL", false),
    ("every state", "/?state=all", true),
    ("the outbox", "/outbox", true),
    ("checks", "/checks", true),
    ("quality", "/quality", true),
    ("one stream", "/quality/1", true),
    ("calibration", "/calibration", true),
    ("the dashboard, 30 days", "/dashboard", true),
    ("the dashboard, 90 days", "/dashboard?days=90", true),
    ("the rows behind a number of it", "/dashboard/packages", true),
];

/// The review page over a store of this many packages, shared by ten SDRs.
struct FilledServer {
    router: Router,
    sdr: String,
    lead: String,
    filled: Duration,
    /// Keeps the folder of the store.
    _review: TestServer,
}

/// A request that is repeated.
struct Asking<'a> {
    site: &'a FilledServer,
    cookie: &'a str,
    path: String,
}

/// Returns the median time, the ninetieth percentile, and the size in kilobytes.
fn said(mut asked: Vec<(Duration, usize)>) -> (Duration, Duration, usize) {
    asked.sort_unstable();
    (asked[asked.len() / 2].0, asked[asked.len() * 9 / 10].0, asked[0].1.div_ceil(1000))
}

fn main() {
    // As a test it only shows that it works.
    let many = if std::env::args().any(|argument| argument == "--bench") { 100_000 } else { FEW };
    let many = std::env::var("BATON_BENCH_PACKAGES").ok().and_then(|text| text.parse().ok()).unwrap_or(many);
    let only: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let mut within = true;
    for (what, fill, asked) in
        [("all of them wait", waiting as fn(&TestServer, usize), WAITING), ("after a year of work", a_year, A_YEAR)]
    {
        let named = |page: &str| only.iter().all(|word| format!("{what}: {page}").contains(word));
        let asked: Vec<_> = asked.iter().filter(|(page, ..)| named(page)).collect();
        if asked.is_empty() {
            continue;
        }
        let (few, much) = (FilledServer::of(FEW, fill), FilledServer::of(many, fill));
        println!(
            "\n{many} packages, {what}: filled in {:.0} s; {TIMES} requests each, in milliseconds",
            much.filled.as_secs_f64()
        );
        println!("{:44} {:>8} {:>8} {:>7} {:>7} {:>5}", "", "1,000", many, "ratio", "p90", "KB");
        for (what, path, by_lead) in asked {
            let asked = (few.asking(path, *by_lead), much.asking(path, *by_lead));
            // The two stores take turns, so that other load on the machine affects both.
            let (one, other): (Vec<_>, Vec<_>) = (0..TIMES).map(|_| (asked.0.once(), asked.1.once())).unzip();
            let ((one, ..), (other, ninetieth, size)) = (said(one), said(other));
            let ratio = other.as_secs_f64() / one.as_secs_f64().max(1e-9);
            let millis = |time: Duration| time.as_secs_f64() * 1e3;
            let over = other > Duration::from_millis(AIM.0.into()) || size > AIM.1;
            within &= !over;
            let mark = if over { " over the aim" } else { "" };
            let (one, other, ninetieth) = (millis(one), millis(other), millis(ninetieth));
            println!("{what:44} {one:8.1} {other:8.1} {ratio:7.2} {ninetieth:7.1} {size:5}{mark}");
        }
    }
    let (millis, size) = AIM;
    let said = if within { "every" } else { "not every" };
    println!("\n{said} page is within the aim of {millis} ms and {size} KB");
}

/// Returns the pilot's first package for another account.
fn another(base: &HandoffPackage, number: usize) -> HandoffPackage {
    let mut package = base.clone();
    package.account.id = format!("acme-{number}");
    package.account.name = format!("Acme{number} Holdings");
    package.account.domain = Some(format!("acme{number}.example"));
    package.contact.id = format!("person-{number}");
    package.draft.message.to = format!("person@acme{number}.example");
    package.contact.email = Some(package.draft.message.to.clone());
    package.signals[0].signal.kind = KINDS[number % KINDS.len()].into();
    package
}

fn waiting(server: &TestServer, packages: usize) {
    let queue = server.queue();
    let base = server.package(&queue[0]);
    for number in queue.len()..packages {
        let mut package = another(&base, number);
        let days = i64::try_from(number % 40).unwrap_or_default();
        package.fresh_until = server.now() + (20 + days) * DAY + i64::try_from(number).unwrap_or_default();
        server.keep(&package);
    }
}

fn a_year(server: &TestServer, packages: usize) {
    let base = server.package(&server.queue()[0]);
    let step = 365 * DAY / i64::try_from(packages).expect("fewer than seconds");
    for number in 0..packages {
        let at = NOW - 365 * DAY + step * i64::try_from(number).unwrap_or_default();
        server.clock.store(at, Ordering::SeqCst);
        let mut package = another(&base, number);
        package.fresh_until = at + 30 * DAY;
        let SaveResult::New(id) = server.keep(&package) else { panic!("the next package is another one") };
        if number + packages / 100 >= packages {
            continue;
        }
        let decision = match number % 25 {
            0 => Decision::Approve { overruled: Vec::new() },
            odd => Decision::Reject { reason: RejectReason::ALL[odd % RejectReason::ALL.len()], note: String::new() },
        };
        let request = baton_model::decision::DecisionRequest {
            shown: server.view(&id).digest,
            key: format!("decision-{number}"),
            package: id,
            seconds: Some(20 + u32::try_from(number % 60).unwrap_or_default()),
            bulk: false,
            not_before: None,
            decision,
        };
        run(server.desk.by(&format!("Reviewer {}", number % 10)).decide(&request, at)).expect("it counts");
    }
    server.clock.store(NOW, Ordering::SeqCst);
}

impl Asking<'_> {
    /// Returns the time the page took, and its size in bytes.
    fn once(&self) -> (Duration, usize) {
        let Self { site, cookie, path } = self;
        if path != "DECIDED" {
            let (took, page) = site.page(path, cookie);
            return (took, page.len());
        }
        let shown = site.page(&site.first(cookie), cookie).1;
        let began = Instant::now();
        let next = site.turn_down(&shown, cookie);
        let page = site.page(&next, cookie).1;
        (began.elapsed(), page.len())
    }
}

impl FilledServer {
    fn of(packages: usize, fill: fn(&TestServer, usize)) -> Self {
        let server = TestServer::pilot();
        for number in 0..10 {
            let (email, name) = (format!("sdr{number}@relay.example"), format!("Reviewer {number}"));
            run(server.desk.by("admin").add_user(&email, &name, Role::Sdr, server.now())).expect("a user");
        }
        let lead = run(server.desk.by("admin").add_user("lead@relay.example", "Lea Brandt", Role::Lead, server.now()));
        lead.expect("a user");
        for email in ["sdr3@relay.example", "lead@relay.example"] {
            run(server.desk.by("admin").set_password(email, PASSWORD, server.now())).expect("a password");
        }
        let began = Instant::now();
        fill(&server, packages);
        let filled = began.elapsed();
        let router = baton_web::router(server.app_state());
        let sign_in = |email: &str| {
            let form = format!("email={email}&password={}", PASSWORD.replace(' ', "+"));
            let (status, cookie, _) = send(&router, Method::POST, "/sign-in", None, Some(form));
            assert_eq!(status, StatusCode::SEE_OTHER, "signed in");
            cookie.expect("a cookie")
        };
        let (sdr, lead) = (sign_in("sdr3@relay.example"), sign_in("lead@relay.example"));
        Self { router, sdr, lead, filled, _review: server }
    }

    fn asking(&self, path: &str, by_lead: bool) -> Asking<'_> {
        let cookie = if by_lead { &self.lead } else { &self.sdr };
        let path = match path {
            "PACKAGE" => self.first(cookie),
            "TRAIL" => format!("{}/audit-log", self.first(cookie).split('?').next().unwrap_or_default()),
            // Half of the keys are before this deadline.
            "MIDDLE" => format!("/?after=0.{}.0.0", NOW + 40 * DAY),
            path => path.to_owned(),
        };
        let asking = Asking { site: self, cookie, path };
        asking.once();
        asking
    }

    /// Returns the path of the next package.
    fn first(&self, cookie: &str) -> String {
        link(&self.page("/", cookie).1, "class=\"row\" href=\"")
    }

    /// Submits the page's rejection form and returns the redirect target.
    fn turn_down(&self, page: &str, cookie: &str) -> String {
        let form = page.split("<form").find(|form| form.contains("/reject\"")).expect("a form");
        let path = link(form, "action=\"");
        let mut fields = String::from("reason=contact");
        for hidden in form.split("type=\"hidden\"").skip(1) {
            let (name, value) = (link(hidden, "name=\""), link(hidden, "value=\""));
            assert!(
                value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte)),
                "{name}={value}"
            );
            fields.push_str(&format!("&{name}={value}"));
        }
        let (status, _, next) = send(&self.router, Method::POST, &path, Some(cookie), Some(fields));
        assert_eq!(status, StatusCode::SEE_OTHER, "{next}");
        next
    }

    fn page(&self, path: &str, cookie: &str) -> (Duration, String) {
        let began = Instant::now();
        let (status, _, body) = send(&self.router, Method::GET, path, Some(cookie), None);
        let took = began.elapsed();
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        (took, body)
    }
}

fn link(page: &str, before: &str) -> String {
    let rest = page.split(before).nth(1).expect("a link");
    rest.split('"').next().expect("its end").to_owned()
}

/// Returns the status, the cookie that is set, and the body or the redirect target.
fn send(
    router: &Router,
    method: Method,
    path: &str,
    cookie: Option<&str>,
    form: Option<String>,
) -> (StatusCode, Option<String>, String) {
    let mut request =
        Request::builder().method(method).uri(path).header(HOST, "localhost:8080").extension(this_machine());
    if let Some(cookie) = cookie {
        request = request.header(COOKIE, cookie);
    }
    let request = match form {
        Some(form) => request
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form)),
        None => request.body(Body::empty()),
    };
    run(async {
        let answer = router.clone().oneshot(request.expect("a request")).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let cookie = parts.headers.get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let location = parts.headers.get(LOCATION).and_then(|location| location.to_str().ok()).map(str::to_owned);
        (parts.status, cookie, location.unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned()))
    })
}
