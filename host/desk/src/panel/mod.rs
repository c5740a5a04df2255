//! The panel that a CRM shows beside one of its records.

pub(crate) mod queries;
pub(crate) mod sessions;

pub use sessions::{PanelError, PanelSession, PanelTheme, RecordPackage};
