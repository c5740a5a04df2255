//! Tiers: which of them an account can reach.

use expect_test::expect;

use super::{CAMPAIGN, check_campaign, with};

#[test]
fn tiers_in_order() {
    let tier = |name: &str, more: &str| format!("[[tiers]]\nname = \"{name}\"\nmodel = \"automatic\"\n{more}");
    with(
        "model = ",
        "employees-min = 10\nmodel = ",
        expect![[r#"
        error: campaigns/pilot.toml:21: the last tier `everyone` has conditions, so an account may find no tier at all
          hint: end the file with a `[[tiers]]` table without conditions"#]],
    );
    check_campaign(
        &format!("{CAMPAIGN}{}{}", tier("large", "employees-min = 1000\n"), tier("everyone", "")),
        expect![[r#"
        warning: campaigns/pilot.toml:24: the tier `large` is never reached: `everyone` takes all of its accounts before
          hint: move it before `everyone`, or remove it
        warning: campaigns/pilot.toml:28: the tier `everyone` is never reached: `everyone` takes all of its accounts before
          hint: move it before `everyone`, or remove it
        error: campaigns/pilot.toml:29: there is another tier `everyone` in line 22
          hint: give every tier a name of its own"#]],
    );
    let two = format!(
        "{}{}[[tiers]]",
        tier("large", "employees-min = 500\n"),
        tier("huge", "employees-min = 5000\ncountries = [\"US\"]\n")
    );
    with(
        "[[tiers]]",
        &two,
        expect![[r#"
        sound
        warning: campaigns/pilot.toml:25: the tier `huge` is never reached: `large` takes all of its accounts before
          hint: move it before `large`, or remove it"#]],
    );
    let apart = format!(
        "{}{}[[tiers]]",
        tier("large", "employees-min = 500\nnamed = true\n"),
        tier("huge", "employees-min = 5000\n")
    );
    with(
        "[[tiers]]",
        &apart,
        expect![[r#"
        sound
    "#]],
    );
    with(
        "[[tiers]]\nname = \"everyone\"\nmodel = \"review-and-approve\"\n",
        "",
        expect![[r#"
        error: campaigns/pilot.toml: `tiers` is missing
          hint: add a table `[[tiers]]`"#]],
    );
    with(
        "model = \"review-and-approve\"\n",
        "model = \"review-and-approve\"\nfollow-up-model = \"automatic\"\n",
        expect![[r#"
            sound
            warning: campaigns/pilot.toml:24: the tier `everyone` reviews first messages and lets follow-ups leave by themselves
              hint: leave `follow-up-model` out, and follow-ups are reviewed as well"#]],
    );
    check_campaign(
        &format!("{CAMPAIGN}[tiers.inspection]\nsampling = []\n"),
        expect![[r#"
        error: campaigns/pilot.toml:25: `sampling` is empty
          hint: for instance `[2000]`, one message in five"#]],
    );
}
