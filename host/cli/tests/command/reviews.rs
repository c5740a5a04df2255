//! Reviewing in the terminal: show, decide, outbox, suppressions, audit log.

use crate::fixture::{DeskFolder, NOW};
use crate::{baton, text};
use expect_test::{expect, expect_file};
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// A body written by a person that passes every check.
const TEXT: &str = "\
Hi Dana,

I read in Transit Weekly that Northbeam Logistics raised a $42M Series C led by Harbour Lane. More people shipping at
once means more releases to keep an eye on, and that is what we help with.

Is safer shipping on your list for this year?

Mara Lindqvist
";

#[test]
fn the_story_of_a_morning() {
    let desk = DeskFolder::new();
    let story = desk.transcript(&[
        &["queue", "--limit", "4"],
        &["show", "{Northbeam}"],
        // It is night in Columbus, so the message has to wait.
        &["approve", "{Northbeam}", "--digest", "{digest of Northbeam}"],
        &["edit", "{Orrin}", "--digest", "{digest of Orrin}", "--subject", "77 sites, one release"],
        &["edit", "{Orrin}", "--digest", "{digest of Orrin}", "--subject", "One more place", "--my-wording"],
        &["reject", "{Halberg}", "--digest", "{digest of Halberg}", "--reason", "contact", "--note", "she left in May"],
        &["snooze", "{Tessaly}", "--digest", "{digest of Tessaly}", "--until", "3d"],
        &["outbox"],
        &["outbox", "{Orrin}"],
        &["outbox", "withdraw", "{Northbeam}", "--why", "they called"],
        &["replay", "{Orrin}"],
        &["audit-log", "{Northbeam}"],
    ]);
    expect_file!["../../../../examples/pilot/transcript/desk.txt"].assert_eq(&story);
}

#[test]
fn the_message_that_leaves() {
    let desk = DeskFolder::new();
    let package = desk.package("Tessaly");
    desk.done(&["approve", &package.id, "--digest", package.shown()]);
    let entry = desk.json(&["outbox", &package.id, "--json"]);
    let id = entry["id"].as_str().expect("an id");
    let files = fs::read_dir(desk.path().join("desk/outbox")).expect("the folder of messages");
    let files: Vec<_> = files.map(|file| file.expect("a file").path()).filter(|path| path.is_file()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let letter = fs::read_to_string(&files[0]).expect("a message").replace("\r\n", "\n");
    let letter = desk.same(&letter).replace(id, &"i".repeat(id.len()));
    expect_file!["../../../../examples/pilot/transcript/message.eml"].assert_eq(&letter);
}

#[test]
fn a_decision_needs_what_was_shown() {
    let desk = DeskFolder::new();
    let package = desk.package("Northbeam");
    let unbound = desk.baton(&["approve", &package.id]);
    assert_eq!(unbound.status.code(), Some(2));
    assert_eq!(
        desk.same(&text(&unbound.stderr)),
        "error: `--digest` is missing: it names the text that you saw\n  \
         hint: `baton show northbeamlog` prints the package and its digest\n"
    );
    for digest in ["1234567", "not-a-digest", ""] {
        let output = desk.baton(&["approve", &package.id, "--digest", digest]);
        assert_eq!(output.status.code(), Some(2), "{digest}");
    }
    desk.refused(
        &["approve", &package.id, "--digest", "00000000"],
        expect![[r#"
            error: the package differs from what was shown
              hint: review it again with `baton show` and use the digest that it prints
        "#]],
    );
}

#[test]
fn what_changed_since_it_was_shown_is_named() {
    let desk = DeskFolder::new();
    let old = desk.package("Northbeam");
    let campaign = desk.path().join("campaigns/pilot.toml");
    let words = fs::read_to_string(&campaign).expect("the campaign is read");
    fs::write(&campaign, words.replace("{{ account }} after the round", "After the round at {{ account }}"))
        .expect("the campaign is written");
    desk.done(&["run", "pilot"]);
    let new = desk.latest().into_iter().rfind(|package| package.is_of("Northbeam")).expect("there is one");
    assert_ne!(old.id, new.id);
    let output = desk.baton(&["approve", &old.id, "--digest", &old.digest]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    let newer = new.short();
    assert_eq!(
        text(&output.stderr),
        format!(
            "error: the package has changed since it was shown: subject, checks\n  \
             hint: a newer package replaced it: `baton show {newer}`\n"
        )
    );
    assert!(desk.done(&["show", &old.id]).contains(&format!("`baton show {newer}`")));
    desk.done(&["approve", &new.id, "--digest", new.shown()]);
}

#[test]
fn a_request_counts_once() {
    let desk = DeskFolder::new();
    let package = desk.package("Northbeam");
    let approve = ["approve", &package.id, "--digest", package.shown(), "--key", "morning-17", "--json"];
    let (first, second) = (desk.json(&approve), desk.json(&approve));
    assert_eq!(first["decided"]["outbox"], second["decided"]["outbox"]);
    assert_eq!((&first["decided"]["repeated"], &second["decided"]["repeated"]), (&false.into(), &true.into()));
    desk.refused(
        &["reject", &package.id, "--digest", package.shown(), "--reason", "draft", "--key", "morning-17"],
        expect![[r#"
            error: this request key was already used for another decision
              hint: use another `--key`, or none
        "#]],
    );
    desk.refused(
        &["approve", &package.id, "--digest", package.shown()],
        expect![[r#"
            error: the package is approved and waits to be sent, so it cannot be approved
              hint: `baton outbox` lists scheduled messages, `baton outbox withdraw` withdraws one
        "#]],
    );
}

#[test]
fn what_is_not_allowed_now() {
    let desk = DeskFolder::new();
    let package = desk.package("Northbeam");
    let bound = |rest: &[&'static str]| -> Vec<String> {
        let all = [&[rest[0], &package.id, "--digest", package.shown()][..], &rest[1..]].concat();
        all.into_iter().map(str::to_owned).collect()
    };
    let refused = |rest: &[&'static str], expected: expect_test::Expect| {
        let arguments = bound(rest);
        desk.refused(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    };
    refused(
        &["snooze", "--until", "2026-03-01"],
        expect![[r#"
            error: a package can only be snoozed until a later time
              hint: choose a later time, before the package expires
        "#]],
    );
    refused(
        &["snooze", "--until", "2027-01-01"],
        expect![[r#"
            error: the package expires on 2026-04-11 00:00 UTC: snooze it until an earlier time
              hint: choose a later time, before the package expires
        "#]],
    );
    refused(
        &["edit", "--subject", "A 99% offer"],
        expect![[r#"
            error: the text fails these checks: numbers-carried
              numbers-carried: not in the account data or your campaign: 99%
              hint: change the text with `baton edit`, or overrule the check with `--overrule CHECK=REASON`
        "#]],
    );
    refused(
        &["edit", "--subject", "two\nlines"],
        expect![[r#"
        error: the subject and the address must be one line each
          hint: correct the request and try again
    "#]],
    );
    desk.refused(
        &["approve", "zzzzzzzz", "--digest", "00000000"],
        expect![[r#"
        error: there is no such package
          hint: list the waiting packages with `baton queue`
    "#]],
    );
    desk.done(&["suppress", "northbeam.example"]);
    refused(
        &["approve"],
        expect![[r#"
        error: the package was withdrawn, so it cannot be approved
          hint: nothing is left to decide here
    "#]],
    );
}

#[test]
fn a_text_from_standard_input_and_from_an_editor() {
    let desk = DeskFolder::new();
    let package = desk.package("Northbeam");
    fs::write(desk.path().join("text.txt"), TEXT.replace('\n', "\r\n")).expect("the text is written");
    let edit = ["edit", &package.id, "--digest", package.shown(), "--body", "text.txt", "--json"];
    let edited = desk.json(&edit);
    assert_eq!(edited["outbox"]["message"]["body"], TEXT.trim_end());

    let orrin = desk.package("Orrin");
    let mut child = Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(["--now", NOW, "edit", &orrin.id, "--digest", orrin.shown(), "--body", "-"])
        .current_dir(desk.path())
        .env("BATON_USER", "mara")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let draft = desk.json(&["show", &orrin.id, "--json"])["content"]["package"]["draft"]["message"]["body"].clone();
    let words = draft.as_str().expect("a text").replace("go out everywhere", "still leave for everywhere");
    child.stdin.take().expect("a pipe").write_all(words.as_bytes()).expect("the text is written");
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(desk.json(&["outbox", &orrin.id, "--json"])["message"]["body"], words);

    for (missing, says) in [("nothing.txt", "nothing.txt: "), (".", ".: ")] {
        let output = desk.baton(&["edit", &package.id, "--digest", package.shown(), "--body", missing]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).starts_with(&format!("error: {says}")), "{}", text(&output.stderr));
    }
}

#[cfg(unix)]
#[test]
fn an_editor_opens_on_the_text() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = DeskFolder::new();
    let package = desk.package("Northbeam");
    let editor = |name: &str, does: &str| {
        let path = desk.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{does}\n")).expect("the editor is written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it may be run");
        path
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let edit = |editor: &std::path::Path| {
        Command::new(env!("CARGO_BIN_EXE_baton"))
            .args(["--now", NOW, "edit", &package.id, "--digest", package.shown()])
            .current_dir(desk.path())
            .env("EDITOR", editor)
            .env_remove("VISUAL")
            .env("BATON_USER", "mara")
            .env("NO_COLOR", "1")
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("the command starts")
    };
    let left = || fs::read_dir(folder.path()).expect("the folder is read").count();

    let unchanged = edit(&editor("look", "true"));
    assert_eq!(unchanged.status.code(), Some(1), "{}", text(&unchanged.stderr));
    assert!(text(&unchanged.stderr).starts_with("the text is the same as the draft"), "{}", text(&unchanged.stderr));
    let emptied = edit(&editor("empty", ": > \"$1\""));
    assert_eq!(
        (emptied.status.code(), text(&emptied.stderr).as_str()),
        (Some(1), "the text is empty; nothing was changed\n")
    );
    assert_eq!(left(), 0);

    // A text that fails a check is refused, and the editor's file is kept.
    let failing = edit(&editor("number", "sed -i '1s/.*/Subject: 99 reasons/' \"$1\""));
    assert_eq!(failing.status.code(), Some(3), "{}", text(&failing.stderr));
    let kept = text(&failing.stderr);
    let kept = kept.lines().next().and_then(|line| line.strip_prefix("your text is still in ")).expect("a path");
    assert!(fs::read_to_string(kept).expect("the text is read").starts_with("Subject: 99 reasons\n"));
    assert_eq!(
        fs::metadata(folder.path().join(std::path::Path::new(kept).parent().expect("a folder")))
            .expect("it is there")
            .permissions()
            .mode()
            & 0o77,
        0
    );
    let broken = edit(&editor("broken", "exit 3"));
    assert_eq!(broken.status.code(), Some(1), "{}", text(&broken.stderr));
    assert!(text(&broken.stderr).contains("failed: exit status: 3\n  hint: "), "{}", text(&broken.stderr));
    assert_eq!(left(), 2);

    let good = edit(&editor("good", "sed -i '1s/.*/Subject: Safer shipping/' \"$1\""));
    assert_eq!(good.status.code(), Some(0), "{}", text(&good.stderr));
    assert_eq!(left(), 2);
    assert_eq!(desk.json(&["outbox", &package.id, "--json"])["message"]["subject"], "Safer shipping");
}

#[test]
fn people_who_must_not_be_written_to() {
    let desk = DeskFolder::new();
    let (northbeam, orrin) = (desk.package("Northbeam"), desk.package("Orrin"));
    desk.done(&["approve", &northbeam.id, "--digest", northbeam.shown()]);
    let suppressed = desk.done(&["suppress", "northbeam.example", "--reason", "opted-out"]);
    assert_eq!(suppressed, "suppressed the domain northbeam.example forever (opted-out)\n  1 package withdrawn\n");
    assert_eq!(desk.json(&["outbox", &northbeam.id, "--json"])["state"], "withdrawn");

    let address = desk.json(&["show", &orrin.id, "--json"])["content"]["package"]["contact"]["email"].clone();
    let address = address.as_str().expect("an address");
    assert_eq!(desk.baton(&["forget", address]).status.code(), Some(2));
    desk.done(&["forget", address, "--yes"]);
    let trail =
        desk.done(&["export", "audit-log"]) + &desk.done(&["export", "packages"]) + &desk.done(&["show", &orrin.id]);
    assert!(!trail.contains(address));
    let replayed = desk.json(&["replay", &orrin.id, "--json"]);
    let (forgotten, identical) = (serde_json::Value::Null, serde_json::Value::from(true));
    let calls: Vec<_> = replayed.as_array().expect("a list").iter().map(|call| &call["identical"]).collect();
    assert_eq!(calls, [&forgotten, &forgotten, &identical]);

    for (wrong, code) in [("nonsense", 3), ("@", 3)] {
        assert_eq!(desk.baton(&["forget", wrong, "--yes"]).status.code(), Some(code), "{wrong}");
    }
    assert_eq!(desk.baton(&["suppress", "Nobody Anywhere, Inc."]).status.code(), Some(1));
    assert_eq!(desk.baton(&["suppress", "north.example", "--until", "2026-03-01"]).status.code(), Some(2));
}

#[test]
fn the_stop_button_and_accounts_that_rest() {
    let desk = DeskFolder::new();
    let package = desk.package("Northbeam");
    let stopped = desk.done(&["stop-sending", "--why", "audit\u{1b}[2J"]);
    assert!(stopped.starts_with(r"sending was stopped by mara on 2026-03-10 09:00 UTC: audit\u{1b}[2J"), "{stopped}");
    assert!(text(&desk.baton(&["queue", "--limit", "1"]).stderr).contains("sending was stopped by mara"));
    assert_eq!(desk.done(&["resume-sending"]), "resumed sending\n");
    assert_eq!(desk.done(&["resume-sending"]), "sending was not stopped\n");

    desk.done(&["pause", "northbeam.example", "--why", "they called"]);
    desk.refused(
        &["approve", &package.id, "--digest", package.shown()],
        expect![[r#"
            error: the account 18420009981 is paused: they called
              hint: reject or snooze the package, or resume the account with `baton resume 18420009981`
        "#]],
    );
    desk.done(&["resume", "https://www.northbeam.example/"]);
    desk.done(&["approve", &package.id, "--digest", package.shown()]);
    assert_eq!(desk.baton(&["pause", "nowhere.example", "--why", "x"]).status.code(), Some(1));
    // An account can be paused even if the CRM export cannot be read.
    fs::remove_file(desk.path().join("crm/companies.csv")).expect("the file is removed");
    desk.done(&["pause", "18420009981", "--why", "they called again"]);
}

#[test]
fn an_empty_queue_says_what_to_do() {
    let desk = DeskFolder::empty();
    let empty = desk.baton(&["queue"]);
    assert_eq!((empty.status.code(), text(&empty.stdout).as_str()), (Some(0), ""));
    assert_eq!(text(&empty.stderr), "no packages wait for a decision\n  hint: `baton run pilot` prepares packages\n");
    assert_eq!(desk.done(&["queue", "--json"]), "[]\n");
    assert_eq!(desk.done(&["outbox", "--json"]), "[]\n");
    assert_eq!(desk.done(&["audit-log"]), "");
    assert_eq!(
        desk.done(&["export", "audit-log"]),
        "\"number\",\"at\",\"who\",\"action\",\"package\",\"detail\",\"client-address\"\n"
    );
}

#[test]
fn the_queue_is_narrowed() {
    let desk = DeskFolder::new();
    let listed = |narrowed: &[&str]| -> Vec<serde_json::Value> {
        let rows = desk.json(&[&["queue", "--json"], narrowed].concat());
        rows.as_array().expect("a list").clone()
    };
    let all = listed(&[]);
    desk.done(&["users", "add", "mara@relayforge.example", "--name", "Mara Lindqvist", "--role", "sdr"]);
    desk.done(&["assign", all[3]["id"].as_str().expect("an id"), "--to", "mara@relayforge.example"]);
    let own = all[3]["id"].clone();
    type Fits<'a> = &'a dyn Fn(&serde_json::Value) -> bool;
    let all_fits: [(&[&str], Fits<'_>); 5] = [
        (&["--tier", "mid"], &|row| row["tier"] == "mid"),
        (&["--tier", "mid", "--kind", "funding"], &|row| row["tier"] == "mid" && row["signal-kind"] == "funding"),
        (&["--search", "north"], &|row| row["account-name"].as_str().is_some_and(|name| name.starts_with("North"))),
        (&["--assignee", "mara@relayforge.example"], &|row| row["id"] == own),
        (&["--assignee", "nobody"], &|row| row["id"] != own),
    ];
    for (narrowed, fits) in all_fits {
        let ids = |rows: Vec<serde_json::Value>| rows.iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
        let expected = ids(all.iter().filter(|row| fits(row)).cloned().collect());
        assert!(!expected.is_empty() && expected.len() < all.len(), "{narrowed:?}");
        assert_eq!(ids(listed(narrowed)), expected, "{narrowed:?}");
    }
    let none = desk.baton(&["queue", "--search", "nobody by that name"]);
    assert_eq!((none.status.code(), text(&none.stdout).as_str()), (Some(0), ""));
    assert_eq!(
        text(&none.stderr),
        "no packages match these filters\n  hint: `baton queue` lists all packages that wait, `baton queue --all` \
         lists every state\n"
    );
    assert_eq!(desk.baton(&["queue", "--assignee", "ghost@relayforge.example"]).status.code(), Some(2));
}

#[test]
fn tables_are_whole_in_either_form() {
    let desk = DeskFolder::new();
    for table in ["packages", "accounts", "audit-log"] {
        let csv = desk.done(&["export", table]);
        let rows = csv::Reader::from_reader(csv.as_bytes()).records().filter(Result::is_ok).count();
        assert_eq!(rows, desk.done(&["export", table, "--format", "jsonl"]).lines().count(), "{table}");
        assert!(rows >= 32, "{table}");
    }
}

#[test]
fn who_decides_is_written_down() {
    let desk = DeskFolder::new();
    let package = desk.package("Northbeam");
    desk.done(&["--as", "Priya Ödegård", "reject", &package.id, "--digest", package.shown(), "--reason", "not-now"]);
    assert_eq!(desk.json(&["show", &package.id, "--json"])["decisions"][0]["who"], "Priya Ödegård");
    // A command that changes something needs a user name.
    let nobody = Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(["stop-sending"])
        .current_dir(desk.path())
        .env_remove("BATON_USER")
        .env_remove("USER")
        .env_remove("LOGNAME")
        .output()
        .expect("the command starts");
    assert_eq!(nobody.status.code(), Some(2), "{}", text(&nobody.stderr));
}

#[test]
fn completions_know_the_commands() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = baton(folder.path(), &["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("stop-sending"), "{shell}");
    }
}

#[test]
fn colour_is_for_those_who_ask_for_it() {
    let desk = DeskFolder::empty();
    let plain = baton(desk.path(), &["plugin", "list"]);
    assert!(!text(&plain.stdout).contains('\u{1b}'));
    let coloured = baton(desk.path(), &["--color", "always", "plugin", "list"]);
    assert!(text(&coloured.stdout).contains('\u{1b}'));
}
