//! Standing orders not to write.

use super::body::{Given, Said};
use crate::door::By;
use crate::site::Web;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use baton_facts::types::Suppression;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest address, domain or account's id, in bytes (RFC 5321, 4.5.3.1.3, and room for ids).
const LONGEST: usize = 320;

/// An order, and whom it covers.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct Suppressing {
    #[serde(flatten)]
    order: Suppression,
    /// The address, the domain or the account's id.
    value: String,
}

/// What it came to.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Suppressed {
    /// How much had not left yet and was taken back.
    withdrawn: u32,
}

/// `POST /api/v1/suppressions`. The same order twice is one order.
pub(crate) async fn suppress(
    State(web): State<Web>,
    by: By,
    Given(given): Given<Suppressing>,
) -> Result<Response, Trouble> {
    let now = web.now();
    let refused = |what: &str, hint: &str| Err(Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, what).hint(hint));
    if given.value.len() > LONGEST {
        return refused("Nothing was done: `value` is too long", "name one address, domain or account");
    }
    if given.order.until.is_some_and(|until| until <= now) {
        return refused("Nothing was done: `until` is past", "without it the order never lapses");
    }
    let withdrawn = web.desk().suppress(&by.who, &given.value, given.order, now).await?;
    Ok(Said(Suppressed { withdrawn }).into_response())
}
