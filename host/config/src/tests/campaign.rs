//! Campaign files.

use expect_test::expect;

use super::{CAMPAIGN, campaign, campaign_with, check_campaign, drafter, with};
use baton_facts::description::DrafterDescription;

#[test]
fn defaults_are_filled_in() {
    let file = campaign(CAMPAIGN).expect("the campaign is sound").value;
    expect![[r#"
        CampaignFile {
            campaign: Campaign {
                id: "pilot",
                language: "en",
                customer: IdealCustomer {
                    industries: [],
                    employees-min: None,
                    employees-max: None,
                    countries: [],
                    roles: [
                        Role {
                            name: "platform lead",
                            titles: [
                                "VP Engineering",
                            ],
                            priority: 1,
                        },
                    ],
                },
                angles: [
                    Angle {
                        signal-kind: "funding",
                        version: "e681f060a182",
                        language: "en",
                        weight: 50,
                        max-age-days: 30,
                        subject: "{{ account }}",
                        greeting: "Hi {{ first_name }},",
                        opener: "I read that {{ signal }}.",
                        pitch: "We help.",
                        call-to-action: "Is it worth a call?",
                        follow-up-opener: None,
                        follow-up-pitch: None,
                        follow-up-call-to-action: None,
                        facts: [],
                    },
                ],
                sender: Sender {
                    id: "mara",
                    name: "Mara Lindqvist",
                    email: "mara@relayforge.example",
                    title: "",
                    company: "Relayforge",
                    signature: "Mara",
                },
                touches-max: 4,
                days-between-touches: [
                    3,
                    4,
                    5,
                ],
                quiet-days: 30,
                colleague-quiet-days: 90,
                contacts-active-max: 2,
                days-between-contacts: 3,
                weakest-verification: Verification::Deliverable,
            },
            tiers: [
                Tier {
                    name: "everyone",
                    employees-min: None,
                    revenue-min-usd: None,
                    industries: [],
                    countries: [],
                    named: false,
                    referred: false,
                    model: HandoffModel::ReviewAndApprove,
                    follow-up-model: HandoffModel::ReviewAndApprove,
                    minimum-score: 50,
                    daily-cap: None,
                    inspection: InspectionPlan {
                        sampling: [
                            2000,
                        ],
                        outgoing-quality-limit: 483,
                        risk-limit: 1500,
                        held: true,
                    },
                },
            ],
            capacity: ReviewCapacity {
                reviewers: 1,
                reviews_per_day: 40,
            },
        }"#]]
    .assert_eq(&format!("{file:#?}"));
}

#[test]
fn a_complete_file_keeps_every_word() {
    let text = include_str!("../campaign.exemplar.toml");
    let file = campaign(&format!("{text}\n[[tiers]]\nname = \"rest\"\nmodel = \"automatic\"\n"));
    let file = file.expect("the exemplar is sound").value;
    let exemplar: serde_json::Value = serde_json::to_value(&file.campaign).expect("a campaign is JSON");
    expect![[r#"
        {
          "angles": [
            {
              "call-to-action": "Would a 20-minute call next week be worth your time?",
              "facts": [
                {
                  "id": "onboarding",
                  "text": "teams set up their first pipeline in under a day"
                }
              ],
              "follow-up-call-to-action": "Is somebody else the right person to ask?",
              "follow-up-opener": "I wrote on {{ earlier_date }} about “{{ earlier_subject }}”; {{ source }} has it that {{ signal }}.",
              "follow-up-pitch": "In short, {{ facts['onboarding'] }}.",
              "greeting": "Hi {{ first_name }},",
              "language": "en",
              "max-age-days": 30,
              "opener": "I read on {{ source }} that {{ signal }}.",
              "pitch": "With us, {{ facts['onboarding'] }}.",
              "signal-kind": "funding",
              "subject": "{{ account }}: {{ signal }}",
              "version": "a/1",
              "weight": 50
            }
          ],
          "colleague-quiet-days": 90,
          "contacts-active-max": 2,
          "customer": {
            "countries": [
              "US"
            ],
            "employees-max": 5000,
            "employees-min": 50,
            "industries": [
              "Computer Software"
            ],
            "roles": [
              {
                "name": "platform lead",
                "priority": 1,
                "titles": [
                  "VP Engineering",
                  "Head of Platform"
                ]
              }
            ]
          },
          "days-between-contacts": 3,
          "days-between-touches": [
            3,
            4,
            5
          ],
          "id": "pilot",
          "language": "en",
          "quiet-days": 30,
          "sender": {
            "company": "Relayforge",
            "email": "mara@relayforge.example",
            "id": "mara.lindqvist",
            "name": "Mara Lindqvist",
            "signature": "Mara Lindqvist\nRelayforge",
            "title": "Account Executive"
          },
          "touches-max": 4,
          "weakest-verification": "deliverable"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&exemplar).expect("JSON is text"));
    expect![[r#"{"name":"everyone","employees-min":1000,"revenue-min-usd":100000000,"industries":["Computer Software"],"countries":["US"],"named":false,"referred":false,"model":"review-and-approve","follow-up-model":"review-and-approve","minimum-score":50,"daily-cap":40,"inspection":{"sampling":[2000],"outgoing-quality-limit":483,"risk-limit":1500,"held":true}}"#]].assert_eq(&serde_json::to_string(&file.tiers[0]).expect("a tier is JSON"));
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
    for templates in [None, Some(DrafterDescription { templates: None, ..drafter() })] {
        crate::campaign::parse("pilot.toml".as_ref(), &text, templates.as_ref()).expect("the campaign is sound");
    }
}

#[test]
fn an_empty_file() {
    check_campaign(
        "",
        expect![[r#"
        error: campaigns/pilot.toml: `angles` is missing
          hint: add a table `[[angles]]`
        error: campaigns/pilot.toml: `customer` is missing
          hint: add a table `[customer]`
        error: campaigns/pilot.toml: `sender` is missing
          hint: add a table `[sender]`
        error: campaigns/pilot.toml: `tiers` is missing
          hint: add a table `[[tiers]]`"#]],
    );
}

#[test]
fn all_problems_are_reported_together() {
    let text = CAMPAIGN
        .replace("signal-kind = \"funding\"", "signal-kind = \"funding\"\nweigth = 9\nmax-age-days = \"30\"")
        .replace("email = \"mara@relayforge.example\"", "emial = \"mara@relayforge.example\"")
        .replace("signature = \"Mara\"", "signature = \" \"")
        .replace("titles = [\"VP Engineering\"]", "titles = []")
        .replace(
            "\"review-and-approve\"",
            "\"review\"\nminimum-score = 101\n[tiers.inspection]\nsampling = [2000, 5000]",
        );
    check_campaign(
        &text,
        expect![[r#"
        error: campaigns/pilot.toml:5: `emial` is not a key of the sender
          hint: did you mean `email`?
        error: campaigns/pilot.toml:7: `signature` is empty
        error: campaigns/pilot.toml:12: the role `platform lead` has no titles, so no contact has it
          hint: for instance `titles = ["VP Engineering"]`
        error: campaigns/pilot.toml:16: `weigth` is not a key of an angle
          hint: did you mean `weight`?
        error: campaigns/pilot.toml:17: `max-age-days` must be a whole number from 1 to 3650, not the text "30"
        error: campaigns/pilot.toml:25: `model` must be `review-and-approve`, `send-then-spot-check` or `automatic`, not `review`
        error: campaigns/pilot.toml:26: `minimum-score` must be from 0 to 100, not 101
        error: campaigns/pilot.toml:28: each entry of `sampling` must be smaller than the one before, not 5000 after 2000
          hint: for instance `[5000, 2000, 1000]`"#]],
    );
}

#[test]
fn values_of_the_wrong_kind() {
    check_campaign(
        &format!(
            "language = 7\ntouches-max = 2.5\ndays-between-touches = [3, \"4\"]\nquiet-days = -1\nweakest-verification = true\n{CAMPAIGN}"
        ),
        expect![[r#"
            error: campaigns/pilot.toml:1: `language` must be a text in quotes, not the number 7
            error: campaigns/pilot.toml:2: `touches-max` must be a whole number from 1 to 20, not the number 2.5
            error: campaigns/pilot.toml:3: an entry of `days-between-touches` must be a whole number from 1 to 90, not the text "4"
            error: campaigns/pilot.toml:4: `quiet-days` must be from 0 to 3650, not -1
            error: campaigns/pilot.toml:5: `weakest-verification` must be `deliverable`, `risky`, `unknown` or `undeliverable`, not true"#]],
    );
    with(
        "titles = [\"VP Engineering\"]",
        "titles = \"VP Engineering\"",
        expect![[
            r#"error: campaigns/pilot.toml:12: `titles` must be a list in square brackets, not the text "VP Engineering""#
        ]],
    );
    check_campaign(
        "sender = 1\ncustomer = []\nangles = \"none\"\ntiers = { name = \"x\" }",
        expect![[r#"
        error: campaigns/pilot.toml:1: `sender` must be a table, not the number 1
        error: campaigns/pilot.toml:2: `customer` must be a table, not a list
        error: campaigns/pilot.toml:3: `angles` must be a list in square brackets, not the text "none"
        error: campaigns/pilot.toml:4: `tiers` must be a list in square brackets, not a table"#]],
    );
}

#[test]
fn a_key_below_the_wrong_table() {
    with(
        "[customer]\n",
        "[customer]\nquiet-days = 20\nmodel = \"automatic\"\nfavourite = 1\n",
        expect![[r#"
        error: campaigns/pilot.toml:10: `quiet-days` is not a key of the customer
          hint: `quiet-days` belongs to the top of the file, before the first `[table]`
        error: campaigns/pilot.toml:11: `model` is not a key of the customer
          hint: `model` is a key of a tier
        error: campaigns/pilot.toml:12: `favourite` is not a key of the customer
          hint: the keys are `countries`, `employees-max`, `employees-min`, `industries` and `roles`"#]],
    );
}

#[test]
fn numbers_out_of_range() {
    check_campaign(
        &format!(
            "touches-max = 21\ncontacts-active-max = 0\ndays-between-touches = [0]\n{CAMPAIGN}minimum-score = 300\ndaily-cap = 0\n[tiers.inspection]\nsampling = [10001]\nrisk-limit = 0\n"
        ),
        expect![[r#"
            error: campaigns/pilot.toml:1: `touches-max` must be from 1 to 20, not 21
            error: campaigns/pilot.toml:2: `contacts-active-max` must be from 1 to 100, not 0
            error: campaigns/pilot.toml:3: an entry of `days-between-touches` must be from 1 to 90, not 0
            error: campaigns/pilot.toml:27: `minimum-score` must be from 0 to 100, not 300
            error: campaigns/pilot.toml:28: `daily-cap` must be from 1 to 100000, not 0
            error: campaigns/pilot.toml:30: an entry of `sampling` must be from 1 to 10000, not 10001
            error: campaigns/pilot.toml:31: `risk-limit` must be from 1 to 10000, not 0"#]],
    );
}

#[test]
fn days_between_touches() {
    check_campaign(
        &format!("days-between-touches = []\n{CAMPAIGN}"),
        expect![[r#"
        error: campaigns/pilot.toml:1: `days-between-touches` is empty
          hint: for instance `[3, 4, 5]`"#]],
    );
    check_campaign(
        &format!("touches-max = 2\ndays-between-touches = [3, 4]\n{CAMPAIGN}"),
        expect![[r#"
        sound
        warning: campaigns/pilot.toml:2: `days-between-touches` has 2 entries, and 2 touches use 1
          hint: the entries at the end are not used"#]],
    );
}

#[test]
fn addresses_are_verified() {
    check_campaign(
        &format!("weakest-verification = \"undeliverable\"\n{CAMPAIGN}"),
        expect![[r#"
        error: campaigns/pilot.toml:1: an address that is `undeliverable` is never written to
          hint: the weakest that may be accepted is `unknown`"#]],
    );
    check_campaign(
        &format!("weakest-verification = \"delivrable\"\n{CAMPAIGN}"),
        expect![[r#"
        error: campaigns/pilot.toml:1: `weakest-verification` must be `deliverable`, `risky`, `unknown` or `undeliverable`, not `delivrable`
          hint: did you mean `deliverable`?"#]],
    );
}

#[test]
fn languages() {
    for (language, expected) in [
        (
            "English",
            expect![[r#"
            error: campaigns/pilot.toml:1: `English` is not a language tag
              hint: did you mean `en`?
            warning: campaigns/pilot.toml:1: no angle is written in the campaign's own language `English`
              hint: contacts whose language is not recorded will be held"#]],
        ),
        (
            "en_US",
            expect![[r#"
            error: campaigns/pilot.toml:1: `en_US` is not a language tag
              hint: did you mean `en-US`?"#]],
        ),
        (
            "klingon",
            expect![[r#"
            error: campaigns/pilot.toml:1: `klingon` is not a language tag
              hint: write a BCP 47 tag such as `en` or `de-CH`
            warning: campaigns/pilot.toml:1: no angle is written in the campaign's own language `klingon`
              hint: contacts whose language is not recorded will be held"#]],
        ),
        (
            "ja",
            expect![[r#"
            warning: campaigns/pilot.toml:15: an angle in `ja` without a `follow-up-opener` gets no follow-ups
              hint: write one, or set `touches-max = 1`
            error: campaigns/pilot.toml:15: `greeting` is missing from an angle
              hint: for instance `greeting = "Hi {{ first_name }},"`"#]],
        ),
        (
            "DE-at",
            expect![[r#"
            sound
        "#]],
        ),
    ] {
        check_campaign(&format!("language = \"{language}\"\n{CAMPAIGN}"), expected);
    }
    with(
        "subject =",
        "language = \"de\"\nsubject =",
        expect![[r#"
        sound
        warning: campaigns/pilot.toml: no angle is written in the campaign's own language `en`
          hint: contacts whose language is not recorded will be held"#]],
    );
}

#[test]
fn countries_by_name() {
    let file = campaign(&campaign_with("[customer]\n", "[customer]\ncountries = [\"us\", \"Germany\"]\n"));
    assert_eq!(file.expect("sound").value.campaign.customer.countries, ["US", "DE"]);
    with(
        "[customer]\n",
        "[customer]\ncountries = [\"US\", \"Atlantis\"]\n",
        expect![[r#"
        error: campaigns/pilot.toml:10: `Atlantis` is not a country
          hint: write the two-letter code of ISO 3166-1, such as `US`, or the country's English name"#]],
    );
}

#[test]
fn the_sender() {
    for email in ["mara", "mara@relayforge", "Mara <mara@relayforge.example>", "a b@c.example", ""] {
        let text = campaign_with("mara@relayforge.example", email);
        assert!(campaign(&text).is_err(), "`{email}` is refused");
    }
    with(
        "mara@relayforge.example",
        "mara@",
        expect![[r#"
        error: campaigns/pilot.toml:5: `email` is not an email address: `mara@`
          hint: one address without a name, such as `mara@relayforge.example`"#]],
    );
    with(
        "\"Mara Lindqvist\"",
        "\"Mara\\r\\nBcc: all\"",
        expect!["error: campaigns/pilot.toml:4: `name` must be a single line without control characters"],
    );
}

#[test]
fn the_customer() {
    with(
        "[customer]\n",
        "[customer]\nemployees-min = 50\nemployees-max = 5\nindustries = [\"\"]\n",
        expect![[r#"
        error: campaigns/pilot.toml:10: `employees-min` is 50 and `employees-max` is 5, so no account fits
        error: campaigns/pilot.toml:12: an entry of `industries` is empty"#]],
    );
    with(
        "[[customer.roles]]\nname = \"platform lead\"\ntitles = [\"VP Engineering\"]\n",
        "roles = []\n",
        expect![[r#"
        error: campaigns/pilot.toml:10: the customer has no role, so no contact could be chosen
          hint: add a table `[[customer.roles]]` with `name` and `titles`"#]],
    );
    with(
        "[[angles]]",
        "[[customer.roles]]\nname = \"platform lead\"\ntitles = [\"CTO\"]\n[[angles]]",
        expect![[r#"
        error: campaigns/pilot.toml:15: there is another role `platform lead` in line 11
          hint: give every role a name of its own"#]],
    );
}

#[test]
fn hostile_text_is_shown_as_text() {
    with(
        "[sender]",
        "\"\\u001b[31mred\\u202e\" = 1\n[sender]",
        expect![[r#"
            error: campaigns/pilot.toml:2: `\u{1b}[31mred\u{202e}` is not a key of a campaign file
              hint: the keys are `angles`, `capacity`, `colleague-quiet-days`, `contacts-active-max`, `customer`, `days-between-contacts`, `days-between-touches`, `id`, `language`, `quiet-days`, `sender`, `tiers`, `touches-max` and `weakest-verification`"#]],
    );
}

#[test]
fn review_capacity_has_bounds() {
    with(
        "[[tiers]]",
        "[capacity]\nreviewers = 2000\nreviews-per-day = 0\nper-day = 3\n\n[[tiers]]",
        expect![[r#"
        error: campaigns/pilot.toml:22: `reviewers` must be from 1 to 1000, not 2000
        error: campaigns/pilot.toml:23: `reviews-per-day` must be from 1 to 1000, not 0
        error: campaigns/pilot.toml:24: `per-day` is not a key of the table `[capacity]`
          hint: the keys are `reviewers` and `reviews-per-day`"#]],
    );
    let file = campaign(&campaign_with("[[tiers]]", "[capacity]\nreviewers = 3\n\n[[tiers]]")).expect("sound").value;
    assert_eq!(file.capacity.per_day(), 120);
}

#[test]
fn a_campaign_has_the_name_of_its_file() {
    assert!(campaign(&format!("id = \"pilot\"\n{CAMPAIGN}")).is_ok());
    check_campaign(
        &format!("id = \"other\"\n{CAMPAIGN}"),
        expect![[r#"
        error: campaigns/pilot.toml:1: the campaign `other` is in a file of another name
          hint: rename the file to `other.toml`, or remove `id`, whose default is the file's name"#]],
    );
}
