//! Fixtures that tests and benchmarks share: the components and one runtime, a CRM in memory, and inputs as data.

#![expect(missing_docs, reason = "for the tests of this package alone")]

mod components;
mod crm;
mod desk;
mod given;
pub mod server;
pub mod smtp;

pub use components::{
    TestComponents, component, component_folder, native, native_follow_up, run, runtime, test_components,
};
pub use crm::{CallCounter, CountingDrafting, Crm, Hanging, InProcess, Outbox};
pub use desk::{DeskExt, NOW, POSTAL, TestDesk, approval, message_files, quick, sending, tools};
pub use given::{Given, scenarios};
