//! The review page: an SDR sees a package whole, decides, and the next one comes.
//!
//! Server-rendered over [`baton_desk::desk::Desk`] and nothing else; it works without script. What always holds:
//! deciding is POST, from this page's own forms, about what was shown, once per form. Whatever a fact says is text,
//! never markup. A page asks no other host for anything. Nobody signs in yet, so it is served on loopback alone.

mod actions;
mod assets;
pub mod chart;
mod form;
mod guard;
mod looking;
mod pages;
mod show;
mod site;
mod trouble;

pub use site::{NotServed, Site, loopback, router, serve};
