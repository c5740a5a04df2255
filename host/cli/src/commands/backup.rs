//! `baton backup` and `baton restore`: the store as one file, without its key.

use anyhow::Result;
use baton_desk::{Desk, back_up as back_up_store, restore as restore_store};

use super::{executor, settings, with_desk};
use crate::{
    arguments::{BackupArgs, RestoreArgs},
    context::Context,
    output::{Terminal, page::Style, problems, progress::ProgressLine},
};

/// Copies the store into one file.
pub fn back_up(context: &Context<'_>, args: &BackupArgs) -> Result<bool> {
    let settings = settings(context.terminal, context.config)?;
    let (store, key) = (settings.store.file(), settings.store.key());
    let bar = ProgressLine::new(context.terminal);
    bar.doing("copying the store");
    executor()?.block_on(back_up_store(&store, &key, &args.file))?;
    drop(bar);
    let mut page = context.terminal.page();
    let done = format!("backed up {} to {}", store.display(), args.file.display());
    page.paragraph("", Style::Plain, &done);
    let next = format!(
        "the key is not in it: keep a copy of {} apart from the backup, since either is useless without the other",
        key.display()
    );
    page.paragraph("  ", Style::Faint, &next);
    context.terminal.print(page)?;
    Ok(true)
}

/// Puts a backup in the place of the store, and settles the messages that were approved in it.
pub fn restore(context: &Context<'_>, args: &RestoreArgs) -> Result<bool> {
    let settings = settings(context.terminal, context.config)?;
    let (store, key) = (settings.store.file(), settings.store.key());
    let bar = ProgressLine::new(context.terminal);
    bar.doing("checking the backup");
    let kept = executor()?.block_on(restore_store(&args.file, &store, &key, args.replace))?;
    drop(bar);
    let mut page = context.terminal.page();
    page.paragraph("", Style::Plain, &format!("restored {} from {}", store.display(), args.file.display()));
    if let Some(kept) = kept {
        page.paragraph("  ", Style::Faint, &format!("the store that was there is kept as {}", kept.display()));
    }
    context.terminal.print(page)?;
    with_desk(context, async |desk, _| {
        warn_of_older_copy(context.terminal, desk).await?;
        Ok(true)
    })
}

/// Prints a warning if the store is an older copy. Returns whether it is.
pub async fn warn_of_older_copy(terminal: &Terminal, desk: &Desk) -> Result<bool> {
    let Some(copy) = desk.older_copy().await? else { return Ok(false) };
    let mut page = terminal.page();
    problems::warning(&mut page, &format!("{copy}\nhint: {}", copy.hint()));
    terminal.say(page)?;
    Ok(true)
}
