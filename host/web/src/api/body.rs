//! JSON bodies of requests and responses. An unknown field of a request is refused and named, however deep it is.

use crate::error::WebError;
use crate::problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const MEDIA_TYPE: &str = "application/json";

/// A JSON response.
pub(crate) struct JsonReply<T>(pub T);

impl<T: Serialize> IntoResponse for JsonReply<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(CONTENT_TYPE, MEDIA_TYPE)], body).into_response(),
            Err(_) => WebError::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
        }
    }
}

/// A JSON request.
pub(crate) struct JsonBody<T>(pub T);

impl<T: DeserializeOwned + Serialize, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        if !is_json(request.headers()) {
            let what = "Nothing was done: the body is not declared as JSON";
            let hint = "send it with `Content-Type: application/json`";
            return Err(WebError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what).hint(hint));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|refused| problem::of_status(refused.into_response().status()))?;
        parse(&body).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(CONTENT_TYPE).iter();
    let kind = kinds.next().filter(|_| kinds.next().is_none()).and_then(|kind| kind.to_str().ok());
    let essence = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim());
    essence.is_some_and(|essence| essence.eq_ignore_ascii_case(MEDIA_TYPE))
}

fn parse<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<T, WebError> {
    let invalid = |status, what: String| WebError::new(status, what).hint("see `/api` for the fields of the body");
    let malformed = |error: serde_json::Error| {
        // The message may quote a value, and ends with its position.
        let what = crate::format::line(&format!("Nothing was done: the body does not have the right format: {error}"));
        let status = if error.is_data() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::BAD_REQUEST };
        invalid(status, what.chars().take(400).collect())
    };
    let given: Value = serde_json::from_slice(body).map_err(malformed)?;
    let parsed: T = serde_json::from_slice(body).map_err(malformed)?;
    let known = serde_json::to_value(&parsed).map_err(malformed)?;
    match unknown(&given, &known, String::new()) {
        None => Ok(parsed),
        Some(field) => {
            let field: String = crate::format::line(&field).chars().take(200).collect();
            Err(invalid(StatusCode::UNPROCESSABLE_ENTITY, format!("Nothing was done: there is no field `{field}`")))
        }
    }
}

/// Returns the path of the first field that the type does not have.
fn unknown(given: &Value, known: &Value, at: String) -> Option<String> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => given.iter().find_map(|(name, value)| {
            let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            match known.get(name) {
                Some(known) => unknown(value, known, at),
                None => Some(at),
            }
        }),
        (Value::Array(given), Value::Array(known)) => given
            .iter()
            .zip(known)
            .enumerate()
            .find_map(|(i, (given, known))| unknown(given, known, format!("{at}[{i}]"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_model::decision::Decision;

    #[test]
    fn unknown_fields_and_decisions_are_refused() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for (body, expected) in [
            (r#"{"decision":"snooze","until":5}"#, Ok(())),
            (r#"{"decision":"snooze","until":5,"unitl":6}"#, Err((422, "no field `unitl`"))),
            (
                r#"{"decision":"edit","message":{"to":"a@b.example","subject":"s","body":"b","bcc":"x"}}"#,
                Err((422, "no field `message.bcc`")),
            ),
            (
                r#"{"decision":"approve","overruled":[{"check":"a","reason":"b"},{"check":"a","reason":"b","c":1}]}"#,
                Err((422, "no field `overruled[1].c`")),
            ),
            (r#"{"decision":"snooze"}"#, Err((422, "missing field `until`"))),
            (r#"{"decision":"send"}"#, Err((422, "unknown variant `send`"))),
            (r#"{"overruled":[]}"#, Err((422, "missing field `decision`"))),
            (r#"{"decision":"snooze","until":"soon"}"#, Err((422, "invalid type"))),
            (r#"{"decision":"snooze","#, Err((400, "line 1 column"))),
            ("", Err((400, "line 1 column 0"))),
            ("null", Err((422, "invalid type"))),
            (deep.as_str(), Err((400, "recursion limit"))),
        ] {
            let found = parse::<Decision>(body.as_bytes()).map(drop);
            match (&found, expected) {
                (Ok(()), Ok(())) => {}
                (Err(error), Err((status, what))) => {
                    assert_eq!(error.status.as_u16(), status, "{error:?}");
                    assert!(error.what.contains(what), "{error:?}");
                }
                _ => panic!("{found:?}"),
            }
        }
    }
}
