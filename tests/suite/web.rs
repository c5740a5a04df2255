//! The review page, as a browser sees it: the pilot's packages in a real store, decided with real components.

pub(crate) mod browser;
mod calibration;
mod checks;
mod dashboard;
mod deciding;
mod entry;
mod floor;
mod hostile;
pub(crate) mod house;
mod html;
mod pages;
mod panel;
mod quality;
mod queue;
mod refusals;
mod replies;
mod second_thoughts;
pub(crate) mod sign_on;
mod signin;
mod tls;
mod users;
mod writing;
