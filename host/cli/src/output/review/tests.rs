//! Packages as they are shown for a decision.

use super::*;
use crate::output::page::shown;
use baton_desk::packages::AccountOutcome;
use baton_facts::{
    packages::Outcome,
    types::{Message, Suppression, SuppressionReason, SuppressionScope},
};
use baton_model::decision::{Overruled, RejectReason};
use baton_model::views::{OutboxView, RoutedPackage};
use expect_test::{Expect, expect};
use std::sync::Arc;

const NOW: Timestamp = 1_773_133_200;

fn view() -> PackageView {
    let handled: AccountOutcome =
        serde_json::from_str(include_str!("../package/ready.json")).expect("the example is a result");
    let preparation = handled.preparation.expect("the example has a package");
    let Outcome::Ready(package) = preparation.outcome.clone() else { panic!("the example is ready") };
    let routing = (*handled.routing.expect("the example is routed")).clone();
    PackageView {
        id: "0123456789ab".into(),
        state: PackageState::Queued,
        campaign: "pilot".into(),
        account: "101".into(),
        account_name: "Northbeam Logistics".into(),
        digest: "3fa1b2c4d5e6f708".repeat(4),
        footer: "Relayforge, Kiln House, Bristol".into(),
        content: Erasable::Open(Arc::new(RoutedPackage { package, routing })),
        trace: Erasable::Open(Vec::new()),
        prepared: NOW,
        deadline: NOW + 30 * 86_400,
        until: None,
        newer: None,
        suppression: None,
        check: None,
        decisions: Vec::new(),
        outbox: None,
        recordings: 3,
        earlier: Erasable::Open(Vec::new()),
        paused: None,
        seeded_defect: None,
    }
}

fn entry(state: PackageState, why: Option<&str>) -> OutboxView {
    OutboxView {
        id: "0123456789abcdef".into(),
        package: "0123456789ab".into(),
        state,
        campaign: "pilot".into(),
        account: "101".into(),
        account_name: "Northbeam Logistics".into(),
        mailbox: "mara@relayforge.example".into(),
        message_id: "k2m9@relayforge.example".into(),
        message: Erasable::Open(Message {
            to: "dana@northbeam.example".into(),
            subject: "After the round".into(),
            body: "Hi Dana,\n\nMara".into(),
        }),
        footer: Erasable::Open("Kiln House, Bristol".into()),
        overruled: Erasable::Open(vec![Overruled { check: "names-known".into(), reason: "a colleague".into() }]),
        approved: NOW,
        released: Some(NOW),
        ended: (state != PackageState::Scheduled).then_some(NOW + 60),
        not_before: (state == PackageState::Scheduled).then_some(NOW + 3600),
        attempts: 1,
        why: Erasable::Open(why.map(str::to_owned)),
    }
}

/// Checks the lines above and below the package, which has its own tests.
fn around(view: &PackageView, expected: Expect) {
    let mut page = TextPage::new(100);
    package(&mut page, view, NOW);
    let text = shown(page);
    let (above, rest) = text.split_once("\nWhy now\n").unwrap_or((&text, ""));
    let below = rest.split_once("\nNext\n").map_or("", |(_, below)| below);
    expected.assert_eq(&format!("{above}…\n{below}"));
}

#[test]
fn a_package_that_waits_says_how_to_decide() {
    around(
        &view(),
        expect![[r#"
        Northbeam Logistics  northbeam.example
        queued, review-and-approve (tier named), score 84, fresh until 2026-04-09
        package 0123456789ab of campaign pilot, prepared 2026-03-10 09:00 UTC, digest 3fa1b2c4d5e6
        Logistics and Supply Chain · 1,200 employees · $240,000,000 a year · US · prospect · named account ·
        owner Mara Lindqvist
        …
          Read the draft and decide: approve, edit or reject
          touch 1 · score 84 · about 41 seconds to read · fresh until 2026-04-11

        Decide
          baton approve 01234567 --digest 3fa1b2c4d5e6
          baton edit 01234567 --digest 3fa1b2c4d5e6
          baton reject 01234567 --digest 3fa1b2c4d5e6 --reason draft
          baton snooze 01234567 --digest 3fa1b2c4d5e6 --until tomorrow
    "#]],
    );
}

#[test]
fn the_footer_is_part_of_the_text() {
    let mut page = TextPage::new(100);
    package(&mut page, &view(), NOW);
    assert!(shown(page).contains("  │\n  │ Relayforge, Kiln House, Bristol\n"));
}

#[test]
fn what_was_decided_and_what_stands_in_the_way() {
    let decided = |kind: &str, decision, at| DecisionView {
        who: "mara\u{1b}[2J".into(),
        at,
        kind: kind.into(),
        reason: Some(RejectReason::Draft),
        seconds: Some(30),
        decision,
        grade: Erasable::Open(None),
    };
    let reject = Decision::Reject { reason: RejectReason::Draft, note: "the opener\nis thin".into() };
    let view = PackageView {
        state: PackageState::Rejected,
        newer: Some("ba9876543210".into()),
        suppression: Some(Suppression {
            scope: SuppressionScope::Domain,
            reason: SuppressionReason::Listed,
            until: Some(NOW),
        }),
        decisions: vec![
            decided("snooze", Erasable::Open(Decision::Snooze { until: NOW + 3600 }), NOW),
            decided("reject", Erasable::Open(reject), NOW + 7200),
            decided("reject", Erasable::Erased, NOW + 7300),
        ],
        ..view()
    };
    around(
        &view,
        expect![[r#"
            Northbeam Logistics  northbeam.example
            rejected, review-and-approve (tier named), score 84
            package 0123456789ab of campaign pilot, prepared 2026-03-10 09:00 UTC, digest 3fa1b2c4d5e6
            a newer package replaced it: `baton show ba987654`
            suppressed until 2026-03-10 09:00 UTC: domain (listed)
            Logistics and Supply Chain · 1,200 employees · $240,000,000 a year · US · prospect · named account ·
            owner Mara Lindqvist
            …
              Read the draft and decide: approve, edit or reject
              touch 1 · score 84 · about 41 seconds to read · fresh until 2026-04-11

            Decisions
              2026-03-10 09:00 UTC  snooze by mara\u{1b}[2J until 2026-03-10 10:00 UTC
              2026-03-10 11:00 UTC  reject by mara\u{1b}[2J: draft, "the opener\nis thin"
              2026-03-10 11:01 UTC  reject by mara\u{1b}[2J: draft
        "#]],
    );
}

#[test]
fn an_edit_says_how_much_was_changed() {
    let grade = Grade {
        conforming: false,
        edited: 1205,
        changed_facts: vec!["`38%` was removed".into()],
        most_rewritten: Some(baton_facts::quality::DraftPart::Pitch),
    };
    assert_eq!(graded(&grade), "12.05% of the draft changed; `38%` was removed; counts as nonconforming");
}

#[test]
fn what_was_forgotten() {
    around(
        &PackageView { content: Erasable::Erased, state: PackageState::Withdrawn, ..view() },
        expect![[r#"
            Northbeam Logistics
            withdrawn
            package 0123456789ab of campaign pilot, prepared 2026-03-10 09:00 UTC, digest 3fa1b2c4d5e6

            the contents were erased, by request or at the end of their retention time
            …
        "#]],
    );
}

#[test]
fn outbox_entries_in_words() {
    let mut page = TextPage::new(100);
    outbox::entry(&mut page, &entry(PackageState::Scheduled, None));
    page.gap();
    outbox::status(&mut page, &entry(PackageState::DeliveryUnknown, Some("the connection broke after DATA")));
    outbox::status(&mut page, &entry(PackageState::Sent, Some("250 queued as 4F\u{1b}[2J")));
    outbox::status(&mut page, &entry(PackageState::Withdrawn, None));
    outbox::status(&mut page, &OutboxView { attempts: 3, ..entry(PackageState::Failed, Some("550 no such user")) });
    page.gap();
    let forgotten = OutboxView {
        message: Erasable::Erased,
        footer: Erasable::Erased,
        overruled: Erasable::Erased,
        why: Erasable::Erased,
        ..entry(PackageState::Withdrawn, None)
    };
    outbox::entry(&mut page, &forgotten);
    page.gap();
    outbox::outbox(&mut page, &[entry(PackageState::Scheduled, None), forgotten]);
    expect![[r#"
        Northbeam Logistics
          scheduled  not before 2026-03-10 10:00 UTC

          From        mara@relayforge.example
          To          dana@northbeam.example
          Subject     After the round
          Message-ID  <k2m9@relayforge.example>

          │ Hi Dana,
          │
          │ Mara
          │
          │ Kiln House, Bristol

        Overruled checks
          names-known  a colleague

          delivery-unknown  it may have been sent: the connection broke after DATA
          next: look in the mailbox's sent messages, then `baton outbox settle 01234567 --sent yes` or `no`
          sent  on 2026-03-10 09:01 UTC: 250 queued as 4F\u{1b}[2J
          withdrawn  on 2026-03-10 09:01 UTC
          failed  not sent on 2026-03-10 09:01 UTC: 550 no such user
          tried 3 times

        Northbeam Logistics
          withdrawn  on 2026-03-10 09:01 UTC

          Message-ID  <k2m9@relayforge.example>

        the text was erased

        id        state      approved    account              to                      subject
        01234567  scheduled  2026-03-10  Northbeam Logistics  dana@northbeam.example  After the round
        01234567  withdrawn  2026-03-10  Northbeam Logistics  (erased)                (erased)
    "#]]
    .assert_eq(&shown(page));
}

#[test]
fn a_planted_one_is_told_once_it_has_ended() {
    let defect = serde_json::json!({ "kind": "number", "was": "38%", "now": "45%\u{1b}[2J", "mark": "45%" });
    let planted = |result| SeededDefect {
        original: "ba9876543210".into(),
        result,
        defect: serde_json::from_value(defect.clone()).expect("a defect"),
    };
    let mut page = TextPage::new(100);
    page.line("", &[(Style::Title, "Inkwell Labs")]);
    for result in [Some(SeededDefectResult::Found), Some(SeededDefectResult::Missed), None] {
        seeded_defect(&mut page, &planted(result));
    }
    seeded_defect(&mut page, &SeededDefect { defect: None, ..planted(None) });
    expect![[r#"
        Inkwell Labs
          this package had a seeded defect and could not have been sent; a number was changed: “38%” became
          “45%\u{1b}[2J”; it was found
          the original package: `baton show ba987654`
          this package had a seeded defect and could not have been sent; a number was changed: “38%” became
          “45%\u{1b}[2J”; it was missed
          the original package: `baton show ba987654`
          this package had a seeded defect and could not have been sent; a number was changed: “38%” became
          “45%\u{1b}[2J”; it counts neither as found nor as missed
          the original package: `baton show ba987654`
          this package had a seeded defect and could not have been sent; its text was erased; it counts
          neither as found nor as missed
          the original package: `baton show ba987654`
    "#]]
    .assert_eq(&shown(page));
}
