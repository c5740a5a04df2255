//! `baton panel-token`: prints a link to the CRM panel, signed as the CRM would sign it.

use std::net::SocketAddr;

use anyhow::{Result, anyhow};
use baton_config::Settings;
use baton_identity::{CrmPanelOptions, CrmRecord, PanelVerifier};

use super::settings;
use crate::{
    arguments::PanelTokenArgs,
    context::{Context, UsageError},
    files,
    output::page::Style,
};

/// Prints the link; it works once, for five minutes.
pub fn run(context: &Context<'_>, args: &PanelTokenArgs) -> Result<bool> {
    let settings = settings(context.terminal, context.config)?;
    let record = CrmRecord::parse(&args.kind, &args.record);
    let record = record.ok_or_else(|| UsageError("the record id must have 1 to 200 characters".to_owned()))?;
    let listen = settings.web.listen;
    let address = settings.web.address(SocketAddr::new(listen.ip(), args.port.unwrap_or(listen.port())));
    let panel = PanelVerifier::new(named(&settings, args.crm.as_deref())?, &address, |name| std::env::var(name).ok());
    let panel = panel.map_err(|error| anyhow!(error))?;
    let id = format!("{}{}", files::random()?, files::random()?);
    let token = panel.sign(&args.user, &record, &id, context.now()).map_err(|error| anyhow!(error))?;
    let theme = args.theme.as_ref().map_or_else(String::new, |theme| format!("&theme={theme}"));
    let mut page = context.terminal.page();
    page.line("", &[(Style::Plain, &format!("{address}/panel?token={token}{theme}"))]);
    context.terminal.print(page)?;
    Ok(true)
}

fn named<'a>(settings: &'a Settings, name: Option<&str>) -> Result<&'a CrmPanelOptions> {
    let panels = &settings.crm_panels;
    let found = match name {
        Some(name) => panels.iter().find(|panel| panel.name == name),
        None => panels.first().filter(|_| panels.len() == 1),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = panels.iter().map(|panel| panel.name.as_str()).collect();
        let hint = match names.as_slice() {
            [] => format!("add a `[[crm-panel]]` to {}", settings.file.display()),
            names => format!("choose one with `--crm`: {}", names.join(", ")),
        };
        UsageError(format!("no CRM panel chosen\nhint: {hint}")).into()
    })
}
