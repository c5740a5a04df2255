//! Campaign files.

use expect_test::expect;

use super::{CAMPAIGN, campaign, campaign_with, check_campaign};
use crate::config::{CampaignFile, ComponentSource};

fn with(old: &str, new: &str, expected: expect_test::Expect) {
    check_campaign(&campaign_with(old, new), expected);
}

#[test]
fn defaults_are_filled_in() {
    let file = campaign(CAMPAIGN).expect("the campaign is sound").value;
    expect![[""]].assert_eq(&format!("{file:#?}"));
}

#[test]
fn a_complete_file_keeps_every_word() {
    let text = include_str!("../campaign.exemplar.toml");
    let file = campaign(&format!("{text}\n[[tiers]]\nname = \"rest\"\nmodel = \"automatic\"\n"));
    let file = file.expect("the exemplar is sound").value;
    let exemplar: serde_json::Value = serde_json::to_value(&file.campaign).expect("a campaign is JSON");
    expect![[""]].assert_eq(&serde_json::to_string_pretty(&exemplar).expect("JSON is text"));
    expect![[""]].assert_eq(&serde_json::to_string(&file.tiers[0]).expect("a tier is JSON"));
}

#[test]
fn the_version_changes_with_the_words_alone() {
    let version = |text: &str| campaign(text).expect("sound").value.campaign.angles[0].version.clone();
    let first = version(CAMPAIGN);
    assert_eq!(first, version(&campaign_with("signal-kind", "weight = 7\nsignal-kind")));
    assert_ne!(first, version(&campaign_with("We help.", "We can help.")));
    assert_eq!("7", version(&campaign_with("signal-kind", "version = \"7\"\nsignal-kind")));
}

#[test]
fn another_drafter_has_templates_of_its_own() {
    let text = campaign_with("We help.", "<%= help %> {{");
    let drafter = ComponentSource::File("ours.wasm".into());
    CampaignFile::parse("pilot.toml".as_ref(), &text, &drafter).expect("the campaign is sound");
}

#[test]
fn an_empty_file() {
    check_campaign("", expect![[""]]);
}

#[test]
fn all_problems_are_reported_together() {
    let text = CAMPAIGN
        .replace("signal-kind = \"funding\"", "signal-kind = \"funding\"\nweigth = 9\nmax-age-days = \"30\"")
        .replace("email = \"mara@relayforge.example\"", "emial = \"mara@relayforge.example\"")
        .replace("signature = \"Mara\"", "signature = \" \"")
        .replace("titles = [\"VP Engineering\"]", "titles = []")
        .replace("\"review-and-approve\"", "\"review\"\nminimum-score = 101\n[tiers.inspection]\nsampling = [2000, 5000]");
    check_campaign(&text, expect![[""]]);
}

#[test]
fn values_of_the_wrong_kind() {
    check_campaign(
        &format!("language = 7\ntouches-max = 2.5\ndays-between-touches = [3, \"4\"]\nquiet-days = -1\nweakest-verification = true\n{CAMPAIGN}"),
        expect![[""]],
    );
    with("titles = [\"VP Engineering\"]", "titles = \"VP Engineering\"", expect![[""]]);
    check_campaign("sender = 1\ncustomer = []\nangles = \"none\"\ntiers = { name = \"x\" }", expect![[""]]);
}

#[test]
fn a_key_below_the_wrong_table() {
    with("[customer]\n", "[customer]\nquiet-days = 20\nmodel = \"automatic\"\nfavourite = 1\n", expect![[""]]);
}

#[test]
fn numbers_out_of_range() {
    check_campaign(
        &format!("touches-max = 21\ncontacts-active-max = 0\ndays-between-touches = [0]\n{CAMPAIGN}minimum-score = 300\ndaily-cap = 0\n[tiers.inspection]\nsampling = [10001]\nrisk-limit = 0\n"),
        expect![[""]],
    );
}

#[test]
fn days_between_touches() {
    check_campaign(&format!("days-between-touches = []\n{CAMPAIGN}"), expect![[""]]);
    check_campaign(&format!("touches-max = 2\ndays-between-touches = [3, 4]\n{CAMPAIGN}"), expect![[""]]);
}

#[test]
fn addresses_are_verified() {
    check_campaign(&format!("weakest-verification = \"undeliverable\"\n{CAMPAIGN}"), expect![[""]]);
    check_campaign(&format!("weakest-verification = \"delivrable\"\n{CAMPAIGN}"), expect![[""]]);
}

#[test]
fn languages() {
    for (language, expected) in [
        ("English", expect![[""]]),
        ("en_US", expect![[""]]),
        ("klingon", expect![[""]]),
        ("ja", expect![[""]]),
        ("DE-at", expect![[""]]),
    ] {
        check_campaign(&format!("language = \"{language}\"\n{CAMPAIGN}"), expected);
    }
    with("subject =", "language = \"de\"\nsubject =", expect![[""]]);
}

#[test]
fn countries_by_name() {
    let file = campaign(&campaign_with("[customer]\n", "[customer]\ncountries = [\"us\", \"Germany\"]\n"));
    assert_eq!(file.expect("sound").value.campaign.customer.countries, ["US", "DE"]);
    with("[customer]\n", "[customer]\ncountries = [\"US\", \"Atlantis\"]\n", expect![[""]]);
}

#[test]
fn the_sender() {
    for email in ["mara", "mara@relayforge", "Mara <mara@relayforge.example>", "a b@c.example", ""] {
        let text = campaign_with("mara@relayforge.example", email);
        assert!(campaign(&text).is_err(), "`{email}` is refused");
    }
    with("mara@relayforge.example", "mara@", expect![[""]]);
    with("\"Mara Lindqvist\"", "\"Mara\\r\\nBcc: all\"", expect![[""]]);
}

#[test]
fn the_customer() {
    with("[customer]\n", "[customer]\nemployees-min = 50\nemployees-max = 5\nindustries = [\"\"]\n", expect![[""]]);
    with("[[customer.roles]]\nname = \"platform lead\"\ntitles = [\"VP Engineering\"]\n", "roles = []\n", expect![[""]]);
    with("[[angles]]", "[[customer.roles]]\nname = \"platform lead\"\ntitles = [\"CTO\"]\n[[angles]]", expect![[""]]);
}

#[test]
fn templates() {
    for (pitch, expected) in [
        ("", expect![[""]]),
        ("{{ first_name", expect![[""]]),
        ("{{ first_name }} }}", expect![[""]]),
        ("{{ first name }}", expect![[""]]),
        ("{{ firstname }}", expect![[""]]),
        ("{{ budget }}", expect![[""]]),
        ("{first_name}", expect![[""]]),
        ("{{ facts['speed'] }}", expect![[""]]),
        ("{{ industry | default('your field') }}{% if country %} in {{ country }}{% endif %}", expect![[""]]),
        ("{% if %}", expect![[""]]),
        ("Is it? Or not?", expect![[""]]),
        ("See https://relayforge.example/?a=b. Is it worth it?", expect![[""]]),
    ] {
        with("We help.", pitch, expected);
    }
    with("We help.", &"x".repeat(5000), expect![[""]]);
    with("subject = \"{{ account }}\"", "subject = \"a\\nBcc: all\"", expect![[""]]);
}

#[test]
fn facts() {
    let fact = |id: &str| format!("[[angles.facts]]\nid = \"{id}\"\ntext = \"fast\"\n");
    with("[[tiers]]", &format!("{}{}[[tiers]]", fact("speed"), fact("speed")), expect![[""]]);
    let text = campaign_with("[[tiers]]", &format!("{}[[tiers]]", fact("speed")));
    check_campaign(&text.replace("We help.", "{{ facts['sped'] }}"), expect![[""]]);
}

#[test]
fn angles_that_cannot_be_told_apart() {
    let angle = |more: &str| {
        format!("[[angles]]\nsignal-kind = \"funding\"\n{more}subject = \"a\"\nopener = \"b\"\npitch = \"c\"\ncall-to-action = \"d\"\n[[tiers]]")
    };
    with("[[tiers]]", &angle(""), expect![[""]]);
    with("[[tiers]]", &angle("language = \"en-GB\"\nversion = \"2\"\n"), expect![[""]]);
    with("[[tiers]]", &angle("language = \"de\"\n"), expect![[""]]);
    let text = campaign_with("signal-kind", "version = \"1\"\nsignal-kind");
    check_campaign(&text.replace("[[tiers]]", &angle("version = \"2\"\n")), expect![[""]]);
}

#[test]
fn tiers_in_order() {
    let tier = |name: &str, more: &str| format!("[[tiers]]\nname = \"{name}\"\nmodel = \"automatic\"\n{more}");
    with("model = ", "employees-min = 10\nmodel = ", expect![[""]]);
    check_campaign(&format!("{CAMPAIGN}{}{}", tier("large", "employees-min = 1000\n"), tier("everyone", "")), expect![[""]]);
    let two = format!("{}{}[[tiers]]", tier("large", "employees-min = 500\n"), tier("huge", "employees-min = 5000\ncountries = [\"US\"]\n"));
    with("[[tiers]]", &two, expect![[""]]);
    let apart = format!("{}{}[[tiers]]", tier("large", "employees-min = 500\nnamed = true\n"), tier("huge", "employees-min = 5000\n"));
    with("[[tiers]]", &apart, expect![[""]]);
    with("[[tiers]]\nname = \"everyone\"\nmodel = \"review-and-approve\"\n", "", expect![[""]]);
    check_campaign(&format!("{CAMPAIGN}[tiers.inspection]\nsampling = []\n"), expect![[""]]);
}

#[test]
fn hostile_text_is_shown_as_text() {
    with("[sender]", "\"\\u001b[31mred\\u202e\" = 1\n[sender]", expect![[""]]);
}
