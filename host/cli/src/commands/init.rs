//! `baton init`: a starter folder that runs as it is. It never overwrites a file.
//!
//! The data is about today, whenever that is: in the files of `starter/`, `@-9@` stands for the day nine days ago.

use std::{io::ErrorKind, path::Path};

use anyhow::{Result, bail};
use baton_facts::types::Timestamp;

use crate::{
    arguments::Init,
    context::Context,
    files,
    print::{page::Style, problems, text::day},
};

/// The files, by their paths in the folder.
const FILES: [(&str, &str); 7] = [
    ("baton.toml", include_str!("../../starter/baton.toml")),
    ("campaigns/first.toml", include_str!("../../starter/campaigns/first.toml")),
    ("crm/companies.csv", include_str!("../../starter/crm/companies.csv")),
    ("crm/contacts.csv", include_str!("../../starter/crm/contacts.csv")),
    ("crm/signals.csv", include_str!("../../starter/crm/signals.csv")),
    ("crm/touches.csv", include_str!("../../starter/crm/touches.csv")),
    ("crm/suppressions.csv", include_str!("../../starter/crm/suppressions.csv")),
];

/// What the store holds is sealed, but its key lies beside it: neither is for version control.
const IGNORED: (&str, &str) = (".gitignore", "/.baton/\n");

const DAY: i64 = 86_400;

/// Makes the folder, or says which of its files is there already.
pub fn run(context: &Context<'_>, what: &Init) -> Result<bool> {
    let folder = &what.folder;
    let there: Vec<&str> =
        FILES.iter().map(|(name, _)| *name).filter(|name| folder.join(name).symlink_metadata().is_ok()).collect();
    if let Some(first) = there.first() {
        let more = if there.len() > 1 { format!(", and {} more", there.len() - 1) } else { String::new() };
        bail!(
            "{}: there is such a file already{more}, so nothing was written\nhint: name another folder: `baton init FOLDER`",
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
        problems::note(&mut page, &format!("add `/.baton/` to {}: the store's key is there", ignored.display()));
    }
    let elsewhere = folder != Path::new(".");
    page.gap();
    if elsewhere {
        page.line("", &[(Style::Plain, &format!("next: cd {}", folder.display()))]);
    }
    let lead = if elsewhere { "      " } else { "next: " };
    for (at, (command, does)) in [
        ("baton check", "reads all of it and says what is wrong"),
        ("baton run first", "takes every account to its outcome"),
        ("baton queue", "lists what waits for you"),
        ("baton serve", "opens the page where you decide"),
    ]
    .into_iter()
    .enumerate()
    {
        let lead = if at == 0 { lead } else { "      " };
        page.line("", &[(Style::Plain, &format!("{lead}{command:17}")), (Style::Faint, does)]);
    }
    page.line("", &[(Style::Faint, "then put your own exports and your own words in place of the invented ones")]);
    context.terminal.say(page)?;
    Ok(true)
}

fn write(path: &Path, text: &str) -> Result<()> {
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    match made.and_then(|()| files::write(path, text.as_bytes())) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{}: there is such a file already, and it was left as it is", path.display())
        }
        Err(error) => bail!("{}: it cannot be written: {error}", path.display()),
    }
}

/// The text with its days counted from today.
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
