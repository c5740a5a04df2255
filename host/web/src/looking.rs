//! How long a person looked at a package, and the key that makes a form count once.
//!
//! The moment a form was made is in the form, under a key that only this process knows: it cannot be made up, and
//! another package's does not fit. The clock is the machine's own and only runs forward; it is shown to nobody.

use crate::show::hex;
use baton_model::PackageId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::time::{Duration, Instant};

const RANDOM: &str = "the operating system gives random bytes";

/// Measures from the form to the decision.
pub(crate) struct Looking {
    key: [u8; 32],
    start: Instant,
}

impl Looking {
    pub fn new() -> Self {
        let mut key = [0; 32];
        getrandom::fill(&mut key).expect(RANDOM);
        Self { key, start: Instant::now() }
    }

    /// Says that the package is shown now.
    pub fn begun(&self, package: &PackageId) -> String {
        self.at(package, self.start.elapsed())
    }

    /// How long ago that was, in whole seconds. None for what this process did not make for this package.
    pub fn seconds(&self, package: &PackageId, begun: &str) -> Option<u32> {
        self.since(package, begun, self.start.elapsed())
    }

    fn at(&self, package: &PackageId, moment: Duration) -> String {
        let millis = moment.as_millis();
        let mac = self.mac(package, &millis.to_string()).finalize().into_bytes();
        format!("{millis}.{}", hex(&mac))
    }

    fn since(&self, package: &PackageId, begun: &str, now: Duration) -> Option<u32> {
        let (millis, mac) = begun.split_once('.')?;
        let given: Option<Vec<u8>> = (mac.len() == 64 && mac.is_ascii())
            .then(|| (0..32).map(|at| u8::from_str_radix(&mac[2 * at..2 * at + 2], 16).ok()).collect())?;
        self.mac(package, millis).verify_slice(&given?).ok()?;
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

/// A key for one form: 128 random bits.
pub(crate) fn once() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect(RANDOM);
    hex(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_cannot_be_made_up() {
        let looking = Looking::new();
        let (package, other) = (PackageId::from("one"), PackageId::from("two"));
        let begun = looking.at(&package, Duration::from_millis(61_500));
        let (millis, mac) = begun.split_once('.').unwrap();
        let now = Duration::from_secs(100);
        for (begun, expected) in [
            (begun.clone(), Some(38)),
            (format!("61.{mac}"), None),
            (format!("{millis}.{}", "0".repeat(64)), None),
            (format!("{millis}.{}é", "0".repeat(62)), None),
            (format!("{millis}.{}", &mac[..62]), None),
            (Looking::new().at(&package, Duration::from_secs(1)), None),
            (looking.at(&package, Duration::from_secs(101)), None),
            (String::new(), None),
            (".".into(), None),
        ] {
            assert_eq!(looking.since(&package, &begun, now), expected, "{begun}");
        }
        assert_eq!(looking.since(&other, &begun, now), None);
    }

    #[test]
    fn no_key_comes_twice() {
        assert_ne!(once(), once());
    }
}
