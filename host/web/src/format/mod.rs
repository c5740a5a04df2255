//! Formats facts for people: safe text, links, dates, numbers, and labels.
//!
//! Everything here returns plain text. The templates escape it.

mod browser;
mod datetime_input;
mod gauge;
mod labels;
mod link;
mod local_time;
mod percent;
mod time;

pub(crate) use baton_present::{
    capitalized, capped, check_title, clipped, count, editable, from_hundredths, line, lines, number, state_label,
    state_sentence,
};
pub(crate) use browser::browser_name;
pub(crate) use datetime_input::{datetime_input_value, parse_datetime_input};
pub(crate) use gauge::{Cells, Gauge};
pub(crate) use labels::{
    decision_label, event_label, finding_label, finding_name, model_label, reject_reason_label, seeded_defect_label,
    stream_name, word,
};
pub(crate) use link::Link;
pub(crate) use local_time::in_zone;
pub(crate) use percent::{one_in, percent};
pub(crate) use time::{DisplayTime, date, date_time, time_left};
