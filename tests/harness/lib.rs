//! What the tests and the measurements share: the components, one runtime, a CRM in memory, and inputs as data.

#![expect(missing_docs, reason = "for the tests of this package alone")]

mod crm;
mod given;
mod office;
pub mod review;
pub mod smtp;
mod stage;

pub use crm::{Count, Counted, Crm, Hanging, InProcess, Outbox};
pub use given::{Given, scenarios};
pub use office::{NOW, Office, POSTAL, approval, quick, sending, tools};
pub use stage::{Stage, component, components, native, native_follow_up, run, runtime, stage};
