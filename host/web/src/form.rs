//! What a form sends, and what a path or a query names.
//!
//! A field that comes more than once counts the first time; only `overrule` and `tick` are lists.

use crate::looking::Looking;
use crate::trouble::Trouble;
use axum::RequestExt as _;
use axum::extract::{Form, FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use baton_model::PackageId;
use baton_model::decision::Overruled;

/// Ids are 12 or 16 characters; longer ones are not looked up.
const LONGEST_ID: usize = 64;

/// Checks that one form may overrule.
pub(crate) const MOST_OVERRULED: usize = 100;

/// The fields of a form.
#[derive(Debug)]
pub(crate) struct Posted(Vec<(String, String)>);

impl Posted {
    /// The field, or nothing.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Every value of the field, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The field, or an empty text.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// A text of several lines: browsers end them with CRLF, messages here with LF.
    pub fn lines(&self, name: &str) -> String {
        self.text(name).replace("\r\n", "\n")
    }

    /// The checks that were ticked to be overruled, each with its reason; that may be empty.
    pub fn overruled(&self) -> Vec<Overruled> {
        let mut overruled: Vec<Overruled> = Vec::new();
        for (_, check) in self.0.iter().filter(|(field, _)| field == "overrule").take(MOST_OVERRULED) {
            if !overruled.iter().any(|known| known.check == *check) {
                let reason = self.text(&format!("reason.{check}")).trim().to_owned();
                overruled.push(Overruled { check: check.clone(), reason });
            }
        }
        overruled
    }

    /// The campaign that the queue was narrowed to.
    pub fn within(&self) -> Option<&str> {
        self.get("within").filter(|campaign| !campaign.is_empty())
    }

    /// How long the person looked: since the form was made, without the time in which its tab was in the background,
    /// where the script told that. It can only make the time shorter.
    pub fn seconds(&self, looking: &Looking, package: &PackageId) -> Option<u32> {
        let passed = looking.seconds(package, self.text("begun"))?;
        Some(self.text("visible").parse().map_or(passed, |visible: u32| visible.min(passed)))
    }

    /// The last line of the trail when the form was made. Where there is none, everything is older.
    pub fn seen(&self) -> i64 {
        self.text("seen").parse().unwrap_or(i64::MAX)
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Trouble;

    async fn from_request(request: Request, _: &S) -> Result<Self, Trouble> {
        match request.extract::<Form<Vec<(String, String)>>, _>().await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(refused) => Err(Trouble::of_status(refused.into_response().status())),
        }
    }
}

/// The id in the path.
pub(crate) struct Id(pub String);

impl Id {
    pub fn package(&self) -> PackageId {
        PackageId(self.0.clone())
    }

    /// The stream of this number.
    pub fn stream(&self) -> Result<i64, Trouble> {
        self.0.parse().map_err(|_| Trouble::unknown("stream").hint("look for it in Quality"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Trouble> {
        let unknown = || Trouble::unknown("package or message");
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| unknown())?;
        let sound = id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if sound { Ok(Self(id)) } else { Err(unknown()) }
    }
}

/// The query's fields.
pub(crate) struct Asked(Vec<(String, String)>);

impl Asked {
    /// The field, where it is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// The first field that is not among these.
    pub fn other(&self, known: &[&str]) -> Option<&str> {
        self.0.iter().map(|(field, _)| field.as_str()).find(|field| !known.contains(field))
    }

    /// The package that was just decided about.
    pub fn done(&self) -> Option<PackageId> {
        let id = self.get("done")?;
        (id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| PackageId::from(id))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Trouble> {
        axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map(|query| Self(query.0))
            .map_err(|_| Trouble::of_status(StatusCode::BAD_REQUEST))
    }
}

/// A path with these fields as its query.
pub(crate) fn to(path: &str, fields: &[(&str, Option<&str>)]) -> String {
    let mut query = String::new();
    for (name, value) in fields {
        if let Some(value) = value {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            for byte in value.bytes() {
                // Unreserved characters: RFC 3986, section 2.3.
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    query.push(char::from(byte));
                } else {
                    query.push_str(&format!("%{byte:02X}"));
                }
            }
        }
    }
    format!("{path}{query}")
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
            assert_eq!(to("/x", fields), expected);
        }
    }

    #[test]
    fn overruling_is_read_with_its_reasons() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let posted = Posted(vec![
            field("overrule", "a"),
            field("reason.a", " known to us "),
            field("overrule", "a"),
            field("overrule", "b"),
            field("reason.c", "not ticked"),
        ]);
        let overruled: Vec<_> =
            posted.overruled().into_iter().map(|over| format!("{}: {}", over.check, over.reason)).collect();
        assert_eq!(overruled, ["a: known to us", "b: "]);
    }
}
