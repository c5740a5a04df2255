//! Users, sign-in and permissions: passwords, invitations, single sign-on, sessions and API tokens.

pub(crate) mod access_scope;
pub(crate) mod browser_cookies;
#[cfg(test)]
mod permission_tests;
pub(crate) mod queries;
pub(crate) mod sign_in;
pub(crate) mod sso;
#[cfg(test)]
mod tests;
pub(crate) mod tokens;
pub(crate) mod users;

pub use baton_model::Role;
pub use browser_cookies::KNOWN_BROWSER_SECONDS;
pub use sign_in::{NewSession, SESSION_SECONDS, SignInError, SignInOrigin, SignedIn};
pub use sso::{SsoAdmission, SsoSignInError};
pub use tokens::{ApiClient, NewToken, TOKEN_PREFIX, TokenView};
pub use users::{INVITATION_SECONDS, Invitation, UserView};
