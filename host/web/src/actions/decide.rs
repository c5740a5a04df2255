//! Deciding about a package, and checking a text for it.
//!
//! What counts is the desk's answer. A refusal gets the package back as it is now, with what the person typed.

use crate::door::By;
use crate::form::{Id, Posted, to};
use crate::pages::package::{self, Form, Typed};
use crate::pages::queue::Narrow;
use crate::site::{Shared, Web};
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::{DeskError, Refusal};
use baton_facts::types::Timestamp;
use baton_model::Zone;
use baton_model::decision::{Decided, Decision, Request};
use baton_model::{PackageId, Sealed};

/// `POST /packages/{id}/check`: the checks on an edited text. Changes nothing.
pub(crate) async fn check(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    let mut typed = Typed::new(Form::Edit, &posted);
    if posted.get("restore").is_some() {
        typed.restored();
    }
    package::again(&web, &by, &id.package(), typed, None, web.now()).await
}

/// `POST /packages/{id}/approve`
pub(crate) async fn approve(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    decide(&web, &by, &id, &posted, Form::Approve).await
}

/// `POST /packages/{id}/edit`
pub(crate) async fn edit(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    decide(&web, &by, &id, &posted, Form::Edit).await
}

/// `POST /packages/{id}/reject`
pub(crate) async fn reject(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    decide(&web, &by, &id, &posted, Form::Reject).await
}

/// `POST /packages/{id}/snooze`
pub(crate) async fn snooze(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    decide(&web, &by, &id, &posted, Form::Snooze).await
}

/// `POST /packages/{id}/redraft`: the engine is asked for another draft, which takes the package's place.
pub(crate) async fn redraft(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    decide(&web, &by, &id, &posted, Form::Redraft).await
}

async fn decide(web: &Shared, by: &By, id: &Id, posted: &Posted, form: Form) -> Result<Response, Trouble> {
    let (typed, now) = (Typed::new(form, posted), web.now());
    let answer = of_form(web, &by.who, &id.package(), posted, &typed, now).await;
    answered(web, by, id, typed, answer, now).await
}

/// Decides what a form asks for, wherever it stands.
///
/// # Errors
/// Where the form lacks something, the desk says no, or the store fails.
pub(super) async fn of_form(
    web: &Shared,
    who: &str,
    package: &PackageId,
    posted: &Posted,
    typed: &Typed,
    now: Timestamp,
) -> Result<Decided, DeskError> {
    let decision = wanted(web, package, typed).await?;
    let approves = matches!(decision, Decision::Approve { .. } | Decision::Edit { .. });
    let zone = web.site.sending.time_zone;
    let not_before = if approves { typed.leaves(zone).map_err(|()| no_moment("to leave at", zone))? } else { None };
    let request = Request {
        who: who.to_owned(),
        package: package.clone(),
        shown: posted.text("shown").to_owned(),
        key: posted.text("key").to_owned(),
        seconds: posted.seconds(&web.looking, package),
        // A form is about one package.
        bulk: false,
        not_before,
        decision,
    };
    made(web, &request, now).await
}

/// Has the desk decide, lets go what may leave, and tells the worker.
///
/// # Errors
/// Where the desk says no, no other draft is to be had, or the store fails.
pub(crate) async fn made(web: &Shared, request: &Request, now: Timestamp) -> Result<Decided, DeskError> {
    let decided = match (&request.decision, &web.site.redrafting) {
        (Decision::Redraft { .. }, Some(redrafting)) => {
            let campaign = web.desk().package(&request.package, now).await?.campaign;
            redrafting.redraft(&campaign, request, now).await?
        }
        (Decision::Redraft { .. }, None) => {
            return Err(Refusal::NoDraft("nobody here can be asked for one".into()).into());
        }
        _ => web.desk().decide(request, now).await?,
    };
    if let Some(outbox) = &decided.outbox {
        // Should this fail, the entry stays approved and the worker releases it later: the decision counts either way.
        let _later = web.desk().release(outbox, now).await;
        web.site.wake.notify_one();
    }
    Ok(decided)
}

/// What the form asks for.
async fn wanted(web: &Shared, package: &PackageId, typed: &Typed) -> Result<Decision, DeskError> {
    let invalid = |what: &str| Refusal::Invalid(what.to_owned());
    let (overruled, note) = (typed.overruled.clone(), typed.note.trim().to_owned());
    let zone = web.site.sending.time_zone;
    Ok(match typed.form {
        Form::Edit => {
            let Sealed::Open(content) = web.desk().package(package, web.now()).await?.content else {
                return Err(Refusal::Forgotten.into());
            };
            // The form does not say whom the message goes to: an edit changes the text alone.
            let message = typed.message(&content.package.draft.message.to);
            let message = message.ok_or_else(|| invalid("the message needs a subject and a text"))?;
            Decision::Edit { message, overruled, my_wording: typed.my_wording }
        }
        Form::Reject => {
            let reason = typed.reason.ok_or_else(|| invalid("a rejection needs one of the reasons"))?;
            Decision::Reject { reason, note }
        }
        Form::Snooze => {
            Decision::Snooze { until: typed.moment(zone).ok_or_else(|| no_moment("to snooze until", zone))? }
        }
        Form::Redraft => Decision::Redraft { note },
        Form::Approve | Form::None | Form::Verdict => Decision::Approve { overruled },
    })
}

pub(super) fn no_moment(what: &str, zone: Zone) -> Refusal {
    Refusal::Invalid(format!("that is no moment {what}: write it as 2026-03-31T09:00, by the clock in {}", zone.name()))
}

async fn answered(
    web: &Shared,
    by: &By,
    id: &Id,
    typed: Typed,
    answer: Result<Decided, DeskError>,
    now: Timestamp,
) -> Result<Response, Trouble> {
    match answer {
        Ok(decided) => Ok(done(web, by, &decided, &typed, now).await),
        Err(DeskError::Refused(refusal)) => package::again(web, by, &id.package(), typed, Some(&refusal), now).await,
        Err(error) => Err(error.into()),
    }
}

/// The decision counts, and the next package comes.
async fn done(web: &Shared, by: &By, decided: &Decided, typed: &Typed, now: Timestamp) -> Response {
    if typed.checking {
        return super::verdict::next(web, &decided.package).await;
    }
    let within = typed.within.as_deref();
    if let Some(newer) = &decided.newer {
        let done = ("done", Some(decided.package.0.as_str()));
        return Redirect::to(&to(&format!("/packages/{newer}"), &[done, ("within", within)])).into_response();
    }
    let narrow = Narrow::within(within);
    let filter = narrow.filter(by);
    let next = web.desk().queue(&filter, None, 1, now).await.ok().and_then(|mut page| page.rows.pop());
    let done = ("done", Some(decided.package.0.as_str()));
    let way = match next {
        Some(next) => to(&format!("/packages/{}", next.id), &[done, ("within", within)]),
        None => narrow.href("/", &[done]),
    };
    Redirect::to(&way).into_response()
}
