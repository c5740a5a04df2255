//! Angles: their templates, facts and variants.

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
                error: campaigns/pilot.toml:18: `pitch` uses `firstname`, which is not a placeholder
                  hint: did you mean `{{ first_name }}`?"#]],
        ),
        (
            "{{ budget }}",
            expect![[r#"
                error: campaigns/pilot.toml:18: `pitch` uses `budget`, which is not a placeholder
                  hint: the placeholders are `first_name`, `last_name`, `title`, `account`, `industry`, `country`, `signal`, `source`, `observed`, `sender`, `company`, `earlier_date`, `earlier_subject`, `facts` and `fact`"#]],
        ),
        (
            "{first_name}",
            expect![[r#"
                error: campaigns/pilot.toml:18: `pitch` would send `{first_name}` literally
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
            error: campaigns/pilot.toml:18: `pitch` has 5000 bytes, and the maximum is 4096
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
              hint: use `{{ earlier_date }}` or `{{ earlier_subject }}`"#]],
    );
    with_text(
        "follow-up-opener = \"\"",
        expect![[r#"
        error: campaigns/pilot.toml:19: `follow-up-opener` is empty"#]],
    );
    with_text(
        "follow-up-pitch = \"{{ earlier_dat }}\"",
        expect![[r#"
            error: campaigns/pilot.toml:19: `follow-up-pitch` uses `earlier_dat`, which is not a placeholder
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
              hint: the keys are `call-to-action`, `facts`, `follow-up-call-to-action`, `follow-up-opener`, `follow-up-pitch`, `greeting`, `language`, `max-age-days`, `opener`, `pitch`, `signal-kind`, `subject`, `variant`, `version` and `weight`"#]],
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

/// The texts of follow-ups are judged as well: each change makes another version.
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

/// Another angle for funding, with these lines in it, before the tiers.
fn another(more: &str) -> String {
    format!(
        "[[angles]]\nsignal-kind = \"funding\"\n{more}subject = \"a\"\nopener = \"b\"\npitch = \"c\"\ncall-to-action = \"d\"\n[[tiers]]"
    )
}

#[test]
fn angles_that_cannot_be_told_apart() {
    for more in ["", "language = \"en-GB\"\nversion = \"2\"\n"] {
        let text = campaign_with("[[tiers]]", &another(more));
        let problems = super::campaign(&text).expect_err("two angles that nothing tells apart").to_string();
        assert!(
            problems.contains("in line 14\n  hint: keep one, or give this one a `variant` of its own"),
            "{problems}"
        );
    }
    with(
        "[[tiers]]",
        &another(""),
        expect![[r#"
        error: campaigns/pilot.toml:22: there is another angle for `funding` in `en` in line 14
          hint: keep one, or give this one a `variant` of its own to compare them: `variant = "b"`"#]],
    );
    with(
        "[[tiers]]",
        &another("language = \"de\"\n"),
        expect![[r#"
        sound
    "#]],
    );
}

#[test]
fn variants_that_are_compared() {
    with(
        "[[tiers]]",
        &another("variant = \"b\"\n"),
        expect![[r#"
        sound
    "#]],
    );
    let two = |first: &str, second: &str| another(first).replace("[[tiers]]", &another(second));
    with(
        "[[tiers]]",
        &two("variant = \"b\"\n", "variant = \"b\"\n"),
        expect![[r#"
        error: campaigns/pilot.toml:29: there is another angle for `funding` in `en` with the variant `b` in line 21
          hint: keep one, or give this one a `variant` of its own to compare them: `variant = "b"`"#]],
    );
    with(
        "[[tiers]]",
        &another("variant = \"B & C\"\n"),
        expect![[r#"
        error: campaigns/pilot.toml:23: `B & C` is not the name of a variant
          hint: up to 24 small letters, digits and hyphens, for instance `variant = "b"`"#]],
    );
    with(
        "[[tiers]]",
        &another("variant = 2\n"),
        expect!["error: campaigns/pilot.toml:23: `variant` must be a text in quotes, not the number 2"],
    );
    with(
        "[[tiers]]",
        &another("variant = \"b\"\nversion = \"b/1\"\n"),
        expect![[r#"
            error: campaigns/pilot.toml:24: `version` has a slash: `b/1`
              hint: the text before a slash would be a `variant`"#]],
    );
    with(
        "[[tiers]]",
        &another("variants = \"b\"\n"),
        expect![[r#"
        error: campaigns/pilot.toml:22: there is another angle for `funding` in `en` in line 14
          hint: keep one, or give this one a `variant` of its own to compare them: `variant = "b"`
        error: campaigns/pilot.toml:23: `variants` is not a key of an angle
          hint: did you mean `variant`?"#]],
    );
    // A fault of a version is reported at that version.
    let wrong = another("variant = \"b\"\n").replace("\"c\"", "\"{{ acount }}\"");
    with(
        "[[tiers]]",
        &wrong,
        expect![[r#"
            error: campaigns/pilot.toml:26: `pitch` uses `acount`, which is not a placeholder
              hint: did you mean `{{ account }}`?"#]],
    );
    let many: Vec<String> = (0..6).map(|number| another(&format!("variant = \"v{number}\"\n"))).collect();
    with(
        "[[tiers]]",
        &many.join("\n").replace("[[tiers]]\n", ""),
        expect![[r#"
        error: campaigns/pilot.toml:57: there are more than 6 versions for `funding` in `en`
          hint: each gets its share of the accounts; compare few at a time"#]],
    );
}

#[test]
fn a_variants_version_has_its_name_and_changes_with_its_wording() {
    let versions = |pitch: &str| -> Vec<String> {
        let text = campaign_with("[[tiers]]", &another("variant = \"b\"\n")).replace("\"c\"", &format!("\"{pitch}\""));
        let angles = super::campaign(&text).expect("it is sound").value.campaign.angles;
        angles.into_iter().map(|angle| angle.version).collect()
    };
    let (before, after) = (versions("c"), versions("We help more."));
    assert_eq!(before[0], after[0], "the other one stays");
    assert!(before[1].starts_with("b/") && after[1].starts_with("b/") && before[1] != after[1]);
    let named = campaign_with("[[tiers]]", &another("variant = \"b\"\nversion = \"7\"\n"));
    assert_eq!(super::campaign(&named).expect("it is sound").value.campaign.angles[1].version, "b/7");
}
