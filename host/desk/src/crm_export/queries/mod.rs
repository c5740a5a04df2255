//! The SQL of this feature, one file per table.

pub(crate) mod crm_export;
