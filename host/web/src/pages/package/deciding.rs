//! The forms: approve, edit, reject, snooze. Each carries the digest of what is shown and a key that counts once, and
//! holds what the person typed before, so that a refusal costs nobody their words.

use super::checks::{Checks, Line};
use crate::form::{MOST_OVERRULED, Posted};
use crate::looking::once;
use crate::show::{count, lines, writable};
use crate::site::Shared;
use baton_desk::desk::{Content, Overruled, PackageView, RejectReason};
use baton_facts::packages::{Check, Verdict};
use baton_facts::quality::Finding;
use baton_facts::types::{Message, Timestamp};
use chrono::{DateTime, Datelike as _, Days, NaiveDateTime, NaiveTime, Utc};
use similar::{ChangeTag, TextDiff};
use std::sync::Arc;
use std::time::Duration;

/// As a browser's field for a moment writes it, in UTC.
const MOMENT: &str = "%Y-%m-%dT%H:%M";

/// How long comparing two texts may take; what is not compared by then counts as rewritten.
const COMPARING: Duration = Duration::from_millis(50);

/// Which form a request came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    #[default]
    None,
    Approve,
    Edit,
    Reject,
    Snooze,
    Verdict,
}

/// What a person typed.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    pub form: Form,
    pub within: Option<String>,
    /// Came from the queue of checks, and goes on there.
    pub checking: bool,
    /// When the page was first shown, as signed then.
    pub begun: String,
    pub subject: Option<String>,
    pub body: Option<String>,
    pub my_wording: bool,
    pub overruled: Vec<Overruled>,
    pub reason: Option<RejectReason>,
    pub note: String,
    pub finding: Option<Finding>,
    pub until: String,
    pub at: String,
}

impl Typed {
    pub fn new(form: Form, posted: &Posted) -> Self {
        let reason = posted.text("reason");
        Self {
            form,
            within: posted.within().map(str::to_owned),
            checking: posted.get("checks").is_some(),
            begun: posted.text("begun").to_owned(),
            subject: posted.get("subject").map(str::to_owned),
            body: posted.get("body").map(|_| posted.lines("body")),
            my_wording: posted.get("my-wording").is_some(),
            overruled: posted.overruled(),
            reason: RejectReason::ALL.into_iter().find(|known| known.name() == reason),
            note: posted.lines("note"),
            finding: finding_named(posted.text("finding")),
            until: posted.text("until").to_owned(),
            at: posted.text("at").to_owned(),
        }
    }

    /// The edited text, to that address.
    pub fn message(&self, to: &str) -> Option<Message> {
        let (subject, body) = (self.subject.clone()?, self.body.clone()?);
        (self.form == Form::Edit).then(|| Message { to: to.to_owned(), subject, body })
    }

    /// The moment that was chosen to snooze until. None where it is no moment.
    pub fn moment(&self) -> Option<Timestamp> {
        let text = if self.until == "at" { &self.at } else { &self.until };
        let text = text.trim().replacen(' ', "T", 1);
        let forms = [MOMENT, "%Y-%m-%dT%H:%M:%S"];
        let read = forms.into_iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())?;
        Some(read.and_utc().timestamp())
    }
}

fn finding_named(name: &str) -> Option<Finding> {
    [Finding::Conforming, Finding::Nonconforming, Finding::FactualDefect]
        .into_iter()
        .find(|finding| crate::show::finding_name(*finding) == name)
}

/// The forms of one rendering.
pub(super) struct Deciding {
    pub id: String,
    pub shown: String,
    pub key: String,
    pub begun: String,
    pub within: String,
    pub checking: bool,
    /// It may still be sent.
    pub sendable: bool,
    /// It may still be put off.
    pub waitable: bool,
    pub approve: Vec<Overruling>,
    pub edit: Edit,
    pub reasons: Vec<Reason>,
    pub note: String,
    pub rejecting: bool,
    pub snooze: Vec<Until>,
    pub snoozing: bool,
    pub at: String,
    pub at_least: String,
    pub at_most: String,
}

/// A failed check that the person may take on.
pub(super) struct Overruling {
    pub line: Line,
    pub ticked: bool,
    pub reason: String,
}

pub(super) struct Edit {
    pub open: bool,
    pub subject: String,
    pub body: String,
    /// Characters that nobody could see were left out of the field.
    pub hidden: Option<String>,
    pub my_wording: bool,
    /// What the engine says to this text.
    pub checks: Option<Checks>,
    pub overruling: Vec<Overruling>,
    /// Against the draft; empty where nothing differs.
    pub changes: Vec<Change>,
}

/// A stretch of the draft or of what a person made of it.
pub(super) struct Change {
    tag: ChangeTag,
    pub text: String,
}

impl Change {
    pub fn is_new(&self) -> bool {
        self.tag == ChangeTag::Insert
    }

    pub fn is_gone(&self) -> bool {
        self.tag == ChangeTag::Delete
    }
}

pub(super) struct Reason {
    pub name: &'static str,
    pub label: &'static str,
    pub chosen: bool,
}

pub(super) struct Until {
    pub value: String,
    pub label: &'static str,
    pub moment: String,
    /// Before the package goes stale.
    pub allowed: bool,
}

impl Deciding {
    pub fn new(
        web: &Shared,
        view: &PackageView,
        content: &Content,
        checks: &[Check],
        retyped: Option<Arc<Vec<Check>>>,
        typed: &Typed,
        now: Timestamp,
    ) -> Self {
        let draft = &content.package.draft.message;
        let known = web.looking.seconds(&view.id, &typed.begun).is_some();
        let overruled = |form| if typed.form == form { typed.overruled.as_slice() } else { &[] };
        let edited = typed.message(&draft.to);
        let changes = edited.as_ref().map(|edited| changes(draft, edited)).unwrap_or_default();
        let text = edited.as_ref().unwrap_or(draft);
        let ((subject, some), (body, more)) = (writable(&text.subject), writable(&text.body));
        let edit = Edit {
            open: typed.form == Form::Edit,
            subject,
            body,
            hidden: (some + more > 0).then(|| count(some + more, "hidden character")),
            my_wording: typed.my_wording,
            overruling: retyped.as_ref().map(|checks| overruling(checks, overruled(Form::Edit))).unwrap_or_default(),
            checks: retyped.map(|checks| Checks::new(&checks)),
            changes,
        };
        Self {
            id: view.id.0.clone(),
            shown: view.digest.clone(),
            key: once(),
            begun: if known { typed.begun.clone() } else { web.looking.begun(&view.id) },
            within: typed.within.clone().unwrap_or_default(),
            checking: typed.checking,
            sendable: view.deadline > now && view.suppression.is_none() && view.paused.is_none(),
            waitable: view.deadline > now && view.suppression.is_none(),
            approve: overruling(checks, overruled(Form::Approve)),
            edit,
            reasons: RejectReason::ALL
                .into_iter()
                .map(|reason| Reason {
                    name: reason.name(),
                    label: crate::show::rejected_for(reason),
                    chosen: typed.reason == Some(reason),
                })
                .collect(),
            note: writable(&typed.note).0,
            rejecting: typed.form == Form::Reject,
            snooze: untils(now, view.deadline),
            snoozing: typed.form == Form::Snooze,
            at: typed.at.clone(),
            at_least: written(now.saturating_add(60)),
            at_most: written(view.deadline.saturating_sub(60)),
        }
    }
}

fn overruling(checks: &[Check], overruled: &[Overruled]) -> Vec<Overruling> {
    let failed = checks.iter().filter(|check| check.verdict == Verdict::Fail);
    let line = |check: &Check| super::checks::lines(std::slice::from_ref(check), 1).pop();
    failed
        .take(MOST_OVERRULED)
        .filter_map(|check| {
            let before = overruled.iter().find(|over| over.check == check.name);
            Some(Overruling {
                // What comes back is compared with the check's very name.
                line: Line { name: check.name.clone(), ..line(check)? },
                ticked: before.is_some(),
                reason: before.map(|over| writable(&over.reason).0).unwrap_or_default(),
            })
        })
        .collect()
}

/// In an hour, tomorrow morning, next Monday morning.
fn untils(now: Timestamp, deadline: Timestamp) -> Vec<Until> {
    let Some(today) = DateTime::<Utc>::from_timestamp(now, 0) else { return Vec::new() };
    let morning = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    let days = |days| today.date_naive().checked_add_days(Days::new(days));
    let at_nine = |days_on| days(days_on).map(|day| day.and_time(morning).and_utc().timestamp());
    // A whole minute, so that the moment can be written.
    let hour = Some((now.saturating_add(3600)).div_euclid(60) * 60);
    let monday = 7 - u64::from(today.weekday().num_days_from_monday());
    [("In an hour", hour), ("Tomorrow", at_nine(1)), ("Next Monday", at_nine(monday))]
        .into_iter()
        .filter_map(|(label, at)| {
            let at = at?;
            Some(Until { value: written(at), label, moment: crate::show::moment(at), allowed: at < deadline })
        })
        .collect()
}

fn written(at: Timestamp) -> String {
    DateTime::from_timestamp(at, 0).map(|at| at.format(MOMENT).to_string()).unwrap_or_default()
}

/// Word by word, what was taken out of the draft and what was put in.
fn changes(draft: &Message, edited: &Message) -> Vec<Change> {
    let whole = |message: &Message| format!("{}\n\n{}", message.subject, message.body);
    let (before, after) = (whole(draft), whole(edited));
    if before == after {
        return Vec::new();
    }
    let compared = TextDiff::configure().timeout(COMPARING).diff_words(&before, &after);
    let mut changes: Vec<Change> = Vec::new();
    for change in compared.iter_all_changes() {
        match changes.last_mut() {
            Some(last) if last.tag == change.tag() => last.text.push_str(change.value()),
            _ => changes.push(Change { tag: change.tag(), text: change.value().to_owned() }),
        }
    }
    for change in &mut changes {
        change.text = lines(&change.text);
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_written() {
        for (until, at, expected) in [
            ("2026-03-10T10:00", "", Some(1_773_136_800)),
            ("at", "2026-03-10T10:00", Some(1_773_136_800)),
            ("at", " 2026-03-10 10:00:30 ", Some(1_773_136_830)),
            ("at", "", None),
            ("", "2026-03-10T10:00", None),
            ("tomorrow", "", None),
            ("2026-02-30T10:00", "", None),
            ("999999999-01-01T00:00", "", None),
        ] {
            let typed = Typed { until: until.into(), at: at.into(), ..Typed::default() };
            assert_eq!(typed.moment(), expected, "{until} {at}");
        }
    }

    #[test]
    fn what_is_offered_comes_before_the_deadline() {
        // A Tuesday, 09:00 UTC.
        let now = 1_773_133_200;
        let offered = |now: Timestamp, left: i64| -> Vec<(String, bool)> {
            untils(now, now.saturating_add(left)).into_iter().map(|until| (until.value, until.allowed)).collect()
        };
        let day = 86_400;
        let values = ["2026-03-10T10:00", "2026-03-11T09:00", "2026-03-16T09:00"];
        for (left, allowed) in [(30 * day, [true; 3]), (2 * day, [true, true, false]), (60, [false; 3])] {
            let expected: Vec<_> = values.iter().map(|value| (*value).to_owned()).zip(allowed).collect();
            assert_eq!(offered(now, left), expected);
        }
        // On a Monday, next Monday is a week away.
        assert_eq!(offered(now - day, 30 * day)[2].0, "2026-03-16T09:00");
        assert!(offered(i64::MAX, 1).is_empty());
    }

    #[test]
    fn changes_are_found_by_word() {
        let message = |body: &str| Message { to: String::new(), subject: "Hi".into(), body: body.into() };
        let shown = |before, after| -> String {
            let said = changes(&message(before), &message(after));
            said.into_iter().map(|change| format!("{:?}[{}]", change.tag, change.text)).collect()
        };
        assert_eq!(shown("same", "same"), "");
        assert_eq!(shown("one two three", "one 2 three"), "Equal[Hi\n\none ]Delete[two]Insert[2]Equal[ three]");
    }
}
