//! The review page as a browser sees it: the pilot's packages in a real store, decided with real components.

mod access;
pub(crate) mod browser;
mod calibration;
mod checks;
mod dashboard;
mod decisions;
mod hostile;
mod html;
mod live_checks;
mod operator_link;
mod pages;
mod panel;
mod quality;
mod queue;
mod refusals;
mod replies;
pub(crate) mod server_with_users;
pub(crate) mod sign_on;
mod signin;
mod stream_fixture;
mod tls;
mod undo_and_redraft;
mod users;
