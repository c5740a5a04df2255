//! The vocabulary: every record of the contract as one Rust type, in core, components, host, store and JSON alike.
//!
//! Generated from `wit/*.wit`; the documentation of each item is the contract's own. JSON uses the contract's
//! kebab-case names. There is no second set of structs anywhere, and nothing here has behaviour.

#[expect(
    unsafe_code,
    missing_docs,
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    reason = "generated from the contract, where members with speaking names need no text"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/facts.rs"));
}

pub use generated::baton::handoff::{errors, mail, packages, policy, quality, types};
