//! Authentication: passwords, an OpenID Connect provider, and the signed tokens of CRM panels.
//!
//! No storage: the desk looks up and records what is verified here. Secrets are in no `Debug` output and no error.

mod jwt_signatures;
pub mod oidc;
mod oidc_options;
mod panel_options;
pub mod panel_token;
pub mod password;
mod web_options;

pub use oidc_options::{Issuer, NewUserRole, OidcOptions};
pub use panel_options::{CrmPanelOptions, UserClaim};
pub use panel_token::{CrmRecord, PanelVerifier};
pub use web_options::{PublicUrl, SignInPolicy, TrustedProxy, WebOptions};
