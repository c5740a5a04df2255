//! The review page, as a browser sees it: the pilot's packages in a real store, decided with real components.

mod browser;
mod deciding;
mod hostile;
mod html;
mod pages;
mod refusals;
mod signin;
mod tls;
