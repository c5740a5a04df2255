//! Common steps of every decision, on one package or on several.
//!
//! A decision is about exactly the text that the reviewer saw, and the digest names that text. Without a digest, on a
//! terminal, Baton shows the package and asks, so nobody decides without seeing it.

use std::time::Instant;

use anyhow::{Result, bail};
use baton_desk::Desk;
use baton_desk::Refusal;
use baton_facts::types::Message;
use baton_model::PackageId;
use baton_model::decision::{Decision, DecisionRequest, DecisionResult};
use baton_model::views::{OutboxView, PackageView};
use baton_server::{SentDecision, Server};

use crate::{
    arguments::DecisionArgs,
    context::{Context, UsageError},
    files,
    output::{
        outbox,
        page::{Style, TextPage},
        refusal::short,
        review,
        text::moment,
    },
};

/// A package that the reviewer saw.
pub struct ReviewedPackage {
    pub view: PackageView,
    /// The digest of the text that the reviewer saw, or the prefix of another digest from the command line.
    pub digest: String,
    /// The review time in seconds, if known.
    pub seconds: Option<u32>,
}

/// Checks that the command line names a digest, or that a terminal is there to show the package on.
pub fn require_digest_or_terminal(context: &Context<'_>, args: &DecisionArgs) -> Result<()> {
    // Fail before the store is opened if nobody is named as the reviewer.
    context.who()?;
    if args.digest.is_none() && !context.terminal.can_ask() {
        bail!(UsageError(format!(
            "`--digest` is missing: it names the text that you saw\nhint: `baton show {}` prints the package and its digest",
            args.package
        )));
    }
    Ok(())
}

/// Returns the package with the digest from the command line. Without one, shows the package and asks `question`;
/// returns `None` if the reviewer says no.
pub async fn review(
    context: &Context<'_>,
    desk: &Desk,
    args: &DecisionArgs,
    question: impl Fn(&PackageView) -> String,
) -> Result<Option<ReviewedPackage>> {
    let now = context.now();
    let view = desk.package(&find(desk, &args.package).await?, now).await?;
    if let Some(digest) = &args.digest {
        return Ok(Some(ReviewedPackage { digest: full_digest(digest, &view), view, seconds: args.seconds }));
    }
    let mut page = context.terminal.page();
    review::package(&mut page, &view, now);
    page.gap();
    context.terminal.say(page)?;
    let started = Instant::now();
    if !context.terminal.confirm(&question(&view))? {
        context.terminal.say_line("nothing was changed")?;
        return Ok(None);
    }
    let seconds = u32::try_from(started.elapsed().as_secs()).ok();
    Ok(Some(ReviewedPackage { digest: view.digest.clone(), view, seconds }))
}

/// Completes a digest prefix. A prefix of another digest is kept, so that the desk can report the change.
pub fn full_digest(digest: &str, view: &PackageView) -> String {
    if view.digest.starts_with(digest) { view.digest.clone() } else { digest.to_owned() }
}

/// Finds a package by the first characters of its id.
pub async fn find(desk: &Desk, start: &str) -> Result<PackageId> {
    Ok(desk.find(start).await?)
}

/// Returns the drafted message.
pub fn draft(view: &PackageView) -> Result<&Message> {
    match view.content.as_ref().open() {
        Some(content) => Ok(&content.package.draft.message),
        None => bail!(baton_desk::DeskError::from(Refusal::PersonErased)),
    }
}

/// Normalizes line ends to `\n` and trims the end of the text.
pub fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

/// Builds the request for a decision on the text that the reviewer saw.
pub fn request(args: &DecisionArgs, reviewed: &ReviewedPackage, decision: Decision) -> Result<DecisionRequest> {
    let key = match &args.key {
        Some(key) => key.clone(),
        None => files::random()?,
    };
    Ok(DecisionRequest {
        package: reviewed.view.id.clone(),
        shown: reviewed.digest.clone(),
        key,
        seconds: reviewed.seconds,
        bulk: false,
        not_before: None,
        decision,
    })
}

/// Makes the decision and, if it approves a message that is due, sends it. Returns the message as well.
pub async fn decide(
    context: &Context<'_>,
    server: &Server,
    request: &DecisionRequest,
) -> Result<(DecisionResult, Option<OutboxView>)> {
    let SentDecision { decided, entry, not_sent } =
        server.decide_and_send(&server.desk_for(context.actor()), request, context.now()).await?;
    if let Some(error) = not_sent {
        // The decision already counts, so this is reported and retried later.
        let error = anyhow::Error::from(error);
        context.terminal.say_line(&format!("approved, but not sent yet: {error:#}"))?;
    }
    Ok((decided, entry))
}

/// Prints the result of a decision.
pub fn report(
    page: &mut TextPage,
    view: &PackageView,
    decision: &Decision,
    decided: &DecisionResult,
    entry: Option<&OutboxView>,
) {
    let result = match decision {
        Decision::Approve { .. } => "approved".to_owned(),
        Decision::Edit { .. } => "approved with your text".to_owned(),
        Decision::Reject { reason, .. } => format!("rejected: {}", reason.name()),
        Decision::Snooze { until } => format!("snoozed until {}", moment(*until)),
        Decision::Redraft { .. } => "rejected; another draft was requested".to_owned(),
    };
    let result = if decided.seeded_defect.is_some() { format!("{result}; nothing is sent") } else { result };
    let again = if decided.repeated { " (repeated request: nothing was done twice)" } else { "" };
    page.line("", &[(Style::Title, &view.account_name), (Style::Faint, &format!("  {}", short(&view.id)))]);
    page.line("  ", &[(Style::Good, &result), (Style::Plain, again)]);
    if let Some(grade) = &decided.grade {
        page.paragraph("  ", Style::Plain, &review::graded(grade));
    }
    if let Some(planted) = &decided.seeded_defect {
        review::seeded_defect(page, planted);
    }
    if let Some(entry) = entry {
        outbox::status(page, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_plain_lines() {
        for (text, expected) in
            [("Hi,\r\n\r\nyes.\r\n", "Hi,\n\nyes."), ("a\rb", "a\rb"), ("", ""), (" \n a \n\n", " \n a")]
        {
            assert_eq!(plain_lines(text), expected);
        }
    }
}
