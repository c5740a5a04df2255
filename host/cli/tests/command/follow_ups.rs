//! Follow-ups: runs, replies and pauses.

use crate::fixture::DeskFolder;
use crate::{baton, text};
use expect_test::{Expect, expect};
use std::fs;

/// Checks the output of the command at this time, from the first line that contains `from`.
fn check(desk: &DeskFolder, now: &str, arguments: &[&str], from: &str, expected: Expect) {
    let output = baton(desk.path(), &[&["--now", now], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    let all = text(&output.stdout);
    let lines: Vec<&str> = all.lines().skip_while(|line| !line.contains(from)).collect();
    expected.assert_eq(&format!("{}\n", desk.same(&lines.join("\n"))));
}

#[test]
fn a_message_without_an_answer_is_followed_up_until_one_comes() {
    let desk = DeskFolder::new();
    let package = desk.package("Tessaly");
    desk.done(&["approve", &package.id, "--digest", package.shown()]);
    let (same_day, later, last) = ("2026-03-10T16:00:00Z", "2026-03-13T16:30:00Z", "2026-03-16T09:00:00Z");
    check(
        &desk,
        same_day,
        &["run", "pilot"],
        "processed",
        expect![[r#"
            1 account processed, 66 unchanged
            31 packages wait for a decision: `baton serve` opens the review page, `baton queue` lists them
        "#]],
    );
    check(
        &desk,
        same_day,
        &["why", "Tessaly Pay"],
        "Sequence",
        expect![[r#"
        Sequence: touch 1 of 4 sent on 2026-03-10; touch 2 from 2026-03-13
    "#]],
    );
    check(
        &desk,
        later,
        &["run", "pilot"],
        "processed",
        expect![[r#"
            4 accounts processed, 63 unchanged, 2 new packages (1 follow-up)
            31 packages wait for a decision: `baton serve` opens the review page, `baton queue` lists them
        "#]],
    );
    check(
        &desk,
        later,
        &["run", "pilot"],
        "processed",
        expect![[r#"
            0 accounts processed, 67 unchanged
            31 packages wait for a decision: `baton serve` opens the review page, `baton queue` lists them
        "#]],
    );

    let queue = text(&baton(desk.path(), &["--now", later, "queue", "--json"]).stdout);
    let queue: serde_json::Value = serde_json::from_str(&queue).expect("the output is JSON");
    let rows = queue.as_array().expect("a list");
    let further: Vec<_> = rows.iter().filter(|row| row["touch-number"].as_u64() > Some(1)).collect();
    assert_eq!(further.len(), 1, "{further:#?}");
    let id = further[0]["id"].as_str().expect("an id");
    let shown = text(&baton(desk.path(), &["--now", later, "show", id]).stdout);
    assert!(shown.contains("from earlier messages to Oliver Haig"), "{shown}");
    let (_, left) = shown.split_once("Earlier messages in this sequence").expect("the earlier message");
    assert!(left.contains("2026-03-10  The Tessaly Pay postmortem"), "{left}");
    assert!(left.contains("Was a release part of the story this time?"), "{left}");
    check(
        &desk,
        later,
        &["replay", id],
        "follow-up",
        expect![[r#"
        follow-up     identical
        write         identical
        route         identical
    "#]],
    );

    let touches = desk.path().join("crm/touches.csv");
    let known = fs::read_to_string(&touches).expect("the touches");
    let answer = "oliver.haig@tessaly.example,2026-03-14 10:12,inbound,email,,Re: The Tessaly Pay postmortem,\n";
    fs::write(&touches, format!("{known}{answer}")).expect("the touches");
    check(
        &desk,
        last,
        &["run", "pilot"],
        "processed",
        expect![[r#"
            0 accounts processed, 67 unchanged
            1 account paused because a contact replied; `baton resume ACCOUNT` resumes one
            1 package withdrawn because of changes in the CRM
            30 packages wait for a decision: `baton serve` opens the review page, `baton queue` lists them
        "#]],
    );
    check(
        &desk,
        last,
        &["why", "Tessaly Pay"],
        "Sequence",
        expect![[r#"
            Sequence: touch 1 of 4 sent on 2026-03-10; touch 2 is held: the account is paused
            paused since 2026-03-16 09:00 UTC: a reply came in on 2026-03-14 (baton); `baton resume 18420000184`
            resumes it
        "#]],
    );
    check(
        &desk,
        last,
        &["replies"],
        "",
        expect![[r#"
            id            noticed               account      contact      tier   from
            rrrrrrrrrrrr  2026-03-16 09:00 UTC  Tessaly Pay  Oliver Haig  named  crm
                          last message: “The Tessaly Pay postmortem”; 1 package withdrawn
        "#]],
    );
    let reply = desk.json(&["replies", "--json"])[0]["id"].as_str().expect("an id").to_owned();
    for (arguments, then) in [
        (
            ["replies", "take-over", &reply],
            expect![[r#"
            Tessaly Pay  rrrrrrrrrrrr  taken over by mara on 2026-03-16 09:00 UTC
        "#]],
        ),
        (
            ["replies", "undo-takeover", &reply],
            expect![[r#"
            Tessaly Pay  rrrrrrrrrrrr  not taken over yet
        "#]],
        ),
    ] {
        check(&desk, last, &arguments, "", then);
    }
    check(
        &desk,
        last,
        &["resume", "Tessaly Pay"],
        "",
        expect![[r#"
            resumed Tessaly Pay (18420000184)
        "#]],
    );
    check(
        &desk,
        last,
        &["run", "pilot"],
        "processed",
        expect![[r#"
            1 account processed, 66 unchanged
            30 packages wait for a decision: `baton serve` opens the review page, `baton queue` lists them
        "#]],
    );
    check(
        &desk,
        last,
        &["show", "Tessaly Pay"],
        "held",
        expect![[r#"
        held, in-conversation: Oliver Haig wrote to us on 2026-03-14, after our message of 2026-03-10
        Financial Services · 640 employees · GB · prospect · named account · owner Mara Lindqvist

        Sequence: touch 1 of 4 sent on 2026-03-10; touch 2 is held: in-conversation
    "#]],
    );
}
