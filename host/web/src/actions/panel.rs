//! Deciding in a CRM's panel: the desk's own decisions, bound to what the panel showed, by the user that the CRM named.
//! Whatever comes of it stays in the panel.

use super::decide::no_moment;
use crate::door::panel::InPanel;
use crate::form::{Posted, to};
use crate::pages::package::panel;
use crate::pages::package::{Form, Typed};
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::desk::{Decision, DeskError, Refusal, Request};
use baton_desk::life;
use baton_desk::store::{PackageId, Sealed};

/// `POST /panel/{token}/{id}/check`: the checks on an edited text. Changes nothing.
pub(crate) async fn check(State(web): State<Web>, panel: InPanel, posted: Posted) -> Result<Response, Trouble> {
    panel::again(&web, &panel, &panel.named()?, Typed::new(Form::Edit, &posted), None).await
}

/// `POST /panel/{token}/{id}/approve`
pub(crate) async fn approve(web: State<Web>, panel: InPanel, posted: Posted) -> Result<Response, Trouble> {
    decide(web, panel, posted, Form::Approve).await
}

/// `POST /panel/{token}/{id}/edit`
pub(crate) async fn edit(web: State<Web>, panel: InPanel, posted: Posted) -> Result<Response, Trouble> {
    decide(web, panel, posted, Form::Edit).await
}

/// `POST /panel/{token}/{id}/reject`
pub(crate) async fn reject(web: State<Web>, panel: InPanel, posted: Posted) -> Result<Response, Trouble> {
    decide(web, panel, posted, Form::Reject).await
}

/// `POST /panel/{token}/{id}/snooze`
pub(crate) async fn snooze(web: State<Web>, panel: InPanel, posted: Posted) -> Result<Response, Trouble> {
    decide(web, panel, posted, Form::Snooze).await
}

/// `POST /panel/{token}/{id}/withdraw`: takes what was just approved back, before it leaves.
pub(crate) async fn withdraw(State(web): State<Web>, panel: InPanel, _: Posted) -> Result<Response, Trouble> {
    let (package, now) = (panel.named()?, web.now());
    let view = web.desk().package(&package, now).await?;
    let entry = view.outbox.ok_or_else(|| Trouble::unknown("message"))?;
    let why = format!("{} took it back", panel.by.who);
    if let Err(error) = web.desk().withdraw(&panel.by.who, &entry.id, &why, now).await {
        // Asking twice for the same end is one wish.
        let there = matches!(error, DeskError::Refused(Refusal::Life { .. }))
            && web.desk().entry(&entry.id).await.is_ok_and(|entry| entry.state == life::State::Withdrawn);
        if !there {
            return Err(error.into());
        }
    }
    Ok(Redirect::to(&format!("{}/{package}", panel.place)).into_response())
}

async fn decide(State(web): State<Web>, panel: InPanel, posted: Posted, form: Form) -> Result<Response, Trouble> {
    let (package, typed, now) = (panel.named()?, Typed::new(form, &posted), web.now());
    let decision = match wanted(&web, &package, &typed).await? {
        Ok(decision) => decision,
        Err(refusal) => return panel::again(&web, &panel, &package, typed, Some(&refusal)).await,
    };
    let request = Request {
        who: panel.by.who.clone(),
        package: package.clone(),
        shown: posted.text("shown").to_owned(),
        key: posted.text("key").to_owned(),
        seconds: posted.seconds(&web.looking, &package),
        bulk: false,
        not_before: None,
        decision,
    };
    match web.desk().decide(&request, now).await {
        Ok(decided) => {
            if let Some(outbox) = &decided.outbox {
                // Should this fail, the entry stays approved and the worker releases it later: the decision counts.
                let _later = web.desk().release(outbox, now).await;
                web.site.wake.notify_one();
            }
            let done = ("done", Some(decided.package.0.as_str()));
            // The record's next open package comes by itself; without one what was decided stays in view.
            let way = to(&panel.place, &[done]);
            Ok(Redirect::to(&way).into_response())
        }
        Err(DeskError::Refused(refusal)) => panel::again(&web, &panel, &package, typed, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// What the form asks for, or what it lacks.
async fn wanted(web: &Web, package: &PackageId, typed: &Typed) -> Result<Result<Decision, Refusal>, Trouble> {
    let invalid = |what: &str| Refusal::Invalid(what.to_owned());
    let overruled = typed.overruled.clone();
    Ok(match typed.form {
        Form::Edit => {
            let Sealed::Open(content) = web.desk().package(package, web.now()).await?.content else {
                return Ok(Err(Refusal::Forgotten));
            };
            // The form does not say whom the message goes to: an edit changes the text alone.
            typed
                .message(&content.package.draft.message.to)
                .map(|message| Decision::Edit { message, overruled, my_wording: typed.my_wording })
                .ok_or_else(|| invalid("the message needs a subject and a text"))
        }
        Form::Reject => typed
            .reason
            .map(|reason| Decision::Reject { reason, note: typed.note.trim().to_owned() })
            .ok_or_else(|| invalid("a rejection needs one of the reasons")),
        Form::Snooze => typed
            .moment(web.site.sending.time_zone)
            .map(|until| Decision::Snooze { until })
            .ok_or_else(|| no_moment("to snooze until", web.site.sending.time_zone)),
        Form::Approve | Form::None | Form::Redraft | Form::Verdict => Ok(Decision::Approve { overruled }),
    })
}
