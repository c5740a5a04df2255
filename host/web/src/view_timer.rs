//! Measures how long a user looked at a package, and makes the keys that let a form count once.
//!
//! Each form has the time at which it was made, signed with a key that only this process has: a client can neither
//! forge it nor use it for another package. The clock is monotonic and private to the process.

use baton_model::PackageId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::time::{Duration, Instant};

const RANDOM: &str = "the operating system gives random bytes";

/// Measures the time from a form to its decision.
#[derive(Clone)]
pub struct ViewTimer {
    key: [u8; 32],
    start: Instant,
}

impl Default for ViewTimer {
    fn default() -> Self {
        Self::new()
    }
}

impl ViewTimer {
    /// Starts the clock, with a random key.
    ///
    /// # Panics
    /// If the operating system provides no random bytes.
    pub fn new() -> Self {
        let mut key = [0; 32];
        getrandom::fill(&mut key).expect(RANDOM);
        Self { key, start: Instant::now() }
    }

    /// Returns a signed timestamp for a package that is shown now.
    pub(crate) fn start(&self, package: &PackageId) -> String {
        self.signed(package, self.start.elapsed())
    }

    /// Returns the whole seconds since that timestamp, or `None` if this process did not sign it for this package.
    pub(crate) fn seconds(&self, package: &PackageId, signed: &str) -> Option<u32> {
        self.since(package, signed, self.start.elapsed())
    }

    fn signed(&self, package: &PackageId, at: Duration) -> String {
        let millis = at.as_millis();
        let mac = self.mac(package, &millis.to_string()).finalize().into_bytes();
        format!("{millis}.{}", hex::encode(mac))
    }

    fn since(&self, package: &PackageId, signed: &str, now: Duration) -> Option<u32> {
        let (millis, mac) = signed.split_once('.')?;
        self.mac(package, millis).verify_slice(&hex::decode(mac).ok()?).ok()?;
        let looked = now.checked_sub(Duration::from_millis(millis.parse().ok()?))?;
        u32::try_from(looked.as_secs()).ok()
    }

    fn mac(&self, package: &PackageId, millis: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(millis.as_bytes());
        mac.update(b".");
        mac.update(package.0.as_bytes());
        mac
    }
}

/// Returns a random key for one form, of 128 bits.
pub(crate) fn form_key() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect(RANDOM);
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_time_cannot_be_forged() {
        let timer = ViewTimer::new();
        let (package, other) = (PackageId::from("one"), PackageId::from("two"));
        let signed = timer.signed(&package, Duration::from_millis(61_500));
        let (millis, mac) = signed.split_once('.').unwrap();
        let now = Duration::from_secs(100);
        for (signed, expected) in [
            (signed.clone(), Some(38)),
            (format!("61.{mac}"), None),
            (format!("{millis}.{}", "0".repeat(64)), None),
            (format!("{millis}.{}é", "0".repeat(62)), None),
            (format!("{millis}.{}", &mac[..62]), None),
            (ViewTimer::new().signed(&package, Duration::from_secs(1)), None),
            (timer.signed(&package, Duration::from_secs(101)), None),
            (String::new(), None),
            (".".into(), None),
        ] {
            assert_eq!(timer.since(&package, &signed, now), expected, "{signed}");
        }
        assert_eq!(timer.since(&other, &signed, now), None);
    }

    #[test]
    fn form_keys_differ() {
        assert_ne!(form_key(), form_key());
    }
}
