//! Reasons why a sign-in with an identity provider fails.

/// The reason why the provider identified nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SsoError {
    /// The environment has no secret.
    #[error(
        "the environment variable `{0}`, which should contain the secret for the identity provider, is not set\nhint: set it before the program starts"
    )]
    MissingSecret(String),
    /// The HTTP client cannot be created.
    #[error("cannot send requests to the identity provider: {0}")]
    HttpClient(String),
    /// The provider is unreachable, or its answer violates the standard.
    #[error("the identity provider {0}")]
    Unavailable(&'static str),
    /// The provider rejects this program's request.
    #[error("the identity provider rejects this program: it answered `{0}`")]
    ClientRejected(String),
    /// The person did not sign in there, or was denied access.
    #[error("the identity provider refused the sign-in: {0}")]
    Declined(String),
    /// The sign-in was not started in this browser.
    #[error("this sign-in was not started in this browser")]
    StateMismatch,
    /// The provider's answer fails a check.
    #[error("the identity provider's response is invalid: {0}")]
    InvalidResponse(&'static str),
    /// The provider did not give the person's address.
    #[error("the identity provider did not give the person's address")]
    MissingEmail,
}
