//! Scores how well an account fits the ideal customer profile (ICP).
//!
//! Only the facts that the profile requires are compared. A recorded fact outside the bounds disqualifies the account.
//! A missing fact does not: it warns and costs points.

use baton_facts::packages::{Disqualification, DisqualificationReason};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::Account;

use crate::record_names::{list, short};
use crate::rules::{COUNTRY_FITS, EvidenceRef, INDUSTRY_FITS, SIZE_FITS, Trace};

/// Points of each fact that fits. Industry says most about the fit.
const INDUSTRY_POINTS: u32 = 40;
const SIZE_POINTS: u32 = 30;
const COUNTRY_POINTS: u32 = 30;

/// Returns the fit, 0 to 100: the share of the required facts that hold, a missing fact counting half.
///
/// # Errors
/// The disqualification, when a recorded fact is outside the profile.
pub(crate) fn fit(account: &Account, customer: &IdealCustomer, trace: &mut Trace) -> Result<u8, Disqualification> {
    let facts = [
        (INDUSTRY_POINTS, INDUSTRY_FITS, DisqualificationReason::OutsideIndustry, industry(account, customer)),
        (SIZE_POINTS, SIZE_FITS, DisqualificationReason::OutsideSize, size(account, customer)),
        (COUNTRY_POINTS, COUNTRY_FITS, DisqualificationReason::OutsideCountry, country(account, customer)),
    ];
    let (mut required, mut earned) = (0, 0);
    for (points, name, reason, fact) in facts {
        match fact {
            FactFit::NotRequired => continue,
            FactFit::Inside(detail) => {
                earned += 2 * points;
                trace.pass(name, detail, &[EvidenceRef::Account]);
            }
            FactFit::Unknown(detail) => {
                earned += points;
                trace.warn(name, detail, &[EvidenceRef::Account]);
            }
            FactFit::Outside(detail) => {
                trace.fail(name, detail.clone(), &[EvidenceRef::Account]);
                return Err(Disqualification { reason, detail });
            }
        }
        required += 2 * points;
    }
    Ok(u8::try_from((100 * earned).checked_div(required).unwrap_or(100)).unwrap_or(100))
}

/// Compares industries by letters and digits: `COMPUTER_SOFTWARE` is `Computer Software`, and `&` is `and`.
fn same_industry(one: &str, other: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> {
        text.chars().flat_map(|character| {
            let and = if character == '&' { "and" } else { "" };
            let letter = character.is_alphanumeric().then_some(character);
            and.chars().chain(letter.into_iter().flat_map(char::to_lowercase))
        })
    }
    letters(one).eq(letters(other))
}

/// Whether a recorded industry is one of the wanted ones. A multi-select field such as `Internet;Computer Software`
/// holds several, and one of them is enough.
pub(crate) fn is_wanted_industry(recorded: &str, wanted: &[String]) -> bool {
    let is_wanted =
        |one: &str| one.contains(char::is_alphanumeric) && wanted.iter().any(|industry| same_industry(industry, one));
    is_wanted(recorded) || recorded.split([';', '|']).any(is_wanted)
}

/// Compares ISO 3166-1 alpha-2 codes, or the words where the CRM has no code.
pub(crate) fn same_country(one: &str, other: &str) -> bool {
    country_code(one).eq_ignore_ascii_case(country_code(other))
}

enum FactFit {
    NotRequired,
    Inside(String),
    Unknown(String),
    Outside(String),
}

fn recorded(value: Option<&String>) -> Option<&str> {
    value.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn industry(account: &Account, customer: &IdealCustomer) -> FactFit {
    if customer.industries.is_empty() {
        return FactFit::NotRequired;
    }
    let Some(industry) = recorded(account.industry.as_ref()) else {
        return FactFit::Unknown("no industry is recorded".into());
    };
    if is_wanted_industry(industry, &customer.industries) {
        return FactFit::Inside(format!("the industry is {}", short(industry)));
    }
    let wanted = list(customer.industries.iter().map(String::as_str), 5);
    FactFit::Outside(format!("the industry is {}, the campaign is for {wanted}", short(industry)))
}

fn size(account: &Account, customer: &IdealCustomer) -> FactFit {
    let bounds = match (customer.employees_min, customer.employees_max) {
        (None, None) => return FactFit::NotRequired,
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("up to {max}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
    };
    let Some(employees) = account.employees else { return FactFit::Unknown("no headcount is recorded".into()) };
    let detail = format!("the headcount is {employees}, the campaign is for {bounds}");
    let inside = customer.employees_min.is_none_or(|min| employees >= min)
        && customer.employees_max.is_none_or(|max| employees <= max);
    if inside { FactFit::Inside(detail) } else { FactFit::Outside(detail) }
}

fn country(account: &Account, customer: &IdealCustomer) -> FactFit {
    if customer.countries.is_empty() {
        return FactFit::NotRequired;
    }
    let Some(country) = recorded(account.country.as_ref()) else {
        return FactFit::Unknown("no country is recorded".into());
    };
    if customer.countries.iter().any(|wanted| same_country(wanted, country)) {
        return FactFit::Inside(format!("the country is {}", short(country)));
    }
    if country_code(country).len() != 2 {
        return FactFit::Unknown(format!("the country is recorded as “{}”, which is not an ISO code", short(country)));
    }
    let wanted = list(customer.countries.iter().map(String::as_str), 5);
    FactFit::Outside(format!("the country is {}, the campaign is for {wanted}", short(country)))
}

/// Maps the two common codes that ISO 3166-1 does not assign: UK to GB, EL (used by the EU) to GR.
fn country_code(country: &str) -> &str {
    let country = country.trim();
    if country.eq_ignore_ascii_case("UK") {
        "GB"
    } else if country.eq_ignore_ascii_case("EL") {
        "GR"
    } else {
        country
    }
}
