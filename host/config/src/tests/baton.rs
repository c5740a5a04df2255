//! `baton.toml`.

use expect_test::expect;

use super::{BATON, check_baton, shown};
use crate::Settings;
use baton_campaign::options::{ComponentSource, GrantOptions, LimitOptions};
use baton_model::ReviewOptions;

#[test]
fn defaults_are_filled_in_and_paths_resolved() {
    let settings = Settings::parse("pilot/baton.toml".as_ref(), BATON).expect("the file is sound").value;
    assert_eq!(settings.campaigns, std::path::Path::new("pilot/campaigns"));
    assert_eq!(settings.store.file(), std::path::Path::new("pilot/.baton/desk.db"));
    assert_eq!(settings.store.key(), std::path::Path::new("pilot/.baton/desk.key"));
    assert_eq!(settings.crm.accounts, std::path::Path::new("pilot/crm/companies.csv"));
    assert_eq!(settings.components.engine, ComponentSource::Builtin);
    assert_eq!(settings.grants, GrantOptions { research: true, contacts: true, drafting: true, sending: true });
    assert_eq!(
        settings.limits,
        LimitOptions { memory_mib: 64, compute_ms: 200, call_seconds: 30, calls: 64, output_kib: 1024 }
    );
}

#[test]
fn a_component_can_be_a_file() {
    let text = format!("{BATON}[components]\ndrafter = \"plugins/ours.wasm\"\n");
    let settings = Settings::parse("pilot/baton.toml".as_ref(), &text).expect("the file is sound").value;
    assert_eq!(settings.components.drafter, ComponentSource::File("pilot/plugins/ours.wasm".into()));
}

#[test]
fn the_exemplar_is_sound_and_has_every_key() {
    check_baton(
        include_str!("../baton.exemplar.toml"),
        expect![[r#"
            sound
        "#]],
    );
}

#[test]
fn an_empty_file() {
    check_baton(
        "",
        expect![[r#"
        error: pilot/baton.toml: `crm` is missing
          hint: add a table `[crm]`"#]],
    );
}

#[test]
fn typing_errors() {
    check_baton(
        "campaign = \"campaigns\"\n[crm]\nformat = \"hubspit\"\naccounts = 1\ncontact = \"x.csv\"\n[limits]\nmemory-mib = 0\ncalls = \"64\"\n[grants]\nsending = \"yes\"\n[limit]\n",
        expect![[r#"
            error: pilot/baton.toml:1: `campaign` is not a key of baton.toml
              hint: did you mean `campaigns`?
            error: pilot/baton.toml:3: `format` must be `hubspot` or `salesforce`, not `hubspit`
              hint: did you mean `hubspot`?
            error: pilot/baton.toml:4: `accounts` must be a text in quotes, not the number 1
            error: pilot/baton.toml:5: `contact` is not a key of `[crm]`
              hint: did you mean `contacts`?
            error: pilot/baton.toml:7: `memory-mib` must be from 1 to 4096, not 0
            error: pilot/baton.toml:8: `calls` must be a whole number from 1 to 10000, not the text "64"
            error: pilot/baton.toml:10: `sending` must be true or false, not the text "yes"
            error: pilot/baton.toml:11: `limit` is not a key of baton.toml
              hint: did you mean `limits`?"#]],
    );
}

#[test]
fn seeded_defects_are_off_or_rare() {
    let seeded = |review: &str| {
        let text = format!("{BATON}{review}");
        Settings::parse("pilot/baton.toml".as_ref(), &text)
            .expect("the file is sound")
            .value
            .review
            .seeded_defect_one_in()
    };
    assert_eq!(seeded(""), None);
    assert_eq!(seeded("[review]\nseeded-defects = 0\n"), None);
    assert_eq!(seeded("[review]\nseeded-defects = 50\n").map(std::num::NonZeroU32::get), Some(50));
    check_baton(
        &format!("{BATON}[review]\nseeded-defects = 9\n"),
        expect![[r#"
            error: pilot/baton.toml:7: `seeded-defects` must be 0 or from 10 to 1000, not 9
              hint: it is one package in so many: 50 is usual, and 0 seeds none"#]],
    );
    check_baton(
        &format!("{BATON}[review]\nseeded-defects = 1001\nseeded-defect = \"often\"\n"),
        expect![[r#"
        error: pilot/baton.toml:7: `seeded-defects` must be from 0 to 1000, not 1001
        error: pilot/baton.toml:8: `seeded-defect` is not a key of `[review]`
          hint: did you mean `seeded-defects`?"#]],
    );
}

#[test]
fn keys_below_the_wrong_table() {
    check_baton(
        &format!("{BATON}campaigns = \"out\"\nengine = \"builtin\"\nfoo = 1\n"),
        expect![[r#"
            error: pilot/baton.toml:6: `campaigns` is not a key of `[crm]`
              hint: `campaigns` belongs to the top of the file, before the first `[table]`
            error: pilot/baton.toml:7: `engine` is not a key of `[crm]`
              hint: `engine` is a key of `[components]`
            error: pilot/baton.toml:8: `foo` is not a key of `[crm]`
              hint: the keys are `accounts`, `columns`, `contacts`, `dates`, `default-country`, `format`, `ignored-columns`, `missing-percent`, `named`, `not-recorded`, `opportunities`, `signals`, `suppressions`, `touches`, `unverified` and `words`"#]],
    );
}

#[test]
fn columns_are_free() {
    check_baton(
        &format!("{BATON}[crm.columns.accounts]\nemployees = \"Headcount\"\n[crm.columns.account]\n"),
        expect![[r#"
        error: pilot/baton.toml:8: `account` is not a key of `[crm.columns]`
          hint: did you mean `accounts`?"#]],
    );
}

#[test]
fn the_undo_window() {
    let parsed = |text: &str| Settings::parse("pilot/baton.toml".as_ref(), &format!("{BATON}{text}"));
    for (text, seconds) in [("", 10), ("[review]\nundo-seconds = 0\n", 0), ("[review]\nundo-seconds = 300\n", 300)] {
        assert_eq!(parsed(text).expect("the file is sound").value.review.undo_seconds, seconds, "{text}");
    }
    check_baton(
        &format!("{BATON}[review]\nundo-seconds = 301\n"),
        expect!["error: pilot/baton.toml:7: `undo-seconds` must be from 0 to 300, not 301"],
    );
}

#[test]
fn the_deadline_of_a_spot_check() {
    let parsed = |text: &str| Settings::parse("pilot/baton.toml".as_ref(), &format!("{BATON}{text}"));
    for (text, seconds) in [("", 3600), ("[review]\n", 3600), ("[review]\ncheck-minutes = 5\n", 300)] {
        assert_eq!(parsed(text).expect("the file is sound").value.review.check_within(), seconds, "{text}");
    }
    assert_eq!(ReviewOptions::default().check_minutes, 60);
    check_baton(
        &format!("{BATON}[review]\ncheck-minutes = 4\n"),
        expect!["error: pilot/baton.toml:7: `check-minutes` must be from 5 to 10080, not 4"],
    );
    check_baton(
        &format!("{BATON}[review]\ncheck-minutes = \"an hour\"\ncheck-hours = 1\n"),
        expect![[r#"
            error: pilot/baton.toml:7: `check-minutes` must be a whole number from 5 to 10080, not the text "an hour"
            error: pilot/baton.toml:8: `check-hours` is not a key of `[review]`
              hint: the keys are `backup`, `check-minutes`, `seeded-defects` and `undo-seconds`"#]],
    );
}

#[test]
fn an_engine_without_research() {
    check_baton(
        &format!("{BATON}[grants]\nresearch = false\n"),
        expect![[r#"
        sound
        warning: pilot/baton.toml:7: the engine gets no research, so it can prepare nothing"#]],
    );
}

#[test]
fn missing_files_are_reported_with_their_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("baton.toml");
    std::fs::write(&file, BATON).expect("the file is written");
    std::fs::create_dir(folder.path().join("crm")).expect("the folder is made");
    std::fs::write(folder.path().join("crm/contacts.csv"), "").expect("the file is written");
    let settings = Settings::load(&file).expect("the file is sound").value;
    let shown = settings.check_files().to_string().replace(&folder.path().display().to_string(), "DIR");
    expect![[r#"
        error: DIR/baton.toml: `DIR/campaigns`: there is no such folder
          hint: it holds one `NAME.toml` for each campaign
        warning: DIR/baton.toml: no `postal-address`, so nothing is transmitted
          hint: write the sender's postal address into `[sending]`: every commercial message has to state it
        error: DIR/baton.toml:4: there is no file `DIR/crm/companies.csv`
          hint: paths are relative to the folder of this file"#]]
    .assert_eq(&shown);
}

#[test]
fn an_unknown_campaign() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("baton.toml"), BATON).expect("the file is written");
    std::fs::create_dir(folder.path().join("campaigns")).expect("the folder is made");
    for name in ["agencies", "pilot", "platform-teams"] {
        std::fs::write(folder.path().join(format!("campaigns/{name}.toml")), "").expect("the file is written");
    }
    let settings = Settings::load(&folder.path().join("baton.toml")).expect("the file is sound").value;
    let say = |name| shown(settings.campaign(name, None)).replace(&folder.path().display().to_string(), "DIR");
    expect![[r#"
        error: DIR/campaigns: there is no campaign `pilto`
          hint: there are `pilot`, `agencies` and `platform-teams`"#]]
    .assert_eq(&say("pilto"));
    expect![[r#"
        error: DIR/campaigns: there is no campaign `../baton`
          hint: there are `pilot`, `agencies` and `platform-teams`"#]]
    .assert_eq(&say("../baton"));
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let say = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).expect("the file is written");
        shown(Settings::load(&file)).replace(&folder.path().display().to_string(), "DIR")
    };
    expect![[r#"
        error: DIR/latin.toml:2:15: the file is not UTF-8 text
          hint: save it as UTF-8"#]]
    .assert_eq(&say("latin.toml", b"campaigns = 'a'\nresults = 'caf\xe9'\n"));
    expect![[r#"
        error: DIR/large.toml: the file is larger than 1 MiB
          hint: this kind of file holds settings, not data"#]]
    .assert_eq(&say("large.toml", &vec![b'\n'; (1 << 20) + 1]));
    expect!["error: DIR/broken.toml:2:16: this is not TOML: unclosed array, expected `]`"]
        .assert_eq(&say("broken.toml", b"campaigns = 'a'\nresults = [1, 2\n"));
    expect!["error: DIR/deep.toml: this is not TOML: recursion limit"]
        .assert_eq(&say("deep.toml", format!("a{} = 1", ".a".repeat(200_000)).as_bytes()));
    expect![[r#"
        error: no-such-folder/baton.toml: there is no such file
          hint: name it with `--config PATH`, or run `baton` in the folder that has a `baton.toml`"#]]
    .assert_eq(&shown(Settings::load("no-such-folder/baton.toml".as_ref())));
}
