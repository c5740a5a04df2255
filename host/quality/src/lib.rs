//! Statistics of draft quality: grading, sampling, seeded defects, calibration, miss rates and simulation.
//!
//! Pure functions: the same input and seed give the same result. Only the governor assesses evidence; nothing here
//! repeats its rules.

pub mod calibration;
pub mod grading;
pub mod history;
mod miss_rate;
pub mod random;
pub mod sampling;
pub mod seeded_defects;
pub mod simulate;

pub use miss_rate::MissRate;
