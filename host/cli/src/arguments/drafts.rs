//! The command about what people make of the drafts.

use clap::Args;

#[derive(Debug, Args)]
pub struct Calibration {
    /// Only this campaign: the name of a file in the campaigns folder, without `.toml`
    pub campaign: Option<String>,

    /// Only this kind of signal
    #[arg(long, value_name = "K")]
    pub kind: Option<String>,

    /// Show up to so many pairs of what was drafted and what was sent, of the part that is rewritten most
    #[arg(long, value_name = "N", default_value = "0", value_parser = clap::value_parser!(u32).range(0..=50))]
    pub pairs: u32,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}
