//! Reasons why a sign-in with an identity provider fails.

/// Why nobody is vouched for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SsoError {
    /// The environment has no secret.
    #[error(
        "the environment variable `{0}` is not set, and it is to have the secret for the identity provider\nhint: set it before the program starts"
    )]
    NoSecret(String),
    /// No request can be made at all.
    #[error("no request to the identity provider can be made: {0}")]
    NoRequests(String),
    /// It cannot be reached, or does not answer as the standard says.
    #[error("the identity provider {0}")]
    Down(&'static str),
    /// It refuses this program.
    #[error("the identity provider does not take this program: it answered `{0}`")]
    ClientRejected(String),
    /// The person did not sign in there, or may not.
    #[error("the identity provider says: {0}")]
    Declined(String),
    /// It was not begun in this browser.
    #[error("this was not begun in this browser")]
    StateMismatch,
    /// The provider's answer fails a check.
    #[error("the answer of the identity provider is not valid: {0}")]
    InvalidResponse(&'static str),
    /// It says no address of the person.
    #[error("the identity provider does not say the person's address")]
    NoAddress,
}
