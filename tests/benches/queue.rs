//! What the queue costs at 100,000 packages, beside what it costs at 1,000: the server's time from the request to the
//! whole page, over a real store, with people signed in and the shipped components.
//!
//! `BATON_BENCH_PACKAGES` names another number than 100,000. Every package is kept as a run keeps it, so filling the
//! store takes minutes; what is measured comes after.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use baton_desk::desk::Role;
use baton_tests::review::{DAY, Review};
use baton_tests::run;
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

/// What a page may take, in milliseconds.
const AIM: u32 = 50;

const FEW: usize = 1000;
const TIMES: usize = 25;
const PASSWORD: &str = "four words and a lamp";
const KINDS: [&str; 8] = ["funding", "hiring", "launch", "outage", "expansion", "leadership", "award", "tender"];

/// The page over so many packages, shared by ten SDRs.
struct House {
    router: Router,
    sdr: String,
    lead: String,
    review: Review,
    filled: Duration,
}

fn main() {
    // Run as a test it only shows that it works.
    let many = if std::env::args().any(|argument| argument == "--bench") { 100_000 } else { FEW };
    let many = std::env::var("BATON_BENCH_PACKAGES").ok().and_then(|text| text.parse().ok()).unwrap_or(many);
    let (few, much) = (House::of(FEW), House::of(many));
    println!(
        "{many} packages were kept in {:.0} s; medians of {TIMES} requests, in milliseconds",
        much.filled.as_secs_f64()
    );
    println!("{:44} {:>9} {:>9} {:>7}", "", "1,000", many, "ratio");
    let mut slow = false;
    for (what, path, by_lead) in [
        ("the queue of an SDR", "/", false),
        ("the queue of a lead", "/", true),
        ("narrowed to a kind of signal", "/?kind=outage", true),
        ("narrowed to a campaign and whose they are", "/?campaign=pilot&assignee=me", false),
        ("searched for one account", "/?q=acme777", true),
        ("searched for what every account begins with", "/?q=acme", true),
        ("searched for what nothing begins with", "/?q=zzz", true),
        ("every state", "/?state=all", true),
        ("a page in the middle", "MIDDLE", true),
        ("one package", "PACKAGE", false),
    ] {
        let (one, other) = (few.median(path, by_lead), much.median(path, by_lead));
        let ratio = other.as_secs_f64() / one.as_secs_f64().max(1e-9);
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        let over = other > Duration::from_millis(AIM.into());
        slow |= over;
        let mark = if over { " over the aim" } else { "" };
        println!("{what:44} {:9.1} {:9.1} {ratio:7.2}{mark}", millis(one), millis(other));
    }
    println!("{}", if slow { "not every page is within the aim" } else { "every page is within the aim of 50 ms" });
}

impl House {
    fn of(packages: usize) -> Self {
        let review = Review::pilot();
        for number in 0..10 {
            let (email, name) = (format!("sdr{number}@relay.example"), format!("Reviewer {number}"));
            run(review.desk.add_user("admin", &email, &name, Role::Sdr, review.now())).expect("a user");
        }
        let lead = run(review.desk.add_user("admin", "lead@relay.example", "Lea Brandt", Role::Lead, review.now()));
        lead.expect("a user");
        for email in ["sdr3@relay.example", "lead@relay.example"] {
            run(review.desk.set_password("admin", email, PASSWORD, review.now())).expect("a password");
        }
        let base = review.package(&review.queue()[0]);
        let began = Instant::now();
        for number in review.queue().len()..packages {
            let mut package = base.clone();
            package.account.id = format!("acme-{number}");
            package.account.name = format!("Acme{number} Holdings");
            package.account.domain = format!("acme{number}.example");
            package.contact.id = format!("person-{number}");
            package.draft.message.to = format!("person@acme{number}.example");
            package.contact.email = Some(package.draft.message.to.clone());
            package.signals[0].signal.kind = KINDS[number % KINDS.len()].into();
            let days = i64::try_from(number % 40).unwrap_or_default();
            package.fresh_until = review.now() + (20 + days) * DAY + i64::try_from(number).unwrap_or_default();
            review.keep(&package);
        }
        let filled = began.elapsed();
        let router = baton_web::router(review.site());
        let sign_in = |email: &str| {
            let form = format!("email={email}&password={}", PASSWORD.replace(' ', "+"));
            let (status, cookie, _) = send(&router, Method::POST, "/sign-in", None, Some(form));
            assert_eq!(status, StatusCode::SEE_OTHER, "signed in");
            cookie.expect("a cookie")
        };
        let (sdr, lead) = (sign_in("sdr3@relay.example"), sign_in("lead@relay.example"));
        Self { router, sdr, lead, review, filled }
    }

    fn median(&self, path: &str, by_lead: bool) -> Duration {
        let cookie = if by_lead { &self.lead } else { &self.sdr };
        let path = match path {
            "PACKAGE" => link(&self.page("/", cookie).1, "class=\"row\" href=\""),
            "MIDDLE" => {
                // As far in as half of them: the keys say where, so any deadline of theirs does.
                let now = self.review.now();
                format!("/?after=0.{}.0.0", now + 40 * DAY)
            }
            path => path.to_owned(),
        };
        let mut times: Vec<Duration> = (0..TIMES).map(|_| self.page(&path, cookie).0).collect();
        times.sort_unstable();
        times[times.len() / 2]
    }

    fn page(&self, path: &str, cookie: &str) -> (Duration, String) {
        let began = Instant::now();
        let (status, _, body) = send(&self.router, Method::GET, path, Some(cookie), None);
        let took = began.elapsed();
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        assert!(body.len() < 100_000, "{path}: {} bytes", body.len());
        (took, body)
    }
}

fn link(page: &str, before: &str) -> String {
    let rest = page.split(before).nth(1).expect("a link");
    rest.split('"').next().expect("its end").to_owned()
}

fn send(
    router: &Router,
    method: Method,
    path: &str,
    cookie: Option<&str>,
    form: Option<String>,
) -> (StatusCode, Option<String>, String) {
    let mut request = Request::builder().method(method).uri(path).header(HOST, "localhost:8080");
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
        (parts.status, cookie, String::from_utf8_lossy(&body).into_owned())
    })
}
