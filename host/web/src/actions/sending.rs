//! The stop button.

use crate::door::By;
use crate::form::Posted;
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};

/// The longest reason, in characters. A longer one is cut: whoever wants to stop must not be refused.
pub(crate) const LONGEST: usize = 500;

/// `POST /sending/stop`
pub(crate) async fn stop(State(web): State<Web>, by: By, posted: Posted) -> Result<Response, Trouble> {
    let why: String = posted.text("why").trim().chars().take(LONGEST).collect();
    web.desk().stop_sending(&by.who, &why, web.now()).await?;
    Ok(Redirect::to("/outbox").into_response())
}

/// `POST /sending/resume`
pub(crate) async fn resume(State(web): State<Web>, by: By, _: Posted) -> Result<Response, Trouble> {
    web.desk().resume_sending(&by.who, web.now()).await?;
    web.site.wake.notify_one();
    Ok(Redirect::to("/outbox").into_response())
}
