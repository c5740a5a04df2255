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
              hint: there are `first_name`, `last_name`, `title`, `account`, `industry`, `country`, `signal`, `source`, `observed`, `sender`, `sender_title`, `company`, `touch_number` and `facts`"#]],
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
