//! Angles: their templates, their facts, and which of them can be told apart.

use expect_test::expect;

use super::{campaign_with, check_campaign, with};

#[test]
fn templates() {
    for (pitch, expected) in [
        ("", expect!["error: campaigns/pilot.toml:18: `pitch` is empty"]),
        (
            "{{ first_name",
            expect![[r#"
            error: campaigns/pilot.toml:18: `pitch` has 1 `{{` and 0 `}}`
              hint: a placeholder is written `{{ first_name }}`"#]],
        ),
        (
            "{{ first_name }} }}",
            expect![[r#"
            error: campaigns/pilot.toml:18: `pitch` has 1 `{{` and 2 `}}`
              hint: a placeholder is written `{{ first_name }}`"#]],
        ),
        (
            "{{ first name }}",
            expect![[r#"
            error: campaigns/pilot.toml:18: `pitch` is not a template: unexpected identifier, expected end of variable block
              hint: a placeholder is written `{{ first_name }}`"#]],
        ),
        (
            "{{ firstname }}",
            expect![[r#"
            error: campaigns/pilot.toml:18: `pitch` asks for `firstname`, which is no placeholder
              hint: did you mean `{{ first_name }}`?"#]],
        ),
        (
            "{{ budget }}",
            expect![[r#"
            error: campaigns/pilot.toml:18: `pitch` asks for `budget`, which is no placeholder
              hint: there are `first_name`, `last_name`, `title`, `account`, `industry`, `country`, `signal`, `source`, `observed`, `sender`, `sender_title`, `company`, `touch_number`, `earlier_date`, `earlier_subject` and `facts`"#]],
        ),
        (
            "{first_name}",
            expect![[r#"
            error: campaigns/pilot.toml:18: `pitch` would send `{first_name}` as it stands
              hint: a placeholder is written `{{ first_name }}`"#]],
        ),
        (
            "{{ facts['speed'] }}",
            expect![[r#"
            error: campaigns/pilot.toml:18: `pitch` asks for the fact `speed`, which the angle does not list
              hint: add a table `[[angles.facts]]` with `id` and `text`"#]],
        ),
        (
            "{{ industry | default('your field') }}{% if country %} in {{ country }}{% endif %}",
            expect![[r#"
            sound
        "#]],
        ),
        (
            "{% if %}",
            expect![[r#"
            error: campaigns/pilot.toml:18: `pitch` is not a template: unexpected end of block
              hint: a placeholder is written `{{ first_name }}`"#]],
        ),
        (
            "Is it? Or not?",
            expect![[r#"
            error: campaigns/pilot.toml:18: `pitch` asks 2 questions
              hint: a message asks one thing of its reader"#]],
        ),
        (
            "See https://relayforge.example/?a=b. Is it worth it?",
            expect![[r#"
            sound
        "#]],
        ),
    ] {
        with("We help.", pitch, expected);
    }
    with(
        "We help.",
        &"x".repeat(5000),
        expect![[r#"
        error: campaigns/pilot.toml:18: `pitch` has 5000 bytes, and 4096 are the most
          hint: a cold email has about a thousand characters in all"#]],
    );
    with(
        "subject = \"{{ account }}\"",
        "subject = \"a\\nBcc: all\"",
        expect!["error: campaigns/pilot.toml:16: `subject` must be a single line without control characters"],
    );
}

/// The smallest campaign whose angle has one more line.
fn with_text(line: &str, expected: expect_test::Expect) {
    with("pitch = \"We help.\"", &format!("pitch = \"We help.\"\n{line}"), expected);
}

#[test]
fn texts_for_follow_ups() {
    with_text(
        "follow-up-opener = \"On {{ earlier_date }} I wrote about “{{ earlier_subject }}”: {{ signal }}.\"",
        expect![[r#"
            sound
        "#]],
    );
    with_text(
        "follow-up-opener = \"Again: {{ signal }}.\"",
        expect![[r#"
        sound
        warning: campaigns/pilot.toml:19: `follow-up-opener` refers to no earlier message
          hint: for instance `I wrote on {{ earlier_date }} about “{{ earlier_subject }}”.`"#]],
    );
    with_text(
        "follow-up-opener = \"\"",
        expect![[r#"
        error: campaigns/pilot.toml:19: `follow-up-opener` is empty"#]],
    );
    with_text(
        "follow-up-pitch = \"{{ earlier_dat }}\"",
        expect![[r#"
        error: campaigns/pilot.toml:19: `follow-up-pitch` asks for `earlier_dat`, which is no placeholder
          hint: did you mean `{{ earlier_date }}`?"#]],
    );
    with_text(
        "follow-up-call-to-action = \"Now? Or later?\"",
        expect![[r#"
        error: campaigns/pilot.toml:19: `follow-up-call-to-action` asks 2 questions
          hint: a message asks one thing of its reader"#]],
    );
    with_text(
        "follow-up-subject = \"x\"",
        expect![[r#"
        error: campaigns/pilot.toml:19: `follow-up-subject` is not a key of an angle
          hint: the keys are `call-to-action`, `facts`, `follow-up-call-to-action`, `follow-up-opener`, `follow-up-pitch`, `greeting`, `language`, `max-age-days`, `opener`, `pitch`, `signal-kind`, `subject`, `version` and `weight`"#]],
    );
    with(
        "We help.",
        "As on {{ earlier_date }}.",
        expect![[r#"
        error: campaigns/pilot.toml:18: `pitch` asks for `earlier_date`, and no message is earlier than the first
          hint: write `follow-up-pitch` for the touches after the first"#]],
    );
    with(
        "\"{{ account }}\"",
        "\"{{ earlier_subject }}\"",
        expect![
            "error: campaigns/pilot.toml:16: `subject` asks for `earlier_subject`, and no message is earlier than the first"
        ],
    );
    check_campaign(
        &format!("language = \"sv\"\n{}", super::CAMPAIGN),
        expect![[r#"
        sound
        warning: campaigns/pilot.toml:15: an angle in `sv` without a `follow-up-opener` gets no follow-ups
          hint: write one, or set `touches-max = 1`"#]],
    );
    check_campaign(
        &format!("touches-max = 1\nlanguage = \"sv\"\n{}", super::CAMPAIGN),
        expect![[r#"
        sound
    "#]],
    );
}

/// What an angle says in a follow-up is part of what is judged: each text makes another version.
#[test]
fn follow_up_texts_make_a_version_of_their_own() {
    let version = |line: &str| {
        let text = campaign_with("pitch = \"We help.\"", &format!("pitch = \"We help.\"\n{line}"));
        super::campaign(&text).expect("it is sound").value.campaign.angles.remove(0).version
    };
    let pitch = version("follow-up-pitch = \"Again.\"");
    let versions = [version(""), pitch.clone(), version("follow-up-call-to-action = \"Again.\"")];
    let distinct: std::collections::BTreeSet<&String> = versions.iter().collect();
    assert_eq!(distinct.len(), versions.len());
    assert_eq!(version("follow-up-pitch = \"Again.\""), pitch);
}

#[test]
fn facts() {
    let fact = |id: &str| format!("[[angles.facts]]\nid = \"{id}\"\ntext = \"fast\"\n");
    with(
        "[[tiers]]",
        &format!("{}{}[[tiers]]", fact("speed"), fact("speed")),
        expect![[r#"
        error: campaigns/pilot.toml:25: there is another fact `speed` in line 22
          hint: give every fact a name of its own"#]],
    );
    let text = campaign_with("[[tiers]]", &format!("{}[[tiers]]", fact("speed")));
    check_campaign(
        &text.replace("We help.", "{{ facts['sped'] }}"),
        expect![[r#"
        error: campaigns/pilot.toml:18: `pitch` asks for the fact `sped`, which the angle does not list
          hint: did you mean `speed`?"#]],
    );
}

#[test]
fn angles_that_cannot_be_told_apart() {
    let angle = |more: &str| {
        format!(
            "[[angles]]\nsignal-kind = \"funding\"\n{more}subject = \"a\"\nopener = \"b\"\npitch = \"c\"\ncall-to-action = \"d\"\n[[tiers]]"
        )
    };
    with(
        "[[tiers]]",
        &angle(""),
        expect![[r#"
        error: campaigns/pilot.toml:22: there is another angle for `funding` in `en` in line 14
          hint: keep one, or give each a `version` of its own to compare them"#]],
    );
    with(
        "[[tiers]]",
        &angle("language = \"en-GB\"\nversion = \"2\"\n"),
        expect![[r#"
        error: campaigns/pilot.toml:22: there is another angle for `funding` in `en-GB` in line 14
          hint: keep one, or give each a `version` of its own to compare them"#]],
    );
    with(
        "[[tiers]]",
        &angle("language = \"de\"\n"),
        expect![[r#"
        sound
    "#]],
    );
    let text = campaign_with("signal-kind", "version = \"1\"\nsignal-kind");
    check_campaign(
        &text.replace("[[tiers]]", &angle("version = \"2\"\n")),
        expect![[r#"
        sound
    "#]],
    );
}
