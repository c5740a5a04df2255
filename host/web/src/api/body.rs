//! Bodies in JSON, both ways. A field that nothing reads is refused and named, however deep it is.

use crate::trouble::Trouble;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const KIND: &str = "application/json";

/// An answer.
pub(crate) struct Said<T>(pub T);

impl<T: Serialize> IntoResponse for Said<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(CONTENT_TYPE, KIND)], body).into_response(),
            Err(_) => Trouble::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
        }
    }
}

/// What a program sent.
pub(crate) struct Given<T>(pub T);

impl<T: DeserializeOwned + Serialize, S: Send + Sync> FromRequest<S> for Given<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        if !is_json(request.headers()) {
            let what = "Nothing was done: the body has to be JSON and say so";
            let hint = "send it with `Content-Type: application/json`";
            return Err(Trouble::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what).hint(hint));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|refused| super::problem::of_status(refused.into_response().status()))?;
        read(&body).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(CONTENT_TYPE).iter();
    let kind = kinds.next().filter(|_| kinds.next().is_none()).and_then(|kind| kind.to_str().ok());
    let essence = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim());
    essence.is_some_and(|essence| essence.eq_ignore_ascii_case(KIND))
}

fn read<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<T, Trouble> {
    let unread = |status, what: String| Trouble::new(status, what).hint("`/api` says what the body is to be");
    let malformed = |error: serde_json::Error| {
        // The message may quote a value, and ends with the place.
        let what = crate::show::line(&format!("Nothing was done: the body is not what is asked for: {error}"));
        let status = if error.is_data() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::BAD_REQUEST };
        unread(status, what.chars().take(400).collect())
    };
    let given: Value = serde_json::from_slice(body).map_err(malformed)?;
    let read: T = serde_json::from_slice(body).map_err(malformed)?;
    let known = serde_json::to_value(&read).map_err(malformed)?;
    match unknown(&given, &known, String::new()) {
        None => Ok(read),
        Some(field) => {
            let field: String = crate::show::line(&field).chars().take(200).collect();
            Err(unread(StatusCode::UNPROCESSABLE_ENTITY, format!("Nothing was done: there is no field `{field}`")))
        }
    }
}

/// The first field that was given and not read, with the way to it.
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
    fn only_what_is_read_is_taken() {
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
            (r#"{"decision":"snooze","until":"soon"}"#, Err((422, "invalid type"))),
            (r#"{"decision":"snooze","#, Err((400, "line 1 column"))),
            ("", Err((400, "line 1 column 0"))),
            ("null", Err((422, "invalid type"))),
            (deep.as_str(), Err((400, "recursion limit"))),
        ] {
            let found = read::<Decision>(body.as_bytes()).map(drop);
            match (&found, expected) {
                (Ok(()), Ok(())) => {}
                (Err(trouble), Err((status, what))) => {
                    assert_eq!(trouble.status.as_u16(), status, "{trouble:?}");
                    assert!(trouble.what.contains(what), "{trouble:?}");
                }
                _ => panic!("{found:?}"),
            }
        }
    }
}
