//! No field of an answer takes an extreme value, except those that are listed as numbers to show.

use super::{checks, drafter_description, engine_description, governor_answer, preparation, prospects, reading};
use crate::recording::{Exchange, Input, Output};
use baton_facts::description::{DrafterDescription, EngineDescription};
use baton_facts::mail::Reading;
use baton_facts::packages::{Assignment, Candidate, Check, Dossier, Found, Preparation, Prospects};
use baton_facts::policy::{InspectionPlan, Tier};
use baton_facts::quality::{Counted, Event, LotItem, Tally};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

const NOW: i64 = 1_767_225_600;
const DAY: i64 = 86_400;

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// Returns each variant of the JSON in which one value is extreme: the largest and the smallest number of its type, a
/// long text, or a long list.
fn extremes<T: Serialize + DeserializeOwned>(whole: &T) -> Vec<(String, T)> {
    let whole = serde_json::to_value(whole).unwrap();
    let mut paths = Vec::new();
    walk(&whole, String::new(), &mut paths);
    let mut variants = Vec::new();
    for path in paths {
        let put = |value: Value| {
            let mut changed = whole.clone();
            *changed.pointer_mut(&path).unwrap() = value;
            serde_json::from_value::<T>(changed).ok()
        };
        let there = whole.pointer(&path).unwrap();
        let values: Vec<Option<T>> = match there {
            Value::Number(_) => vec![
                [u64::MAX, i64::MAX as u64, u32::MAX.into(), u16::MAX.into(), u8::MAX.into()]
                    .into_iter()
                    .find_map(|largest| put(largest.into())),
                put(i64::MIN.into()),
            ],
            Value::String(_) => vec![put("x".repeat(140_000).into())],
            Value::Array(entries) => vec![entries.first().and_then(|first| put(vec![first.clone(); 1_000].into()))],
            Value::Null => vec![put(i64::MAX.into()), put("x".repeat(140_000).into())],
            _ => Vec::new(),
        };
        variants.extend(values.into_iter().flatten().map(|value| (path.clone(), value)));
    }
    variants
}

fn walk(value: &Value, path: String, paths: &mut Vec<String>) {
    paths.push(path.clone());
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| walk(value, format!("{path}/{key}"), paths)),
        Value::Array(entries) => {
            entries.iter().enumerate().for_each(|(index, value)| walk(value, format!("{path}/{index}"), paths));
        }
        _ => {}
    }
}

/// Asserts that the honest value is accepted, and that of its extreme variants only those at `shown` are.
#[track_caller]
fn check<T: Serialize + DeserializeOwned, E: std::fmt::Debug>(
    honest: &T,
    shown: &[&str],
    verify: impl Fn(&T) -> Result<(), E>,
) {
    verify(honest).unwrap();
    let variants = extremes(honest);
    assert!(variants.len() > 2);
    let mut accepted: Vec<String> =
        variants.into_iter().filter(|(_, value)| verify(value).is_ok()).map(|(path, _)| path).collect();
    accepted.dedup();
    assert_eq!(accepted, shown);
}

fn rule() -> Value {
    json!({ "name": "in-industry", "verdict": "pass", "detail": "software",
        "evidence": [{ "signal": "s1" }, { "fact": "f1" }, "account", { "contact": "c1" }] })
}

fn message() -> Value {
    json!({ "to": "ada@north.example", "subject": "Deploys", "body": "Hi Ada" })
}

fn assignment() -> Assignment {
    read(json!({ "account": "a1", "now": NOW, "campaign": {
        "id": "pilot", "language": "en", "angles": [angle()], "sender": sender(),
        "customer": { "industries": [], "employees-min": null, "employees-max": null, "countries": [],
            "roles": [{ "name": "engineering", "titles": ["VP Engineering"], "priority": 1 }] },
        "touches-max": 3, "days-between-touches": [3, 5], "quiet-days": 30, "colleague-quiet-days": 90,
        "contacts-active-max": 1, "days-between-contacts": 3, "weakest-verification": "deliverable" } }))
}

fn angle() -> Value {
    json!({ "signal-kind": "funding", "version": "1", "language": "en", "weight": 50, "max-age-days": 30,
        "subject": "x", "greeting": "x", "opener": "x", "pitch": "x", "call-to-action": "x",
        "follow-up-opener": null, "follow-up-pitch": null, "follow-up-call-to-action": null, "facts": [] })
}

fn sender() -> Value {
    json!({ "id": "u1", "name": "Mara", "email": "mara@baton.example", "title": "SDR", "company": "Baton",
        "signature": "Mara" })
}

fn account() -> Value {
    json!({ "id": "a1", "name": "North", "domain": "north.example", "industry": "software", "employees": 120,
        "annual-revenue-usd": 1, "country": "SE", "relation": "prospect", "owner": "u1", "open-opportunity": false,
        "last-activity": NOW - DAY, "named": false, "referred-by": "Bo", "unclear": [],
        "suppression": { "scope": "account", "reason": "listed", "until": NOW } })
}

fn ready() -> Preparation {
    let signal = json!({ "id": "s1", "kind": "funding", "summary": "North raised 12 million", "source-name": "Press",
        "source-url": "https://press.example/1", "observed-at": NOW - DAY });
    let contact = json!({ "id": "c1", "first-name": "Ada", "last-name": "Quill", "title": "VP Engineering",
        "email": "ada@north.example", "verification": "deliverable", "verified-at": NOW - DAY, "linkedin-url": "x",
        "country": "SE", "time-zone": "Europe/Stockholm", "language": "en", "engagement": "none", "unclear": [],
        "suppression": { "scope": "address", "reason": "other", "until": NOW - DAY } });
    let touch = json!({ "at": NOW - 90 * DAY, "direction": "outbound", "channel": "email", "campaign": "other",
        "subject": "Hi", "outcome": { "other": "word" } });
    let draft = json!({ "message": message(), "opener": "a", "pitch": "b", "call-to-action": "c",
        "claims": [{ "text": "a", "evidence": { "signal": "s1" } }, { "text": "b", "evidence": { "fact": "f1" } }] });
    read(json!({ "trace": [rule()], "outcome": { "ready": {
        "account": account(), "signals": [{ "signal": signal, "score": 80 }], "why-now": "yesterday",
        "contact": contact, "role-match": { "role": "engineering", "matched-title": "VP Engineering", "score": 95 },
        "history": [touch], "angle": angle(), "sender": sender(), "draft": draft, "checks": [rule()], "score": 77,
        "next-action": "decide", "reading-seconds": 20, "touch-number": 1, "fresh-until": NOW + 10 * DAY } } }))
}

fn package(made: &Preparation) -> baton_facts::packages::HandoffPackage {
    match &made.outcome {
        baton_facts::packages::Outcome::Ready(package) => package.clone(),
        _ => unreachable!("the preparation is ready"),
    }
}

fn answers() -> Vec<Exchange> {
    let package = package(&ready());
    let signals = package.signals.into_iter().map(|ranked| ranked.signal).collect();
    let dossier = Arc::new(Dossier { account: package.account, signals });
    let candidate = Candidate { contact: package.contact, history: package.history };
    vec![
        Exchange::LookUp { account: "a1".into(), since: 0, answer: Ok(dossier) },
        Exchange::Find { account: "a1".into(), answer: Ok(Arc::new(vec![candidate])) },
    ]
}

fn prepare() -> Input {
    Input::Prepare { assignment: Arc::new(assignment()) }
}

#[test]
fn preparations_have_no_extreme_value() {
    let verify = |made: &Preparation| preparation(made, &prepare(), &answers());
    check(&ready(), &[], verify);
    let held = json!({ "trace": [rule()], "outcome": { "held": {
        "reason": "account-busy", "detail": "North is busy", "look-again": NOW + DAY } } });
    check(&read(held), &[], verify);
    let out =
        json!({ "trace": [rule()], "outcome": { "disqualified": { "reason": "customer", "detail": "a customer" } } });
    check(&read(out), &[], verify);
}

#[test]
fn pages_of_prospects_have_no_extreme_value() {
    let package = package(&ready());
    let found = Found { dossiers: vec![Dossier { account: package.account, signals: Vec::new() }], next: None };
    let search = Exchange::Search { customer: Arc::default(), cursor: None, answer: Ok(Arc::new(found)) };
    let page: Prospects = read(json!({ "found": [{ "account": "a1", "score": 9, "reason": "x" }], "next": "page 2" }));
    check(&page, &[], |page| prospects(page, std::slice::from_ref(&search)));
}

#[test]
fn checks_of_a_text_have_no_extreme_value() {
    check(&read::<Vec<Check>>(json!([rule()])), &[], |list| checks(list));
}

#[test]
fn descriptions_have_no_extreme_value() {
    let engine: EngineDescription =
        read(json!({ "checks": [{ "name": "a-b", "title": "A b", "meaning": "A is b." }] }));
    check(&engine, &[], engine_description);
    let drafter: DrafterDescription = read(json!({ "follows-notes": false, "follow-up-languages": ["en"],
        "templates": { "placeholders": [{ "name": "a_b", "meaning": "the a", "follow-up-only": false }],
            "bytes-max": 4096 } }));
    // The largest text that the drafter takes is for it to say.
    check(&drafter, &["/templates/bytes-max"], drafter_description);
}

fn plan() -> InspectionPlan {
    read(json!({ "sampling": [2000, 500], "outgoing-quality-limit": 500, "risk-limit": 1000, "held": true }))
}

fn tally() -> Tally {
    read(json!({ "inspected": 40, "nonconforming": 2, "clean-run": 7, "level": 1, "cleared-with": 20,
        "recent": [false, true], "last-inspected": NOW - DAY, "released": 3, "overdue": 0, "last-missed": 12,
        "suspended": null, "stopped": false }))
}

#[test]
fn answers_of_a_governor_have_no_extreme_value() {
    let routed = |score| {
        let tier = |name: &str, model: &str| {
            read(json!({ "name": name, "employees-min": null, "revenue-min-usd": null, "industries": [],
                "countries": [], "named": false, "referred": false, "model": model, "follow-up-model": "automatic",
                "minimum-score": 50, "daily-cap": null, "inspection": plan() }))
        };
        let tiers: Vec<Tier> = vec![tier("small", "send-then-spot-check"), tier("large", "review-and-approve")];
        let (tiers, account) = (Arc::new(tiers), Arc::new(read(account())));
        let worst = baton_facts::packages::Verdict::Pass;
        Input::Route { tiers, account, score, worst, touch_number: 1 }
    };
    let route = |score: u8, tier: Value, model: &str| {
        let output = read(json!({ "routing": { "tier": tier, "model": model, "reason": "r", "trace": [rule()] } }));
        governor_answer(&routed(score), &output).is_ok()
    };
    assert!(route(80, json!("small"), "send-then-spot-check") && route(80, json!("small"), "review-and-approve"));
    assert!(route(10, json!("small"), "review-and-approve") && route(10, Value::Null, "review-and-approve"));
    for (score, tier, model) in [
        (80, json!("small"), "automatic"),
        (10, json!("small"), "send-then-spot-check"),
        (80, json!("large"), "send-then-spot-check"),
        (80, json!("none"), "review-and-approve"),
        (80, Value::Null, "send-then-spot-check"),
    ] {
        assert!(!route(score, tier.clone(), model), "{score} {tier} {model}");
    }
    let routing = read(json!({ "routing": { "tier": "small", "model": "review-and-approve", "reason": "r",
        "trace": [rule()] } }));
    check::<Output, _>(&routing, &[], |output| governor_answer(&routed(80), output));

    let event = Event::Missed(NOW);
    let count = Input::Count { plan: plan(), tally: tally(), event };
    let mut next = tally();
    next.inspected += 1;
    let counted = Output::Counted(Arc::new(Counted {
        tally: next,
        stops: baton_facts::quality::Reach::None,
        reason: "missed".into(),
    }));
    check(&counted, &["/counted/tally/cleared-with"], |output| governor_answer(&count, output));

    let assess = Input::Assess { plan: plan(), tally: tally(), now: NOW, packages_per_week: 5 };
    let assessment = read(json!({ "assessment": { "standing": "pilot", "level": 0, "fraction": 10000, "clearance": 20,
        "still-needed": 5, "upper-bound": 900, "recent-nonconforming": 1, "reason": "r" } }));
    let shown = ["/assessment/clearance", "/assessment/still-needed"];
    check::<Output, _>(&assessment, &shown, |output| governor_answer(&assess, output));

    let foresee = Input::Foresee { plan: plan(), rate: 100, miss_rate: 100, in_flight: 3 };
    let outlook = read(json!({ "outlook": { "clearance": 20, "inspected": 5000, "outgoing": 10, "outgoing-limit": 20,
        "escapes": 3, "inspections-to-clear": 40 } }));
    let shown = ["/outlook/clearance", "/outlook/escapes", "/outlook/inspections-to-clear"];
    check::<Output, _>(&outlook, &shown, |output| governor_answer(&foresee, output));

    let item = LotItem { lot: 1, position: 1, fraction: 100, due: false };
    let sample = Input::Sample { items: Arc::new(vec![item; 5]), seed: 1 };
    check::<Output, _>(&read(json!({ "sample": [1, 3] })), &[], |output| governor_answer(&sample, output));

    let grade_edit = Input::GradeEdit { draft: Arc::new(package(&ready()).draft), outgoing: Arc::new(read(message())) };
    let grade = read(json!({ "grade": { "conforming": true, "edited": 10, "changed-facts": ["12"],
        "most-rewritten": null } }));
    check::<Output, _>(&grade, &[], |output| governor_answer(&grade_edit, output));
}

#[test]
fn a_persons_stop_lasts_until_a_person_ends_it() {
    let stopped = Tally { stopped: true, ..tally() };
    let answer = |event, tally: Tally| {
        let input = Input::Count { plan: plan(), tally: stopped.clone(), event };
        let counted = Counted { tally, stops: baton_facts::quality::Reach::None, reason: String::new() };
        governor_answer(&input, &Output::Counted(Arc::new(counted))).is_ok()
    };
    assert!(answer(Event::Resumed, tally()) && answer(Event::Missed(NOW), stopped.clone()));
    assert!(!answer(Event::Missed(NOW), tally()));
}

#[test]
fn readings_have_no_extreme_value() {
    let read: Reading = read(json!({ "kind": { "auto-reply": NOW }, "about-message-ids": ["a@b"],
        "about-address": "a@b.example", "new-text": "", "quoted-text": "" }));
    // The texts are bounded by the limit of one value, as the message itself is.
    check(&read, &["/new-text", "/quoted-text"], reading);
}

proptest! {
    /// For any answer of the engine, a kept package expires between the call and the age of its signal.
    #[test]
    fn freshness_is_within_what_the_host_knows(until in any::<i64>(), near in -40_i64..40, far in any::<bool>()) {
        let mut made = ready();
        let baton_facts::packages::Outcome::Ready(package) = &mut made.outcome else { unreachable!() };
        package.fresh_until = if far { until } else { NOW + near * DAY };
        let (at, known) = (package.fresh_until, (NOW..=NOW - DAY + 30 * DAY));
        prop_assert_eq!(preparation(&made, &prepare(), &answers()).is_ok(), known.contains(&at));
    }
}
