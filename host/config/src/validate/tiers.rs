//! Rules for tiers: every account must find exactly one, and every tier must be reachable.

use baton_facts::policy::{HandoffModel, IdealCustomer, Tier};

use super::{countries, earlier, names, not_empty, unique};
use crate::loader::FileReader;
use crate::spanned::KeyPath;
use baton_model::quoted;

pub(super) fn check(reading: &mut FileReader, tiers: &mut [Tier], customer: &IdealCustomer) {
    let list = KeyPath::of("tiers");
    for (index, tier) in tiers.iter_mut().enumerate() {
        let here = list.index(index);
        not_empty(reading, &here.key("name"), &tier.name);
        names(reading, &here.key("industries"), &tier.industries);
        countries(reading, &here.key("countries"), &mut tier.countries);
        sampling(reading, &here.key("inspection").key("sampling"), &tier.inspection.sampling);
        follow_ups(reading, &here.key("follow-up-model"), tier);
    }
    for (index, tier) in tiers.iter().enumerate() {
        let before = earlier(&list, "name", index, |at| &tiers[at].name);
        unique(reading, &list.index(index).key("name"), &tier.name, "tier", before);
    }
    order(reading, &list, tiers);
    for (index, tier) in tiers.iter().enumerate() {
        check_reachable(reading, &list.index(index), tier, customer);
    }
}

fn order(reading: &mut FileReader, list: &KeyPath, tiers: &[Tier]) {
    let hint = "end the file with a `[[tiers]]` table without conditions";
    let Some(last) = tiers.len().checked_sub(1) else {
        return reading.error(list, "the campaign has no tier", Some(hint.into()));
    };
    if !tiers.iter().any(unconditional) {
        let name = quoted(&tiers[last].name);
        let message = format!("the last tier `{name}` has conditions, so an account may find no tier at all");
        reading.error(&list.index(last), message, Some(hint.into()));
    }
    for (index, tier) in tiers.iter().enumerate() {
        let Some(cover) = tiers[..index].iter().find(|earlier| covers(earlier, tier)) else { continue };
        let (name, cover_name) = (quoted(&tier.name), quoted(&cover.name));
        let message = format!("the tier `{name}` is never reached: `{cover_name}` takes all of its accounts before");
        reading.warn(&list.index(index), message, Some(format!("move it before `{cover_name}`, or remove it")));
    }
}

/// Warns about a tier that reviews first messages and not follow-ups, which is hardly intended.
fn follow_ups(reading: &mut FileReader, path: &KeyPath, tier: &Tier) {
    if tier.model == HandoffModel::ReviewAndApprove && tier.follow_up_model != HandoffModel::ReviewAndApprove {
        let name = quoted(&tier.name);
        let message = format!("the tier `{name}` reviews first messages and sends follow-ups without review");
        let hint = "leave `follow-up-model` out, and follow-ups are reviewed as well";
        reading.warn(path, message, Some(hint.into()));
    }
}

/// Warns about a tier whose accounts the ideal customer excludes.
fn check_reachable(reading: &mut FileReader, path: &KeyPath, tier: &Tier, customer: &IdealCustomer) {
    let apart = |tier: &[String], customer: &[String], same: fn(&str, &str) -> bool| {
        !tier.is_empty()
            && !customer.is_empty()
            && !tier.iter().any(|one| customer.iter().any(|other| same(one, other)))
    };
    let why = match (tier.employees_min, customer.employees_max) {
        (Some(min), Some(max)) if min > max => {
            format!("it asks for {min} employees, and the customer has {max} at most")
        }
        _ if apart(&tier.industries, &customer.industries, same_industry) => {
            "none of its industries is one of the customer's".to_owned()
        }
        _ if apart(&tier.countries, &customer.countries, same_country) => {
            "none of its countries is one of the customer's".to_owned()
        }
        _ => return,
    };
    let message = format!("the tier `{}` is never reached: {why}", quoted(&tier.name));
    reading.warn(path, message, Some("an account outside `[customer]` is excluded before tiers apply".into()));
}

fn sampling(reading: &mut FileReader, path: &KeyPath, levels: &[u16]) {
    if levels.is_empty() {
        reading.error(path, "`sampling` is empty", Some("for instance `[2000]`, one message in five".into()));
    }
    for (index, pair) in levels.windows(2).enumerate() {
        if pair[1] >= pair[0] && reading.is_valid(&path.index(index)) {
            let message = format!(
                "each entry of `sampling` must be smaller than the one before, not {} after {}",
                pair[1], pair[0]
            );
            reading.error(&path.index(index + 1), message, Some("for instance `[5000, 2000, 1000]`".into()));
        }
    }
}

fn unconditional(tier: &Tier) -> bool {
    let Tier { employees_min, revenue_min_usd, industries, countries, named, referred, .. } = tier;
    // A minimum of 0 still requires a recorded number.
    employees_min.is_none()
        && revenue_min_usd.is_none()
        && industries.is_empty()
        && countries.is_empty()
        && !named
        && !referred
}

/// Returns whether `wide` takes every account that `narrow` would take.
fn covers(wide: &Tier, narrow: &Tier) -> bool {
    let subset = |wide: &[String], narrow: &[String], same: fn(&str, &str) -> bool| {
        wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(|one| wide.iter().any(|other| same(other, one))))
    };
    narrow.employees_min >= wide.employees_min
        && narrow.revenue_min_usd >= wide.revenue_min_usd
        && subset(&wide.industries, &narrow.industries, same_industry)
        && subset(&wide.countries, &narrow.countries, same_country)
        && (narrow.named || !wide.named)
        && (narrow.referred || !wide.referred)
}

/// Returns whether the governor takes two names for one industry: it compares letters and digits, and `&` as `and`.
fn same_industry(one: &str, other: &str) -> bool {
    let comparable = |text: &str| {
        let text = text.to_lowercase().replace('&', " and ");
        let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    comparable(one) == comparable(other)
}

fn same_country(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}
