#![doc = include_str!("../README.md")]

#[expect(
    unsafe_code,
    missing_docs,
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    reason = "generated from the contract, where self-explanatory members have no text"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/facts.rs"));
}

pub use generated::baton::handoff::{
    description_types as description, error_types as errors, mail_types as mail, package_types as packages,
    policy_types as policy, quality_types as quality, types,
};
