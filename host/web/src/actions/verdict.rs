//! The verdict of a spot-check on a message that was sent.
//!
//! A refused verdict shows the package again with what the user typed; an accepted one goes on to the next check.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::decision_form::{FormInput, PackageForm, PageState, PostedVerdict};
use crate::error::WebError;
use crate::extract::{FormFields, PathId, with_query};
use crate::pages::package;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::autonomy::SpotCheckVerdict;
use baton_desk::{DeskError, Refusal};
use baton_model::PackageId;

/// `POST /packages/{id}/verdict`
pub(crate) async fn give(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    fields: FormFields,
) -> Result<Response, WebError> {
    let (state, posted) = (PageState::new(&fields), PostedVerdict::new(&fields));
    let (package, now) = (id.package(), app.now());
    let answer = match posted.finding {
        Some(finding) => {
            let verdict = SpotCheckVerdict {
                package: package.clone(),
                shown: state.shown.clone(),
                key: state.key.clone(),
                seconds: state.seconds(&app.view_timer, &package),
                finding,
                why: Some(posted.note.clone()),
            };
            app.desk().record_verdict(&verdict, now).await
        }
        None => Err(Refusal::Invalid("the form does not say what you found".into()).into()),
    };
    match answer {
        Ok(()) => Ok(next_check(&app, &package).await),
        Err(DeskError::Refused(refusal)) => {
            let form = PackageForm { state, input: FormInput::Verdict(posted) };
            package::again(&app, &by, &package, form, Some(&refusal), now).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Goes on to the next spot-check, or to their list if there is none.
pub(super) async fn next_check(app: &RequestState, done: &PackageId) -> Response {
    let checks = app.desk().checks().await.unwrap_or_default();
    let next = checks.into_iter().map(|check| check.package).find(|package| package != done);
    let done = ("done", Some(done.0.as_str()));
    let path = match next {
        Some(next) => with_query(&format!("/packages/{next}"), &[done, ("checks", Some("yes"))]),
        None => with_query("/checks", &[done]),
    };
    Redirect::to(&path).into_response()
}
