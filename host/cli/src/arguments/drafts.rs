//! `baton drafts`: how reviewers receive the drafts.

use clap::Args;

#[derive(Debug, Args)]
pub struct DraftsArgs {
    /// This campaign only: the name of its file in the campaigns folder, without `.toml`
    pub campaign: Option<String>,

    /// This kind of signal only
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,

    /// Show up to N pairs of drafted and sent text, for the part that reviewers rewrite most
    #[arg(long, value_name = "N", default_value = "0", value_parser = clap::value_parser!(u32).range(0..=50))]
    pub pairs: u32,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}
