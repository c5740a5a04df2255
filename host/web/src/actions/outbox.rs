//! Actions on an outbox entry: withdraw the message, or record whether it was sent.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::extract::{FormFields, PathId};
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::{DeskError, Refusal};
use baton_model::package_state::PackageState;
use baton_model::views::OutboxView;

/// `POST /outbox/{id}/withdraw`
pub(crate) async fn withdraw(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    _: FormFields,
) -> Result<Response, WebError> {
    withdraw_entry(&app, &by, &id).await?;
    Ok(entry_page(&id))
}

/// `POST /outbox/{id}/settle`
pub(crate) async fn settle(
    app: RequestState,
    _by: CurrentUser,
    id: PathId,
    fields: FormFields,
) -> Result<Response, WebError> {
    let sent = match fields.text("left") {
        "yes" => true,
        "no" => false,
        _ => {
            let what = "Nothing was done: the form does not say whether the message was sent";
            return Err(WebError::invalid(what).hint("answer `yes` or `no`"));
        }
    };
    let answer = app.desk().record_delivery(&id.0, sent, app.now()).await;
    accept_repeated(&app, &id, answer, if sent { PackageState::Sent } else { PackageState::Failed }).await?;
    Ok(entry_page(&id))
}

/// Withdraws the message of an entry that has not been sent.
pub(crate) async fn withdraw_entry(app: &RequestState, by: &CurrentUser, id: &PathId) -> Result<(), WebError> {
    let why = format!("withdrawn by {}", by.who);
    let answer = app.desk().withdraw(&id.0, &why, app.now()).await;
    accept_repeated(app, id, answer, PackageState::Withdrawn).await
}

/// Accepts a repeated request: the entry is in the wanted state already.
async fn accept_repeated(
    app: &RequestState,
    id: &PathId,
    answer: Result<OutboxView, DeskError>,
    wanted: PackageState,
) -> Result<(), WebError> {
    if let Err(error) = answer {
        let reached = matches!(error, DeskError::Refused(Refusal::IllegalTransition { .. }))
            && app.desk().entry(&id.0).await.is_ok_and(|entry| entry.state == wanted);
        if !reached {
            return Err(error.into());
        }
    }
    Ok(())
}

fn entry_page(id: &PathId) -> Response {
    Redirect::to(&format!("/outbox/{}", id.0)).into_response()
}
