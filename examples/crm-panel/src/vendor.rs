//! What a CRM vendor copies: signing the token that opens a panel, and verifying a webhook. A JWT library and a Standard
//! Webhooks library do the same in every language; written out, it is this much.

use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Who looks at what: the claims of one token, which opens one panel once.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// `issuer` in `[[crm-panel]]`.
    pub issuer: &'a str,
    /// Where browsers find Baton's page, without a slash at the end.
    pub baton: &'a str,
    /// The address that the user signs in to Baton with.
    pub user: &'a str,
    /// The account's id in the CRM; with `"record_type": "domain"` or `"contact"` beside it, its domain or a contact's id.
    pub record: &'a str,
    /// An id that no other token of this CRM has, of 8 to 128 characters.
    pub id: &'a str,
    /// Seconds since 1970.
    pub now: i64,
}

/// The token for `/panel?token=…&theme=light`: good for five minutes, and at the most ten are taken.
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
/// `webhook-timestamp` and `webhook-signature`, `body` is the body as it came, and `secret` begins with `whsec_`.
/// What was heard under the same id before is the same message again.
pub fn is_signed(secret: &str, (id, at, signature): (&str, &str, &str), body: &str, now: i64) -> bool {
    let key = secret.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
    let (Some(key), Ok(moment)) = (key, at.parse::<i64>()) else { return false };
    let of = |signature: &str| STANDARD.decode(signature.strip_prefix("v1,")?).ok();
    // There are several while a key is exchanged for another one.
    let fits = |given: Vec<u8>| mac(&key, &format!("{id}.{at}.{body}")).verify_slice(&given).is_ok();
    now.abs_diff(moment) <= 300 && signature.split(' ').filter_map(of).any(fits)
}

fn mac(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac
}
