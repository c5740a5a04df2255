//! The review page as a browser sees it: the pilot's packages in a real store, decided with real components.

pub(crate) mod browser;
mod calibration;
mod checks;
mod dashboard;
mod deciding;
mod entry;
mod hostile;
mod html;
mod pages;
mod panel;
mod quality;
mod queue;
mod refusals;
mod replies;
mod second_thoughts;
pub(crate) mod server_with_users;
pub(crate) mod sign_on;
mod signin;
mod stream_fixture;
mod tls;
mod users;
mod writing;
