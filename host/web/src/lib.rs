//! The review pages and the HTTP API: an SDR opens a package, decides, and gets the next one.
//!
//! Pages are rendered on the server and work without script. A decision is a POST from a form of this site, about the
//! package as it was shown, and each form counts once. Facts are always rendered as text, never as markup, and a page
//! loads nothing from other hosts. Clients on other machines connect over TLS and sign in.

mod actions;
mod api;
mod app_state;
mod assets;
mod auth;
mod auth_config;
mod authorization;
pub mod chart;
mod connection_limits;
mod decision_form;
mod error;
mod extract;
mod format;
mod middleware;
pub mod openapi;
mod operation;
mod operator_link;
mod pages;
mod permissions;
mod problem;
mod route_table;
mod router;
mod schemas;
mod serve;
mod serve_error;
mod tls;
mod view_timer;

pub use app_state::AppState;
pub use auth::client::Peer;
pub use auth_config::AuthConfig;
pub use baton_present::CheckTitles;
pub use operator_link::OperatorLink;
pub use route_table::Route;
pub use router::{router, routes};
pub use serve::serve;
pub use serve_error::ServeError;
pub use view_timer::ViewTimer;
