//! `baton init`: creates a starter folder that runs as it is. It never overwrites a file.
//!
//! The sample data is dated relative to today: in the files of `starter/`, `@-9@` means the day nine days ago.

use std::{io::ErrorKind, path::Path};

use anyhow::{Result, bail};
use baton_facts::types::Timestamp;

use crate::{
    arguments::InitArgs,
    context::Context,
    files,
    output::{page::Style, problems, text::day},
};

/// The files by their path in the folder.
const FILES: [(&str, &str); 7] = [
    ("baton.toml", include_str!("../../starter/baton.toml")),
    ("campaigns/first.toml", include_str!("../../starter/campaigns/first.toml")),
    ("crm/companies.csv", include_str!("../../starter/crm/companies.csv")),
    ("crm/contacts.csv", include_str!("../../starter/crm/contacts.csv")),
    ("crm/signals.csv", include_str!("../../starter/crm/signals.csv")),
    ("crm/touches.csv", include_str!("../../starter/crm/touches.csv")),
    ("crm/suppressions.csv", include_str!("../../starter/crm/suppressions.csv")),
];

/// The store is encrypted, but its key is beside it, so neither belongs in version control.
const IGNORED: (&str, &str) = (".gitignore", "/.baton/\n");

const DAY: i64 = 86_400;

/// Creates the folder, or fails if one of its files exists.
pub fn run(context: &Context<'_>, args: &InitArgs) -> Result<bool> {
    let folder = &args.folder;
    let existing: Vec<&str> =
        FILES.iter().map(|(name, _)| *name).filter(|name| folder.join(name).symlink_metadata().is_ok()).collect();
    if let Some(first) = existing.first() {
        let more = if existing.len() > 1 { format!(", and {} more", existing.len() - 1) } else { String::new() };
        bail!(
            "{}: the file exists{more}; nothing was written\nhint: name another folder: `baton init FOLDER`",
            folder.join(first).display()
        );
    }
    let mut page = context.terminal.page();
    for (name, text) in FILES {
        let path = folder.join(name);
        write(&path, &dated(text, context.now()))?;
        page.line("", &[(Style::Good, "wrote"), (Style::Plain, "  "), (Style::Plain, &path.display().to_string())]);
    }
    let ignored = folder.join(IGNORED.0);
    let has_its_own = ignored.symlink_metadata().is_ok();
    if !has_its_own {
        write(&ignored, IGNORED.1)?;
        page.line("", &[(Style::Good, "wrote"), (Style::Plain, "  "), (Style::Plain, &ignored.display().to_string())]);
    }
    context.terminal.print(page)?;

    let mut page = context.terminal.page();
    if has_its_own {
        problems::note(
            &mut page,
            &format!("add `/.baton/` to {}: that folder holds the store's key", ignored.display()),
        );
    }
    let elsewhere = folder != Path::new(".");
    page.gap();
    if elsewhere {
        page.line("", &[(Style::Plain, &format!("next: cd {}", folder.display()))]);
    }
    let lead = if elsewhere { "      " } else { "next: " };
    for (at, (command, does)) in [
        ("baton check", "checks every file and reports problems"),
        ("baton run first", "researches accounts and prepares packages"),
        ("baton queue", "lists the packages that wait for you"),
        ("baton serve", "serves the review page"),
    ]
    .into_iter()
    .enumerate()
    {
        let lead = if at == 0 { lead } else { "      " };
        page.line("", &[(Style::Plain, &format!("{lead}{command:17}")), (Style::Faint, does)]);
    }
    page.line("", &[(Style::Faint, "then replace the sample data and texts with your own")]);
    context.terminal.say(page)?;
    Ok(true)
}

fn write(path: &Path, text: &str) -> Result<()> {
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    match made.and_then(|()| files::write(path, text.as_bytes())) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{}: the file exists and was not changed", path.display())
        }
        Err(error) => bail!("{}: cannot write the file: {error}", path.display()),
    }
}

/// Replaces relative days in the text with dates.
fn dated(text: &str, now: Timestamp) -> String {
    let mut dated = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once("@-") {
        dated += before;
        match marked.split_once('@').and_then(|(days, after)| Some((days.parse::<i64>().ok()?, after))) {
            Some((days, after)) => {
                dated += &day(now.saturating_sub(days * DAY));
                rest = after;
            }
            None => {
                dated += "@-";
                rest = marked;
            }
        }
    }
    dated + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_today() {
        for (text, expected) in [
            ("a,@-9@\nb,@-10@", "a,2026-03-01\nb,2026-02-28"),
            ("robin.vale@waymark.example", "robin.vale@waymark.example"),
            ("a@-b.example,@-1@", "a@-b.example,2026-03-09"),
            ("@-", "@-"),
        ] {
            assert_eq!(dated(text, 1_773_133_200), expected);
        }
    }
}
