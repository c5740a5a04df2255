//! Users and how they sign in: passwords, invitations, single sign-on, sessions, API tokens, and what each may see.

pub(crate) mod access_scope;
pub(crate) mod queries;
pub(crate) mod sign_in;
pub(crate) mod sso;
#[cfg(test)]
mod tests;
pub(crate) mod tokens;
pub(crate) mod users;

pub use baton_model::Role;
pub use sign_in::{Begun, NotSignedIn, Place, SESSION, SignedIn};
pub use sso::{Admission, NotVouched};
pub use tokens::{NewToken, Program, TOKEN_PREFIX, TokenView};
pub use users::{INVITED_FOR, Invitation, UserView};
