//! The forms: approve, edit, reject, snooze, ask for another draft. Each carries the digest of what is shown and a key
//! that counts once, and holds what the person typed before, so that a refusal costs nobody their words.

use super::checks::{Checks, Line};
use super::difference::{Change, changes};
use super::moments::{self, Offer, leaving, untils};
use crate::form::{MOST_OVERRULED, Posted};
use crate::looking::once;
use crate::show::{count, writable};
use crate::site::Shared;
use baton_facts::packages::{Check, Verdict};
use baton_facts::quality::Finding;
use baton_facts::types::{Message, Timestamp};
use baton_model::Zone;
use baton_model::decision::{Overruled, RejectReason};
use baton_model::views::{Content, PackageView};
use std::sync::Arc;

/// Which form a request came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    #[default]
    None,
    Approve,
    Edit,
    Reject,
    Snooze,
    Redraft,
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
    /// How long it was in the foreground before, in seconds, as the script told; empty where none did.
    pub visible: String,
    /// The last line of the trail when the form was made.
    pub seen: i64,
    /// The form's key.
    pub key: String,
    /// The digest that the form was made for.
    pub shown: String,
    pub subject: Option<String>,
    pub body: Option<String>,
    pub my_wording: bool,
    pub overruled: Vec<Overruled>,
    pub reason: Option<RejectReason>,
    pub note: String,
    pub finding: Option<Finding>,
    pub until: String,
    pub at: String,
    /// From when on it may leave: empty for at once, a moment, or `at` for the one in `leave_at`.
    pub leave: String,
    pub leave_at: String,
}

impl Typed {
    pub fn new(form: Form, posted: &Posted) -> Self {
        let reason = posted.text("reason");
        Self {
            form,
            within: posted.within().map(str::to_owned),
            checking: posted.get("checks").is_some(),
            begun: posted.text("begun").to_owned(),
            visible: posted.text("visible").to_owned(),
            seen: posted.seen(),
            key: posted.text("key").to_owned(),
            shown: posted.text("shown").to_owned(),
            subject: posted.get("subject").map(str::to_owned),
            body: posted.get("body").map(|_| posted.lines("body")),
            my_wording: posted.get("my-wording").is_some(),
            overruled: posted.overruled(),
            reason: RejectReason::ALL.into_iter().find(|known| known.name() == reason),
            note: posted.lines("note"),
            finding: finding_named(posted.text("finding")),
            until: posted.text("until").to_owned(),
            at: posted.text("at").to_owned(),
            leave: posted.text("leave").to_owned(),
            leave_at: posted.text("leave-at").to_owned(),
        }
    }

    /// Without what was made of the draft.
    pub fn restored(&mut self) {
        (self.subject, self.body, self.my_wording) = (None, None, false);
        self.overruled.clear();
    }

    /// The edited text, to that address.
    pub fn message(&self, to: &str) -> Option<Message> {
        let (subject, body) = (self.subject.clone()?, self.body.clone()?);
        (self.form == Form::Edit).then(|| Message { to: to.to_owned(), subject, body })
    }

    /// The moment that was chosen to snooze until. None where it is no moment.
    pub fn moment(&self, zone: Zone) -> Option<Timestamp> {
        moments::read(if self.until == "at" { &self.at } else { &self.until }, zone)
    }

    /// The moment that was chosen to leave at; none for as soon as it may.
    ///
    /// # Errors
    /// Where it is no moment.
    pub fn leaves(&self, zone: Zone) -> Result<Option<Timestamp>, ()> {
        let text = if self.leave == "at" { &self.leave_at } else { &self.leave };
        if self.leave.is_empty() { Ok(None) } else { moments::read(text, zone).map(Some).ok_or(()) }
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
    pub visible: String,
    pub seen: i64,
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
    /// Another draft can be asked for.
    pub redraftable: bool,
    pub redrafting: bool,
    /// Where moments are written and read.
    pub zone: &'static str,
    pub leaving: Vec<Offer>,
    pub scheduling: bool,
    /// The moment to leave at that was chosen before.
    pub leave: String,
    pub leave_at: String,
    /// The hours in which messages leave, the recipient's.
    pub window: String,
    pub snooze: Vec<Offer>,
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
    /// The draft, to go back to.
    pub drafted: (String, String),
    /// Characters that nobody could see were left out of the field.
    pub hidden: Option<String>,
    pub my_wording: bool,
    pub checked: Option<Checked>,
}

/// What the engine says to a text, and what differs from the draft.
pub(super) struct Checked {
    pub checks: Checks,
    pub overruling: Vec<Overruling>,
    /// Against the draft; empty where nothing differs.
    pub changes: Vec<Change>,
    /// Why nobody can decide about it any more.
    pub late: Option<String>,
}

impl Checked {
    pub fn new(draft: &Message, edited: &Message, checks: &[Check], overruled: &[Overruled]) -> Self {
        let (overruling, changes) = (overruling(checks, overruled), changes(draft, edited));
        Self { checks: Checks::new(checks), overruling, changes, late: None }
    }
}

pub(super) struct Reason {
    pub name: &'static str,
    pub label: &'static str,
    pub chosen: bool,
}

impl Deciding {
    pub fn new(
        web: &Shared,
        view: &PackageView,
        content: &Content,
        checks: &[Check],
        retyped: Option<Arc<Vec<Check>>>,
        (typed, seen): (&Typed, i64),
        now: Timestamp,
    ) -> Self {
        let sending = &web.site.sending;
        let zone = sending.time_zone;
        let draft = &content.package.draft.message;
        let known = web.looking.seconds(&view.id, &typed.begun).is_some();
        let overruled = |form| if typed.form == form { typed.overruled.as_slice() } else { &[] };
        let edited = typed.message(&draft.to);
        let text = edited.as_ref().unwrap_or(draft);
        let ((subject, some), (body, more)) = (writable(&text.subject), writable(&text.body));
        let edit = Edit {
            open: typed.form == Form::Edit,
            subject,
            body,
            drafted: (writable(&draft.subject).0, writable(&draft.body).0),
            hidden: (some + more > 0).then(|| count(some + more, "hidden character")),
            my_wording: typed.my_wording,
            checked: edited
                .as_ref()
                .zip(retyped)
                .map(|(edited, checks)| Checked::new(draft, edited, &checks, overruled(Form::Edit))),
        };
        let sendable = view.deadline > now && view.suppression.is_none() && view.paused.is_none();
        Self {
            id: view.id.0.clone(),
            shown: view.digest.clone(),
            key: once(),
            begun: if known { typed.begun.clone() } else { web.looking.begun(&view.id) },
            visible: if known { typed.visible.clone() } else { String::new() },
            seen,
            within: typed.within.clone().unwrap_or_default(),
            checking: typed.checking,
            redraftable: sendable && web.site.redrafting.is_some(),
            redrafting: typed.form == Form::Redraft,
            zone: zone.name(),
            leaving: leaving(&content.package, view.deadline, sending, now),
            scheduling: typed.form == Form::Approve && !typed.leave.is_empty(),
            leave: typed.leave.clone(),
            leave_at: typed.leave_at.clone(),
            window: sending.window.to_string(),
            sendable,
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
            snooze: untils(now, view.deadline, zone),
            snoozing: typed.form == Form::Snooze,
            at: typed.at.clone(),
            at_least: moments::written(now.saturating_add(60), zone),
            at_most: moments::written(view.deadline.saturating_sub(60), zone),
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
