//! The cookie of a session, and the one of a way to the identity provider and back.
//!
//! Over TLS its name begins with `__Host-` (RFC 6265bis, 4.1.3.2): browsers take it from this host alone, over TLS, for
//! every path, so nobody else can plant one. Without TLS, on this machine alone, it has another name.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};
use baton_desk::desk::SESSION;

const SECURE: &str = "__Host-baton";
const PLAIN: &str = "baton-session";

/// Likewise, of somebody who is on the way to the identity provider.
const SECURE_WAY: &str = "__Host-baton-way";
const PLAIN_WAY: &str = "baton-way";

/// Seconds for which that is kept: what it is worth is over by then.
const WAY: i64 = 600;

const fn way_name(secure: bool) -> &'static str {
    if secure { SECURE_WAY } else { PLAIN_WAY }
}

const fn name(secure: bool) -> &'static str {
    if secure { SECURE } else { PLAIN }
}

/// The token, where there is exactly one: of two, somebody may have planted one.
pub(crate) fn token(headers: &HeaderMap, secure: bool) -> Option<String> {
    let token = single(headers, name(secure))?;
    let sound = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    sound.then(|| token.to_owned())
}

/// The ticket of a way, and where somebody wanted to go.
pub(crate) fn way(headers: &HeaderMap, secure: bool) -> Option<(String, String)> {
    let (ticket, next) = single(headers, way_name(secure))?.split_once('/')?;
    Some((ticket.to_owned(), format!("/{next}")))
}

/// Keeps both until somebody comes back. `next` is a plain path within this site.
pub(crate) fn keep_way(ticket: &str, next: &str, secure: bool) -> Option<HeaderValue> {
    // What may not be in a cookie (RFC 6265, 4.1.1) means the same encoded.
    let next = next.replace('"', "%22").replace(',', "%2C").replace(';', "%3B");
    written(way_name(secure), &format!("{ticket}{next}"), WAY, secure)
}

/// Takes it away.
pub(crate) fn drop_way(secure: bool) -> Option<HeaderValue> {
    written(way_name(secure), "", 0, secure)
}

/// The cookie's value, where there is exactly one.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    let mut values = cookies
        .flat_map(|header| header.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(given, _)| *given == name)
        .map(|(_, value)| value);
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

/// Keeps the token in the browser for as long as a session lasts.
pub(crate) fn keep(token: &str, secure: bool) -> Option<HeaderValue> {
    written(name(secure), token, SESSION, secure)
}

/// Takes it away.
pub(crate) fn drop(secure: bool) -> Option<HeaderValue> {
    written(name(secure), "", 0, secure)
}

fn written(name: &str, value: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    let also = if secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{also}");
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
