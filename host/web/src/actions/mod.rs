//! What POST does. Each action is one call of the desk; what it answers is a page or the way to one.

pub(crate) mod decide;
pub(crate) mod inspect;
pub(crate) mod outbox;
pub(crate) mod panel;
pub(crate) mod replies;
pub(crate) mod sending;
pub(crate) mod several;
pub(crate) mod sign_in;
pub(crate) mod sign_on;
pub(crate) mod streams;
pub(crate) mod undo;
pub(crate) mod users;
pub(crate) mod verdict;
