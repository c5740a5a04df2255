//! The review page: an SDR sees a package whole, decides, and the next one comes.
//!
//! Server-rendered over [`baton_desk::desk::Desk`] and nothing else; it works without script. What always holds:
//! deciding is POST, from this page's own forms, about what was shown, once per form. Whatever a fact says is text,
//! never markup. A page asks no other host for anything. Whoever can reach it from elsewhere signs in, over TLS.

mod actions;
pub mod api;
mod assets;
pub mod chart;
mod door;
mod form;
mod format;
mod guard;
mod looking;
mod pages;
mod serve;
mod site;
mod trouble;

pub use door::Door;
pub use door::client::Peer;
pub use door::may::{ROUTES, Route};
pub use serve::serve;
pub use site::{NotServed, Site, router};
