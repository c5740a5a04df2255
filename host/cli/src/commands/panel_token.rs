//! `baton panel-token`: a link that opens a CRM's panel, signed as the CRM would sign it.

use std::net::SocketAddr;

use anyhow::{Result, anyhow};
use baton_desk::{
    config::{CrmPanel, Settings},
    desk::{Panel, Record},
};

use super::settings;
use crate::{
    arguments::PanelToken,
    context::{Context, Usage},
    files,
    print::page::Style,
};

/// Prints the link; it is good for five minutes and once.
pub fn run(context: &Context<'_>, what: &PanelToken) -> Result<bool> {
    let settings = settings(context.terminal, context.config)?;
    let record = Record::of(&what.kind, &what.record);
    let record = record.ok_or_else(|| Usage("the record's id has 1 to 200 characters".to_owned()))?;
    let listen = settings.web.listen;
    let address = settings.web.address(SocketAddr::new(listen.ip(), what.port.unwrap_or(listen.port())));
    let panel = Panel::new(named(&settings, what.crm.as_deref())?, &address, |name| std::env::var(name).ok());
    let panel = panel.map_err(|error| anyhow!(error))?;
    let id = format!("{}{}", files::random()?, files::random()?);
    let token = panel.sign(&what.user, &record, &id, context.now()).map_err(|error| anyhow!(error))?;
    let theme = what.theme.as_ref().map_or_else(String::new, |theme| format!("&theme={theme}"));
    let mut page = context.terminal.page();
    page.line("", &[(Style::Plain, &format!("{address}/panel?token={token}{theme}"))]);
    context.terminal.print(page)?;
    Ok(true)
}

fn named<'a>(settings: &'a Settings, name: Option<&str>) -> Result<&'a CrmPanel> {
    let panels = &settings.crm_panels;
    let found = match name {
        Some(name) => panels.iter().find(|panel| panel.name == name),
        None => panels.first().filter(|_| panels.len() == 1),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = panels.iter().map(|panel| panel.name.as_str()).collect();
        let hint = match names.as_slice() {
            [] => format!("write a `[[crm-panel]]` into {}", settings.file.display()),
            names => format!("choose one with `--crm`: {}", names.join(", ")),
        };
        Usage(format!("it cannot be told which CRM panel is meant\nhint: {hint}")).into()
    })
}
