//! Components: their world, digest and imports.

use std::path::Path;

use baton_campaign::lockfile::LockedComponent;
use baton_campaign::options::GrantOptions;
use baton_campaign::{ComponentFile, ComponentFileError, lockfile};
use baton_facts::description::{DrafterDescription, EngineDescription};
use baton_runtime::{Component, Digest, World};
use serde::Serialize;
use std::sync::Arc;

use super::{
    page::{Style, TextPage},
    text::{number, plain},
};

/// A report on a component file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PluginReport {
    file: String,
    world: World,
    digest: String,
    bytes: usize,
    asks: Vec<String>,
    /// Whether this host can run it.
    runs: bool,
    refused: Option<String>,
    /// The component's description of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    abilities: Option<Abilities>,
}

/// The abilities of a component, as it describes itself. A governor and a reader have no description.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Abilities {
    Engine(Arc<EngineDescription>),
    Drafter(Arc<DrafterDescription>),
    Governor,
    Reader,
}

impl PluginReport {
    /// Creates a report on a loaded component; the error is the reason why it does not link or start.
    pub fn new(file: &Path, plugin: &Component, described: Result<Abilities, String>) -> Self {
        let (abilities, refused) = match described {
            Ok(abilities) => (Some(abilities), None),
            Err(refused) => (None, Some(refused)),
        };
        Self {
            file: file.display().to_string(),
            world: plugin.world(),
            digest: plugin.digest().to_string(),
            bytes: plugin.size(),
            asks: plugin.imports().to_vec(),
            runs: refused.is_none(),
            refused,
            abilities,
        }
    }

    /// Whether this host can run it.
    pub fn runs(&self) -> bool {
        self.runs
    }
}

/// Prints the report.
pub fn inspected(page: &mut TextPage, inspected: &PluginReport) {
    let PluginReport { file, world, digest, bytes, asks, refused, abilities, .. } = inspected;
    page.line("", &[(Style::Title, file)]);
    let does = match world {
        World::Engine => "prepares packages",
        World::Drafter => "writes drafts",
        World::Governor => "routes packages, assesses streams, samples and grades",
        World::Reader => "reads inbound mail",
    };
    field(page, "world", &format!("{world}: {does}"));
    field(page, "digest", digest);
    field(page, "size", &format!("{} bytes", number(*bytes as u64)));
    if asks.is_empty() {
        field(page, "imports", "nothing: it has no access to anything outside itself");
    }
    for (index, name) in asks.iter().enumerate() {
        let short = lockfile::short(name);
        let grants = match short {
            "research" => "the accounts to choose from, and the signals of the account it works on",
            "contacts" => "the contacts of the account it works on, with earlier touches",
            "drafting" => "the drafter",
            "sending" => "the outbox, with a permit that only the host can create",
            _ => "",
        };
        field(page, if index == 0 { "imports" } else { "" }, &format!("{short}: {grants}"));
    }
    match abilities {
        Some(Abilities::Engine(engine)) => {
            let titles: Vec<String> = engine.checks.iter().map(|check| plain(&check.title)).collect();
            field(page, "checks", &format!("{}: {}", titles.len(), titles.join("; ")));
        }
        Some(Abilities::Drafter(drafter)) => {
            let placeholders = drafter.templates.iter().flat_map(|templates| &templates.placeholders);
            let names: Vec<&str> = placeholders.map(|placeholder| placeholder.name.as_str()).collect();
            let listed = |names: &str, none: &str| if names.is_empty() { none.to_owned() } else { names.to_owned() };
            field(
                page,
                "placeholders",
                &listed(&names.join(", "), "of its own; `baton check` does not check the texts"),
            );
            let languages = drafter.follow_up_languages.join(", ");
            field(page, "follow-ups", &listed(&languages, "only with the texts of an angle"));
            field(
                page,
                "notes",
                if drafter.follows_notes { "followed in a redraft" } else { "not followed in a redraft" },
            );
        }
        Some(Abilities::Governor | Abilities::Reader) | None => {}
    }
    match refused {
        None => labelled(page, "can run", Style::Good, "yes"),
        Some(why) => labelled(page, "can run", Style::Bad, &format!("no: {why}")),
    }
}

/// Prints whether `[grants]` allows each import.
pub fn granted(page: &mut TextPage, asks: &[String], grants: &GrantOptions) {
    for (index, import) in asks.iter().enumerate() {
        let (style, says) = match lockfile::allows(grants, import) {
            true => (Style::Good, "allowed"),
            false => (Style::Bad, "not allowed"),
        };
        labelled(
            page,
            if index == 0 { "[grants]" } else { "" },
            style,
            &format!("{}: {says}", lockfile::short(import)),
        );
    }
}

/// The component in use for one world.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PluginListing {
    world: World,
    /// `None` for the built-in component.
    file: Option<String>,
    /// The digest of the file.
    digest: Option<String>,
    /// The imports granted at installation.
    granted: Option<Vec<String>>,
    /// The reason why it cannot run.
    refused: Option<String>,
}

impl PluginListing {
    pub fn new(
        world: World,
        file: Option<String>,
        pin: Option<&LockedComponent>,
        part: Result<ComponentFile, ComponentFileError>,
    ) -> Self {
        let granted = pin.filter(|_| file.is_some()).map(|pin| pin.imports.clone());
        let (digest, refused) = match part {
            Ok(part) => (Some(Digest::of(&part.bytes).to_string()), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self { world, file, digest, granted, refused }
    }

    /// Whether it can run.
    pub fn runs(&self) -> bool {
        self.refused.is_none()
    }
}

/// Prints the component of each world.
pub fn chosen(page: &mut TextPage, rows: &[PluginListing]) {
    for row in rows {
        let from = row.file.as_deref().unwrap_or("built in");
        page.line(
            "",
            &[(Style::Title, &format!("{:8}", row.world.to_string())), (Style::Plain, "  "), (Style::Plain, from)],
        );
        if let Some(digest) = &row.digest {
            page.line("          ", &[(Style::Faint, digest)]);
        }
        if let Some(granted) = &row.granted {
            let names: Vec<&str> = granted.iter().map(|import| lockfile::short(import)).collect();
            let granted = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
            page.line("          ", &[(Style::Faint, "granted "), (Style::Plain, &granted)]);
        }
        for line in row.refused.iter().flat_map(|refused| refused.lines()) {
            page.paragraph("          ", Style::Bad, line);
        }
    }
}

fn field(page: &mut TextPage, label: &str, text: &str) {
    labelled(page, label, Style::Plain, text);
}

fn labelled(page: &mut TextPage, label: &str, style: Style, text: &str) {
    page.hanging(&[(Style::Faint, &format!("  {label:14}"))], style, text);
}
