//! The result of a run: accounts by outcome and reason, packages by tier and model.

use std::collections::BTreeMap;

use baton_campaign::{Report, Summary};
use baton_desk::autonomy::AutoReleases;
use baton_facts::policy::HandoffModel;
use comfy_table::{Cell, CellAlignment, Table, presets::UTF8_HORIZONTAL_ONLY};

use super::{
    page::{Style, TextPage},
    text::{count, number, plain, word},
};

const MODELS: [HandoffModel; 3] =
    [HandoffModel::ReviewAndApprove, HandoffModel::SendThenSpotCheck, HandoffModel::Automatic];

/// Prints the numbers of a run.
pub fn summary(page: &mut TextPage, title: &str, summary: &Summary) {
    let held: usize = summary.held.values().sum();
    let disqualified: usize = summary.disqualified.values().sum();
    let failed: usize = summary.failed.values().sum();
    page.line("", &[(Style::Title, title)]);
    page.gap();
    let mut line = vec![
        (Style::Plain, format!("{}: ", count(summary.accounts, "account"))),
        (Style::Good, format!("{} ready", number(summary.ready as u64))),
        (Style::Plain, format!(", {} held, {} disqualified", number(held as u64), number(disqualified as u64))),
    ];
    if failed > 0 {
        line.push((Style::Bad, format!(", {} failed", number(failed as u64))));
    }
    let line: Vec<(Style, &str)> = line.iter().map(|(style, text)| (*style, text.as_str())).collect();
    page.line("", &line);

    outcomes(page, summary);
    routes(page, &summary.routes);
    if failed > 0 {
        page.heading("Failed");
        for (what, accounts) in &summary.failed {
            page.hanging(
                &[(Style::Bad, "  "), (Style::Bad, &number(*accounts as u64)), (Style::Plain, "  ")],
                Style::Plain,
                what,
            );
        }
    }
}

/// Prints the work of the run itself, and what comes next.
pub fn work(page: &mut TextPage, report: &Report, released: &AutoReleases, waiting: u64) {
    page.gap();
    let mut did = vec![format!("{} processed", count(report.worked, "account"))];
    if report.as_before > 0 {
        did.push(format!("{} unchanged", number(report.as_before as u64)));
    }
    if report.new > 0 {
        let further = match report.follow_ups {
            0 => String::new(),
            some => format!(" ({})", count(some, "follow-up")),
        };
        did.push(format!("{}{further}", count(report.new, "new package")));
    }
    if report.replaced > 0 {
        did.push(format!("{} updated", count(report.replaced, "package")));
    }
    page.line("", &[(Style::Faint, &did.join(", "))]);
    if report.not_reached > 0 {
        let left = format!("stopped with {} left; run again to continue", count(report.not_reached, "account"));
        page.line("", &[(Style::Doubtful, &left)]);
    }
    let attended = &report.replies;
    if attended.paused > 0 {
        let paused = count(attended.paused as usize, "account");
        let line = format!("{paused} paused because a contact replied; `baton resume ACCOUNT` resumes one");
        page.paragraph("", Style::Doubtful, &line);
    }
    if attended.withdrawn > 0 {
        let line = format!("{} withdrawn because of changes in the CRM", count(attended.withdrawn as usize, "package"));
        page.line("", &[(Style::Doubtful, &line)]);
    }
    if report.postponed > 0 {
        let later = count(report.postponed, "account");
        let why = report.to_review.map_or_else(String::new, |to_review| {
            let days = count(usize::try_from(to_review.days).unwrap_or(usize::MAX), "day");
            let packages = count(to_review.packages, "package");
            format!(": {packages} to review are {days} of work at {} a day", number(to_review.per_day))
        });
        let line = format!("{later} left for a later run{why}");
        page.paragraph("", Style::Doubtful, &line);
    }
    if released.unchecked + released.checked_after + released.checked_before > 0 {
        let sent = count((released.unchecked + released.checked_after) as usize, "message");
        let sampled = count((released.checked_after + released.checked_before) as usize, "message");
        let line = format!("{sent} released by auto-send, {sampled} sampled for a spot-check");
        page.line("", &[(Style::Plain, &line)]);
    }
    let wait = match waiting {
        0 => "no packages wait for a decision".to_owned(),
        1 => "1 package waits for a decision: `baton serve` opens the review page, `baton queue` lists it".to_owned(),
        more => format!(
            "{} packages wait for a decision: `baton serve` opens the review page, `baton queue` lists them",
            number(more)
        ),
    };
    page.line("", &[(Style::Plain, &wait)]);
}

fn outcomes(page: &mut TextPage, summary: &Summary) {
    let mut rows = vec![("ready".to_owned(), String::new(), summary.ready)];
    rows.extend(largest_first(summary.held.iter().map(|(reason, accounts)| (word(reason), *accounts)), "held"));
    rows.extend(largest_first(
        summary.disqualified.iter().map(|(reason, accounts)| (word(reason), *accounts)),
        "disqualified",
    ));
    let failed: usize = summary.failed.values().sum();
    if failed > 0 {
        rows.push(("failed".to_owned(), String::new(), failed));
    }
    let mut table = table(&["outcome", "reason", "accounts"], 2);
    let mut before = String::new();
    for (outcome, reason, accounts) in rows {
        let shown = if outcome == before { String::new() } else { outcome.clone() };
        table.add_row([Cell::new(shown), Cell::new(reason), Cell::new(number(accounts as u64))]);
        before = outcome;
    }
    page.gap().block("", &table.trim_fmt());
}

fn largest_first(reasons: impl Iterator<Item = (String, usize)>, outcome: &str) -> Vec<(String, String, usize)> {
    let mut rows: Vec<_> = reasons.map(|(reason, accounts)| (outcome.to_owned(), reason, accounts)).collect();
    rows.sort_by_key(|(_, _, accounts)| std::cmp::Reverse(*accounts));
    rows
}

fn routes(page: &mut TextPage, routes: &BTreeMap<String, BTreeMap<HandoffModel, usize>>) {
    if routes.is_empty() {
        return;
    }
    let models: Vec<HandoffModel> =
        MODELS.into_iter().filter(|model| routes.values().any(|tier| tier.contains_key(model))).collect();
    let mut header = vec!["tier".to_owned()];
    header.extend(models.iter().map(word));
    header.push("packages".to_owned());
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = table(&header, 1);
    for (tier, packages) in routes {
        let name = if tier.is_empty() { "(no tier)".to_owned() } else { plain(tier) };
        let mut row = vec![Cell::new(name)];
        row.extend(
            models.iter().map(|model| Cell::new(packages.get(model).map_or(String::new(), |n| number(*n as u64)))),
        );
        row.push(Cell::new(number(packages.values().sum::<usize>() as u64)));
        table.add_row(row);
    }
    page.gap().block("", &table.trim_fmt());
}

/// Creates a table whose columns from index `numbers` on hold numbers.
fn table(header: &[&str], numbers: usize) -> Table {
    let mut style = UTF8_HORIZONTAL_ONLY;
    style = style.row_separator(comfy_table::LineStyle::none());
    let mut table = Table::new();
    table.load_style(style).set_header(header);
    for column in numbers..header.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use baton_facts::packages::{DisqualificationReason, HoldReason};
    use expect_test::{Expect, expect};

    use super::*;
    use crate::output::page::shown;

    fn check(numbers: &Summary, expected: Expect) {
        let mut page = TextPage::new(80);
        summary(&mut page, "pilot as of 2026-03-10 09:00 UTC", numbers);
        expected.assert_eq(&shown(page));
    }

    #[test]
    fn a_run() {
        let review = |packages| BTreeMap::from([(HandoffModel::ReviewAndApprove, packages)]);
        let numbers = Summary {
            accounts: 12_060,
            ready: 32,
            held: BTreeMap::from([(HoldReason::NoFreshSignal, 3), (HoldReason::NoRoleMatch, 12_000)]),
            disqualified: BTreeMap::from([(DisqualificationReason::Customer, 23)]),
            failed: BTreeMap::from([("the call was ended: it crashed".to_owned(), 2)]),
            routes: BTreeMap::from([
                ("named".to_owned(), review(30)),
                ("ev\u{1b}[2Jil".to_owned(), BTreeMap::from([(HandoffModel::Automatic, 2)])),
            ]),
        };
        check(
            &numbers,
            expect![[r#"
            pilot as of 2026-03-10 09:00 UTC

            12,060 accounts: 32 ready, 12,003 held, 23 disqualified, 2 failed

            ───────────────────────────────────────────
             outcome        reason            accounts
            ═══════════════════════════════════════════
             ready                                  32
             held           no-role-match       12,000
                            no-fresh-signal          3
             disqualified   customer                23
             failed                                  2
            ───────────────────────────────────────────

            ───────────────────────────────────────────────────────────
             tier            review-and-approve   automatic   packages
            ═══════════════════════════════════════════════════════════
             ev\u{1b}[2Jil                                2          2
             named                           30                     30
            ───────────────────────────────────────────────────────────

            Failed
              2  the call was ended: it crashed
        "#]],
        );
    }

    #[test]
    fn nothing_at_all() {
        check(
            &Summary::default(),
            expect![[r#"
            pilot as of 2026-03-10 09:00 UTC

            0 accounts: 0 ready, 0 held, 0 disqualified

            ─────────────────────────────
             outcome   reason   accounts
            ═════════════════════════════
             ready                     0
            ─────────────────────────────
        "#]],
        );
    }
}
