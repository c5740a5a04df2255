//! Values of cookies that prove an earlier visit, signed with the host's key. Nothing about them is stored.
//!
//! A value has the time at which it was made and is accepted for some time from then on, also by a restarted program.

use crate::access::queries::sessions::MAX_AGE_SECONDS as SESSION_SECONDS;
use crate::db::encryption::KeyRing;
use crate::desk::Desk;
use baton_facts::types::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The kinds of cookies.
const OPERATOR: &str = "operator-cookie";
const KNOWN_BROWSER: &str = "known-browser";

/// The time for which a browser stays known: half a year.
pub const KNOWN_BROWSER_SECONDS: Timestamp = 180 * 86_400;

impl Desk {
    /// Returns the cookie of a browser that the operator's link opened.
    pub fn operator_cookie(&self, now: Timestamp) -> String {
        sign(self.key_ring(), OPERATOR, "", now)
    }

    /// Whether the operator's link opened this browser.
    pub fn is_operator_cookie(&self, value: &str, now: Timestamp) -> bool {
        verify(self.key_ring(), OPERATOR, "", value, (now, SESSION_SECONDS))
    }
}

/// Returns the cookie of a browser in which this user signs in now.
pub(crate) fn known_browser(keys: &KeyRing, user: &str, now: Timestamp) -> String {
    sign(keys, KNOWN_BROWSER, user, now)
}

/// Whether this user has signed in with this browser.
pub(crate) fn is_known_browser(keys: &KeyRing, user: &str, cookie: &str, now: Timestamp) -> bool {
    verify(keys, KNOWN_BROWSER, user, cookie, (now, KNOWN_BROWSER_SECONDS))
}

/// Makes a value for this kind of cookie and this subject.
fn sign(keys: &KeyRing, kind: &str, subject: &str, now: Timestamp) -> String {
    format!("{now}.{}", hex::encode(mac(keys, kind, subject, &now.to_string()).finalize().into_bytes()))
}

/// Whether [`sign`] made the value for this kind and subject, less than these seconds ago.
fn verify(keys: &KeyRing, kind: &str, subject: &str, value: &str, (now, seconds): (Timestamp, Timestamp)) -> bool {
    let parts = value.split_once('.').and_then(|(made, mac)| Some((made, made.parse().ok()?, hex::decode(mac).ok()?)));
    parts.is_some_and(|(text, made, given): (&str, Timestamp, Vec<u8>)| {
        now.saturating_sub(made) < seconds && mac(keys, kind, subject, text).verify_slice(&given).is_ok()
    })
}

/// Returns the code of a value; its comparison takes the same time for every value.
fn mac(keys: &KeyRing, kind: &str, subject: &str, made: &str) -> Hmac<Sha256> {
    let key = keys.tag(kind, &[subject]);
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.update(made.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_cookie_is_for_one_kind_subject_and_week() {
        let keys = KeyRing::new("desk.db".into(), &[7; 32]);
        let other_keys = KeyRing::new("desk.db".into(), &[8; 32]);
        let value = sign(&keys, "kind", "mara", 1_000);
        let (_, mac) = value.split_once('.').unwrap();
        for (keys, kind, subject, value, now, expected) in [
            (&keys, "kind", "mara", value.clone(), 1_000, true),
            (&keys, "kind", "mara", value.clone(), 1_000 + SESSION_SECONDS - 1, true),
            (&keys, "kind", "mara", value.clone(), 1_000 + SESSION_SECONDS, false),
            (&keys, "other", "mara", value.clone(), 1_000, false),
            (&keys, "kind", "ben", value.clone(), 1_000, false),
            (&other_keys, "kind", "mara", value.clone(), 1_000, false),
            (&keys, "kind", "mara", format!("1001.{mac}"), 1_001, false),
            (&keys, "kind", "mara", format!("1000.{}", &mac[..62]), 1_000, false),
            (&keys, "kind", "mara", "1000.".to_owned(), 1_000, false),
            (&keys, "kind", "mara", ".".to_owned(), 1_000, false),
            (&keys, "kind", "mara", String::new(), 1_000, false),
        ] {
            assert_eq!(
                verify(keys, kind, subject, &value, (now, SESSION_SECONDS)),
                expected,
                "{kind} {subject} {value} {now}"
            );
        }
    }
}
