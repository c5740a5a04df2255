//! Code for CRM vendors to copy: signing the token that opens a panel, and verifying a webhook. A JWT library and a
//! Standard Webhooks library do the same in every language; without them it is this much code.

use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The user and the record: the claims of one token, which opens one panel once.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// The `issuer` in `[[crm-panel]]`.
    pub issuer: &'a str,
    /// The address of Baton's page for browsers, without a slash at the end.
    pub baton: &'a str,
    /// The email address with which the user signs in to Baton.
    pub user: &'a str,
    /// The account's id in the CRM. With the claim `"record_type": "domain"` or `"contact"`, its domain or a contact's
    /// id.
    pub record: &'a str,
    /// An id that no other token of this CRM has, with 8 to 128 characters.
    pub id: &'a str,
    /// The time in seconds since 1970.
    pub now: i64,
}

/// Returns the token for `/panel?token=…&theme=light`. It is valid for five minutes; Baton accepts at most ten.
pub fn sign(key: &[u8], of: &Opening<'_>) -> String {
    let header = serde_json::json!({ "alg": "HS256", "typ": "JWT" });
    let claims = serde_json::json!({
        "iss": of.issuer, "aud": of.baton, "sub": of.user, "record": of.record,
        "jti": of.id, "iat": of.now, "exp": of.now + 300,
    });
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac(key, &signed).finalize().into_bytes()))
}

/// Whether Baton sent this within the last five minutes: `id`, `at` and `signature` are the headers `webhook-id`,
/// `webhook-timestamp` and `webhook-signature`, `body` is the unchanged body, and `secret` begins with `whsec_`. A
/// repeated id means the same event again.
pub fn is_signed(secret: &str, (id, at, signature): (&str, &str, &str), body: &str, now: i64) -> bool {
    let key = secret.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
    let (Some(key), Ok(moment)) = (key, at.parse::<i64>()) else { return false };
    let of = |signature: &str| STANDARD.decode(signature.strip_prefix("v1,")?).ok();
    // There are several signatures while a key is rotated.
    let fits = |given: Vec<u8>| mac(&key, &format!("{id}.{at}.{body}")).verify_slice(&given).is_ok();
    now.abs_diff(moment) <= 300 && signature.split(' ').filter_map(of).any(fits)
}

fn mac(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac
}
