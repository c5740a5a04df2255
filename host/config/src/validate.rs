//! The rules of a campaign beyond the shape of its file, so that nothing ambiguous reaches a component.
//!
//! The rules apply to the complete campaign. They also normalize countries and language tags to the spelling of the
//! contract. The rules of tiers are in a file of their own.

mod angles;
mod tiers;

use baton_facts::{
    policy::{IdealCustomer, Sender},
    types::Verification,
};

use super::loader::FileReader;
use super::spanned::KeyPath;
use baton_crm::locale;
use baton_facts::description::DrafterDescription;
use baton_model::CampaignFile;
use baton_model::address;
use baton_model::quoted;

/// Reports every rule that the file breaks. `variants` has the name of each angle's variant.
pub(super) fn check(
    reading: &mut FileReader,
    file: &mut CampaignFile,
    variants: &[String],
    drafter: Option<&DrafterDescription>,
) {
    let CampaignFile { campaign, tiers, .. } = file;
    not_empty(reading, &KeyPath::of("id"), &campaign.id);
    language(reading, &KeyPath::of("language"), &mut campaign.language);
    touches(reading, &campaign.days_between_touches, campaign.touches_max);
    if campaign.weakest_verification == Verification::Undeliverable {
        let hint = "the weakest that may be accepted is `unknown`";
        reading.error(
            &KeyPath::of("weakest-verification"),
            "an address that is `undeliverable` is never written to",
            Some(hint.into()),
        );
    }
    sender(reading, &campaign.sender);
    customer(reading, &mut campaign.customer);
    angles::check(reading, campaign, variants, drafter);
    tiers::check(reading, tiers, &campaign.customer);
}

/// Returns the primary subtag of a BCP 47 tag, in lower case.
pub(super) fn primary_subtag(tag: &str) -> String {
    baton_model::angle_variants::primary_subtag(tag)
}

fn touches(reading: &mut FileReader, days_between: &[u8], touches_max: u8) {
    let path = KeyPath::of("days-between-touches");
    let gaps = usize::from(touches_max.saturating_sub(1));
    if days_between.is_empty() {
        reading.error(&path, "`days-between-touches` is empty", Some("for instance `[3, 4, 5]`".into()));
    } else if days_between.len() > gaps
        && reading.tree.is_written(&path)
        && reading.is_valid(&KeyPath::of("touches-max"))
    {
        let message =
            format!("`days-between-touches` has {} entries, and {touches_max} touches use {gaps}", days_between.len());
        reading.warn(&path, message, Some("the entries at the end are not used".into()));
    }
}

fn sender(reading: &mut FileReader, sender: &Sender) {
    let path = KeyPath::of("sender");
    for (key, text) in [("id", &sender.id), ("name", &sender.name), ("company", &sender.company)] {
        not_empty(reading, &path.key(key), text);
    }
    not_empty(reading, &path.key("signature"), &sender.signature);
    for (key, text) in [("name", &sender.name), ("company", &sender.company), ("title", &sender.title)] {
        one_line(reading, &path.key(key), text);
    }
    if address::email(&sender.email).is_none_or(|address| !address.eq_ignore_ascii_case(&sender.email)) {
        let message = format!("`email` is not an email address: `{}`", quoted(&sender.email));
        let hint = "one address without a name, such as `mara@relayforge.example`";
        reading.error(&path.key("email"), message, Some(hint.into()));
    }
}

fn customer(reading: &mut FileReader, customer: &mut IdealCustomer) {
    let path = KeyPath::of("customer");
    if let (Some(min), Some(max)) = (customer.employees_min, customer.employees_max)
        && min > max
        && reading.is_valid(&path.key("employees-max"))
    {
        let message = format!("`employees-min` is {min} and `employees-max` is {max}, so no account fits");
        reading.error(&path.key("employees-min"), message, None);
    }
    names(reading, &path.key("industries"), &customer.industries);
    countries(reading, &path.key("countries"), &mut customer.countries);

    let roles = path.key("roles");
    if customer.roles.is_empty() {
        let hint = "add a table `[[customer.roles]]` with `name` and `titles`";
        reading.error(&roles, "the customer has no role, so no contact could be chosen", Some(hint.into()));
    }
    for (index, role) in customer.roles.iter().enumerate() {
        let here = roles.index(index);
        not_empty(reading, &here.key("name"), &role.name);
        if role.titles.is_empty() {
            let message = format!("the role `{}` has no titles, so no contact has it", quoted(&role.name));
            reading.error(&here.key("titles"), message, Some("for instance `titles = [\"VP Engineering\"]`".into()));
        }
        names(reading, &here.key("titles"), &role.titles);
        unique(
            reading,
            &here.key("name"),
            &role.name,
            "role",
            earlier(&roles, "name", index, |at| &customer.roles[at].name),
        );
    }
}

/// Returns the names before the one at `index`, with their paths.
fn earlier<'a>(
    list: &KeyPath,
    key: &str,
    index: usize,
    name: impl Fn(usize) -> &'a String,
) -> Vec<(KeyPath, &'a String)> {
    (0..index).map(|at| (list.index(at).key(key), name(at))).collect()
}

/// Reports a name that is used before in the same list.
fn unique(reading: &mut FileReader, path: &KeyPath, name: &str, what: &str, before: Vec<(KeyPath, &String)>) {
    let first = before.into_iter().find(|(place, other)| *other == name && reading.is_valid(place));
    if let Some((place, _)) = first {
        let line = reading.line(&place).map_or_else(String::new, |line| format!(" in line {line}"));
        let message = format!("there is another {what} `{}`{line}", quoted(name));
        reading.error(path, message, Some(format!("give every {what} a name of its own")));
    }
}

fn names(reading: &mut FileReader, path: &KeyPath, names: &[String]) {
    for (index, name) in names.iter().enumerate() {
        if name.trim().is_empty() {
            let (_, key) = path.split();
            reading.error(&path.index(index), format!("an entry of `{}` is empty", key.unwrap_or_default()), None);
        }
    }
}

fn not_empty(reading: &mut FileReader, path: &KeyPath, text: &str) -> bool {
    let empty = text.trim().is_empty();
    if empty {
        let (_, key) = path.split();
        reading.error(path, format!("`{}` is empty", key.unwrap_or_default()), None);
    }
    !empty
}

fn one_line(reading: &mut FileReader, path: &KeyPath, text: &str) {
    if text.contains(|c: char| c.is_control()) {
        let (_, key) = path.split();
        let message = format!("`{}` must be a single line without control characters", key.unwrap_or_default());
        reading.error(path, message, None);
    }
}

fn countries(reading: &mut FileReader, path: &KeyPath, countries: &mut [String]) {
    for (index, name) in countries.iter_mut().enumerate() {
        match locale::country(name) {
            Some(code) => *name = code,
            None => {
                let message = format!("`{}` is not a country", quoted(name));
                let hint = "write the two-letter code of ISO 3166-1, such as `US`, or the country's English name";
                reading.error(&path.index(index), message, Some(hint.into()));
            }
        }
    }
}

/// Returns whether a tag is well-formed as far as BCP 47 matters here: a primary subtag of two or three letters, then
/// subtags of one to eight letters or digits.
pub(super) fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let primary = subtags.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags.all(|subtag| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn language(reading: &mut FileReader, path: &KeyPath, tag: &mut str) {
    if is_language_tag(tag) {
        let length = tag.find('-').unwrap_or(tag.len());
        tag[..length].make_ascii_lowercase();
        return;
    }
    let message = format!("`{}` is not a language tag", quoted(tag));
    let hint = match (tag.contains('_'), LANGUAGES.iter().find(|(name, _)| name.eq_ignore_ascii_case(tag.trim()))) {
        (_, Some((_, code))) => format!("did you mean `{code}`?"),
        (true, None) => format!("did you mean `{}`?", quoted(&tag.replace('_', "-"))),
        (false, None) => "write a BCP 47 tag such as `en` or `de-CH`".to_owned(),
    };
    reading.error(path, message, Some(hint));
}

/// Names of languages that people write in place of a tag.
const LANGUAGES: [(&str, &str); 14] = [
    ("english", "en"),
    ("german", "de"),
    ("deutsch", "de"),
    ("french", "fr"),
    ("français", "fr"),
    ("spanish", "es"),
    ("español", "es"),
    ("italian", "it"),
    ("portuguese", "pt"),
    ("dutch", "nl"),
    ("swedish", "sv"),
    ("danish", "da"),
    ("norwegian", "nb"),
    ("finnish", "fi"),
];
