//! The actions of the pages: POST handlers. Each calls the desk once and answers with a page or a redirect.

pub(crate) mod bulk;
pub(crate) mod decide;
pub(crate) mod inspect;
pub(crate) mod outbox;
pub(crate) mod panel;
pub(crate) mod replies;
pub(crate) mod sending;
pub(crate) mod sign_in;
pub(crate) mod sso;
pub(crate) mod streams;
pub(crate) mod undo;
pub(crate) mod users;
pub(crate) mod verdict;
