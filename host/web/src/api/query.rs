//! What a query narrows a list to. A field that nothing reads is refused and named.

use crate::form::Asked;
use crate::trouble::Trouble;
use axum::http::StatusCode;
use baton_model::package_state::State;

/// Rows of a page unless the query says otherwise.
const USUAL: u32 = 50;

/// The most that one page has.
const MOST: u32 = 200;

/// Refuses fields that are not among these.
pub(crate) fn only(asked: &Asked, known: &[&str]) -> Result<(), Trouble> {
    match asked.other(known) {
        None => Ok(()),
        Some(other) => {
            let other: String = crate::show::line(other).chars().take(100).collect();
            Err(wrong(format!("There is no field `{other}` in this query")))
        }
    }
}

/// How many rows: `limit`.
pub(crate) fn limit(asked: &Asked) -> Result<u32, Trouble> {
    let Some(text) = asked.get("limit") else { return Ok(USUAL) };
    let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
    limit.ok_or_else(|| wrong(format!("`limit` is a number from 1 to {MOST}")))
}

/// In which states: `state`, several with commas between them.
pub(crate) fn states(asked: &Asked) -> Result<Vec<State>, Trouble> {
    let Some(text) = asked.get("state") else { return Ok(Vec::new()) };
    let one = |name: &str| State::named(name).ok_or_else(|| wrong("`state` names a state that there is not".into()));
    text.split(',').take(State::ALL.len()).map(one).collect()
}

fn wrong(what: String) -> Trouble {
    Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, what).hint("`/api` says what this path takes")
}
