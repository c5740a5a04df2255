//! Facts in the form that people read: text made harmless, links that may be followed, moments and numbers.
//!
//! Everything here gives plain text; the templates escape it.

mod agent;
mod gauge;
mod link;
mod share;
mod text;
mod time;
mod words;
mod zone;

pub(crate) use agent::family;
pub(crate) use gauge::{Cells, Gauge};
pub(crate) use link::Link;
pub(crate) use share::{hundredths, many, one_in, percent};
pub(crate) use text::{clipped, count, hex, line, lines, number, writable};
pub(crate) use time::{Moment, ahead, day, moment};
pub(crate) use words::{
    check_title, decided, event, finding, finding_name, model, planted, rejected_for, standing, state, stream_name,
    word,
};
pub(crate) use zone::in_zone;
