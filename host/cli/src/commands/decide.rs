//! `baton approve`, `edit`, `reject`, `snooze`: a person decides about exactly what was shown.
//!
//! What was shown is named by its digest. Without one, on a terminal, the package is shown here and the person is
//! asked; nobody decides unseen.

use std::time::Instant;

use anyhow::{Result, bail};
use baton_desk::{
    config::Settings,
    desk::{Decided, Decision, Desk, OutboxView, PackageView, Refusal, Request},
    life::State,
    store::PackageId,
};
use baton_facts::types::{Message, Timestamp};
use serde::Serialize;

use super::{at_desk, bulk, edit, transmit};
use crate::{
    arguments::{Approve, Bound, Edit, Reject, Snooze},
    context::{Context, Usage},
    files,
    print::{
        outbox,
        page::{Page, Style},
        refusal::short,
        review,
        text::moment,
    },
};

/// The largest text that is read, in bytes; the desk itself takes less.
const TEXT_MAX: u64 = 1 << 20;

/// What a decision is about: a package as it was shown.
pub(super) struct Shown {
    pub view: PackageView,
    /// The digest of what was shown, or as much of another one as was given.
    pub digest: String,
    /// How long the person looked, where we know.
    pub seconds: Option<u32>,
}

/// What came of it, for machines.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report<'a> {
    decided: &'a Decided,
    outbox: Option<&'a OutboxView>,
}

/// The draft may leave as it is.
pub fn approve(context: &Context<'_>, what: &Approve) -> Result<bool> {
    let mut named = what.named();
    if named.len() > 1 {
        return bulk::approve(context, what);
    }
    let named = named.remove(0);
    let bound = Bound {
        package: named.package,
        digest: named.digest.or_else(|| what.bound.digest.clone()),
        ..what.bound.clone()
    };
    can_be_bound(context, &bound)?;
    at_desk(context, async |desk, settings| {
        let to = |view: &PackageView| format!("Send this message to {}?", recipient(view));
        let Some(shown) = shown(context, desk, &bound, to).await? else { return Ok(false) };
        let decision = Decision::Approve { overruled: what.overrule.overruled.clone() };
        decide(context, (desk, settings), &bound, shown, (decision, what.later.moment(context.now()))).await
    })
}

/// Another text leaves in its place.
pub fn edit(context: &Context<'_>, what: &Edit) -> Result<bool> {
    let given = what.subject.is_some() || what.body.is_some();
    if given {
        can_be_bound(context, &what.bound)?;
    } else {
        edit::can_open(context, &what.bound)?;
    }
    let body = what.body.as_deref().map(body).transpose()?;
    at_desk(context, async |desk, settings| {
        let overruled = what.overrule.overruled.clone();
        let my_wording = what.my_wording;
        if !given {
            let Some((shown, edited)) = edit::at_editor(context, desk, &what.bound, overruled).await? else {
                return Ok(false);
            };
            let edit::Edited { message, overruled, kept } = edited;
            let decision = Decision::Edit { message, overruled, my_wording };
            let done =
                decide(context, (desk, settings), &what.bound, shown, (decision, what.later.moment(context.now())))
                    .await;
            return kept.unless(context, done);
        }
        let ask = |view: &PackageView| format!("Send your text to {} in the place of this draft?", recipient(view));
        let Some(shown) = shown(context, desk, &what.bound, ask).await? else { return Ok(false) };
        let draft = draft(&shown.view)?;
        let message = Message {
            to: draft.to.clone(),
            subject: what.subject.clone().unwrap_or_else(|| draft.subject.clone()),
            body: body.clone().unwrap_or_else(|| draft.body.clone()),
        };
        let decision = Decision::Edit { message, overruled, my_wording };
        decide(context, (desk, settings), &what.bound, shown, (decision, what.later.moment(context.now()))).await
    })
}

/// The package is turned down.
pub fn reject(context: &Context<'_>, what: &Reject) -> Result<bool> {
    can_be_bound(context, &what.bound)?;
    at_desk(context, async |desk, settings| {
        let ask = |_: &PackageView| format!("Reject this package for its {}?", what.reason.name());
        let Some(shown) = shown(context, desk, &what.bound, ask).await? else { return Ok(false) };
        let decision = Decision::Reject { reason: what.reason, note: what.note.clone() };
        decide(context, (desk, settings), &what.bound, shown, (decision, None)).await
    })
}

/// The package is put off.
pub fn snooze(context: &Context<'_>, what: &Snooze) -> Result<bool> {
    can_be_bound(context, &what.bound)?;
    let until = what.until.from(context.now());
    at_desk(context, async |desk, settings| {
        let ask = |_: &PackageView| format!("Put this package off until {}?", moment(until));
        let Some(shown) = shown(context, desk, &what.bound, ask).await? else { return Ok(false) };
        decide(context, (desk, settings), &what.bound, shown, (Decision::Snooze { until }, None)).await
    })
}

/// What was shown is named, or somebody is there to look at it now.
pub(super) fn can_be_bound(context: &Context<'_>, bound: &Bound) -> Result<()> {
    // Told before anything is decided about.
    context.who()?;
    if bound.digest.is_none() && !context.terminal.can_ask() {
        bail!(Usage(format!(
            "`--digest` is missing: a decision is about what was shown\nhint: `baton show {}` prints the package with its digest",
            bound.package
        )));
    }
    Ok(())
}

/// The package and the digest that the person named; without one it is shown here and `question` is asked. None where
/// the person says no.
pub(super) async fn shown(
    context: &Context<'_>,
    desk: &Desk,
    bound: &Bound,
    question: impl Fn(&PackageView) -> String,
) -> Result<Option<Shown>> {
    let now = context.now();
    let view = desk.package(&find(desk, &bound.package).await?, now).await?;
    if let Some(digest) = &bound.digest {
        return Ok(Some(Shown { digest: whole(digest, &view), view, seconds: bound.seconds }));
    }
    let mut page = context.terminal.page();
    review::package(&mut page, &view, now);
    page.gap();
    context.terminal.say(page)?;
    let looked = Instant::now();
    let answer = context.terminal.ask(&format!("{} [yes/no]", question(&view)))?;
    if !["y", "yes"].contains(&answer.as_str()) {
        nothing(context, "nothing was changed")?;
        return Ok(None);
    }
    let seconds = u32::try_from(looked.elapsed().as_secs()).ok();
    Ok(Some(Shown { digest: view.digest.clone(), view, seconds }))
}

/// The whole digest where what was typed is its beginning; else what was typed, to which the desk says what changed.
pub(super) fn whole(digest: &str, view: &PackageView) -> String {
    if view.digest.starts_with(digest) { view.digest.clone() } else { digest.to_owned() }
}

/// The package that a person means.
pub(super) async fn find(desk: &Desk, start: &str) -> Result<PackageId> {
    Ok(desk.find(start).await?)
}

/// The text that was drafted.
pub(super) fn draft(view: &PackageView) -> Result<&Message> {
    match view.content.as_ref().open() {
        Some(content) => Ok(&content.package.draft.message),
        None => bail!(baton_desk::desk::DeskError::from(Refusal::Forgotten)),
    }
}

/// Words to the person.
pub(super) fn nothing(context: &Context<'_>, what: &str) -> Result<()> {
    let mut page = context.terminal.page();
    page.paragraph("", Style::Plain, what);
    context.terminal.say(page)
}

fn body(path: &str) -> Result<String> {
    let text = files::read_text(path, TEXT_MAX).map_err(|error| {
        let name = if path == "-" { "standard input" } else { path };
        anyhow::anyhow!("{name}: {error}\nhint: name a file with the text, or `-` for standard input")
    })?;
    Ok(plain_lines(&text))
}

/// Lines end with `\n`, and nothing empty ends the text.
pub(super) fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

fn recipient(view: &PackageView) -> String {
    view.content
        .as_ref()
        .open()
        .map_or_else(|| "somebody who was forgotten".to_owned(), |content| content.package.draft.message.to.clone())
}

/// The decision, bound to what was shown.
pub(super) fn request(context: &Context<'_>, bound: &Bound, shown: &Shown, decision: Decision) -> Result<Request> {
    let key = match &bound.key {
        Some(key) => key.clone(),
        None => files::random()?,
    };
    Ok(Request {
        who: context.who()?,
        package: shown.view.id.clone(),
        shown: shown.digest.clone(),
        key,
        seconds: shown.seconds,
        bulk: false,
        not_before: None,
        decision,
    })
}

async fn decide(
    context: &Context<'_>,
    (desk, settings): (&Desk, &Settings),
    bound: &Bound,
    shown: Shown,
    (decision, not_before): (Decision, Option<Timestamp>),
) -> Result<bool> {
    let now = context.now();
    let request = Request { not_before, ..request(context, bound, &shown, decision)? };
    let decided = desk.decide(&request, now).await?;
    let entry = match &decided.outbox {
        Some(outbox) => Some(released(context, desk, settings, outbox).await?),
        None => None,
    };
    if bound.json {
        context.terminal.print_json(&Report { decided: &decided, outbox: entry.as_ref() })?;
    } else {
        let mut page = context.terminal.page();
        report(&mut page, &shown.view, &request.decision, &decided, entry.as_ref());
        context.terminal.print(page)?;
        said(context, desk, entry.as_ref()).await?;
    }
    // A decision that counts is done, whatever the final check said of the text afterwards; but nothing leaves then.
    Ok(entry.is_none_or(|entry| entry.state != State::Failed))
}

/// Released and, where its time has come and no other program is at it, transmitted.
pub(super) async fn released(
    context: &Context<'_>,
    desk: &Desk,
    settings: &Settings,
    outbox: &str,
) -> Result<OutboxView> {
    let entry = desk.release(outbox, context.now()).await?;
    if entry.state != State::Authorised {
        return Ok(entry);
    }
    // The decision counts already: what goes wrong from here on is told and tried again later.
    let trouble = match transmit::after_approval(desk, settings, context.now()).await {
        Ok(round) => round.and_then(|round| round.trouble).map(anyhow::Error::from),
        Err(error) => Some(error),
    };
    if let Some(trouble) = trouble {
        nothing(context, &format!("approved, and not transmitted yet: {trouble:#}"))?;
    }
    Ok(desk.entry(outbox).await?)
}

pub(super) fn report(
    page: &mut Page,
    view: &PackageView,
    decision: &Decision,
    decided: &Decided,
    entry: Option<&OutboxView>,
) {
    let deed = match decision {
        Decision::Approve { .. } => "approved".to_owned(),
        Decision::Edit { .. } => "approved with your text".to_owned(),
        Decision::Reject { reason, .. } => format!("rejected: {}", reason.name()),
        Decision::Snooze { until } => format!("snoozed until {}", moment(*until)),
        Decision::Redraft { .. } => "turned down for another draft".to_owned(),
    };
    let deed = if decided.planted.is_some() { format!("{deed}, and nothing leaves") } else { deed };
    let again = if decided.repeated { " (this request was answered before; nothing was done twice)" } else { "" };
    page.line("", &[(Style::Title, &view.account_name), (Style::Faint, &format!("  {}", short(&view.id)))]);
    page.line("  ", &[(Style::Good, &deed), (Style::Plain, again)]);
    if let Some(grade) = &decided.grade {
        page.paragraph("  ", Style::Plain, &review::graded(grade));
    }
    if let Some(planted) = &decided.planted {
        review::planted(page, planted);
    }
    if let Some(entry) = entry {
        outbox::standing(page, entry);
    }
}

/// What comes next, and what stands in the way.
async fn said(context: &Context<'_>, desk: &Desk, entry: Option<&OutboxView>) -> Result<()> {
    let mut page = context.terminal.page();
    if let Some(entry) = entry.filter(|entry| matches!(entry.state, State::Approved | State::Authorised)) {
        let id = short(&entry.package);
        let next = format!("next: `baton outbox {id}` shows it, `baton outbox withdraw {id} --why TEXT` takes it back");
        page.line("", &[(Style::Faint, &next)]);
        if let Some(stop) = desk.stopped().await? {
            outbox::stopped(&mut page, &stop);
        }
    }
    context.terminal.say(page)
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
