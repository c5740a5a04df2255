//! `baton init`: the starter folder runs as it is, on any day, and overwrites nothing.

use crate::{baton, refused, text};
use expect_test::expect;
use serde_json::Value;
use std::fs;

fn check(arguments: &[&str]) {
    let parent = tempfile::tempdir().expect("a temporary folder");
    let init = baton(parent.path(), &[arguments, &["init", "ours"]].concat());
    assert_eq!(init.status.code(), Some(0), "{}", text(&init.stderr));
    assert!(text(&init.stderr).contains("next: cd ours\n"), "{}", text(&init.stderr));

    let folder = parent.path().join("ours");
    let sound = baton(&folder, &[arguments, &["check"]].concat());
    assert_eq!((sound.status.code(), text(&sound.stderr).as_str()), (Some(0), ""), "{}", text(&sound.stdout));
    let run = baton(&folder, &[arguments, &["run", "first", "--json"]].concat());
    assert_eq!((run.status.code(), text(&run.stderr).as_str()), (Some(0), ""));
    let summary: Value = serde_json::from_slice(&run.stdout).expect("the summary is JSON");
    assert_eq!(summary["ready"], 3);
    assert_eq!(summary["held"], serde_json::json!({ "no-fresh-signal": 1, "no-deliverable-contact": 1 }));
    assert_eq!(summary["disqualified"], serde_json::json!({ "customer": 1 }));
    let again = baton(&folder, &[arguments, &["run", "first", "--json"]].concat());
    let summary: Value = serde_json::from_slice(&again.stdout).expect("the summary is JSON");
    assert_eq!(summary["worked"], 0);
}

#[test]
fn it_runs_today() {
    check(&[]);
}

#[test]
fn it_runs_on_any_day() {
    check(&["--now", "2024-02-29"]);
    check(&["--now", "2031-12-31T23:59:59Z"]);
}

/// `run` and `serve` refuse a campaign that `check` refuses, before they create anything.
#[test]
fn a_faulty_campaign_creates_no_store() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    baton(folder.path(), &["init"]);
    let campaign = folder.path().join("campaigns/first.toml");
    let written = fs::read_to_string(&campaign).expect("the file is read");
    fs::write(&campaign, written.replace("{{ signal }}", "{{ sgnal }}")).expect("the file is written");
    for command in [&["check"][..], &["run", "first"], &["serve", "--port", "0"]] {
        let refused = baton(folder.path(), command);
        assert_eq!(refused.status.code(), Some(1), "{command:?}");
        let says = text(&refused.stderr);
        assert!(says.contains("uses `sgnal`, which is not a placeholder"), "{command:?}: {says}");
        assert!(!folder.path().join(".baton/desk.db").exists(), "{command:?}");
    }
}

/// Entries of the audit log by Baton itself or by a token are theirs alone.
#[test]
fn a_program_is_nobodys_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    baton(folder.path(), &["init"]);
    for name in ["baton", "Baton", "token ci", "token\u{a0}ci", "token   ci"] {
        let output = baton(folder.path(), &["--as", name, "stop-sending", "--why", "a test"]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(text(&output.stderr).contains("is the name of a program in the audit log"), "{}", text(&output.stderr));
    }
    for name in ["b\u{200b}aton", "b\u{430}ton", "Ada\u{202e}Min", "Ada\u{7}Min"] {
        let output = baton(folder.path(), &["--as", name, "stop-sending", "--why", "a test"]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(text(&output.stderr).contains("look like others"), "{}", text(&output.stderr));
    }
    let nameless = baton(folder.path(), &["--as", "\u{200b}", "stop-sending", "--why", "a test"]);
    assert_eq!(nameless.status.code(), Some(2), "{}", text(&nameless.stderr));
}

#[test]
fn everybody_in_it_is_invented() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    baton(folder.path(), &["init"]);
    for file in ["baton.toml", "campaigns/first.toml", "crm/contacts.csv", "crm/signals.csv", "crm/suppressions.csv"] {
        let written = fs::read_to_string(folder.path().join(file)).expect("the file is read");
        for word in written.split([' ', ',', '"', '\n', '/']).filter(|word| word.contains('@') || word.contains(".com"))
        {
            assert!(word.ends_with(".example"), "{file}: {word}");
        }
    }
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("crm")).expect("the folder is made");
    fs::write(folder.path().join("crm/contacts.csv"), "ours\n").expect("the file is written");
    refused(
        folder.path(),
        &["init"],
        1,
        expect![[r#"
            error: ./crm/contacts.csv: the file exists; nothing was written
              hint: name another folder: `baton init FOLDER`
        "#]],
    );
    assert!(!folder.path().join("baton.toml").exists());

    // A repository has an ignore list of its own.
    fs::remove_dir_all(folder.path().join("crm")).expect("the folder is removed");
    fs::write(folder.path().join(".gitignore"), "/target/\n").expect("the file is written");
    let output = baton(folder.path(), &["init"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).starts_with("note: add `/.baton/` to ./.gitignore"), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(folder.path().join(".gitignore")).expect("it is read"), "/target/\n");
}
