//! The SQL of this feature, a file for each table.

pub(crate) mod replies;
