//! SQL queries of sign-in and permissions, one file per table.

pub(crate) mod assignees;
pub(crate) mod login_attempts;
pub(crate) mod sessions;
pub(crate) mod tokens;
pub(crate) mod used_login_states;
