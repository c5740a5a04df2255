//! A campaign run: the outcome of each account of the CRM, with the reason.
//!
//! An account's failure concerns that account alone. Each outcome is saved before the next one counts, so a run can be
//! stopped at any time and continued. The order of the results does not depend on the number of concurrent calls:
//! prospects come first, best first, then the others in the CRM's order.

mod account_snapshot;
mod capabilities;
mod components;
mod drafter_dry_run;
pub mod export;
mod governor_in_use;
mod incremental;
pub mod lockfile;
pub mod options;
mod redraft;
mod run;
mod summary;

pub use capabilities::CrmCapabilities;
pub use components::{ComponentFile, ComponentFileError, ComponentFiles, Components, InstallTerms, limits};
pub use drafter_dry_run::{FailedDraft, dry_run};
pub use governor_in_use::GovernorInUse;
pub use incremental::{BacklogSize, Report, RunError};
pub use redraft::Redrafter;
pub use run::{Run, RunProgress};
pub use summary::Summary;
