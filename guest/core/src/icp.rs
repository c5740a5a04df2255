//! How well an account fits the ideal customer.
//!
//! Only what the ideal customer asks for is judged. A recorded fact outside the bounds disqualifies; a fact that is
//! not recorded is no proof of being outside: it warns and costs points.

use baton_facts::packages::{Disqualification, DisqualificationReason};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::Account;

use crate::describe::{list, short};
use crate::rules::{COUNTRY_FITS, INDUSTRY_FITS, SIZE_FITS, Trace};

/// Points for a fact that fits, by what it says about the fit; industry says the most.
const INDUSTRY: u32 = 40;
const SIZE: u32 = 30;
const COUNTRY: u32 = 30;

/// The fit in points, 0 to 100: the share of what the ideal customer asks for that is known to hold, a missing fact
/// counting half.
pub(crate) fn fit(account: &Account, customer: &IdealCustomer, trace: &mut Trace) -> Result<u8, Disqualification> {
    let facts = [
        (INDUSTRY, INDUSTRY_FITS, DisqualificationReason::OutsideIndustry, industry(account, customer)),
        (SIZE, SIZE_FITS, DisqualificationReason::OutsideSize, size(account, customer)),
        (COUNTRY, COUNTRY_FITS, DisqualificationReason::OutsideCountry, country(account, customer)),
    ];
    let (mut asked, mut held) = (0, 0);
    for (points, name, reason, fact) in facts {
        match fact {
            Fact::NotAsked => continue,
            Fact::Inside(detail) => {
                held += 2 * points;
                trace.pass(name, detail, &[&account.id]);
            }
            Fact::Unknown(detail) => {
                held += points;
                trace.warn(name, detail, &[&account.id]);
            }
            Fact::Outside(detail) => {
                trace.fail(name, detail.clone(), &[&account.id]);
                return Err(Disqualification { reason, detail });
            }
        }
        asked += 2 * points;
    }
    Ok(u8::try_from((100 * held).checked_div(asked).unwrap_or(100)).unwrap_or(100))
}

/// Whether two industries are the same but for case and punctuation: `COMPUTER_SOFTWARE` is `Computer Software`, and
/// `&` is `and`.
pub(crate) fn same_industry(one: &str, other: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> {
        text.chars().flat_map(|character| {
            let and = if character == '&' { "and" } else { "" };
            let letter = character.is_alphanumeric().then_some(character);
            and.chars().chain(letter.into_iter().flat_map(char::to_lowercase))
        })
    }
    letters(one).eq(letters(other))
}

/// Whether two countries have the same ISO 3166-1 alpha-2 code, or the same words where the CRM has no code.
pub(crate) fn same_country(one: &str, other: &str) -> bool {
    canonical(one).eq_ignore_ascii_case(canonical(other))
}

enum Fact {
    NotAsked,
    Inside(String),
    Unknown(String),
    Outside(String),
}

fn recorded(value: Option<&String>) -> Option<&str> {
    value.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn industry(account: &Account, customer: &IdealCustomer) -> Fact {
    if customer.industries.is_empty() {
        return Fact::NotAsked;
    }
    let Some(industry) = recorded(account.industry.as_ref()) else {
        return Fact::Unknown("no industry is recorded".into());
    };
    if customer.industries.iter().any(|wanted| same_industry(wanted, industry)) {
        return Fact::Inside(format!("the industry is {}", short(industry)));
    }
    let wanted = list(customer.industries.iter().map(String::as_str), 5);
    Fact::Outside(format!("the industry is {}, the campaign is for {wanted}", short(industry)))
}

fn size(account: &Account, customer: &IdealCustomer) -> Fact {
    let bounds = match (customer.employees_min, customer.employees_max) {
        (None, None) => return Fact::NotAsked,
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("up to {max}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
    };
    let Some(employees) = account.employees else { return Fact::Unknown("no headcount is recorded".into()) };
    let detail = format!("the headcount is {employees}, the campaign is for {bounds}");
    let inside = customer.employees_min.is_none_or(|min| employees >= min)
        && customer.employees_max.is_none_or(|max| employees <= max);
    if inside { Fact::Inside(detail) } else { Fact::Outside(detail) }
}

fn country(account: &Account, customer: &IdealCustomer) -> Fact {
    if customer.countries.is_empty() {
        return Fact::NotAsked;
    }
    let Some(country) = recorded(account.country.as_ref()) else {
        return Fact::Unknown("no country is recorded".into());
    };
    if customer.countries.iter().any(|wanted| same_country(wanted, country)) {
        return Fact::Inside(format!("the country is {}", short(country)));
    }
    if canonical(country).len() != 2 {
        return Fact::Unknown(format!("the country is recorded as “{}”, which is no ISO code", short(country)));
    }
    let wanted = list(customer.countries.iter().map(String::as_str), 5);
    Fact::Outside(format!("the country is {}, the campaign is for {wanted}", short(country)))
}

/// The two codes that people write and ISO 3166-1 does not assign: UK is GB, EL (the EU's) is GR.
fn canonical(country: &str) -> &str {
    let country = country.trim();
    if country.eq_ignore_ascii_case("UK") {
        "GB"
    } else if country.eq_ignore_ascii_case("EL") {
        "GR"
    } else {
        country
    }
}
