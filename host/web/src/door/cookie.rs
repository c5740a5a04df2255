//! The cookie of a session.
//!
//! Over TLS its name begins with `__Host-` (RFC 6265bis, 4.1.3.2): browsers take it from this host alone, over TLS, for
//! every path, so nobody else can plant one. Without TLS, on this machine alone, it has another name.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};
use baton_desk::desk::SESSION;

const SECURE: &str = "__Host-baton";
const PLAIN: &str = "baton-session";

const fn name(secure: bool) -> &'static str {
    if secure { SECURE } else { PLAIN }
}

/// The token, where there is exactly one: of two, somebody may have planted one.
pub(crate) fn token(headers: &HeaderMap, secure: bool) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    let mut tokens = cookies
        .flat_map(|header| header.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(given, _)| *given == name(secure))
        .map(|(_, token)| token);
    let first = tokens.next()?;
    let sound = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (sound && tokens.next().is_none()).then(|| first.to_owned())
}

/// Keeps the token in the browser for as long as a session lasts.
pub(crate) fn keep(token: &str, secure: bool) -> Option<HeaderValue> {
    written(token, SESSION, secure)
}

/// Takes it away.
pub(crate) fn drop(secure: bool) -> Option<HeaderValue> {
    written("", 0, secure)
}

fn written(token: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    let also = if secure { "; Secure" } else { "" };
    let cookie = format!("{}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{also}", name(secure));
    HeaderValue::from_str(&cookie).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_token_and_no_doubt() {
        for (cookies, secure, expected) in [
            (&["__Host-baton=abc1"][..], true, Some("abc1")),
            (&["a=b; __Host-baton=abc1; c=d"], true, Some("abc1")),
            (&["a=b", "baton-session=abc1"], false, Some("abc1")),
            (&["baton-session=abc1"], true, None),
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
            assert_eq!(token(&headers, secure).as_deref(), expected, "{cookies:?}");
        }
    }

    #[test]
    fn browsers_keep_it_to_themselves() {
        let said = |cookie: Option<HeaderValue>| cookie.expect("a cookie").to_str().expect("a text").to_owned();
        assert_eq!(
            said(keep("abc1", true)),
            "__Host-baton=abc1; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(said(drop(false)), "baton-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }
}
