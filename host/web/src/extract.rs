//! Extractors: the fields of a form, the id in a path, the fields of a query.
//!
//! Of a repeated field the first value counts; only `overrule` and `tick` are lists.

use crate::error::WebError;
use axum::RequestExt as _;
use axum::extract::{Form, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use baton_model::PackageId;
use baton_model::decision::Overruled;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Ids are 12 or 16 characters; longer ones are not looked up.
const MAX_ID: usize = 64;

/// Checks that one form may overrule.
pub(crate) const MAX_OVERRULED: usize = 100;

/// Everything but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The fields of a form.
#[derive(Debug)]
pub(crate) struct FormFields(Vec<(String, String)>);

impl FormFields {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of the field, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The field, or an empty text.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The field with line ends as messages have them: browsers send CRLF.
    pub fn lines(&self, name: &str) -> String {
        self.text(name).replace("\r\n", "\n")
    }

    /// The checks that the user overrules, each with a reason, which may be empty.
    pub fn overruled(&self) -> Vec<Overruled> {
        let mut overruled: Vec<Overruled> = Vec::new();
        for check in self.all("overrule").take(MAX_OVERRULED) {
            if !overruled.iter().any(|known| known.check == *check) {
                let reason = self.text(&format!("reason.{check}")).trim().to_owned();
                overruled.push(Overruled { check: check.to_owned(), reason });
            }
        }
        overruled
    }

    /// The campaign that the queue is filtered by.
    pub fn within(&self) -> Option<&str> {
        self.get("within").filter(|campaign| !campaign.is_empty())
    }

    #[cfg(test)]
    pub fn of(fields: &[(&str, &str)]) -> Self {
        Self(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for FormFields {
    type Rejection = WebError;

    async fn from_request(request: Request, _: &S) -> Result<Self, WebError> {
        match request.extract::<Form<Vec<(String, String)>>, _>().await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(refused) => Err(WebError::of_status(refused.into_response().status())),
        }
    }
}

/// The id in the path.
pub(crate) struct PathId(pub String);

impl PathId {
    pub fn package(&self) -> PackageId {
        PackageId(self.0.clone())
    }

    /// The number of a stream.
    ///
    /// # Errors
    /// [`WebError`] if the id is not a number.
    pub fn stream(&self) -> Result<i64, WebError> {
        self.0.parse().map_err(|_| WebError::unknown("stream").hint("look for it in Quality"))
    }
}

/// Whether a text can be an id.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() <= MAX_ID && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let unknown = || WebError::unknown("package or message");
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| unknown())?;
        if is_id(&id) { Ok(Self(id)) } else { Err(unknown()) }
    }
}

/// The fields of the query.
pub(crate) struct QueryFields(Vec<(String, String)>);

impl QueryFields {
    /// The field, if it is present and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(field, _)| field == name);
        field.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The names of the fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(field, _)| field.as_str())
    }

    /// The package that was just decided.
    pub fn done(&self) -> Option<PackageId> {
        self.get("done").filter(|id| is_id(id)).map(PackageId::from)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for QueryFields {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|_| WebError::of_status(StatusCode::BAD_REQUEST))
    }
}

/// Adds a query with these fields to a path.
pub(crate) fn with_query(path: &str, fields: &[(&str, Option<&str>)]) -> String {
    let given = fields.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let given = given.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, RESERVED)));
    match given.collect::<Vec<_>>().join("&") {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_encoded() {
        for (fields, expected) in [
            (&[("a", None)][..], "/x"),
            (&[("a", Some("b c&d=é\"")), ("e", None), ("f", Some("g"))], "/x?a=b%20c%26d%3D%C3%A9%22&f=g"),
        ] {
            assert_eq!(with_query("/x", fields), expected);
        }
    }

    #[test]
    fn overruled_checks_come_with_their_reasons() {
        let fields = FormFields::of(&[
            ("overrule", "a"),
            ("reason.a", " known to us "),
            ("overrule", "a"),
            ("overrule", "b"),
            ("reason.c", "not ticked"),
        ]);
        let overruled: Vec<_> =
            fields.overruled().into_iter().map(|over| format!("{}: {}", over.check, over.reason)).collect();
        assert_eq!(overruled, ["a: known to us", "b: "]);
    }
}
