//! The tables of the README: what the shipped governor says of plans and of evidence.

use anyhow::Result;
use std::path::Path;

pub async fn all(_: &Path) -> Result<String> {
    Ok(String::new())
}
