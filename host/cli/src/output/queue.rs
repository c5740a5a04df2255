//! The queue: packages that wait, most urgent first.

use baton_desk::reviews::QueueRow;
use baton_facts::types::Timestamp;
use baton_model::package_state::PackageState;

use super::{columns::listing, page::TextPage, refusal::short, text::day};

const HOUR: i64 = 3600;

/// Prints one line per package. The columns for state and touch appear only if the packages differ in them.
pub fn queue(page: &mut TextPage, rows: &[QueueRow], now: Timestamp) {
    let forgotten = "(erased)";
    let plain = rows.iter().all(|row| row.state == PackageState::Queued);
    let mut header = vec!["id", "until", "account", "contact", "tier", "score"];
    if !plain {
        header.insert(1, "state");
    }
    let first = rows.iter().all(|row| row.touch_number <= 1);
    if !first {
        header.push("touch");
    }
    let cells = rows.iter().map(|row| {
        let mut cells = vec![
            short(&row.id).to_owned(),
            left(row.deadline, now),
            row.account_name.clone(),
            row.contact.as_ref().open().map_or(forgotten, String::as_str).to_owned(),
            row.tier.clone(),
            row.score.to_string(),
        ];
        if !plain {
            let until = row.until.filter(|_| row.state == PackageState::Snoozed);
            cells.insert(1, until.map_or(row.state.to_string(), |until| format!("back {}", day(until))));
        }
        if !first {
            cells.push(row.touch_number.to_string());
        }
        (cells, row.why_now.as_ref().open().cloned().unwrap_or_default())
    });
    listing(page, &header, &cells.collect::<Vec<_>>());
}

/// Formats a deadline: the day, and the hours left if there are fewer than 48.
pub fn left(deadline: Timestamp, now: Timestamp) -> String {
    match deadline.saturating_sub(now) {
        ..=0 => format!("{}, past", day(deadline)),
        seconds @ ..172_800 => format!("{}, {} h", day(deadline), seconds / HOUR),
        _ => day(deadline),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::page::shown;
    use baton_facts::policy::HandoffModel;
    use baton_model::Erasable;
    use expect_test::{Expect, expect};

    const NOW: Timestamp = 1_773_133_200;

    fn row(name: &str, state: PackageState) -> QueueRow {
        QueueRow {
            id: "0123456789ab".into(),
            state,
            campaign: "pilot".into(),
            account: "101".into(),
            account_name: name.into(),
            contact: Erasable::Open("Dana Whitfield".into()),
            title: Erasable::Open("Head of Platform".into()),
            why_now: Erasable::Open("raised a $42M Series C (Transit Weekly, 2026-02-25)".into()),
            subject: Erasable::Open("After the round".into()),
            tier: "named".into(),
            tier_rank: 0,
            signal_kind: "funding".into(),
            observed: Erasable::Open(NOW - 13 * 86_400),
            model: HandoffModel::ReviewAndApprove,
            score: 90,
            warnings: 0,
            touch_number: 1,
            reading_seconds: 47,
            deadline: NOW + 30 * 86_400,
            until: (state == PackageState::Snoozed).then_some(NOW + 86_400),
            prepared: NOW,
            assignee: None,
            escalated: None,
            check_due: None,
            digest: String::new(),
        }
    }

    fn check(rows: &[QueueRow], expected: Expect) {
        let mut page = TextPage::new(100);
        queue(&mut page, rows, NOW);
        expected.assert_eq(&shown(page));
    }

    #[test]
    fn what_waits() {
        let gone =
            QueueRow { contact: Erasable::Erased, why_now: Erasable::Erased, ..row("Gone", PackageState::Queued) };
        let late = QueueRow { deadline: NOW + 5 * HOUR, ..row("Ev\u{1b}[2Jil\nInc", PackageState::Queued) };
        check(
            &[row("Northbeam Logistics", PackageState::Queued), late, gone],
            expect![[r#"
                id        until            account              contact         tier   score
                01234567  2026-04-09       Northbeam Logistics  Dana Whitfield  named  90
                          raised a $42M Series C (Transit Weekly, 2026-02-25)
                01234567  2026-03-10, 5 h  Ev\u{1b}[2Jil\nInc   Dana Whitfield  named  90
                          raised a $42M Series C (Transit Weekly, 2026-02-25)
                01234567  2026-04-09       Gone                 (erased)        named  90
            "#]],
        );
    }

    #[test]
    fn other_states_are_named() {
        check(
            &[row("Northbeam", PackageState::Snoozed), row("Tessaly Pay", PackageState::Sent)],
            expect![[r#"
                id        state            until       account      contact         tier   score
                01234567  back 2026-03-11  2026-04-09  Northbeam    Dana Whitfield  named  90
                          raised a $42M Series C (Transit Weekly, 2026-02-25)
                01234567  sent             2026-04-09  Tessaly Pay  Dana Whitfield  named  90
                          raised a $42M Series C (Transit Weekly, 2026-02-25)
            "#]],
        );
    }

    #[test]
    fn a_follow_up_says_which_touch_it_is() {
        let further = QueueRow { touch_number: 3, ..row("Tessaly Pay", PackageState::Queued) };
        check(
            &[row("Northbeam", PackageState::Queued), further],
            expect![[r#"
                id        until       account      contact         tier   score  touch
                01234567  2026-04-09  Northbeam    Dana Whitfield  named  90     1
                          raised a $42M Series C (Transit Weekly, 2026-02-25)
                01234567  2026-04-09  Tessaly Pay  Dana Whitfield  named  90     3
                          raised a $42M Series C (Transit Weekly, 2026-02-25)
            "#]],
        );
    }

    #[test]
    fn deadlines() {
        for (seconds, expected) in
            [(0, "2026-03-10, past"), (3600, "2026-03-10, 1 h"), (172_799, "2026-03-12, 47 h"), (172_800, "2026-03-12")]
        {
            assert_eq!(left(NOW + seconds, NOW), expected);
        }
        assert_eq!(left(i64::MAX, i64::MIN), i64::MAX.to_string());
    }
}
