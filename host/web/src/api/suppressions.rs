//! Suppressions: addresses, domains and accounts that must not be contacted.

use super::body::{JsonBody, JsonReply};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use baton_facts::types::{Suppression, SuppressionScope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest address, domain or account id, in bytes (RFC 5321, 4.5.3.1.3, and room for ids).
const MAX_VALUE: usize = 320;

/// A suppression to add.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub(crate) struct SuppressionBody {
    #[serde(flatten)]
    order: Suppression,
    /// The address, the domain or the account's id.
    value: String,
}

/// The effect of a suppression.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct SuppressionResult {
    /// Messages that had not been sent and were withdrawn.
    withdrawn: u32,
}

/// `POST /api/v1/suppressions`. Repeating a suppression has no effect.
pub(crate) async fn suppress(
    app: RequestState,
    _by: CurrentUser,
    JsonBody(body): JsonBody<SuppressionBody>,
) -> Result<JsonReply<SuppressionResult>, WebError> {
    let now = app.now();
    if body.value.len() > MAX_VALUE {
        let hint = "name one address, domain or account";
        return Err(WebError::invalid("Nothing was done: `value` is too long").hint(hint));
    }
    if body.order.until.is_some_and(|until| until <= now) {
        let hint = "leave it out for a suppression that does not expire";
        return Err(WebError::invalid("Nothing was done: `until` is in the past").hint(hint));
    }
    // A name, a domain or a mistyped id would cover nobody.
    if body.order.scope == SuppressionScope::Account && !app.desk().knows_account(body.value.trim()).await? {
        let hint = "give the id that the CRM has for the account; for a whole domain use the scope `domain`";
        return Err(WebError::invalid("Nothing was done: no account has this id").hint(hint));
    }
    let withdrawn = app.desk().suppress(&body.value, body.order, now).await?;
    Ok(JsonReply(SuppressionResult { withdrawn }))
}
