//! The API as a program uses it: the pilot's packages in a real store, decided with real components. Every answer is
//! checked against the OpenAPI document.

mod behalf;
mod client;
mod document;
mod reference;
mod replies;
mod requests;
mod walk;
