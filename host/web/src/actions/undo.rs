//! Undoing an approval before the message is sent.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::{WebError, sentence, status};
use crate::extract::{FormFields, PathId, with_query};
use crate::format::in_zone;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::{DeskError, Refusal};
use baton_model::PackageId;
use baton_model::package_state::PackageState as Life;

/// `POST /packages/{id}/undo`: the package returns to the queue, and its page is shown.
pub(crate) async fn undo(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    fields: FormFields,
) -> Result<Response, WebError> {
    undo_approval(&app, &by.who, &id.package(), fields.text("entry")).await?;
    let page = with_query(&format!("/packages/{}", id.0), &[("within", fields.within())]);
    Ok(Redirect::to(&page).into_response())
}

/// Undoes the approval that made this outbox entry. Repeating it has no effect.
pub(crate) async fn undo_approval(
    app: &RequestState,
    _who: &str,
    package: &PackageId,
    entry: &str,
) -> Result<(), WebError> {
    match app.desk().undo(package, entry, app.now()).await {
        Ok(()) => Ok(()),
        Err(DeskError::Refused(refusal @ Refusal::IllegalTransition { .. })) => {
            let sent = app.desk().entry(entry).await.ok().filter(|entry| entry.state == Life::Sent);
            let what = match sent.and_then(|entry| entry.ended) {
                Some(at) => format!("Too late to undo: this email was sent on {}", in_zone(at, app.sending.time_zone)),
                None => format!("Too late to undo. {}", sentence(&refusal)),
            };
            Err(WebError::new(status(&refusal), what).hint("open the outbox to see the email's state"))
        }
        Err(error) => Err(error.into()),
    }
}
