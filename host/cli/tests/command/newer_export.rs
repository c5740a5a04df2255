//! An export that is newer than the last run counts before a decision and before a send.

use crate::fixture::DeskFolder;
use crate::text;
use expect_test::{Expect, expect};
use std::fs;

/// A change of the export. The package under test is for Katrin Brandt at Halberg Systems.
enum Edit {
    /// In this file, the first text becomes the second.
    Replace(&'static str, &'static str, &'static str),
    /// Adds this line to the file.
    Add(&'static str, &'static str),
    /// Removes the lines that contain this text from the file.
    Remove(&'static str, &'static str),
    /// Keeps only this many lines of the file.
    Cut(&'static str, usize),
    /// Writes this instead of the file.
    Overwrite(&'static str, &'static [u8]),
}

impl Edit {
    fn make(&self, desk: &DeskFolder) {
        let change = |file: &str, change: &dyn Fn(String) -> String| {
            let path = desk.path().join("crm").join(file);
            let before = fs::read_to_string(&path).expect("the file is read");
            let after = change(before.clone());
            assert_ne!(before, after, "{file}");
            fs::write(path, after).expect("the file is written");
        };
        let lines = |text: String, keep: &dyn Fn(usize, &str) -> bool| {
            let kept: Vec<&str> =
                text.lines().enumerate().filter(|(index, line)| keep(*index, line)).map(|(_, line)| line).collect();
            kept.join("\n") + "\n"
        };
        match self {
            Self::Replace(file, from, to) => change(file, &|text| text.replacen(from, to, 1)),
            Self::Add(file, line) => change(file, &|text| text + line + "\n"),
            Self::Remove(file, with) => change(file, &|text| lines(text, &|_, line| !line.contains(with))),
            Self::Cut(file, kept) => change(file, &|text| lines(text, &|index, _| index < *kept)),
            Self::Overwrite(file, bytes) => {
                fs::write(desk.path().join("crm").join(file), bytes).expect("the file is written");
            }
        }
    }
}

const HALBERG: &str = "Germany,PROSPECT,Marketing Qualified Lead,Mara Lindqvist,2025-09-30 08:55,0";
const KATRIN: &str = "de,https://www.linkedin.example/in/katrin-brandt,deliverable,2026-02-04,,,New,false";

/// Everything that bars the package, with the reason that users read.
fn news() -> Vec<(Edit, &'static str)> {
    let company = |to| Edit::Replace("companies.csv", HALBERG, to);
    let person = |to| Edit::Replace("contacts.csv", KATRIN, to);
    vec![
        (
            Edit::Add("suppressions.csv", "katrin.brandt@halberg-systems.example,,opted-out,"),
            "the CRM suppresses the person",
        ),
        (Edit::Add("suppressions.csv", "halberg-systems.example,domain,listed,"), "the CRM suppresses the account"),
        (person("de,,deliverable,2026-02-04,true,,New,false"), "the CRM suppresses the person"),
        (person("de,,undeliverable,2026-02-04,,,New,false"), "the CRM reports that a message to the person bounced"),
        (company("Germany,CUSTOMER,Customer,Mara Lindqvist,2025-09-30 08:55,0"), "the account is now a customer"),
        (
            company("Germany,PROSPECT,Marketing Qualified Lead,Mara Lindqvist,2025-09-30 08:55,1"),
            "an opportunity is now open",
        ),
        (
            company("Germany,PROSPECT,Marketing Qualified Lead,Ben Oduya,2025-09-30 08:55,0"),
            "a colleague now owns the account",
        ),
        (
            Edit::Replace(
                "contacts.csv",
                "halberg-systems.example,Halberg Systems GmbH,,Germany,Europe/Berlin,de,https://www.linkedin.example/in/katrin",
                "halberg-systems.example,Tessaly Pay,18420000059,Germany,Europe/Berlin,de,https://www.linkedin.example/in/katrin",
            ),
            "the CRM no longer lists the person at the account",
        ),
        (
            Edit::Replace("contacts.csv", "katrin.brandt@halberg-systems.example", "k.brandt@halberg-systems.example"),
            "the person's address has changed",
        ),
        (Edit::Remove("contacts.csv", "katrin.brandt@"), "the CRM no longer lists the person at the account"),
        (Edit::Remove("companies.csv", "Halberg Systems GmbH"), "the CRM no longer lists the account"),
    ]
}

#[test]
fn news_is_looked_at_before_an_approval_is_spent() {
    for (edit, why) in news() {
        let desk = DeskFolder::new();
        edit.make(&desk);
        let package = desk.package("Halberg");
        let output = desk.baton(&["approve", &package.id, "--digest", package.shown()]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(
            said.starts_with(&format!("error: the package was withdrawn, so it cannot be approved: {why}\n")),
            "{why}: {said}"
        );
        let log = desk.done(&["audit-log", &package.id]).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(log.contains(&format!("withdrawn: was queued: {why}")), "{log}");
        assert!(!log.contains("approve"), "{log}");
    }
}

#[test]
fn news_is_looked_at_again_before_the_send() {
    for (edit, why) in news() {
        let desk = DeskFolder::new();
        let package = desk.package("Halberg");
        desk.done(&["approve", &package.id, "--digest", package.shown(), "--not-before", "2026-03-10T09:05:00Z"]);
        edit.make(&desk);
        let output = crate::baton(desk.path(), &["--now", "2026-03-10T09:10:00Z", "outbox", "transmit"]);
        assert_eq!(text(&output.stdout), "no messages are due\n", "{why}");
        let shown = desk.done(&["outbox"]).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains(why), "{why}: {shown}");
    }
}

/// Exports that are not whole: nothing is decided by them, and nothing is sent by the facts before.
#[test]
fn an_export_that_is_not_whole_holds_everything() {
    for (edit, refused, held) in [
        (Edit::Cut("companies.csv", 12), "the newest CRM export looks cut off", "so it looks cut off"),
        (Edit::Cut("contacts.csv", 12), "the newest CRM export looks cut off", "so it looks cut off"),
        (Edit::Cut("companies.csv", 1), "the newest CRM export looks cut off", "so it looks cut off"),
        (
            Edit::Cut("suppressions.csv", 4),
            "the newest CRM export looks cut off",
            "suppression list lacks 7 of the 10 rows",
        ),
        (Edit::Overwrite("contacts.csv", b""), "the newest CRM export cannot be read", "crm/contacts.csv is empty"),
        (Edit::Overwrite("companies.csv", b"PK\x03\x04"), "the newest CRM export cannot be read", "is not CSV"),
    ] {
        let desk = DeskFolder::new();
        let (sent_later, package) = (desk.package("Orrin"), desk.package("Halberg"));
        desk.done(&["approve", &sent_later.id, "--digest", sent_later.shown(), "--not-before", "2026-03-10T09:05:00Z"]);
        edit.make(&desk);
        let output = desk.baton(&["approve", &package.id, "--digest", package.shown()]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.starts_with(&format!("error: {refused}\n")), "{said}");
        let transmit = crate::baton(desk.path(), &["--now", "2026-03-10T09:10:00Z", "outbox", "transmit"]);
        assert_eq!(transmit.status.code(), Some(1));
        assert!(
            text(&transmit.stdout).contains(&format!("waiting  until 2026-03-10 09:11 UTC: {refused}")),
            "{}",
            text(&transmit.stdout)
        );
        assert!(text(&transmit.stderr).contains(held), "{}", text(&transmit.stderr));
        // The package is still there to decide, and the message to send.
        let queue = desk.done(&["queue"]);
        assert!(queue.contains("Halberg"), "{queue}");
        let check = desk.baton(&["check"]);
        assert_eq!(check.status.code(), Some(1), "{}", text(&check.stderr));
    }
}

#[test]
fn a_run_over_an_export_that_is_cut_off_asks_first() {
    let desk = DeskFolder::new();
    Edit::Cut("contacts.csv", 12).make(&desk);
    let refused = |output: std::process::Output, expected: Expect| {
        let said = text(&output.stderr);
        let error = said.lines().skip_while(|line| !line.starts_with("error")).collect::<Vec<_>>().join("\n");
        expected.assert_eq(&error);
    };
    refused(
        desk.baton(&["run", "pilot"]),
        expect![[r#"
            error: the CRM export lacks 28 of 32 accounts with open packages, or their contacts: it looks cut off
              hint: export it again; if they are really gone, run again with `--yes`"#]],
    );
    let queue = desk.json(&["queue", "--json"]);
    assert_eq!(queue.as_array().map(Vec::len), Some(32), "nothing was withdrawn");
    desk.done(&["run", "pilot", "--yes"]);
    let queue = desk.json(&["queue", "--json"]);
    assert!(queue.as_array().is_some_and(|rows| rows.len() < 10), "{queue}");
    // The export counts from now on.
    let output = desk.baton(&["outbox", "transmit"]);
    assert_eq!((text(&output.stdout), output.status.code()), ("no messages are due\n".into(), Some(0)));
}
