//! Replies at an account, as the CRM reports them, and the people who take them over.

pub(crate) mod inbox;
pub(crate) mod queries;
pub(crate) mod sync_replies;

pub use inbox::{ReplyView, Takeover};
pub use sync_replies::ReplySync;
