//! The forms of a package's page, parsed once: a decision or a verdict, with the page state that comes along.
//!
//! The path of a form names its decision. An unknown or missing name is refused, so nothing is approved by default.
//! A refused form is shown again with everything the user typed.

use crate::error::WebError;
use crate::extract::FormFields;
use crate::format::parse_datetime_input;
use crate::view_timer::ViewTimer;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use baton_facts::quality::Finding;
use baton_facts::types::{Message, Timestamp};
use baton_model::PackageId;
use baton_model::Zone;
use baton_model::decision::{Overruled, RejectReason};

/// A submitted form of the page, or none on the first view.
#[derive(Debug, Default)]
pub(crate) struct PackageForm {
    pub state: PageState,
    pub input: FormInput,
}

/// The input of the form.
#[derive(Debug, Default)]
pub(crate) enum FormInput {
    #[default]
    None,
    Decision(PostedDecision),
    Verdict(PostedVerdict),
}

/// State that each form of the page sends along.
#[derive(Debug, Default)]
pub(crate) struct PageState {
    /// The campaign that the queue is filtered by.
    pub within: Option<String>,
    /// The user came from the spot-checks, and goes back there.
    pub checking: bool,
    /// When the page was first shown, signed by the [`ViewTimer`].
    pub begun: String,
    /// Seconds in the foreground before, as the script reported them. Empty without script.
    pub visible: String,
    /// The last entry of the audit log when the form was made. Without one, every entry is older.
    pub seen: i64,
    /// Makes the form count once.
    pub key: String,
    /// The digest of the package as it was shown.
    pub shown: String,
}

/// A decision as it was posted, before the desk has checked it.
#[derive(Debug, PartialEq)]
pub(crate) enum PostedDecision {
    Approve { overruled: Vec<Overruled>, send: DateTimeChoice },
    Edit(EditedText),
    Reject { reason: Option<RejectReason>, note: String },
    Snooze { until: DateTimeChoice },
    Redraft { note: String },
}

/// A text that replaces the draft's, or is checked for it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct EditedText {
    pub subject: Option<String>,
    pub body: Option<String>,
    /// The draft was fine; the user prefers other words.
    pub my_wording: bool,
    pub overruled: Vec<Overruled>,
    pub send: DateTimeChoice,
}

/// The result of a spot-check.
#[derive(Debug)]
pub(crate) struct PostedVerdict {
    pub finding: Option<Finding>,
    pub note: String,
}

/// A date and time that was offered on a button, or typed into a field of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DateTimeChoice {
    /// Empty, the offered time, or `at` for the typed one.
    chosen: String,
    pub typed: String,
}

impl PackageForm {
    /// The form with a text to check.
    pub fn text(fields: &FormFields) -> Self {
        let input = FormInput::Decision(PostedDecision::Edit(EditedText::new(fields)));
        Self { state: PageState::new(fields), input }
    }

    /// The edited text, if this is the edit form.
    pub const fn edit(&self) -> Option<&EditedText> {
        match &self.input {
            FormInput::Decision(PostedDecision::Edit(edit)) => Some(edit),
            _ => None,
        }
    }

    /// The edited text as a message to this address.
    pub fn message(&self, to: &str) -> Option<Message> {
        self.edit()?.message(to)
    }

    /// The note of a rejection, a request for another draft or a verdict. Other forms have none.
    pub fn note(&self) -> &str {
        match &self.input {
            FormInput::Decision(PostedDecision::Reject { note, .. } | PostedDecision::Redraft { note }) => note,
            FormInput::Verdict(verdict) => &verdict.note,
            _ => "",
        }
    }
}

impl PageState {
    pub fn new(fields: &FormFields) -> Self {
        Self {
            within: fields.within().map(str::to_owned),
            checking: fields.get("checks").is_some(),
            begun: fields.text("begun").to_owned(),
            visible: fields.text("visible").to_owned(),
            seen: fields.text("seen").parse().unwrap_or(i64::MAX),
            key: fields.text("key").to_owned(),
            shown: fields.text("shown").to_owned(),
        }
    }

    /// Seconds that the user looked at the package: since the page was first shown, less the time in which its tab was in
    /// the background, as the script reported it. A report can only shorten the time.
    pub fn seconds(&self, timer: &ViewTimer, package: &PackageId) -> Option<u32> {
        let passed = timer.seconds(package, &self.begun)?;
        Some(self.visible.parse().map_or(passed, |visible: u32| visible.min(passed)))
    }
}

impl PostedDecision {
    /// Parses the form of the decision with this name.
    ///
    /// # Errors
    /// [`WebError`] if no decision has this name.
    pub fn parse(name: &str, fields: &FormFields) -> Result<Self, WebError> {
        Ok(match name {
            "approve" => {
                Self::Approve { overruled: fields.overruled(), send: DateTimeChoice::new(fields, "leave", "leave-at") }
            }
            "edit" => Self::Edit(EditedText::new(fields)),
            "reject" => Self::Reject { reason: reject_reason(fields), note: fields.lines("note") },
            "snooze" => Self::Snooze { until: DateTimeChoice::new(fields, "until", "at") },
            "redraft" => Self::Redraft { note: fields.lines("note") },
            _ => {
                let what = "Nothing was decided: the form does not say which decision";
                return Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, what)
                    .hint("open the package and press one of its buttons"));
            }
        })
    }
}

/// Reads the decision that the last part of the path names.
impl<S: Send + Sync> FromRequest<S> for DecisionForm {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let path = request.uri().path().to_owned();
        let fields = FormFields::from_request(request, state).await?;
        let name = path.rsplit('/').next().unwrap_or_default();
        Ok(Self { decision: PostedDecision::parse(name, &fields)?, state: PageState::new(&fields) })
    }
}

/// A submitted decision.
pub(crate) struct DecisionForm {
    pub state: PageState,
    pub decision: PostedDecision,
}

impl EditedText {
    fn new(fields: &FormFields) -> Self {
        Self {
            subject: fields.get("subject").map(str::to_owned),
            body: fields.get("body").map(|_| fields.lines("body")),
            my_wording: fields.get("my-wording").is_some(),
            overruled: fields.overruled(),
            send: DateTimeChoice::new(fields, "leave", "leave-at"),
        }
    }

    pub fn message(&self, to: &str) -> Option<Message> {
        Some(Message { to: to.to_owned(), subject: self.subject.clone()?, body: self.body.clone()? })
    }

    /// Returns to the draft's own text.
    pub fn restore(&mut self) {
        *self = Self { send: std::mem::take(&mut self.send), ..Self::default() };
    }
}

impl PostedVerdict {
    pub fn new(fields: &FormFields) -> Self {
        let name = fields.text("finding");
        let finding = [Finding::Conforming, Finding::Nonconforming, Finding::FactualDefect]
            .into_iter()
            .find(|finding| crate::format::finding_name(*finding) == name);
        Self { finding, note: fields.lines("note") }
    }
}

impl DateTimeChoice {
    /// Reads the field `chosen`, and the field `typed` that `at` refers to.
    pub fn new(fields: &FormFields, chosen: &str, typed: &str) -> Self {
        Self { chosen: fields.text(chosen).to_owned(), typed: fields.text(typed).to_owned() }
    }

    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    pub fn chosen(&self) -> &str {
        &self.chosen
    }

    /// Parses the date and time. Returns `None` if it is not a valid one.
    pub fn read(&self, zone: Zone) -> Option<Timestamp> {
        parse_datetime_input(if self.chosen == "at" { &self.typed } else { &self.chosen }, zone)
    }
}

/// The reason for a rejection. `None` if the form has no known one.
pub(crate) fn reject_reason(fields: &FormFields) -> Option<RejectReason> {
    let name = fields.text("reason");
    RejectReason::ALL.into_iter().find(|known| known.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_named_decision_is_taken() {
        let fields = FormFields::of(&[("note", "shorter")]);
        for name in ["approve", "edit", "reject", "snooze", "redraft"] {
            assert!(PostedDecision::parse(name, &fields).is_ok(), "{name}");
        }
        for name in ["", "Approve", "approve ", "send", "verdict", "none", "check"] {
            let refused = PostedDecision::parse(name, &fields).expect_err(name);
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.what.contains("does not say which decision"), "{refused:?}");
        }
    }

    #[test]
    fn a_decision_has_only_its_own_fields() {
        let fields = FormFields::of(&[("note", "a\r\nb"), ("reason", "draft"), ("subject", "s"), ("until", "at")]);
        let note = "a\nb".to_owned();
        assert_eq!(
            PostedDecision::parse("reject", &fields).expect("a rejection"),
            PostedDecision::Reject { reason: Some(RejectReason::Draft), note: note.clone() }
        );
        assert_eq!(PostedDecision::parse("redraft", &fields).expect("a wish"), PostedDecision::Redraft { note });
        // Without both a subject and a text there is no message to check.
        let form = PackageForm::text(&fields);
        assert!(form.edit().is_some() && form.message("ana@acme.example").is_none());
    }
}
