//! `cargo xtask crm-panel`: runs the pilot and serves its review page beside `examples/crm-panel`, a page that plays
//! the CRM.

use crate::{demo, shell};
use anyhow::{Context as _, Result};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};

/// The pilot's time as seconds since 1970; see `demo.rs`.
const NOW: &str = "1773133200";

/// The ports of the two pages.
const PAGE: &str = "7421";
const CRM: &str = "7431";

/// A program that is stopped when the task ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Builds both programs, runs the pilot, and serves both pages until the task is stopped.
pub fn play() -> Result<()> {
    let folder = demo::prepared("crm-panel", &["baton", "crm-panel"])?;
    let settings = format!(
        "\n[web]\nlisten = \"127.0.0.1:{PAGE}\"\n\n[[crm-panel]]\nname = \"crm\"\nissuer = \"http://localhost/crm\"\n\
         secret-env = \"BATON_PANEL_SECRET\"\nframe-ancestors = [\"http://localhost:{CRM}\"]\n\n[[webhook]]\n\
         name = \"crm\"\nurl = \"http://127.0.0.1:{CRM}/hooks/baton\"\nsecret-env = \"BATON_WEBHOOK_SECRET\"\n"
    );
    std::fs::OpenOptions::new().append(true).open(folder.join("baton.toml"))?.write_all(settings.as_bytes())?;
    let (panel, webhook) = (random()?, format!("whsec_{}", random()?));
    let with_keys = |command: &mut Command| {
        command.env("BATON_PANEL_SECRET", &panel).env("BATON_WEBHOOK_SECRET", &webhook);
    };
    let adding = ["--as", "admin", "users", "add", "mara@relayforge.example", "--name", "Mara Lindqvist"];
    shell::run(&mut demo::baton(&folder, &adding))?;
    shell::run(&mut demo::baton(&folder, &["run", "pilot"]))?;
    let mut serving = demo::baton(&folder, &["--as", "Mara Lindqvist", "serve"]);
    with_keys(&mut serving);
    let (_serving, page) = started(serving, "review page: ")?;
    let mut crm = Command::new(shell::target().join("debug/crm-panel"));
    crm.args([folder.join("crm/companies.csv").as_os_str(), page.trim_end_matches('/').as_ref()]).args([CRM, NOW]);
    with_keys(&mut crm);
    let (mut crm, address) = started(crm, "CRM: ")?;
    shell::say(&format!("open {address}, and an account that has a package: Northbeam, for instance; Ctrl-C stops"));
    crm.0.wait()?;
    Ok(())
}

/// Starts a program and waits until it prints its address.
fn started(mut command: Command, before: &str) -> Result<(Running, String)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let out = child.stdout.take().context("its output is not captured")?;
    let running = Running(child);
    for line in BufReader::new(out).lines() {
        if let Some(address) = line?.strip_prefix(before) {
            return Ok((running, address.trim().to_owned()));
        }
    }
    anyhow::bail!("it exited before it printed its address")
}

/// Returns a key: 44 characters of base64, which is 33 random bytes.
fn random() -> Result<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = [0; 44];
    std::fs::File::open("/dev/urandom").context("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 63)])).collect())
}
