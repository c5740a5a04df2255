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
use baton_desk::config::Zone;
use baton_desk::desk::{Decided, Decision, DeskError, Refusal, Request};
use baton_desk::store::{PackageId, Sealed};
use baton_facts::types::{Message, Timestamp};

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
    let typed = Typed::new(Form::Approve, &posted);
    let decision = Decision::Approve { overruled: typed.overruled.clone() };
    decide(&web, &by, &id, &posted, typed, Ok(decision)).await
}

/// `POST /packages/{id}/edit`
pub(crate) async fn edit(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    let typed = Typed::new(Form::Edit, &posted);
    let decision = match recipient(&web, &id.package()).await? {
        Some(to) => typed
            .message(&to)
            .map(|message: Message| Decision::Edit {
                message,
                overruled: typed.overruled.clone(),
                my_wording: typed.my_wording,
            })
            .ok_or_else(|| Refusal::Invalid("the message needs a subject and a text".into())),
        None => Err(Refusal::Forgotten),
    };
    decide(&web, &by, &id, &posted, typed, decision).await
}

/// `POST /packages/{id}/reject`
pub(crate) async fn reject(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    let typed = Typed::new(Form::Reject, &posted);
    let decision = match typed.reason {
        Some(reason) => Ok(Decision::Reject { reason, note: typed.note.trim().to_owned() }),
        None => Err(Refusal::Invalid("a rejection needs one of the reasons".into())),
    };
    decide(&web, &by, &id, &posted, typed, decision).await
}

/// `POST /packages/{id}/snooze`
pub(crate) async fn snooze(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    let typed = Typed::new(Form::Snooze, &posted);
    let zone = web.site.sending.time_zone;
    let until = typed.moment(zone).map(|until| Decision::Snooze { until });
    let decision = until.ok_or_else(|| no_moment("to snooze until", zone));
    decide(&web, &by, &id, &posted, typed, decision).await
}

/// `POST /packages/{id}/redraft`: the engine is asked for another draft, which takes the package's place.
pub(crate) async fn redraft(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    let typed = Typed::new(Form::Redraft, &posted);
    let decision = Decision::Redraft { note: typed.note.trim().to_owned() };
    let now = web.now();
    let view = web.desk().package(&id.package(), now).await?;
    let answer = match &web.site.redrafting {
        Some(redrafting) => {
            redrafting.redraft(&view.campaign, &request(&web, &by, &id, &posted, decision, None), now).await
        }
        None => Err(Refusal::NoDraft("nobody here can be asked for one".into()).into()),
    };
    answered(&web, &by, &id, typed, answer, now).await
}

pub(super) fn no_moment(what: &str, zone: Zone) -> Refusal {
    Refusal::Invalid(format!("that is no moment {what}: write it as 2026-03-31T09:00, by the clock in {}", zone.name()))
}

async fn decide(
    web: &Shared,
    by: &By,
    id: &Id,
    posted: &Posted,
    typed: Typed,
    decision: Result<Decision, Refusal>,
) -> Result<Response, Trouble> {
    let now = web.now();
    let zone = web.site.sending.time_zone;
    let approves = matches!(decision, Ok(Decision::Approve { .. } | Decision::Edit { .. }));
    let not_before = if approves { typed.leaves(zone) } else { Ok(None) };
    let answer = match (decision, not_before) {
        (Ok(decision), Ok(not_before)) => {
            web.desk().decide(&request(web, by, id, posted, decision, not_before), now).await
        }
        (Err(refusal), _) => Err(refusal.into()),
        (_, Err(())) => Err(no_moment("to leave at", zone).into()),
    };
    answered(web, by, id, typed, answer, now).await
}

fn request(
    web: &Shared,
    by: &By,
    id: &Id,
    posted: &Posted,
    decision: Decision,
    not_before: Option<Timestamp>,
) -> Request {
    let package = id.package();
    Request {
        who: by.who.clone(),
        shown: posted.text("shown").to_owned(),
        key: posted.text("key").to_owned(),
        seconds: posted.seconds(&web.looking, &package),
        // A form is about one package.
        bulk: false,
        not_before,
        package,
        decision,
    }
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

/// The decision counts. What may leave is released, and the next package comes.
async fn done(web: &Shared, by: &By, decided: &Decided, typed: &Typed, now: Timestamp) -> Response {
    if let Some(outbox) = &decided.outbox {
        // Should this fail, the entry stays approved and the worker releases it later: the decision counts either way.
        let _later = web.desk().release(outbox, now).await;
        web.site.wake.notify_one();
    }
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

/// Whom the package's message goes to. The form does not say: an edit changes the text alone.
async fn recipient(web: &Shared, package: &PackageId) -> Result<Option<String>, Trouble> {
    let view = web.desk().package(package, web.now()).await?;
    Ok(match view.content {
        Sealed::Open(content) => Some(content.package.draft.message.to.clone()),
        Sealed::Forgotten => None,
    })
}
