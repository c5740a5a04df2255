//! The session cookie, the operator's, and the one that a browser keeps during single sign-on.
//!
//! Over TLS the names begin with `__Host-` (RFC 6265bis, 4.1.3.2): browsers accept such a cookie from this host only,
//! over TLS, for every path, so no other site can set one. Without TLS, on this machine only, the names end with the
//! port: cookies do not distinguish ports, so two programs on one machine would replace each other's.

use super::client::ClientInfo;
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};
use baton_desk::access::{KNOWN_BROWSER_SECONDS, SESSION_SECONDS};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use std::borrow::Cow;

/// A cookie by its name over TLS, its name without TLS, and the seconds it is kept.
struct CookieSpec {
    secure: &'static str,
    plain: &'static str,
    seconds: i64,
}

const SESSION_COOKIE: CookieSpec =
    CookieSpec { secure: "__Host-baton", plain: "baton-session", seconds: SESSION_SECONDS };

/// Its ticket has expired by then.
const SSO_COOKIE: CookieSpec = CookieSpec { secure: "__Host-baton-way", plain: "baton-way", seconds: 600 };

/// The operator's, where no sign-in is needed. Its value has expired by then.
const OPERATOR_COOKIE: CookieSpec =
    CookieSpec { secure: "__Host-baton-operator", plain: "baton-operator", seconds: SESSION_SECONDS };

/// Shows that a user has signed in here before.
const KNOWN_BROWSER_COOKIE: CookieSpec =
    CookieSpec { secure: "__Host-baton-known", plain: "baton-known", seconds: KNOWN_BROWSER_SECONDS };

impl CookieSpec {
    fn name(&self, client: ClientInfo) -> Cow<'static, str> {
        match client.port {
            _ if client.secure => self.secure.into(),
            Some(port) => format!("{}-{port}", self.plain).into(),
            None => self.plain.into(),
        }
    }

    /// Returns the cookie's value if the request has exactly one: of two, another site may have set one.
    fn read(&self, headers: &HeaderMap, client: ClientInfo) -> Option<String> {
        let name = self.name(client);
        let headers = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        let cookies = headers.flat_map(Cookie::split_parse).filter_map(Result::ok);
        let mut values = cookies.filter(|cookie| cookie.name() == name);
        let first = values.next()?;
        values.next().is_none().then(|| first.value().to_owned())
    }

    fn set(&self, value: &str, seconds: i64, client: ClientInfo) -> Option<HeaderValue> {
        let cookie = Cookie::build((self.name(client), value))
            .path("/")
            .max_age(Duration::seconds(seconds))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(client.secure)
            .build();
        HeaderValue::from_str(&cookie.to_string()).ok()
    }
}

/// Returns the session token.
pub(crate) fn session_token(headers: &HeaderMap, client: ClientInfo) -> Option<String> {
    let token = SESSION_COOKIE.read(headers, client)?;
    (!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(token)
}

/// Sets the session cookie for as long as a session lasts.
pub(crate) fn set_session(token: &str, client: ClientInfo) -> Option<HeaderValue> {
    SESSION_COOKIE.set(token, SESSION_COOKIE.seconds, client)
}

/// Removes the session cookie.
pub(crate) fn remove_session(client: ClientInfo) -> Option<HeaderValue> {
    SESSION_COOKIE.set("", 0, client)
}

/// Returns the cookie of an earlier sign-in, which the desk verifies.
pub(crate) fn known_browser(headers: &HeaderMap, client: ClientInfo) -> Option<String> {
    KNOWN_BROWSER_COOKIE.read(headers, client)
}

/// Sets the cookie of an earlier sign-in.
pub(crate) fn set_known_browser(value: &str, client: ClientInfo) -> Option<HeaderValue> {
    KNOWN_BROWSER_COOKIE.set(value, KNOWN_BROWSER_COOKIE.seconds, client)
}

/// Returns the operator's cookie, which the desk verifies.
pub(crate) fn operator(headers: &HeaderMap, client: ClientInfo) -> Option<String> {
    OPERATOR_COOKIE.read(headers, client)
}

/// Sets the operator's cookie.
pub(crate) fn set_operator(value: &str, client: ClientInfo) -> Option<HeaderValue> {
    OPERATOR_COOKIE.set(value, OPERATOR_COOKIE.seconds, client)
}

/// Returns the ticket of a single sign-on and the path to go to afterwards.
pub(crate) fn sso_ticket(headers: &HeaderMap, client: ClientInfo) -> Option<(String, String)> {
    let value = SSO_COOKIE.read(headers, client)?;
    let (ticket, next) = value.split_once('/')?;
    Some((ticket.to_owned(), format!("/{next}")))
}

/// Keeps both until the user comes back. `next` is a plain path within this site.
pub(crate) fn set_sso_ticket(ticket: &str, next: &str, client: ClientInfo) -> Option<HeaderValue> {
    // Not allowed in a cookie (RFC 6265, 4.1.1); encoded they mean the same in a path.
    let next = next.replace('"', "%22").replace(',', "%2C").replace(';', "%3B");
    SSO_COOKIE.set(&format!("{ticket}{next}"), SSO_COOKIE.seconds, client)
}

/// Removes the cookie of a single sign-on.
pub(crate) fn remove_sso_ticket(client: ClientInfo) -> Option<HeaderValue> {
    SSO_COOKIE.set("", 0, client)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(secure: bool) -> ClientInfo {
        ClientInfo { address: None, secure, port: Some(7420) }
    }

    #[test]
    fn a_request_has_one_session_token() {
        for (cookies, secure, expected) in [
            (&["__Host-baton=abc1"][..], true, Some("abc1")),
            (&["a=b; __Host-baton=abc1; c=d"], true, Some("abc1")),
            (&["a=b", "baton-session-7420=abc1"], false, Some("abc1")),
            (&["baton-session-7421=abc1"], false, None),
            (&["baton-session=abc1"], false, None),
            (&["baton-session-7420=abc1"], true, None),
            (&["__Host-baton=abc1"], false, None),
            (&["__Host-baton=abc1; __Host-baton=other"], true, None),
            (&["__Host-baton=abc1", "__Host-baton=abc1"], true, None),
            (&["__host-baton=abc1"], true, None),
            (&["__Host-baton="], true, None),
            (&["__Host-baton=a/b"], true, None),
            (&[], true, None),
        ] {
            let mut headers = HeaderMap::new();
            for cookie in cookies {
                headers.append(COOKIE, HeaderValue::from_static(cookie));
            }
            assert_eq!(session_token(&headers, client(secure)).as_deref(), expected, "{cookies:?}");
        }
    }

    #[test]
    fn the_session_cookie_is_for_this_site_only() {
        let text = |cookie: Option<HeaderValue>| cookie.expect("a cookie").to_str().expect("a text").to_owned();
        assert_eq!(
            text(set_session("abc1", client(true))),
            "__Host-baton=abc1; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=604800"
        );
        assert_eq!(
            text(remove_session(client(false))),
            "baton-session-7420=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"
        );
    }
}
