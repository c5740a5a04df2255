//! Facts in the form that people read: text made harmless, links that may be followed, moments and numbers.
//!
//! Everything here gives plain text; the templates escape it.

mod agent;
mod link;
mod text;
mod time;
mod words;

pub(crate) use agent::family;
pub(crate) use link::Link;
pub(crate) use text::{clipped, count, hex, line, lines, number, writable};
pub(crate) use time::{Moment, ahead, day, moment};
pub(crate) use words::{check_title, decided, model, rejected_for, standing, state, word};
