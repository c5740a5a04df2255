//! Tiers and whether accounts can reach them.

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
            warning: campaigns/pilot.toml:24: the tier `everyone` reviews first messages and sends follow-ups without review
              hint: leave `follow-up-model` out, and follow-ups are reviewed as well"#]],
    );
    check_campaign(
        &format!("{CAMPAIGN}[tiers.inspection]\nsampling = []\n"),
        expect![[r#"
        error: campaigns/pilot.toml:25: `sampling` is empty
          hint: for instance `[2000]`, one message in five"#]],
    );
}

#[test]
fn unreachable_tiers() {
    let before = |tiers: &str| format!("{tiers}[[tiers]]");
    let tier = |name: &str, more: &str| format!("[[tiers]]\nname = \"{name}\"\nmodel = \"automatic\"\n{more}");
    // A minimum of 0 excludes the accounts whose size is not recorded.
    with(
        "model = ",
        "employees-min = 0\nmodel = ",
        expect![[r#"
        error: campaigns/pilot.toml:21: the last tier `everyone` has conditions, so an account may find no tier at all
          hint: end the file with a `[[tiers]]` table without conditions"#]],
    );
    // An unconditional one in the middle takes everything.
    with(
        "[[tiers]]",
        &before(&(tier("all", "") + &tier("named", "named = true\n"))),
        expect![[r#"
        sound
        warning: campaigns/pilot.toml:24: the tier `named` is never reached: `all` takes all of its accounts before
          hint: move it before `all`, or remove it
        warning: campaigns/pilot.toml:28: the tier `everyone` is never reached: `all` takes all of its accounts before
          hint: move it before `all`, or remove it"#]],
    );
    // Stricter after looser, by each condition.
    for (looser, stricter) in [
        ("employees-min = 500\n", "employees-min = 1000\n"),
        ("revenue-min-usd = 1000000\n", "revenue-min-usd = 5000000\n"),
        ("named = true\n", "named = true\nreferred = true\n"),
        ("referred = true\n", "referred = true\nemployees-min = 50\n"),
        ("industries = [\"Computer Software\", \"Retail\"]\n", "industries = [\"COMPUTER_SOFTWARE\"]\n"),
        ("countries = [\"US\", \"CA\"]\n", "countries = [\"Canada\"]\n"),
    ] {
        let said = |first: &str, second: &str| {
            let text = super::campaign_with("[[tiers]]", &before(&(tier("one", first) + &tier("two", second))));
            super::campaign(&text).expect("it is sound").warnings.to_string()
        };
        let warned = said(looser, stricter);
        assert!(warned.contains("the tier `two` is never reached: `one` takes all of its accounts before"), "{warned}");
        assert_eq!(said(stricter, looser), "", "{stricter} before {looser}");
    }
}

#[test]
fn tiers_outside_the_customer() {
    let tier = "[[tiers]]\nname = \"large\"\nmodel = \"automatic\"\n";
    for (customer, more, expected) in [
        (
            "employees-max = 500\n",
            "employees-min = 1000\n",
            "it asks for 1000 employees, and the customer has 500 at most",
        ),
        (
            "industries = [\"Retail\"]\n",
            "industries = [\"Insurance\"]\n",
            "none of its industries is one of the customer's",
        ),
        ("countries = [\"US\"]\n", "countries = [\"DE\"]\n", "none of its countries is one of the customer's"),
        ("employees-max = 500\n", "employees-min = 500\n", ""),
        ("industries = [\"Food & Wine\"]\n", "industries = [\"food and wine\"]\n", ""),
        ("", "countries = [\"DE\"]\n", ""),
    ] {
        let text = super::campaign_with("[customer]\n", &format!("[customer]\n{customer}"));
        let text = text.replace("[[tiers]]", &format!("{tier}{more}[[tiers]]"));
        let warned = super::campaign(&text).expect("it is sound").warnings.to_string();
        assert_eq!(
            warned.contains(&format!("the tier `large` is never reached: {expected}")),
            !expected.is_empty(),
            "{warned}"
        );
    }
}
