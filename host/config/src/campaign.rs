//! Campaign files: one outbound campaign with its tiers, in the contract's own words.
//!
//! Missing keys get their documented defaults before anything is checked, so that engine, governor and reviewer see the
//! same complete campaign. The file `campaign.exemplar.toml` beside this one shows every key and default.

use std::path::Path as FilePath;

use baton_facts::policy::{Angle, Campaign, Tier};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    diagnostics::{Problems, Validated},
    loader::{FileReader, FileSchema},
    spanned::{KeyPath, Node, Value},
    validate as rules,
};
use baton_facts::description::DrafterDescription;
use baton_model::{CampaignFile, ReviewCapacity, angle_variants as variants, quoted};

pub(super) const SHAPE: FileSchema = FileSchema {
    exemplar: include_str!("campaign.exemplar.toml"),
    nouns: &[
        ("", "a campaign file"),
        ("sender", "the sender"),
        ("customer", "the customer"),
        ("customer.roles[]", "a role"),
        ("angles[]", "an angle"),
        ("angles[].facts[]", "a fact"),
        ("tiers[]", "a tier"),
        ("tiers[].inspection", "an inspection plan"),
        ("capacity", "the table `[capacity]`"),
    ],
    ranges: &[
        ("touches-max", 1, 20),
        ("days-between-touches[]", 1, 90),
        ("quiet-days", 0, 3650),
        ("colleague-quiet-days", 0, 3650),
        ("contacts-active-max", 1, 100),
        ("days-between-contacts", 0, 90),
        ("customer.employees-min", 0, 10_000_000),
        ("customer.employees-max", 1, 10_000_000),
        ("customer.roles[].priority", 1, 255),
        ("angles[].weight", 1, 100),
        ("angles[].max-age-days", 1, 3650),
        ("tiers[].employees-min", 0, 10_000_000),
        ("tiers[].revenue-min-usd", 0, 10_000_000_000_000),
        ("tiers[].minimum-score", 0, 100),
        ("tiers[].daily-cap", 1, 100_000),
        ("tiers[].inspection.sampling[]", 1, 10_000),
        ("tiers[].inspection.outgoing-quality-limit", 1, 10_000),
        ("tiers[].inspection.risk-limit", 1, 10_000),
        ("capacity.reviewers", 1, 1000),
        ("capacity.reviews-per-day", 1, 1000),
    ],
};

/// Greetings that a business email opens with, by primary language subtag.
const GREETINGS: [(&str, &str); 12] = [
    ("en", "Hi {{ first_name }},"),
    ("de", "Guten Tag {{ first_name }} {{ last_name }},"),
    ("fr", "Bonjour {{ first_name }},"),
    ("es", "Hola {{ first_name }}:"),
    ("it", "Buongiorno {{ first_name }},"),
    ("pt", "Olá {{ first_name }},"),
    ("nl", "Beste {{ first_name }},"),
    ("sv", "Hej {{ first_name }},"),
    ("da", "Hej {{ first_name }},"),
    ("nb", "Hei {{ first_name }},"),
    ("no", "Hei {{ first_name }},"),
    ("fi", "Hei {{ first_name }},"),
];

/// Reads a campaign file. The texts of the angles are checked as `drafter` describes their syntax; without
/// a description they are not.
///
/// # Errors
///
/// Every problem, if at least one of them is an error.
pub fn load(file: &FilePath, drafter: Option<&DrafterDescription>) -> Result<Validated<CampaignFile>, Problems> {
    from_reading(FileReader::open(file.to_owned())?, file, drafter)
}

/// Parses the text of a campaign file; `file` is the name in messages, and its stem the default of `id`.
///
/// # Errors
///
/// As for [`load`].
pub fn parse(
    file: &FilePath,
    text: &str,
    drafter: Option<&DrafterDescription>,
) -> Result<Validated<CampaignFile>, Problems> {
    from_reading(FileReader::parse(file.to_owned(), text.to_owned())?, file, drafter)
}

fn from_reading(
    mut reading: FileReader,
    file: &FilePath,
    drafter: Option<&DrafterDescription>,
) -> Result<Validated<CampaignFile>, Problems> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    fill_defaults(&mut reading.tree, stem.clone());
    let variant = "angles[].variant";
    let campaign = reading.decode::<Campaign>(&SHAPE, |path| {
        !path.top().is_some_and(|key| HostTables::KEYS.contains(&key)) && path.pattern() != variant
    });
    let variants = reading.decode::<AngleVariants>(&SHAPE, |_| false);
    let ours =
        reading.decode::<HostTables>(&SHAPE, |path| path.top().is_some_and(|key| HostTables::KEYS.contains(&key)));
    let mut value =
        campaign.zip(ours).map(|(campaign, HostTables { tiers, capacity })| CampaignFile { campaign, tiers, capacity });
    if let Some(file) = &mut value {
        let names: Vec<String> = variants.map(AngleVariants::names).unwrap_or_default();
        named_as_its_file(&mut reading, &file.campaign.id, &stem);
        rules::check(&mut reading, file, &names, drafter);
        fill_versions(&reading, &mut file.campaign.angles, &names);
    }
    reading.finish(value)
}

/// Checks that the campaign's id is the name of its file, by which commands and pages find it. So no two campaigns have
/// one id.
fn named_as_its_file(reading: &mut FileReader, id: &str, stem: &str) {
    if id != stem {
        let message = format!("the campaign `{}` is in a file of another name", quoted(id));
        let hint =
            format!("rename the file to `{}.toml`, or remove `id`, whose default is the file's name", quoted(id));
        reading.error(&KeyPath::of("id"), message, Some(hint));
    }
}

/// The tables of a campaign file that components do not see.
#[derive(Deserialize)]
struct HostTables {
    tiers: Vec<Tier>,
    #[serde(default)]
    capacity: ReviewCapacity,
}

impl HostTables {
    const KEYS: [&str; 2] = ["tiers", "capacity"];
}

/// The variant of each angle, which the contract has as a part of the version's name.
#[derive(Deserialize)]
struct AngleVariants {
    angles: Vec<AngleVariant>,
}

#[derive(Deserialize)]
struct AngleVariant {
    #[serde(default)]
    variant: String,
}

impl AngleVariants {
    fn names(self) -> Vec<String> {
        self.angles.into_iter().map(|angle| angle.variant).collect()
    }
}

fn fill_defaults(file: &mut Node, stem: String) {
    let whole = |number| move || Value::Integer(number);
    let list = || Value::List(Vec::new());
    let text = |text: &str| Value::Text(text.to_owned());
    let numbers = |numbers: &[i64]| Value::List(numbers.iter().map(|n| Node::default(Value::Integer(*n))).collect());

    file.set_default("id", || Value::Text(stem));
    file.set_default("language", || text("en"));
    file.set_default("touches-max", whole(4));
    file.set_default("days-between-touches", || numbers(&[3, 4, 5]));
    file.set_default("quiet-days", whole(30));
    file.set_default("colleague-quiet-days", whole(90));
    file.set_default("contacts-active-max", whole(2));
    file.set_default("days-between-contacts", whole(3));
    file.set_default("weakest-verification", || text("deliverable"));
    if let Some(sender) = file.get_mut(&KeyPath::of("sender")) {
        sender.set_default("title", || text(""));
    }
    if let Some(customer) = file.get_mut(&KeyPath::of("customer")) {
        customer.set_default("industries", list);
        customer.set_default("countries", list);
        for (index, role) in customer.list_mut("roles").iter_mut().enumerate() {
            role.set_default("priority", whole(i64::try_from(index + 1).unwrap_or(i64::MAX).min(255)));
        }
    }

    // An invalid language is reported once, and not again for each angle.
    let language = file.get(&KeyPath::of("language")).and_then(Node::as_text).filter(|tag| rules::is_language_tag(tag));
    let language = language.unwrap_or("en").to_owned();
    for angle in file.list_mut("angles") {
        angle.set_default("version", || text(""));
        angle.set_default("language", || text(&language));
        angle.set_default("weight", whole(50));
        angle.set_default("max-age-days", whole(30));
        angle.set_default("facts", list);
        let language = angle.get(&KeyPath::of("language")).and_then(Node::as_text).unwrap_or_default();
        if let Some(greeting) = greeting(language) {
            angle.set_default("greeting", || text(greeting));
        }
    }

    for tier in file.list_mut("tiers") {
        tier.set_default("industries", list);
        tier.set_default("countries", list);
        tier.set_default("named", || Value::Boolean(false));
        tier.set_default("referred", || Value::Boolean(false));
        tier.set_default("minimum-score", whole(50));
        if let Some(model) = tier.get(&KeyPath::of("model")).map(Node::without_offsets) {
            tier.set_default("follow-up-model", || model.value);
        }
        tier.set_default("inspection", || Value::Table(Default::default()));
        if let Some(inspection) = tier.get_mut(&KeyPath::of("inspection")) {
            inspection.set_default("sampling", || numbers(&[2000]));
            inspection.set_default("outgoing-quality-limit", whole(483));
            inspection.set_default("risk-limit", whole(1500));
            inspection.set_default("held", || Value::Boolean(true));
        }
    }
}

/// Returns the default greeting of a language, if there is one.
fn greeting(language: &str) -> Option<&'static str> {
    let primary = rules::primary_subtag(language);
    GREETINGS.iter().find(|(known, _)| *known == primary).map(|(_, greeting)| *greeting)
}

fn fill_versions(reading: &FileReader, angles: &mut [Angle], variants: &[String]) {
    for (index, angle) in angles.iter_mut().enumerate() {
        if !reading.tree.is_written(&KeyPath::of("angles").index(index).key("version")) {
            angle.version = fingerprint(angle);
        }
        angle.version = variants::version_of(variants.get(index).map_or("", String::as_str), &angle.version);
    }
}

/// Returns the first 48 bits of the SHA-256 of an angle's texts, each preceded by its length, in hexadecimal. A text
/// for follow-ups is preceded by its key as well, since any of them may be absent.
fn fingerprint(angle: &Angle) -> String {
    let Angle { subject, greeting, opener, pitch, call_to_action, facts, .. } = angle;
    let texts = [subject, greeting, opener, pitch, call_to_action].into_iter().map(String::as_str);
    let facts = facts.iter().flat_map(|fact| [fact.id.as_str(), &fact.text]);
    let further = variants::follow_up_texts(angle).into_iter().filter_map(|(key, text)| Some([key, text?])).flatten();
    let mut digest = Sha256::new();
    for text in texts.chain(facts).chain(further) {
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text.as_bytes());
    }
    hex::encode(&digest.finalize()[..6])
}
