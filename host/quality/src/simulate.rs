//! Simulation of a handoff model before it is switched on: packages a day, bad messages sent, hours of review, and the
//! time until a stream is proven.
//!
//! A discrete-event simulation of working days: batches are prepared through the day, SDRs take the most urgent work
//! first, verdicts come when a review ends, and checks are missed at their deadline. The governor in use assesses the
//! evidence, so the simulation and the desk cannot differ in it. Otherwise pure: the same setting, seed and governor
//! give the same days.

mod assumptions;
mod event_loop;
mod governing;
mod replications;
mod result;
mod setting;
mod stream;

pub use assumptions::{
    Assumption, AssumptionSource, FACTUAL, NONCONFORMING, SimulationInput, SimulationOptions, premises,
};
pub use event_loop::simulate;
pub use governing::SimulationGovernor;
pub use replications::{DayMedians, DaysToProven, ScenarioResult, SimulationScenario, Spread, many};
pub use result::{SimulatedDay, Simulation, StreamResult};
pub use setting::{SimulationSetup, Stream, Team};

#[cfg(test)]
mod tests;
