//! Taking an approval back before it leaves.

use crate::door::By;
use crate::form::{Id, Posted, to};
use crate::site::Web;
use crate::trouble::{Trouble, sentence, status};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::desk::{DeskError, Refusal};

/// `POST /packages/{id}/undo`: the package waits for a decision again, and its page comes.
pub(crate) async fn undo(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    match web.desk().undo(&by.who, &id.package(), posted.text("entry"), web.now()).await {
        Ok(()) => Ok(Redirect::to(&to(&format!("/packages/{}", id.0), &[("within", posted.within())])).into_response()),
        Err(DeskError::Refused(refusal @ Refusal::Life { .. })) => {
            let what = format!("It was not taken back: it may have left. {}", sentence(&refusal));
            Err(Trouble::new(status(&refusal), what).hint("see in the outbox what became of it"))
        }
        Err(error) => Err(error.into()),
    }
}
