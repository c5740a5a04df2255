//! What a component is and what it asks for.

use std::path::Path;

use baton_desk::{
    config::Grants,
    run::{
        Part, PartsError,
        pins::{self, Pin},
    },
};
use baton_runtime::{Component, Digest, World};
use serde::Serialize;

use super::{
    page::{Page, Style},
    text::number,
};

/// What there is to say about a component file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Inspected {
    file: String,
    world: World,
    digest: String,
    bytes: usize,
    asks: Vec<String>,
    /// Whether this host would run it, and if not, why.
    runs: bool,
    refused: Option<String>,
}

impl Inspected {
    /// Of a component that loaded; `refused` says why it could not be linked.
    pub fn new(file: &Path, plugin: &Component, refused: Option<String>) -> Self {
        Self {
            file: file.display().to_string(),
            world: plugin.world(),
            digest: plugin.digest().to_string(),
            bytes: plugin.size(),
            asks: plugin.imports().to_vec(),
            runs: refused.is_none(),
            refused,
        }
    }

    /// Whether this host would run it.
    pub fn runs(&self) -> bool {
        self.runs
    }
}

/// The page about it.
pub fn inspected(page: &mut Page, inspected: &Inspected) {
    let Inspected { file, world, digest, bytes, asks, refused, .. } = inspected;
    page.line("", &[(Style::Title, file)]);
    let does = match world {
        World::Engine => "prepares packages",
        World::Drafter => "writes drafts",
        World::Governor => "routes, assesses, samples and grades",
        World::Reader => "reads inbound mail",
    };
    row(page, "world", &format!("{world}: {does}"));
    row(page, "digest", digest);
    row(page, "size", &format!("{} bytes", number(*bytes as u64)));
    if asks.is_empty() {
        row(page, "asks for", "nothing: it can reach nothing outside itself");
    }
    for (index, name) in asks.iter().enumerate() {
        let short = pins::short(name);
        let grants = match short {
            "research" => "accounts and signals of the account it works on",
            "contacts" => "people and earlier touches at that account",
            "drafting" => "the drafter",
            "sending" => "the outbox, with a permit that only the host makes",
            _ => "",
        };
        row(page, if index == 0 { "asks for" } else { "" }, &format!("{short}: {grants}"));
    }
    match refused {
        None => labelled(page, "runs here", Style::Good, "yes"),
        Some(why) => labelled(page, "runs here", Style::Bad, &format!("no: {why}")),
    }
}

/// What `[grants]` says to what it asks for.
pub fn granted(page: &mut Page, asks: &[String], grants: &Grants) {
    for (index, import) in asks.iter().enumerate() {
        let (style, says) = match pins::allows(grants, import) {
            true => (Style::Good, "allowed"),
            false => (Style::Bad, "not allowed"),
        };
        labelled(page, if index == 0 { "[grants]" } else { "" }, style, &format!("{}: {says}", pins::short(import)));
    }
}

/// The component that runs for one world.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Chosen {
    world: World,
    /// Absent for the built-in one.
    file: Option<String>,
    /// Of the bytes at hand.
    digest: Option<String>,
    /// What it was granted when it was installed.
    granted: Option<Vec<String>>,
    /// Why it would not run.
    refused: Option<String>,
}

impl Chosen {
    /// As the configuration names it.
    pub fn new(world: World, file: Option<String>, pin: Option<&Pin>, part: Result<Part, PartsError>) -> Self {
        let granted = pin.filter(|_| file.is_some()).map(|pin| pin.imports.clone());
        let (digest, refused) = match part {
            Ok(part) => (Some(Digest::of(&part.bytes).to_string()), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self { world, file, digest, granted, refused }
    }

    /// Whether it would run.
    pub fn runs(&self) -> bool {
        self.refused.is_none()
    }
}

/// One component for each world.
pub fn chosen(page: &mut Page, rows: &[Chosen]) {
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
            let names: Vec<&str> = granted.iter().map(|import| pins::short(import)).collect();
            let granted = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
            page.line("          ", &[(Style::Faint, "granted "), (Style::Plain, &granted)]);
        }
        for line in row.refused.iter().flat_map(|refused| refused.lines()) {
            page.paragraph("          ", Style::Bad, line);
        }
    }
}

fn row(page: &mut Page, label: &str, text: &str) {
    labelled(page, label, Style::Plain, text);
}

fn labelled(page: &mut Page, label: &str, style: Style, text: &str) {
    page.hanging(&[(Style::Faint, &format!("  {label:10}"))], style, text);
}
