//! Commands about the CRM beside Baton: webhooks, and the panel in its records.

use clap::{Args, Subcommand, builder::PossibleValuesParser};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Webhooks {
    #[command(flatten)]
    pub list: Deliveries,

    #[command(subcommand)]
    pub command: Option<WebhooksCommand>,
}

/// Which deliveries to list.
#[derive(Debug, Args)]
pub struct Deliveries {
    /// Only of this webhook
    #[arg(long, value_name = "NAME")]
    pub webhook: Option<String>,

    /// Only those that wait, were delivered, or are dead after every try failed
    #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(["waiting", "delivered", "dead"]))]
    pub state: Option<String>,

    /// How many to list at the most, latest first
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,

    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum WebhooksCommand {
    /// Make a delivery due now, with all its tries before it
    Retry {
        /// Its id, as the list has it
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Tell what is due now, and say what came of it; while `baton serve` runs it does that by itself
    Deliver {
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct PanelToken {
    /// Which `[[crm-panel]]`, by its name; may be left out when there is only one
    #[arg(long, value_name = "NAME")]
    pub crm: Option<String>,

    /// The CRM's record: the id of an account, or what `--kind` says
    #[arg(long, value_name = "ID")]
    pub record: String,

    /// What the record is
    #[arg(long, default_value = "account", value_parser = PossibleValuesParser::new(["account", "domain", "contact"]))]
    pub kind: String,

    /// Who looks: the address that they sign in with
    #[arg(long, value_name = "EMAIL")]
    pub user: String,

    /// How it looks; by default as the browser prefers
    #[arg(long, value_parser = PossibleValuesParser::new(["light", "dark"]))]
    pub theme: Option<String>,

    /// The port of the review page, where `baton serve` was given another one
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
}
