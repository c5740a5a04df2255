//! The wording that the command line and the pages share: safe text, numbers, and labels of states and checks.
//!
//! Everything here returns plain text in one line unless its name says otherwise. Templates escape it for HTML, and the
//! terminal wraps it. A surface that words a fact differently on purpose keeps that wording in its own crate.

mod labels;
mod numbers;
mod safe_text;

pub use labels::{capitalized, case_name, check_title, state_label, state_sentence};
pub use numbers::{capped, count, from_hundredths, number, percent_digits};
pub use safe_text::{clipped, editable, escaped, is_harmful, line, lines};
