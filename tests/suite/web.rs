//! The review page, as a browser sees it: the pilot's packages in a real store, decided with real components.

pub(crate) mod browser;
mod calibration;
mod checks;
mod deciding;
mod entry;
mod floor;
mod hostile;
pub(crate) mod house;
mod html;
mod pages;
mod quality;
mod refusals;
mod second_thoughts;
mod signin;
mod tls;
mod writing;
