//! The API, as a program sees it: the pilot's packages in a real store, decided with real components; and the document
//! that describes it, which every answer here is held to.

mod behalf;
mod client;
mod document;
mod reference;
mod replies;
mod requests;
mod walk;
