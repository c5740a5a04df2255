//! The explanation of an account's result: each rule in order, with its verdict.

use baton_desk::accounts::AccountView;
use baton_desk::packages::AccountOutcome;
use baton_facts::packages::{Check, Outcome, Verdict};
use baton_facts::quality::Routing;
use baton_model::Erasable;

use super::{
    page::{Style, TextPage},
    text::{day, word},
};

/// Prints the rules of one account, unless they were erased.
pub fn account(page: &mut TextPage, view: &AccountView) {
    match &view.handled {
        Erasable::Open(handled) => why(page, handled),
        Erasable::Erased => erased(page, view),
    }
}

/// Prints the rules of one account, from research to routing.
pub fn why(page: &mut TextPage, handled: &AccountOutcome) {
    headline(page, handled);
    match &handled.preparation {
        Err(what) => {
            page.gap().paragraph("  ", Style::Bad, what);
        }
        Ok(preparation) => {
            let of_package = match &preparation.outcome {
                Outcome::Ready(package) => package.checks.as_slice(),
                Outcome::Held(_) | Outcome::Disqualified(_) => &[],
            };
            // An engine may end its trace with some or all of the package's checks; print those once.
            let trace = &preparation.trace[..];
            let rules = (0..=of_package.len()).rev().find_map(|most| trace.strip_suffix(&of_package[..most]));
            page.heading("Rules");
            checks(page, rules.unwrap_or(trace));
            if !of_package.is_empty() {
                page.heading("Checks of the package");
                checks(page, of_package);
            }
        }
    }
    if let Some(routing) = &handled.routing {
        page.heading("Routing");
        page.paragraph("  ", Style::Plain, &routing.reason);
        checks(page, &routing.trace);
    }
}

/// Prints the account's state if the rest was erased.
pub fn erased(page: &mut TextPage, view: &AccountView) {
    let row = &view.row;
    page.line("", &[(Style::Title, &row.name), (Style::Faint, &format!("  {}", row.domain))]);
    let reason = row.reason.as_ref().map_or(String::new(), |reason| format!(", {reason}"));
    page.line("", &[(Style::Plain, &format!("{}{reason}", row.state.name()))]);
    let gone =
        "the details were erased, by request or at the end of their retention time; the next run adds them again";
    page.paragraph("", Style::Faint, gone);
}

/// Prints the account and its outcome in two lines.
pub fn headline(page: &mut TextPage, handled: &AccountOutcome) {
    let account = &handled.account;
    let domain = account.domain.as_ref().map(|domain| format!("  {domain}")).unwrap_or_default();
    page.line("", &[(Style::Title, &account.name), (Style::Faint, &domain)]);
    let preparation = match &handled.preparation {
        Ok(preparation) => preparation,
        Err(_) => {
            page.line("", &[(Style::Bad, "failed")]);
            return;
        }
    };
    match &preparation.outcome {
        Outcome::Ready(package) => {
            let score = format!(", score {}", package.score);
            let route = match handled.routing.as_deref() {
                Some(Routing { tier: None, model, .. }) => format!(", {}", word(model)),
                Some(Routing { tier: Some(tier), model, .. }) => format!(", {} (tier {tier})", word(model)),
                None => String::new(),
            };
            page.line("", &[(Style::Good, "ready"), (Style::Plain, &route), (Style::Plain, &score)]);
        }
        Outcome::Held(hold) => {
            let again = match hold.look_again {
                Some(moment) => format!("; next look on {}", day(moment)),
                None => String::new(),
            };
            let lead = format!("held, {}: ", word(&hold.reason));
            page.hanging(&[(Style::Doubtful, &lead)], Style::Plain, &format!("{}{again}", hold.detail));
        }
        Outcome::Disqualified(out) => {
            let lead = format!("disqualified, {}: ", word(&out.reason));
            page.hanging(&[(Style::Bad, &lead)], Style::Plain, &out.detail);
        }
    }
}

/// Prints numbered rules, each with its verdict, name and values.
pub fn checks(page: &mut TextPage, checks: &[Check]) {
    if checks.is_empty() {
        page.line("  ", &[(Style::Faint, "none")]);
    }
    let digits = checks.len().to_string().len();
    let longest = checks.iter().map(|check| check.name.chars().count().min(32)).max().unwrap_or(0);
    for (index, check) in checks.iter().enumerate() {
        let (verdict, style) = verdict(check.verdict);
        let number = format!("  {:>digits$}  ", index + 1);
        let name = format!("  {:longest$}  ", check.name);
        page.hanging(&[(Style::Faint, &number), (style, verdict), (Style::Plain, &name)], Style::Plain, &check.detail);
    }
}

/// Returns the verdict as a word of four letters, and its style.
pub fn verdict(verdict: Verdict) -> (&'static str, Style) {
    match verdict {
        Verdict::Pass => ("pass", Style::Good),
        Verdict::Warn => ("warn", Style::Doubtful),
        Verdict::Fail => ("fail", Style::Bad),
    }
}
