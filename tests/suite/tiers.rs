//! Tiers as an admin writes them: from the campaign file through the shipped governor to the reviewer.

use baton_facts::packages::{Check, HandoffPackage, Verdict};
use baton_facts::policy::HandoffModel::{self, Automatic, ReviewAndApprove, SendThenSpotCheck};
use baton_facts::types::Account;
use baton_model::CampaignFile;
use baton_runtime::Grants;
use baton_tests::{Given, run, test_components};
use std::sync::Arc;

/// One tier for each kind of condition.
const CAMPAIGN: &str = r#"
[sender]
id = "mara"
name = "Mara Lindqvist"
email = "mara@relayforge.example"
company = "Relayforge"
signature = "Mara"

[[customer.roles]]
name = "platform lead"
titles = ["VP Engineering"]

[[angles]]
signal-kind = "funding"
subject = "{{ account }}"
opener = "I read that {{ signal }}."
pitch = "We help."
call-to-action = "Is it worth a call?"

[[tiers]]
name = "on our list"
named = true
model = "review-and-approve"

[[tiers]]
name = "warm"
referred = true
model = "review-and-approve"

[[tiers]]
name = "giants"
employees-min = 5000
model = "review-and-approve"

[[tiers]]
name = "wealthy"
revenue-min-usd = 1000000000
model = "review-and-approve"

[[tiers]]
name = "insurers next door"
industries = ["Insurance", "Financial Services"]
countries = ["Germany", "AT"]
model = "send-then-spot-check"
follow-up-model = "review-and-approve"
minimum-score = 70

[[tiers]]
name = "food"
industries = ["Food & Beverages"]
model = "send-then-spot-check"
minimum-score = 0

[[tiers]]
name = "the rest"
model = "automatic"
minimum-score = 40
daily-cap = 25
"#;

fn file() -> CampaignFile {
    let read = baton_config::campaign::parse("tiers.toml".as_ref(), CAMPAIGN, None);
    let read = read.unwrap_or_else(|problems| panic!("{problems}"));
    assert!(read.warnings.0.is_empty(), "{}", read.warnings);
    read.value
}

/// Returns the tier and the handoff model of an account that is otherwise unremarkable.
#[track_caller]
fn check(change: impl FnOnce(&mut Account), score: u8, worst: Verdict, touch: u8, expected: (&str, HandoffModel)) {
    let mut account = Given::base().account;
    (account.employees, account.annual_revenue_usd) = (Some(420), Some(60_000_000));
    (account.industry, account.country) = (Some("Logistics".into()), Some("GB".into()));
    (account.named, account.referred_by) = (false, None);
    change(&mut account);
    let check = Check { name: "any".into(), verdict: worst, detail: String::new(), evidence: Vec::new() };
    let package = HandoffPackage { score, checks: vec![check], touch_number: touch, ..HandoffPackage::default() };
    let called = run(test_components().governor.route(Arc::new(file().tiers), Arc::new(account), &package));
    let routing = called.result.expect("the governor routes");
    assert_eq!((routing.tier.as_deref().unwrap_or_default(), routing.model), expected, "{}", routing.reason);
}

#[test]
fn each_condition_works_and_the_first_match_wins() {
    let pass = |change: fn(&mut Account), expected| check(change, 90, Verdict::Pass, 1, expected);
    pass(|_| {}, ("the rest", Automatic));
    pass(|account| account.named = true, ("on our list", ReviewAndApprove));
    pass(|account| account.referred_by = Some("Ada Quill".into()), ("warm", ReviewAndApprove));
    pass(|account| account.referred_by = Some(" ".into()), ("the rest", Automatic));
    pass(|account| account.employees = Some(5000), ("giants", ReviewAndApprove));
    pass(|account| account.employees = Some(4999), ("the rest", Automatic));
    pass(|account| account.employees = None, ("the rest", Automatic));
    pass(|account| account.annual_revenue_usd = Some(1_000_000_000), ("wealthy", ReviewAndApprove));
    pass(|account| account.annual_revenue_usd = None, ("the rest", Automatic));
    pass(|account| account.industry = Some("FOOD_AND_BEVERAGES".into()), ("food", SendThenSpotCheck));
    // Both conditions of a tier must hold, and the country was written by its name.
    let insurer = |country: &str| {
        let country = country.to_owned();
        move |account: &mut Account| {
            (account.industry, account.country) = (Some("insurance".into()), Some(country));
        }
    };
    check(insurer("DE"), 90, Verdict::Pass, 1, ("insurers next door", SendThenSpotCheck));
    check(insurer("AT"), 90, Verdict::Pass, 1, ("insurers next door", SendThenSpotCheck));
    check(insurer("FR"), 90, Verdict::Pass, 1, ("the rest", Automatic));
    // If several tiers match, the first one wins.
    let all = |account: &mut Account| {
        (account.named, account.referred_by, account.employees) = (true, Some("Ada".into()), Some(90_000));
    };
    check(all, 90, Verdict::Pass, 1, ("on our list", ReviewAndApprove));
}

#[test]
fn score_checks_and_touch_make_it_stricter() {
    let food = |account: &mut Account| account.industry = Some("Food & Beverages".into());
    check(food, 0, Verdict::Pass, 1, ("food", SendThenSpotCheck));
    check(food, 90, Verdict::Warn, 1, ("food", ReviewAndApprove));
    check(food, 90, Verdict::Pass, 2, ("food", SendThenSpotCheck));
    let insurer = |account: &mut Account| {
        (account.industry, account.country) = (Some("Insurance".into()), Some("DE".into()));
    };
    check(insurer, 69, Verdict::Pass, 1, ("insurers next door", ReviewAndApprove));
    check(insurer, 70, Verdict::Pass, 1, ("insurers next door", SendThenSpotCheck));
    check(insurer, 70, Verdict::Pass, 2, ("insurers next door", ReviewAndApprove));
    check(|_| {}, 39, Verdict::Pass, 1, ("the rest", ReviewAndApprove));
    check(|_| {}, 40, Verdict::Pass, 3, ("the rest", Automatic));
    assert_eq!(file().tiers.last().expect("a tier").daily_cap, Some(25));
}

/// An engine that knew which drafts nobody reviews could write those differently.
#[test]
fn the_engine_does_not_learn_the_handoff_model() {
    let given = Given::base();
    let crm = Arc::new(given.crm());
    let grants = Grants::default()
        .with_research(Arc::clone(&crm))
        .with_contacts(crm)
        .with_drafting(Arc::new(test_components().drafter.clone()));
    let called = run(test_components().engine.prepare(&grants, given.assignment()));
    called.result.expect("the base is valid");
    // All inputs of the engine: the assignment, and each answer of a capability.
    let known = serde_json::to_string(&called.recording).expect("a recording is JSON");
    for tier in &given.tiers {
        assert!(!known.contains(&format!("\"{}\"", tier.name)), "{}", tier.name);
    }
    for word in ["review-and-approve", "send-then-spot-check", "minimum-score", "inspection", "standing"] {
        assert!(!known.contains(word), "{word}");
    }
}
