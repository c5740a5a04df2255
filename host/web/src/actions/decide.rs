//! Deciding about a package, and checking a text for it.
//!
//! What counts is the desk's answer. A refusal gets the package back as it is now, with what the person typed.

use crate::door::By;
use crate::form::{Id, Posted, to};
use crate::pages::package::{self, Form, Typed};
use crate::site::{Shared, Web};
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::desk::{Decided, Decision, DeskError, QueueFilter, Refusal, Request};
use baton_desk::store::{PackageId, Sealed};
use baton_facts::types::{Message, Timestamp};

/// `POST /packages/{id}/check`: the checks on an edited text. Changes nothing.
pub(crate) async fn check(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    package::again(&web, &by, &id.package(), Typed::new(Form::Edit, &posted), None, web.now()).await
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
    let until = typed.moment().map(|until| Decision::Snooze { until });
    let no_moment =
        || Refusal::Invalid("that is no moment to snooze until: write it as 2026-03-31T09:00, in UTC".into());
    let decision = until.ok_or_else(no_moment);
    decide(&web, &by, &id, &posted, typed, decision).await
}

async fn decide(
    web: &Shared,
    by: &By,
    id: &Id,
    posted: &Posted,
    typed: Typed,
    decision: Result<Decision, Refusal>,
) -> Result<Response, Trouble> {
    let (package, now) = (id.package(), web.now());
    let request = |decision| Request {
        who: by.who.clone(),
        package: package.clone(),
        shown: posted.text("shown").to_owned(),
        key: posted.text("key").to_owned(),
        seconds: posted.seconds(&web.looking, &package),
        // A form is about one package.
        bulk: false,
        decision,
    };
    let answer = match decision {
        Ok(decision) => web.desk().decide(&request(decision), now).await,
        Err(refusal) => Err(refusal.into()),
    };
    match answer {
        Ok(decided) => Ok(done(web, &decided, &typed, now).await),
        Err(DeskError::Refused(refusal)) => package::again(web, by, &package, typed, Some(&refusal), now).await,
        Err(error) => Err(error.into()),
    }
}

/// The decision counts. What may leave is released, and the next package comes.
async fn done(web: &Shared, decided: &Decided, typed: &Typed, now: Timestamp) -> Response {
    let_go(web, decided, now).await;
    if typed.checking {
        return super::verdict::next(web, &decided.package).await;
    }
    let within = typed.within.as_deref();
    let filter = QueueFilter { campaign: within.map(str::to_owned), states: Vec::new() };
    let next = web.desk().queue(&filter, None, 1, now).await.ok().and_then(|mut page| page.rows.pop());
    let done = ("done", Some(decided.package.0.as_str()));
    let way = match next {
        Some(next) => to(&format!("/packages/{}", next.id), &[done, ("within", within)]),
        None => to("/", &[done, ("campaign", within)]),
    };
    Redirect::to(&way).into_response()
}

/// Releases what may leave, and tells the worker.
pub(crate) async fn let_go(web: &Shared, decided: &Decided, now: Timestamp) {
    if let Some(outbox) = &decided.outbox {
        // Should this fail, the entry stays approved and the worker releases it later: the decision counts either way.
        let _later = web.desk().release(outbox, now).await;
        web.site.wake.notify_one();
    }
}

/// Whom the package's message goes to. The form does not say: an edit changes the text alone.
async fn recipient(web: &Shared, package: &PackageId) -> Result<Option<String>, Trouble> {
    let view = web.desk().package(package, web.now()).await?;
    Ok(match view.content {
        Sealed::Open(content) => Some(content.package.draft.message.to.clone()),
        Sealed::Forgotten => None,
    })
}
