//! What a component is and what it asks for.

use std::path::Path;

use baton_runtime::{Plugin, World};
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
    pub fn new(file: &Path, plugin: &Plugin, refused: Option<String>) -> Self {
        Self {
            file: file.display().to_string(),
            world: plugin.world(),
            digest: plugin.digest().to_string(),
            bytes: plugin.size(),
            asks: plugin.asks().to_vec(),
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
        let short = name.strip_prefix("baton:handoff/").unwrap_or(name);
        let short = short.split('@').next().unwrap_or(short);
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

fn row(page: &mut Page, label: &str, text: &str) {
    labelled(page, label, Style::Plain, text);
}

fn labelled(page: &mut Page, label: &str, style: Style, text: &str) {
    page.hanging(&[(Style::Faint, &format!("  {label:10}"))], style, text);
}
