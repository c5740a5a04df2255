//! Commands for integrating a CRM: webhooks and the panel in its records.

use clap::{Args, Subcommand, builder::PossibleValuesParser};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct WebhooksArgs {
    #[command(flatten)]
    pub list: DeliveriesArgs,

    #[command(subcommand)]
    pub command: Option<WebhooksCommand>,
}

#[derive(Debug, Args)]
pub struct DeliveriesArgs {
    /// Deliveries to this webhook only
    #[arg(long, value_name = "NAME")]
    pub webhook: Option<String>,

    /// Deliveries in this state only; `dead` means that every attempt failed
    #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(["waiting", "delivered", "dead"]))]
    pub state: Option<String>,

    /// The number of deliveries to list, latest first
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum WebhooksCommand {
    /// Send a delivery again now and restart its retries
    Retry {
        /// The delivery id, from the list
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Send what is due now; `baton serve` does this automatically
    Deliver {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct PanelTokenArgs {
    /// The name of the `[[crm-panel]]`; optional if there is only one
    #[arg(long, value_name = "NAME")]
    pub crm: Option<String>,

    /// The id of the CRM record: an account, or the kind that `--kind` names
    #[arg(long, value_name = "ID")]
    pub record: String,

    /// The kind of record
    #[arg(long, default_value = "account", value_parser = PossibleValuesParser::new(["account", "domain", "contact"]))]
    pub kind: String,

    /// The address that the viewer signs in with
    #[arg(long, value_name = "EMAIL")]
    pub user: String,

    /// The color theme; defaults to the preference of the browser
    #[arg(long, value_parser = PossibleValuesParser::new(["light", "dark"]))]
    pub theme: Option<String>,

    /// The port of the review page, if you gave `baton serve` another one
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
}
