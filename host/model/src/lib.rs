//! The data that the crates of the host share: ids, domains, package states, decisions, views and time zones.
//!
//! Plain data: no I/O, no clock, no randomness. A package changes its state only through
//! [`package_state::PackageState::transition`], so an illegal transition cannot be written down.

mod actor;
pub mod address;
pub mod angle_variants;
mod campaign_file;
mod client_network;
mod contact_name;
pub mod decision;
pub mod defect;
pub mod delivery;
pub mod domains;
mod erasable;
pub mod free_mail;
pub mod mailbox;
mod message_part;
mod package_id;
pub mod package_state;
mod quoted;
mod review_capacity;
mod review_options;
mod time_zone;
mod touch_outcome;
pub mod variant_assignment;
pub mod views;
pub mod websites;

pub use actor::{Actor, BATON, ReportedTime, Role, Visible};
pub use campaign_file::CampaignFile;
pub use client_network::client_network;
pub use contact_name::full_name;
pub use erasable::Erasable;
pub use message_part::MessagePart;
pub use package_id::PackageId;
pub use quoted::{escape_unprintable, is_invisible, quoted};
pub use review_capacity::ReviewCapacity;
pub use review_options::ReviewOptions;
pub use time_zone::Zone;
pub use touch_outcome::touch_outcome_words;

#[cfg(test)]
mod name_tests;
