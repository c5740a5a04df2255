//! The reference drafter: fills the angle's templates.
use baton_facts::{errors::DraftingError, packages::Brief, types::Draft};

/// A draft for the brief.
pub fn write(_brief: &Brief) -> Result<Draft, DraftingError> {
    Err(DraftingError::Other(None))
}
