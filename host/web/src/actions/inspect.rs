//! Live checks while a user edits a text: a fragment of the package's page, for the script.
//!
//! It decides nothing and is optional: the button that checks a text gives the same result.

use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::decision_form::PackageForm;
use crate::error::WebError;
use crate::extract::{FormFields, PathId};
use crate::pages::package;
use axum::response::Response;

/// `POST /packages/{id}/inspect`
pub(crate) async fn inspect(
    app: RequestState,
    by: CurrentUser,
    id: PathId,
    fields: FormFields,
) -> Result<Response, WebError> {
    package::fragment(&app, &by, &id.package(), PackageForm::text(&fields), app.now()).await
}
