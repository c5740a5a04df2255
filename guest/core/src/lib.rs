//! The handoff logic: pure functions over the records of the contract.
//!
//! Nothing here calls the host, reads a clock, draws a random number or does I/O. The caller passes the time, and
//! implements [`Capabilities`] for everything else. The same code runs in the components, in native tests and in
//! benchmarks, and the same input gives the same output, bit for bit.

mod angle_selection;
mod calendar;
mod capabilities;
mod checks;
mod company_name;
mod contact_selection;
mod discover;
mod eligibility;
mod email_address;
pub mod governor;
mod history;
mod icp;
mod letter_case;
mod package;
mod person_name;
mod phrase_search;
mod prepare;
#[cfg(test)]
mod properties;
mod reading_time;
mod record_names;
pub mod replies;
pub mod rules;
mod sequence;
mod signals;
pub mod template;
#[cfg(test)]
mod testing;
mod text;
mod thread;
mod titles;
mod touch_outcome;

pub use capabilities::Capabilities;
pub use checks::{check_release, inspect};
pub use discover::discover;
pub use prepare::{follow_up, prepare, redraft};
