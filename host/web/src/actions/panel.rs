//! Decisions in a CRM's panel, by the user that the CRM named. The result is shown in the panel.

use super::decide::decide_form;
use super::undo::undo_approval;
use crate::app_state::RequestState;
use crate::auth::panel::PanelContext;
use crate::decision_form::{DecisionForm, PackageForm};
use crate::error::WebError;
use crate::extract::{FormFields, with_query};
use crate::pages::package::panel;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::DeskError;

/// `POST /panel/{token}/{id}/check`: the checks on an edited text. Changes nothing.
pub(crate) async fn check(app: RequestState, panel: PanelContext, fields: FormFields) -> Result<Response, WebError> {
    panel::again(&app, &panel, &panel.named()?, PackageForm::text(&fields), None).await
}

/// `POST /panel/{token}/{id}/approve`, and likewise `edit`, `reject` and `snooze`.
pub(crate) async fn decide(app: RequestState, panel: PanelContext, form: DecisionForm) -> Result<Response, WebError> {
    let package = panel.named()?;
    match decide_form(&app, &package, &form, app.now()).await {
        // The panel shows the record's next open package, or else the one that was decided.
        Ok(decided) => {
            let done = with_query(&panel.place, &[("done", Some(decided.package.0.as_str()))]);
            Ok(Redirect::to(&done).into_response())
        }
        Err(DeskError::Refused(refusal)) => panel::again(&app, &panel, &package, form.into(), Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /panel/{token}/{id}/undo`: undoes an approval before the message is sent.
pub(crate) async fn undo(app: RequestState, panel: PanelContext, fields: FormFields) -> Result<Response, WebError> {
    let package = panel.named()?;
    undo_approval(&app, &panel.by.who, &package, fields.text("entry")).await?;
    Ok(Redirect::to(&format!("{}/{package}", panel.place)).into_response())
}
