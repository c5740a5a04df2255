//! SQL queries of CRM panels.

pub(crate) mod panels;
