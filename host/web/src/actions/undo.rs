//! Taking an approval back before it leaves.

use crate::door::By;
use crate::form::{Id, Posted, to};
use crate::site::{Shared, Web};
use crate::trouble::{Trouble, sentence, status};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::{DeskError, Refusal};
use baton_model::PackageId;

/// `POST /packages/{id}/undo`: the package waits for a decision again, and its page comes.
pub(crate) async fn undo(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    take_back(&web, &by.who, &id.package(), posted.text("entry")).await?;
    Ok(Redirect::to(&to(&format!("/packages/{}", id.0), &[("within", posted.within())])).into_response())
}

/// Takes this entry of the outbox back. Doing it twice is doing it once.
pub(crate) async fn take_back(web: &Shared, who: &str, package: &PackageId, entry: &str) -> Result<(), Trouble> {
    match web.desk().undo(who, package, entry, web.now()).await {
        Ok(()) => Ok(()),
        Err(DeskError::Refused(refusal @ Refusal::Life { .. })) => {
            let what = format!("It was not taken back: it may have left. {}", sentence(&refusal));
            Err(Trouble::new(status(&refusal), what).hint("see in the outbox what became of it"))
        }
        Err(error) => Err(error.into()),
    }
}
