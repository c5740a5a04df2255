use baton_facts::policy::InspectionPlan;
use baton_facts::types::Relation;
use proptest::prelude::*;

use super::*;

fn account() -> Account {
    Account {
        id: "acc-1".into(),
        name: "Northwind".into(),
        domain: Some("northwind.example".into()),
        industry: Some("COMPUTER_SOFTWARE".into()),
        employees: Some(420),
        annual_revenue_usd: None,
        country: Some("DE".into()),
        relation: Relation::Prospect,
        owner: None,
        open_opportunity: false,
        last_activity: None,
        named: false,
        referred_by: None,
        suppression: None,
        unclear: Vec::new(),
    }
}

fn tier(name: &str, model: HandoffModel) -> Tier {
    Tier {
        name: name.into(),
        employees_min: None,
        revenue_min_usd: None,
        industries: Vec::new(),
        countries: Vec::new(),
        named: false,
        referred: false,
        model,
        follow_up_model: HandoffModel::ReviewAndApprove,
        minimum_score: 60,
        daily_cap: None,
        inspection: InspectionPlan { sampling: vec![2000], outgoing_quality_limit: 483, risk_limit: 1500, held: true },
    }
}

fn tiers() -> Vec<Tier> {
    vec![
        Tier { named: true, ..tier("named", HandoffModel::ReviewAndApprove) },
        Tier { employees_min: Some(200), ..tier("mid", HandoffModel::SendThenSpotCheck) },
        Tier { follow_up_model: HandoffModel::Automatic, ..tier("rest", HandoffModel::Automatic) },
    ]
}

/// Returns the tier, the model and the reason for the account with this change.
#[track_caller]
fn check(
    change: impl FnOnce(&mut Account),
    score: u8,
    worst: Verdict,
    touch: u8,
    expected: (&str, HandoffModel, &str),
) {
    let mut account = account();
    change(&mut account);
    let routing = route(&tiers(), &account, score, worst, touch);
    assert_eq!((routing.tier.as_deref().unwrap_or_default(), routing.model, routing.reason.as_str()), expected);
}

#[test]
fn the_first_tier_whose_conditions_hold_applies() {
    use HandoffModel::{Automatic, ReviewAndApprove, SendThenSpotCheck};
    check(
        |_| (),
        71,
        Verdict::Pass,
        1,
        ("mid", SendThenSpotCheck, "tier `mid`: 200 employees or more; score 71 of at least 60; every check passed"),
    );
    check(
        |account| account.named = true,
        71,
        Verdict::Pass,
        1,
        ("named", ReviewAndApprove, "tier `named`: a named account; score 71 of at least 60; every check passed"),
    );
    check(
        |account| account.employees = None,
        60,
        Verdict::Pass,
        2,
        (
            "rest",
            Automatic,
            "tier `rest`: takes every account; touch 2 is a follow-up; score 60 of at least 60; every check passed",
        ),
    );
    check(
        |_| (),
        71,
        Verdict::Pass,
        2,
        (
            "mid",
            ReviewAndApprove,
            "tier `mid`: 200 employees or more; touch 2 is a follow-up; score 71 of at least 60; every check passed",
        ),
    );
}

#[test]
fn score_and_checks_make_it_stricter() {
    use HandoffModel::ReviewAndApprove;
    check(
        |_| (),
        59,
        Verdict::Pass,
        1,
        (
            "mid",
            ReviewAndApprove,
            "tier `mid`: 200 employees or more; score 59 is below the minimum of 60; every check passed, so it goes to \
             review",
        ),
    );
    check(
        |_| (),
        71,
        Verdict::Warn,
        1,
        (
            "mid",
            ReviewAndApprove,
            "tier `mid`: 200 employees or more; score 71 of at least 60; a check warns, so it goes to review",
        ),
    );
}

#[test]
fn without_a_tier_a_person_decides() {
    let routing = route(&tiers()[..1], &account(), 100, Verdict::Pass, 1);
    assert_eq!((routing.tier.as_deref().unwrap_or_default(), routing.model), ("", HandoffModel::ReviewAndApprove));
    assert_eq!(routing.trace.len(), 1);
    assert_eq!(routing.trace[0].verdict, Verdict::Fail);
    assert_eq!(routing.trace[0].detail, "tier `named`: a named account, and it is not on the list");
    assert_eq!(route(&[], &account(), 100, Verdict::Pass, 1).model, HandoffModel::ReviewAndApprove);
}

/// Returns whether a tier with this condition takes the account, and the condition in words.
#[track_caller]
fn check_condition(condition: impl FnOnce(&mut Tier), change: impl FnOnce(&mut Account), holds: bool, detail: &str) {
    let mut tier = tier("t", HandoffModel::Automatic);
    condition(&mut tier);
    let mut account = account();
    change(&mut account);
    let routing = route(&[tier], &account, 100, Verdict::Pass, 1);
    assert_eq!(routing.trace[0].detail, format!("tier `t`: {detail}"));
    assert_eq!(routing.model == HandoffModel::Automatic, holds);
}

#[test]
fn conditions_on_facts_that_are_not_recorded_do_not_hold() {
    let software = |tier: &mut Tier| tier.industries = vec!["Computer Software".into()];
    check_condition(software, |_| (), true, "industry Computer Software");
    check_condition(software, |a| a.industry = None, false, "industry Computer Software, and none is recorded");
    check_condition(
        |tier| tier.industries = vec!["Banking & Finance".into(), "--".into()],
        |a| a.industry = Some("-".into()),
        false,
        "industry one of Banking & Finance, --, and - is recorded",
    );
    check_condition(
        |tier| tier.industries = vec!["Banking & Finance".into()],
        |a| a.industry = Some("banking and finance".into()),
        true,
        "industry Banking & Finance",
    );
    check_condition(
        software,
        |a| a.industry = Some("Internet;COMPUTER_SOFTWARE".into()),
        true,
        "industry Computer Software",
    );
    check_condition(|tier| tier.countries = vec!["de ".into()], |_| (), true, "country de ");
    check_condition(
        |tier| tier.countries = vec!["US".into(), "FR".into()],
        |_| (),
        false,
        "country one of US, FR, and DE is recorded",
    );
    check_condition(
        |tier| (tier.employees_min, tier.revenue_min_usd) = (Some(421), Some(1_000_000)),
        |_| (),
        false,
        "421 employees or more, and 420 are recorded; annual revenue of 1000000 USD or more, and none is recorded",
    );
    check_condition(
        |tier| tier.referred = true,
        |a| a.referred_by = Some("Ines".into()),
        true,
        "a warm referral by Ines",
    );
    check_condition(
        |tier| tier.referred = true,
        |a| a.referred_by = Some(" ".into()),
        false,
        "a warm referral, and no referral is recorded",
    );
}

fn any_tier() -> impl Strategy<Value = Tier> {
    let models = || {
        prop::sample::select(vec![
            HandoffModel::ReviewAndApprove,
            HandoffModel::SendThenSpotCheck,
            HandoffModel::Automatic,
        ])
    };
    let employees = prop::option::of(0..600_u32);
    (employees, any::<bool>(), prop::option::of(0..3_u64), models(), models(), 0..=100_u8).prop_map(
        |(employees_min, named, revenue_min_usd, model, follow_up_model, minimum_score)| Tier {
            employees_min,
            named,
            revenue_min_usd,
            follow_up_model,
            minimum_score,
            ..tier("t", model)
        },
    )
}

proptest! {
    /// A lower score or a worse check never loosens the model or changes the tier.
    #[test]
    fn stricter_facts_never_loosen(
        mut tiers in prop::collection::vec(any_tier(), 0..5),
        employees in prop::option::of(0..600_u32),
        revenue in prop::option::of(0..3_u64),
        named in any::<bool>(),
        (low, high) in (any::<u8>(), any::<u8>()),
        touch in any::<u8>(),
    ) {
        for (index, tier) in tiers.iter_mut().enumerate() {
            tier.name = index.to_string();
        }
        let account = Account { employees, named, annual_revenue_usd: revenue, ..account() };
        let verdicts = [Verdict::Pass, Verdict::Warn, Verdict::Fail];
        let (low, high) = (low.min(high), low.max(high));
        for (better, worse) in [(0, 0), (0, 1), (0, 2), (1, 2)] {
            let loose = route(&tiers, &account, high, verdicts[better], touch);
            let strict = route(&tiers, &account, low, verdicts[worse], touch);
            prop_assert!((strict.model as u8) <= (loose.model as u8));
            prop_assert_eq!(&strict.tier, &loose.tier);
            // The reported tier is the first in the admin's order that takes the account on its own.
            let first = tiers.iter().find(|tier| route(std::slice::from_ref(tier), &account, 0, Verdict::Pass, 1).tier.is_some());
            prop_assert_eq!(first.map_or("", |tier| tier.name.as_str()), loose.tier.as_deref().unwrap_or_default());
            prop_assert!(!loose.reason.is_empty());
        }
    }
}
