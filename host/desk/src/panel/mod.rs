//! The panel that a CRM embeds in the page of a record.

pub(crate) mod queries;
pub(crate) mod sessions;

pub use sessions::{PanelError, PanelSession, PanelTheme, RecordPackage};
