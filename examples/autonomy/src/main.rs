//! The story of a stream of messages on the pilot campaign: reviewed, proven, sent with spot-checks, stopped by a wrong
//! draft, reviewed and proven again. It also prints the figures of the README, from the same governor.
//!
//! The server is the one that users run: the shipped components, the store, runs, decisions, batches, checks and the
//! outbox with its worker. Only the weeks after the pilot's first day (`weeks.rs`) and the reviewer (`reader.rs`) are
//! made up. The story sets the clock, so it is the same every time.

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
        [] => tell_in_temporary_folder(Path::new("target/components")).await?,
        [components] => tell_in_temporary_folder(Path::new(components)).await?,
        [components, folder] => {
            print!("{}", story::tell(Path::new(components), &create(folder)?).await?);
            let look = format!("baton --config {folder}/baton.toml --now {} quality", story::end());
            eprintln!("the desk is in {folder}; inspect it with: {look}");
        }
        _ => bail!("{USAGE}"),
    }
    Ok(())
}

async fn tell_in_temporary_folder(components: &Path) -> Result<()> {
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    print!("{}", story::tell(components, folder.path()).await?);
    Ok(())
}

/// Creates the folder. An existing one is refused, so that no files are overwritten.
fn create(folder: &str) -> Result<PathBuf> {
    let path = PathBuf::from(folder);
    if path.exists() {
        bail!("{folder} exists already\nhint: name another folder, or remove it first");
    }
    std::fs::create_dir_all(&path).with_context(|| format!("{folder}: cannot create the folder"))?;
    Ok(path)
}
