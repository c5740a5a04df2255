//! `baton users`, and the errors of `baton serve`.

use crate::{baton, pilot, refused, text};
use expect_test::expect;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const MARA: &str = "mara@relayforge.example";

/// Runs the command with this text on standard input.
fn given(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(["--now", "2026-03-10T09:00:00Z"])
        .args(arguments)
        .current_dir(folder)
        .env_remove("BATON_CONFIG")
        .env("BATON_USER", "admin")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("it is read");
    child.wait_with_output().expect("the command ends")
}

fn done(folder: &Path, arguments: &[&str], input: &str) -> String {
    let output = given(folder, arguments, input);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn users_from_the_first_to_the_last_day() {
    let folder = pilot();
    let folder = folder.path();
    let added = done(folder, &["users", "add", MARA, "--name", "Mara Lindqvist"], "");
    let (shown, token) = added.trim_end().rsplit_once('/').expect("a link");
    assert_eq!(token.len(), 52, "{added}");
    expect![[r#"
        sdr    Mara Lindqvist  mara@relayforge.example  invited until 2026-03-13 09:00 UTC
          send them this link; it works once, until 2026-03-13 09:00 UTC, and is not shown again:
          http://127.0.0.1:7420/invitation"#]]
    .assert_eq(shown);
    let password = "four words and a lamp\n";
    assert!(done(folder, &["users", "password", MARA], password).contains("active"));
    done(folder, &["users", "role", MARA, "lead"], "");
    done(folder, &["users", "disable", MARA], "");
    expect![[r#"
        lead   Mara Lindqvist  mara@relayforge.example  disabled on 2026-03-10 09:00 UTC
    "#]]
    .assert_eq(&done(folder, &["users", "list"], ""));
    done(folder, &["users", "enable", MARA], "");
    assert_ne!(done(folder, &["users", "invite", MARA], ""), added);
    let users: serde_json::Value = serde_json::from_str(&done(folder, &["users", "list", "--json"], "")).expect("JSON");
    assert_eq!((&users[0]["role"], &users[0]["has-password"]), (&"lead".into(), &true.into()));
    // Neither the list nor the audit log contains a password, a hash or a token.
    for said in [users.to_string(), done(folder, &["audit-log"], "")] {
        assert!(!said.contains("argon2") && !said.contains("lamp") && !said.contains(token), "{said}");
    }
}

#[test]
fn what_cannot_be_a_user() {
    let folder = pilot();
    let folder = folder.path();
    done(folder, &["users", "add", MARA, "--name", "Mara Lindqvist"], "");
    refused(
        folder,
        &["users", "add", MARA, "--name", "Another Mara"],
        3,
        expect![[r#"
            error: a user already has this name or this address, or the person was erased
              hint: correct the request and try again
        "#]],
    );
    refused(
        folder,
        &["users", "disable", "nobody@relayforge.example"],
        3,
        expect![[r#"
            error: no user has this address
              hint: correct the request and try again
        "#]],
    );
    for (password, words) in [
        ("short\n", "15 characters or more"),
        ("mara lindqvist 1\n", "your own name"),
        ("four words\nand a lamp\n", "one line"),
    ] {
        let output = given(folder, &["users", "password", MARA], password);
        assert_eq!(output.status.code(), Some(3), "{password}");
        assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
    }
    for arguments in
        [&["users", "add", MARA][..], &["users", "password", MARA, "secret words"], &["users", "role", MARA, "boss"]]
    {
        assert_eq!(baton(folder, arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn tokens_from_the_first_to_the_last_day() {
    let folder = pilot();
    let folder = folder.path();
    done(folder, &["users", "add", MARA, "--name", "Mara Lindqvist"], "");
    done(folder, &["users", "password", MARA], "four words and a lamp\n");
    expect![[r#"
        no tokens yet
          hint: create one with `baton tokens add NAME`
    "#]]
    .assert_eq(&done(folder, &["tokens", "list"], ""));
    let added = done(folder, &["tokens", "add", "hubspot", "--role", "lead", "--expires", "30"], "");
    let token = added.lines().map(str::trim).find(|line| line.starts_with("baton_")).expect("a token").to_owned();
    done(folder, &["tokens", "add", "dialler", "--for", MARA], "");
    done(folder, &["tokens", "revoke", "hubspot"], "");
    let tokens: serde_json::Value =
        serde_json::from_str(&done(folder, &["tokens", "list", "--json"], "")).expect("JSON");
    let users: serde_json::Value = serde_json::from_str(&done(folder, &["users", "list", "--json"], "")).expect("JSON");
    assert_eq!((&tokens[0]["name"], &tokens[0]["of-user"]), (&"dialler".into(), &users[0]["id"]));
    assert_eq!((&tokens[1]["role"], tokens[1]["revoked"].is_number()), (&"lead".into(), true));
    for said in [tokens.to_string(), done(folder, &["tokens", "list"], ""), done(folder, &["audit-log"], "")] {
        assert!(said.contains("hubspot") && !said.contains(&token), "{said}");
    }
    refused(
        folder,
        &["tokens", "add", "hubspot"],
        3,
        expect![[r#"
            error: this token name is or was in use: the audit log identifies tokens by name
              hint: correct the request and try again
        "#]],
    );
    refused(
        folder,
        &["tokens", "add", "crm", "--for", "nobody@relayforge.example"],
        3,
        expect![[r#"
            error: no active user has this address
              hint: correct the request and try again
        "#]],
    );
}

#[test]
fn a_page_that_others_could_reach_is_not_served_unprotected() {
    let folder = pilot();
    let file = folder.path().join("baton.toml");
    let written = std::fs::read_to_string(&file).expect("the settings are read");
    std::fs::write(&file, format!("{written}\n[web]\nlisten = \"0.0.0.0:0\"\n")).expect("the settings are written");
    let output = baton(folder.path(), &["serve"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    for words in
        ["`public-url` is missing", "nothing secures the connection", "hint: name `tls-certificate` and `tls-key`"]
    {
        assert!(said.contains(words), "{words} in {said}");
    }
}

/// The audit log tells the command from the user: it marks the command's entries, and nobody takes a user's name there.
#[test]
fn the_command_takes_no_users_name() {
    let folder = pilot();
    let folder = folder.path();
    done(folder, &["users", "add", MARA, "--name", "Mara Lindqvist"], "");
    let before = done(folder, &["audit-log"], "");
    assert!(before.lines().all(|line| line.contains("(from command line")), "{before}");
    for name in ["Mara Lindqvist", "mara lindqvist", MARA] {
        let output = given(folder, &["--as", name, "stop-sending", "--why", "a test"], "");
        assert_eq!(output.status.code(), Some(3), "{name}");
        let told = text(&output.stderr);
        assert!(told.contains("is a user, whose name the command cannot take\n") && told.contains("hint: "), "{told}");
    }
    assert_eq!(done(folder, &["audit-log"], ""), before, "nothing was written");
}
