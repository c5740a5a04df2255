//! The clock of a running server.
//!
//! A server reads the time of the machine whenever it needs it: a clock that only counts from its start stops
//! while the machine sleeps, and never follows a correction. The store notices a clock that was set back.

use baton_facts::types::Timestamp;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Returns the current time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Returns the clock of the machine, which is read each time.
pub fn wall_clock() -> Clock {
    Arc::new(|| match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(_) => 0,
    })
}

/// Returns a clock that starts at `start` and runs on from there, for trials at another time.
pub fn clock_from(start: Timestamp) -> Clock {
    let began = Instant::now();
    Arc::new(move || start.saturating_add(i64::try_from(began.elapsed().as_secs()).unwrap_or(i64::MAX)))
}
