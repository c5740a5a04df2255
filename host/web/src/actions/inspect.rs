//! What the checks say of a text while a person writes it: a piece of the package's page, for the script that asks.
//!
//! It decides nothing, and nothing in it is needed: the button that checks a text says the same.

use crate::door::By;
use crate::form::{Id, Posted};
use crate::pages::package::{self, Form, Typed};
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::response::Response;

/// `POST /packages/{id}/inspect`
pub(crate) async fn inspect(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    package::fragment(&web, &by, &id.package(), Typed::new(Form::Edit, &posted), web.now()).await
}
