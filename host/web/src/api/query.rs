//! Fields of a query. An unknown field is refused and named.

use crate::error::WebError;
use crate::extract::QueryFields;
use crate::operation::{Parameter, ParameterKind};
use baton_model::package_state::PackageState;

/// Rows per page without `limit`.
const DEFAULT_LIMIT: u32 = 50;

const MAX_LIMIT: u32 = 200;

pub(crate) const CAMPAIGN: Parameter = text("campaign", "Only this campaign.");
pub(crate) const LIMIT: Parameter = Parameter {
    name: "limit",
    kind: ParameterKind::Number(1, MAX_LIMIT),
    description: "Rows per page; 50 by default.",
};
pub(crate) const AFTER: Parameter = text("after", "`next` of the previous page.");

/// The fields of a list that comes in pages.
pub(crate) const PAGING: &[Parameter] = &[LIMIT, AFTER];

pub(crate) const fn text(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, kind: ParameterKind::Text, description }
}

/// Refuses fields that are not among these.
pub(crate) fn only(query: &QueryFields, known: &[Parameter]) -> Result<(), WebError> {
    match query.names().find(|name| known.iter().all(|field| field.name != *name)) {
        None => Ok(()),
        Some(other) => {
            let other: String = crate::format::line(other).chars().take(100).collect();
            Err(invalid(format!("There is no field `{other}` in this query")))
        }
    }
}

/// Parses `limit`, the rows per page.
pub(crate) fn limit(query: &QueryFields) -> Result<u32, WebError> {
    let Some(text) = query.get(LIMIT.name) else { return Ok(DEFAULT_LIMIT) };
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| invalid(format!("`limit` must be a number from 1 to {MAX_LIMIT}")))
}

/// Parses `state`: one state or several, separated by commas.
pub(crate) fn states(query: &QueryFields) -> Result<Vec<PackageState>, WebError> {
    let Some(text) = query.get("state") else { return Ok(Vec::new()) };
    let one =
        |name: &str| PackageState::from_name(name).ok_or_else(|| invalid("`state` names an unknown state".into()));
    text.split(',').take(PackageState::ALL.len()).map(one).collect()
}

/// Parses a field that is `true` or `false`; without it, `false`.
pub(crate) fn boolean(query: &QueryFields, name: &str) -> Result<bool, WebError> {
    match query.get(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(invalid(format!("`{name}` must be `true` or `false`"))),
    }
}

fn invalid(what: String) -> WebError {
    WebError::invalid(what).hint("see `/api` for the fields of this path")
}
