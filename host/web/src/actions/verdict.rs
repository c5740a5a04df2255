//! The verdict on a message that was drawn for a check and has left.
//!
//! What counts is the desk's answer. A refusal gets the package back with what the person typed; else the next check
//! comes.

use crate::door::By;
use crate::form::{Id, Posted, to};
use crate::pages::package::{self, Form, Typed};
use crate::site::{Shared, Web};
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::desk::Verdict;
use baton_desk::{DeskError, Refusal};
use baton_model::PackageId;

/// `POST /packages/{id}/verdict`
pub(crate) async fn give(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    let typed = Typed::new(Form::Verdict, &posted);
    let (package, now) = (id.package(), web.now());
    let answer = match typed.finding {
        Some(finding) => {
            let verdict = Verdict {
                who: by.who.clone(),
                package: package.clone(),
                shown: posted.text("shown").to_owned(),
                key: posted.text("key").to_owned(),
                seconds: posted.seconds(&web.looking, &package),
                finding,
                why: Some(typed.note.clone()),
            };
            web.desk().verdict(&verdict, now).await
        }
        None => Err(Refusal::Invalid("the form did not say what you found".into()).into()),
    };
    match answer {
        Ok(()) => Ok(next(&web, &package).await),
        Err(DeskError::Refused(refusal)) => package::again(&web, &by, &package, typed, Some(&refusal), now).await,
        Err(error) => Err(error.into()),
    }
}

/// The next check, or the queue of them where there is none.
pub(super) async fn next(web: &Shared, done: &PackageId) -> Response {
    let checks = web.desk().checks().await.unwrap_or_default();
    let next = checks.into_iter().map(|check| check.package).find(|package| package != done);
    let done = ("done", Some(done.0.as_str()));
    let way = match next {
        Some(next) => to(&format!("/packages/{next}"), &[done, ("checks", Some("yes"))]),
        None => to("/checks", &[done]),
    };
    Redirect::to(&way).into_response()
}
