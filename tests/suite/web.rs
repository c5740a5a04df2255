//! The review page, as a browser sees it: the pilot's packages in a real store, decided with real components.

mod browser;
mod deciding;
mod entry;
mod hostile;
mod house;
mod html;
mod pages;
mod refusals;
mod signin;
mod tls;
