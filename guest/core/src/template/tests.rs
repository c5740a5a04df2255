use baton_facts::policy::{Angle, ProductFact, Sender};
use baton_facts::types::{Account, Contact, Engagement, Relation, Signal, Verification};
use proptest::prelude::*;

use super::*;

fn brief() -> Brief {
    Brief {
        account: Account {
            id: "acc-1".into(),
            name: "Northwind".into(),
            domain: Some("northwind.example".into()),
            industry: Some("Computer Software".into()),
            employees: Some(420),
            annual_revenue_usd: None,
            country: Some("DE".into()),
            relation: Relation::Prospect,
            owner: Some("mara".into()),
            open_opportunity: false,
            last_activity: None,
            named: false,
            referred_by: None,
            suppression: None,
            unclear: Vec::new(),
        },
        contact: Contact {
            id: "con-1".into(),
            first_name: Some("Dana".into()),
            last_name: Some("Okafor".into()),
            title: Some("VP Engineering".into()),
            email: Some("dana@northwind.example".into()),
            verification: Verification::Deliverable,
            verified_at: None,
            linkedin_url: None,
            country: None,
            time_zone: None,
            language: None,
            engagement: Engagement::None,
            suppression: None,
            unclear: Vec::new(),
            doubts: Vec::new(),
        },
        signal: Signal {
            id: "sig-1".into(),
            kind: "funding".into(),
            summary: "Northwind raised 20 million euros.".into(),
            source_name: "Tech Daily".into(),
            source_url: "https://techdaily.example/1".into(),
            observed_at: 1_767_225_600,
        },
        angle: Angle {
            signal_kind: "funding".into(),
            version: "1".into(),
            language: "en".into(),
            weight: 90,
            max_age_days: 30,
            subject: "{{ account }}: {{ signal }}".into(),
            greeting: "Hi {{ first_name }},".into(),
            opener: "I read on {{ source }} that {{ signal }}.".into(),
            pitch: "In {{ industry | lower }}, {{ facts[\"fact-setup\"] }}.\n\nWe are {{ company }}.".into(),
            call_to_action: "Would a 20-minute call be worth your time?".into(),
            follow_up_opener: None,
            follow_up_pitch: None,
            follow_up_call_to_action: None,
            facts: vec![ProductFact { id: "fact-setup".into(), text: "teams set up in under a day".into() }],
        },
        sender: Sender {
            id: "mara".into(),
            name: "Mara Lindqvist".into(),
            email: "mara@relayforge.example".into(),
            title: String::new(),
            company: "Relayforge".into(),
            signature: "Mara Lindqvist\nRelayforge\n".into(),
        },
        touch_number: 1,
        earlier: Vec::new(),
        rejected: None,
        note: None,
    }
}

fn declined(brief: &Brief) -> String {
    match write(brief) {
        Err(DraftingError::Declined(why)) => why,
        other => panic!("declined was expected, not {other:?}"),
    }
}

#[test]
fn the_angle_becomes_a_message_with_evidence() {
    let draft = write(&brief()).expect("a draft");
    assert_eq!(draft.message.to, "dana@northwind.example");
    assert_eq!(draft.message.subject, "Northwind: Northwind raised 20 million euros");
    assert_eq!(
        draft.message.body,
        "Hi Dana,\n\nI read on Tech Daily that Northwind raised 20 million euros.\n\nIn computer software, teams set \
         up in under a day.\n\nWe are Relayforge.\n\nWould a 20-minute call be worth your time?\n\nMara \
         Lindqvist\nRelayforge"
    );
    let claims: Vec<(&str, EvidenceRef<'_>)> =
        draft.claims.iter().map(|claim| (claim.text.as_str(), EvidenceRef::of(&claim.evidence))).collect();
    assert_eq!(
        claims,
        [
            ("I read on Tech Daily that Northwind raised 20 million euros.", EvidenceRef::Signal("sig-1")),
            ("Northwind raised 20 million euros", EvidenceRef::Signal("sig-1")),
            ("teams set up in under a day", EvidenceRef::Fact("fact-setup")),
            ("computer software", EvidenceRef::Account),
        ]
    );
    assert_eq!(draft, write(&brief()).expect("a draft"), "the same brief gives the same draft");
}

/// Checks the text that the opener template renders to.
#[track_caller]
fn check_opener(template: &str, expected: &str) {
    let mut brief = brief();
    brief.angle.opener = template.into();
    match write(&brief) {
        Ok(draft) => assert_eq!(draft.opener, expected, "{template}"),
        Err(DraftingError::Declined(why)) => assert_eq!(why, expected, "{template}"),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn placeholders_and_filters() {
    check_opener("{{ title }} in {{ country }} on {{ observed }}", "VP Engineering in DE on 2026-01-01");
    check_opener("{{ account | upper }} {{ account | lower }}", "NORTHWIND northwind");
    check_opener("{{ signal | title }}", "Northwind Raised 20 Million Euros");
    check_opener("{{ sender_title | default('a colleague') }} here", "a colleague here");
    check_opener("Dear {{ sender_title | default }} , hello", "Dear, hello");
    check_opener("{% if sender_title %}As {{ sender_title }}{% else %}As a vendor{% endif %}", "As a vendor");
    check_opener("{% if industry is defined %}{{ industry }}{% endif %}", "Computer Software");
    check_opener("{% if touch_number > 1 %}Again{% else %}First{% endif %}", "First");
    check_opener("{# said by Mara {{ x }} #}Hello", "Hello");
    check_opener("a { b } 50 %} c", "a { b } 50 %} c");
}

#[test]
fn a_missing_value_is_declined_by_name() {
    check_opener(
        "As {{ sender_title }}",
        "the angle's opener uses the sender's title, which is not recorded for Northwind; record it, or write {{ \
         sender_title | default(\"…\") }}",
    );
    check_opener(
        "As {{ sender_title | upper }}",
        "the angle's opener uses the sender's title, which is not recorded for Northwind; record it, or write {{ \
         sender_title | default(\"…\") }}",
    );
    let known = "first_name, last_name, title, account, industry, country, signal, source, observed, sender, \
                 sender_title, company, touch_number, earlier_date, earlier_subject, facts";
    for template in ["{{ firstname }}", "{{ firstname | default('x') }}", "{% if firstname %}x{% endif %}"] {
        check_opener(
            template,
            &format!("the angle's opener uses `firstname`, which is not a placeholder; available: {known}"),
        );
    }
    check_opener(
        "{{ facts[\"fact-none\"] }}",
        "the angle's opener uses the fact `fact-none`, which the angle does not list",
    );
    check_opener("  ", "the angle's opener is empty");
    check_opener("{{ account.name }}", "the angle's opener uses a value that does not exist (line 1)");
}

#[test]
fn templates_can_only_fill_in_values() {
    for (template, word) in [
        ("{% for x in facts %}{% endfor %}", "for"),
        ("{% set a = 'b' %}", "set"),
        ("{%- include 'x' %}", "include"),
        ("{% raw %}{{ x }}{% endraw %}", "raw"),
        ("{{ 'ab' * 100000000 }}", "*"),
        ("{{ {'a': 1} }}", "{"),
    ] {
        check_opener(
            template,
            &format!("the angle's opener uses `{word}`; only placeholders, filters and `if` are allowed"),
        );
    }
    check_opener("{{ 'a * { b' }} \"}}\" {{ \"it's }} so\" }}", "a * { b \"}}\" it's }} so");
    check_opener(
        "{{ account | replace('o', 'oo') }}",
        "the angle's opener cannot be filled: filter replace is unknown (line 1)",
    );
    check_opener(&"{{ account }}".repeat(310), "the angle's opener takes too many steps (line 1)");
    check_opener(&"x".repeat(5000), "the angle's opener has 5000 bytes, more than the limit of 4096");
    check_opener(
        &format!("{{{{ account{} }}}}", "|trim".repeat(50)),
        "the angle's opener has a placeholder of more than 200 bytes",
    );
}

#[test]
fn a_value_is_never_a_template() {
    let mut brief = brief();
    brief.signal.summary = "they wrote {{ first_name }} and {% set x = 1 %}".into();
    let draft = write(&brief).expect("a draft");
    assert!(draft.opener.contains("they wrote {{ first_name }} and {% set x = 1 %}"));

    brief.signal.summary = "long ".repeat(201);
    assert_eq!(declined(&brief), "the angle's subject uses the signal's summary, which has more than 1000 characters");
}

#[test]
fn a_message_needs_an_address_and_a_signature() {
    let mut without = brief();
    without.contact.email = Some(" ".into());
    assert_eq!(declined(&without), "no email address is recorded for Dana Okafor");
    let mut without = brief();
    without.sender.signature = "\n".into();
    assert_eq!(declined(&without), "the campaign's sender has no signature");
    let mut without = brief();
    without.angle.greeting = String::new();
    assert!(write(&without).expect("a draft").message.body.starts_with("I read on"));
}

#[test]
fn another_draft_comes_only_from_other_texts() {
    let mut again = brief();
    again.rejected = Some(write(&brief()).expect("a draft").message);
    again.note = Some("shorter, please".into());
    assert!(declined(&again).contains("cannot follow a note"));
    again.angle.pitch = "Shorter.".into();
    assert_eq!(write(&again).expect("a draft").pitch, "Shorter.");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// For any templates and values, a draft keeps the contract or is declined.
    #[test]
    fn parts_and_claims_occur_word_for_word(
        template in r#"([ a-z.,?!\n]|\{\{|\}\}|\{%|%\}|if|endif|signal|industry|'|"|\||[(\[\])]|facts|default|not |-|\PC){0,40}"#,
        industry in proptest::option::of(r"\PC{0,12}"),
        summary in r"[\PC\n{}%.]{0,40}",
        fact in r"[\PC\n]{0,20}",
    ) {
        let mut brief = brief();
        brief.account.industry = industry;
        brief.signal.summary = summary;
        brief.angle.facts[0].text = fact;
        brief.angle.pitch = template;
        if let Ok(draft) = write(&brief) {
            let message = format!("{}\n{}", draft.message.subject, draft.message.body);
            for part in [&draft.opener, &draft.pitch, &draft.call_to_action] {
                prop_assert!(!part.is_empty() && draft.message.body.contains(part.as_str()));
            }
            for claim in &draft.claims {
                prop_assert!(!claim.text.is_empty() && message.contains(&claim.text));
            }
            prop_assert!(!draft.message.subject.contains('\n'));
        }
    }
}

/// A component's stack is small, and the parser recurses with every operator, so the limits must come first.
#[test]
fn hostile_templates_stay_shallow() {
    let run = || {
        let tag = |inside: String| format!("{{{{ {inside} }}}}");
        for template in [
            tag("(".repeat(180)),
            tag("[".repeat(180)),
            tag(format!("{}1", "-".repeat(190))),
            tag(format!("{}1", "not ".repeat(48))),
            tag("a.".repeat(90)),
            tag("1+".repeat(95)),
            tag("1 if 1 else ".repeat(16)),
            tag("1|d".repeat(60)),
            "{% if 1 %}".repeat(400),
            format!("{{% if 1 %}}{}", "{% elif 1 %}".repeat(300)),
            "{{".repeat(2000),
            "{%".repeat(2000),
            "{#".repeat(2000),
            tag(format!("{}1{}", "(".repeat(6), ")".repeat(6))),
            "{% if 1 %}".repeat(12) + "x" + &"{% endif %}".repeat(12),
        ] {
            let mut brief = brief();
            brief.angle.opener = template;
            let _ = std::hint::black_box(write(&brief));
        }
    };
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(run).expect("it starts");
    thread.join().expect("it ends");
}
