//! What a team would see before a model is switched on: packages a day, bad messages that left, hours of review, and how
//! long a stream takes to be proven.
//!
//! A discrete-event simulation of working days: batches are prepared through the day, SDRs take the most urgent work
//! first, verdicts come when a review ends and checks are missed when their time is up. What evidence is worth, what a
//! verdict stops and what is sampled is asked of the governor in use, so the simulation and the desk cannot differ in it.
//! Pure but for that: the same setting and the same governor give the same days, whatever the clock says.

mod assumptions;
mod event_loop;
mod governing;
mod replications;
mod result;
mod setting;
mod stream;

pub use assumptions::{FACTUAL, Given, NONCONFORMING, Premise, Premises, Source, premises};
pub use event_loop::simulate;
pub use governing::Governing;
pub use replications::{Course, Outcome, Proven, Spread, Way, many};
pub use result::{Day, Simulation, StreamResult};
pub use setting::{Setting, Stream, Team};

#[cfg(test)]
mod tests;
