//! A package as an SDR reads it: account, why now, contact, draft, checks, and the next action.

use baton_desk::accounts::AccountView;
use baton_desk::packages::AccountOutcome;
use baton_facts::types::Evidence;
use baton_facts::{
    packages::{HandoffPackage, Outcome, Verdict},
    types::{Account, Claim, Relation, Touch},
};
use baton_model::Erasable;
use baton_model::touch_outcome_words;

use super::{
    page::{Style, TextPage},
    text::{count, day, number, word},
    why::{erased, headline, verdict},
};

/// The number of earlier touches to list; older ones are only counted.
const TOUCHES_SHOWN: usize = 5;

/// Prints the latest result for an account, unless it was erased.
pub fn account(page: &mut TextPage, view: &AccountView) {
    match &view.handled {
        Erasable::Open(result) => print_outcome(page, result),
        Erasable::Erased => erased(page, view),
    }
}

/// Prints the latest result for an account.
pub fn print_outcome(page: &mut TextPage, handled: &AccountOutcome) {
    headline(page, handled);
    facts(page, &handled.account);
    match &handled.preparation {
        Ok(preparation) => {
            if let Outcome::Ready(ready) = &preparation.outcome {
                package(page, ready, "");
            }
        }
        Err(what) => {
            page.gap().paragraph("", Style::Bad, what);
        }
    }
}

/// Prints the account in one line.
pub fn facts(page: &mut TextPage, account: &Account) {
    let mut facts = Vec::new();
    facts.extend(account.industry.clone());
    facts.extend(account.employees.map(|people| format!("{} employees", number(people))));
    facts.extend(account.annual_revenue_usd.map(|revenue| format!("${} a year", number(revenue))));
    facts.extend(account.country.clone());
    facts.extend((account.relation != Relation::None).then(|| word(&account.relation)));
    facts.extend(account.named.then(|| "named account".to_owned()));
    facts.extend(account.referred_by.as_ref().map(|who| format!("referred by {who}")));
    facts.extend(account.owner.as_ref().map(|owner| format!("owner {owner}")));
    if !facts.is_empty() {
        page.paragraph("", Style::Faint, &facts.join(" · "));
    }
}

/// Prints everything for one decision; `footer` is added to the message when it is sent, and may be empty.
pub fn package(page: &mut TextPage, package: &HandoffPackage, footer: &str) {
    page.heading("Why now");
    page.paragraph("  ", Style::Plain, &package.why_now);
    for ranked in &package.signals {
        let signal = &ranked.signal;
        let lead = format!("  {:>3}  {}  ", ranked.score, day(signal.observed_at));
        page.hanging(&[(Style::Faint, &lead)], Style::Plain, &format!("{}: {}", signal.kind, signal.summary));
        let source = [signal.source_name.as_str(), signal.source_url.as_str()];
        let source: Vec<&str> = source.into_iter().filter(|text| !text.is_empty()).collect();
        let indent = " ".repeat(lead.chars().count());
        page.line(&indent, &[(Style::Faint, &source.join(", "))]);
    }
    contact(page, package);
    draft(page, package, footer);
    checks(page, package);

    page.heading("Next");
    page.paragraph("  ", Style::Title, &package.next_action);
    let facts = format!(
        "touch {} · score {} · about {} to read · fresh until {}",
        package.touch_number,
        package.score,
        count(package.reading_seconds as usize, "second"),
        day(package.fresh_until)
    );
    page.paragraph("  ", Style::Faint, &facts);
}

fn contact(page: &mut TextPage, package: &HandoffPackage) {
    let contact = &package.contact;
    page.heading("Contact");
    let name = baton_model::full_name(contact);
    let title = contact.title.as_ref().map(|title| format!(", {title}")).unwrap_or_default();
    page.line("  ", &[(Style::Title, &name), (Style::Plain, &title)]);
    let verified = contact.verified_at.map_or(String::new(), |moment| format!(", verified {}", day(moment)));
    let address = contact.email.as_deref().unwrap_or("no address");
    let state = format!(" ({}{verified})", word(&contact.verification));
    page.line("  ", &[(Style::Plain, address), (Style::Faint, &state)]);
    if let Some(link) = &contact.linkedin_url {
        page.line("  ", &[(Style::Plain, link)]);
    }
    let matched = &package.role_match;
    let matched =
        format!("role: {}, by the title \"{}\" ({} of 100)", matched.role, matched.matched_title, matched.score);
    page.paragraph("  ", Style::Plain, &matched);
    history(page, &package.history);
}

fn history(page: &mut TextPage, history: &[Touch]) {
    if history.is_empty() {
        page.line("  ", &[(Style::Plain, "no earlier touches")]);
        return;
    }
    let folded = history.len().saturating_sub(TOUCHES_SHOWN);
    page.line("  ", &[(Style::Plain, &count(history.len(), "earlier touch"))]);
    for touch in history.iter().rev().take(TOUCHES_SHOWN) {
        let lead = format!("    {}  ", day(touch.at));
        let outcome =
            touch.outcome.as_ref().map_or(String::new(), |outcome| format!(" → {}", touch_outcome_words(outcome)));
        let campaign = touch.campaign.as_ref().map_or(String::new(), |campaign| format!(" [{campaign}]"));
        let what = format!("{} {}: {}{outcome}{campaign}", word(&touch.direction), word(&touch.channel), touch.subject);
        page.hanging(&[(Style::Faint, &lead)], Style::Plain, &what);
    }
    if folded > 0 {
        page.line("    ", &[(Style::Faint, &format!("and {} older ones", number(folded as u64)))]);
    }
}

fn draft(page: &mut TextPage, package: &HandoffPackage, footer: &str) {
    let draft = &package.draft;
    page.heading("Draft");
    let from = format!("{} <{}>", package.sender.name, package.sender.email);
    for (label, text) in [("From     ", &from), ("To       ", &draft.message.to), ("Subject  ", &draft.message.subject)]
    {
        page.hanging(&[(Style::Faint, "  "), (Style::Faint, label)], Style::Plain, text);
    }
    page.gap();
    text(page, &draft.message.body, footer);
    if !draft.claims.is_empty() {
        page.gap();
        page.line("  ", &[(Style::Faint, "Claims and their evidence")]);
        for claim in &draft.claims {
            page.hanging(&[(Style::Faint, "  - ")], Style::Plain, &format!("\"{}\"", claim.text));
            page.line("    ", &[(Style::Faint, &evidence(package, claim))]);
        }
    }
}

/// Prints the message as the recipient gets it: body and footer.
pub fn text(page: &mut TextPage, body: &str, footer: &str) {
    match footer {
        "" => page.quotation("  ", body),
        footer => page.quotation("  ", &format!("{}\n\n{footer}", body.trim_end())),
    };
}

/// Describes the evidence for a claim.
fn evidence(package: &HandoffPackage, claim: &Claim) -> String {
    match &claim.evidence {
        Evidence::Account => "from the account's record".to_owned(),
        Evidence::Contact(id) if *id == package.contact.id => {
            format!("from earlier messages to {}", baton_model::full_name(&package.contact))
        }
        Evidence::Signal(id) => match package.signals.iter().find(|ranked| ranked.signal.id == *id) {
            Some(ranked) => format!("from {}, {}", ranked.signal.source_name, day(ranked.signal.observed_at)),
            None => missing(id),
        },
        Evidence::Fact(id) if package.angle.facts.iter().any(|fact| fact.id == *id) => {
            format!("from the campaign's fact `{id}`")
        }
        Evidence::Fact(id) | Evidence::Contact(id) => missing(id),
    }
}

fn missing(id: &str) -> String {
    format!("from `{id}`, which is not in the package")
}

fn checks(page: &mut TextPage, package: &HandoffPackage) {
    page.heading("Checks");
    let of = |wanted: Verdict| package.checks.iter().filter(|check| check.verdict == wanted).count();
    let (passed, warned, failed) = (of(Verdict::Pass), of(Verdict::Warn), of(Verdict::Fail));
    page.line(
        "  ",
        &[
            (Style::Good, &format!("{passed} passed")),
            (Style::Plain, ", "),
            (
                if warned > 0 { Style::Doubtful } else { Style::Plain },
                &format!("{warned} {}", if warned == 1 { "warning" } else { "warnings" }),
            ),
            (Style::Plain, ", "),
            (if failed > 0 { Style::Bad } else { Style::Plain }, &format!("{failed} failed")),
        ],
    );
    // A decision needs the checks that did not pass; `baton why` lists the others.
    for check in package.checks.iter().filter(|check| check.verdict != Verdict::Pass) {
        let (word, style) = verdict(check.verdict);
        let name = format!("  {}  ", check.name);
        page.hanging(&[(Style::Plain, "  "), (style, word), (Style::Plain, &name)], Style::Plain, &check.detail);
    }
}

#[cfg(test)]
mod tests;
