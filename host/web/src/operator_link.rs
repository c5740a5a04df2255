//! The secret of the link that opens the page for the operator. It works once.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The route of the link.
pub(crate) const ROUTE: &str = "/start/{token}";

/// The link of one server. It works once.
#[derive(Clone)]
pub struct OperatorLink(Arc<LinkState>);

struct LinkState {
    token: String,
    /// The key of the comparison, which takes the same time for every token.
    key: [u8; 32],
    used: AtomicBool,
}

impl Default for OperatorLink {
    fn default() -> Self {
        Self::new()
    }
}

impl OperatorLink {
    /// Makes a link with a random token.
    ///
    /// # Panics
    /// If the operating system provides no random bytes.
    pub fn new() -> Self {
        let (mut token, mut key) = ([0; 32], [0; 32]);
        for bytes in [&mut token, &mut key] {
            getrandom::fill(bytes).expect("the operating system gives random bytes");
        }
        Self(Arc::new(LinkState { token: hex::encode(token), key, used: AtomicBool::new(false) }))
    }

    /// Returns the link's path.
    pub fn path(&self) -> String {
        ROUTE.replace("{token}", &self.0.token)
    }

    /// Whether this is the link's token and it was not used before. It is used then.
    pub(crate) fn is_first_use(&self, token: &str) -> bool {
        let mac = |text: &str| {
            let mut mac = Hmac::<Sha256>::new_from_slice(&self.0.key).expect("HMAC takes keys of any length");
            mac.update(text.as_bytes());
            mac
        };
        mac(&self.0.token).verify(&mac(token).finalize().into_bytes()).is_ok()
            && !self.0.used.swap(true, Ordering::SeqCst)
    }
}
