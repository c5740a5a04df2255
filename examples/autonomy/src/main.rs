//! The story of a stream of messages on the pilot campaign: reviewed, proven, let go with spot-checks, stopped by a wrong
//! draft, reviewed and proven again. And the figures of the README, from the same governor.
//!
//! Everything is what users use: the shipped components, the store, runs, decisions, batches, checks and the outbox with
//! its worker. Made up are the weeks that follow the pilot's first day (`weeks.rs`) and the person who reads
//! (`reader.rs`); the clock is given, so the story is the same every time.

mod figures;
mod reader;
mod story;
mod story_server;
mod table;
mod weeks;

use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};

const USAGE: &str = "\
Usage: autonomy [COMPONENTS [FOLDER]]     tells the story; FOLDER is made and kept to look into, else nothing is kept
       autonomy figures [COMPONENTS]      prints the tables of examples/autonomy/README.md
COMPONENTS is the folder of the built components, target/components by default";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--help" | "-h"] => println!("{USAGE}"),
        ["figures"] => print!("{}", figures::all(Path::new("target/components")).await?),
        ["figures", components] => print!("{}", figures::all(Path::new(components)).await?),
        [] => told_and_forgotten(Path::new("target/components")).await?,
        [components] => told_and_forgotten(Path::new(components)).await?,
        [components, folder] => {
            print!("{}", story::tell(Path::new(components), &made(folder)?).await?);
            let look = format!("baton --config {folder}/baton.toml --now {} quality", story::end());
            eprintln!("the desk is in {folder}; look into it with: {look}");
        }
        _ => bail!("{USAGE}"),
    }
    Ok(())
}

async fn told_and_forgotten(components: &Path) -> Result<()> {
    let folder = tempfile::tempdir().context("a temporary folder cannot be made")?;
    print!("{}", story::tell(components, folder.path()).await?);
    Ok(())
}

/// A folder of our own: nobody's files are written over.
fn made(folder: &str) -> Result<PathBuf> {
    let path = PathBuf::from(folder);
    if path.exists() {
        bail!("{folder} is there already\nhint: name another folder, or remove it first");
    }
    std::fs::create_dir_all(&path).with_context(|| format!("{folder} cannot be made"))?;
    Ok(path)
}
