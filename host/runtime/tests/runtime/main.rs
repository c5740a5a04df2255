//! The runtime on small components written as text, so that no built component is needed.

mod bombs;
mod extensions;
mod fixture;
mod limits;
mod loading;
mod telemetry;
