//! The application, assembled in one place from `baton.toml`.
//!
//! The command, the tests and embedding programs use the same [`Server`], so that all of them run the same wiring: the
//! store, the components, the desk, the sending worker, the webhook dispatcher and the review page. Nothing is printed
//! here: progress and events go to callbacks. Secrets come from environment variables, never from the configuration.

mod clock;
mod components;
mod decide;
mod erase;
mod error;
mod export_watch;
mod listen;
mod outbox;
mod redraft;
mod server;

pub use clock::{Clock, clock_from, wall_clock};
pub use components::{LoadedComponents, start_runtime};
pub use decide::SentDecision;
pub use erase::ErasedFiles;
pub use error::ServerError;
pub use listen::{ListenOptions, Listening, ServerEvent, StartWarning};
pub use outbox::missing_secrets;
pub use redraft::CampaignRedrafter;
pub use server::{CampaignResult, Options, Server};

#[cfg(test)]
mod tests;
