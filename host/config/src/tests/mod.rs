//! The problems of faulty files, and the values of valid ones.

mod angles;
mod baton;
mod campaign;
mod crm;
mod laws;
mod sending;
mod tiers;
mod web;

use expect_test::Expect;

use super::{Problems, Settings, Validated};
use baton_facts::description::{DrafterDescription, Placeholder, TemplateSyntax};
use baton_model::CampaignFile;

/// The smallest valid campaign.
const CAMPAIGN: &str = r#"
[sender]
id = "mara"
name = "Mara Lindqvist"
email = "mara@relayforge.example"
company = "Relayforge"
signature = "Mara"

[customer]
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
name = "everyone"
model = "review-and-approve"
"#;

const BATON: &str = r#"
[crm]
format = "hubspot"
accounts = "crm/companies.csv"
contacts = "crm/contacts.csv"
"#;

/// The smallest campaign with one passage replaced.
fn campaign_with(old: &str, new: &str) -> String {
    assert!(CAMPAIGN.contains(old), "`{old}` is not in the campaign");
    CAMPAIGN.replacen(old, new, 1)
}

/// A drafter with a few of the embedded drafter's placeholders, and words of its own for English and German.
fn drafter() -> DrafterDescription {
    let names = [
        "first_name",
        "last_name",
        "title",
        "account",
        "industry",
        "country",
        "signal",
        "source",
        "observed",
        "sender",
    ];
    let placeholder = |name: &str| Placeholder {
        name: name.into(),
        meaning: name.replace('_', " "),
        follow_up_only: name.starts_with("earlier_"),
    };
    let further = ["company", "earlier_date", "earlier_subject", "facts", "fact"];
    let placeholders = names.into_iter().chain(further).map(placeholder).collect();
    DrafterDescription {
        templates: Some(TemplateSyntax { placeholders, bytes_max: 4096 }),
        follow_up_languages: ["en", "de", "fr", "es"].map(String::from).into(),
        follows_notes: false,
    }
}

fn campaign(text: &str) -> Result<Validated<CampaignFile>, Problems> {
    crate::campaign::parse("campaigns/pilot.toml".as_ref(), text, Some(&drafter()))
}

fn check_campaign(text: &str, expected: Expect) {
    expected.assert_eq(&shown(campaign(text)));
}

fn with(old: &str, new: &str, expected: Expect) {
    check_campaign(&campaign_with(old, new), expected);
}

fn check_baton(text: &str, expected: Expect) {
    expected.assert_eq(&shown(Settings::parse("pilot/baton.toml".as_ref(), text)));
}

/// The problems as printed, with `sound` first when the file can be used.
fn shown<T>(read: Result<Validated<T>, Problems>) -> String {
    match read {
        Ok(sound) => format!("sound\n{}", sound.warnings),
        Err(problems) => problems.to_string(),
    }
}
