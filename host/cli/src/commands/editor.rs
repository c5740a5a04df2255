//! Writing another text in the person's own editor, checked by the component before it counts.
//!
//! The text is in a private folder for as long as the editor is open. What was written is never lost by a failure: then
//! the file stays and its path is said.

use std::{path::PathBuf, process::Command, time::Instant};

use anyhow::{Context as _, Result, bail};
use baton_desk::desk::{Desk, Overruled, PackageView};
use baton_facts::{
    packages::{Check, Verdict},
    types::Message,
};

use super::decide::{Shown, draft, find, nothing, plain_lines, whole};
use crate::{
    arguments::Bound,
    context::{Context, Usage},
    files,
    print::{
        page::{Page, Style},
        review,
        why::verdict,
    },
};

/// Ends what is read back.
const CUT: &str = "# ------------------------ >8 ------------------------";

/// The largest file that is read back, in bytes.
const TEXT_MAX: u64 = 1 << 20;

/// A text that the person wants to send.
pub struct Edited {
    pub message: Message,
    pub overruled: Vec<Overruled>,
    pub kept: Kept,
}

/// The person's file.
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    fn new() -> Result<Self> {
        let folder = files::private_folder().context("no private folder for the text can be made")?;
        Ok(Self { folder })
    }

    fn file(&self) -> PathBuf {
        self.folder.join("message.txt")
    }

    fn drop(self) -> Result<()> {
        std::fs::remove_dir_all(&self.folder)
            .with_context(|| format!("{}: the text that was edited cannot be deleted", self.folder.display()))
    }

    /// Deletes the file, unless something failed: then it says where the text is.
    pub fn unless<T>(self, context: &Context<'_>, done: Result<T>) -> Result<T> {
        match done {
            Ok(done) => self.drop().map(|()| done),
            Err(error) => {
                nothing(context, &format!("your text is still in {}", self.file().display()))?;
                Err(error)
            }
        }
    }
}

/// An editor is named, and somebody looks at what it shows.
pub fn can_open(context: &Context<'_>, bound: &Bound) -> Result<()> {
    context.who()?;
    let hint = "hint: give the text with `--subject` or `--body`, and what was shown with `--digest`";
    if bound.digest.is_none() && !context.terminal.can_ask() {
        bail!(Usage(format!("an editor needs a terminal\n{hint}")));
    }
    if editor().is_none() && !context.terminal.can_ask() {
        bail!(Usage(format!("neither VISUAL nor EDITOR names an editor\n{hint}")));
    }
    Ok(())
}

/// Opens the editor until the text passes its checks and the person wants to send it. None where they do not.
pub async fn at_editor(
    context: &Context<'_>,
    desk: &Desk,
    bound: &Bound,
    overruled: Vec<Overruled>,
) -> Result<Option<(Shown, Edited)>> {
    let view = desk.package(&find(desk, &bound.package).await?, context.now()).await?;
    let drafted = draft(&view)?.clone();
    let digest = bound.digest.as_ref().map_or_else(|| view.digest.clone(), |digest| whole(digest, &view));
    let started = Instant::now();
    let kept = Kept::new()?;
    let written = text(&drafted, &below(&view, context));
    let asked = async {
        std::fs::write(kept.file(), written)?;
        rounds(context, desk, &view, &drafted, overruled, &kept).await
    };
    let wanted = match asked.await {
        Ok(wanted) => wanted,
        Err(error) => return kept.unless(context, Err(error)),
    };
    let Some((message, overruled)) = wanted else {
        kept.drop()?;
        return Ok(None);
    };
    let seconds = u32::try_from(started.elapsed().as_secs()).ok();
    Ok(Some((Shown { view, digest, seconds }, Edited { message, overruled, kept })))
}

async fn rounds(
    context: &Context<'_>,
    desk: &Desk,
    view: &PackageView,
    drafted: &Message,
    mut overruled: Vec<Overruled>,
    kept: &Kept,
) -> Result<Option<(Message, Vec<Overruled>)>> {
    loop {
        open(kept)?;
        let path = kept.file();
        let written = files::read_text(&path.display().to_string(), TEXT_MAX)
            .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        let message = match read(&written, &drafted.to) {
            Ok(message) => message,
            Err(what) => {
                nothing(context, what)?;
                if context.terminal.can_ask() && again(context)? {
                    continue;
                }
                return Ok(None);
            }
        };
        if message.subject == drafted.subject && message.body == plain_lines(&drafted.body) {
            nothing(context, "the text is as it was drafted, and nothing was changed; `baton approve` sends it so")?;
            return Ok(None);
        }
        if !context.terminal.can_ask() {
            // Nobody is there to go on: what fails is the desk's to refuse.
            return Ok(Some((message, overruled)));
        }
        let checks = desk.inspect(&view.id, &message, context.now()).await?;
        match asked(context, &message, &checks, &mut overruled)? {
            Answer::Send => return Ok(Some((message, overruled))),
            Answer::Again => {}
            Answer::Quit => {
                nothing(context, "nothing was changed")?;
                return Ok(None);
            }
        }
    }
}

/// What the person wants done with a text.
enum Answer {
    Send,
    Again,
    Quit,
}

/// Shows what the checks say and asks, until it is decided. A check that is overruled is not asked about again.
fn asked(context: &Context<'_>, message: &Message, checks: &[Check], overruled: &mut Vec<Overruled>) -> Result<Answer> {
    let mut page = context.terminal.page();
    judged(&mut page, checks);
    context.terminal.say(page)?;
    loop {
        let failed = checks.iter().filter(|check| check.verdict == Verdict::Fail);
        let open: Vec<&Check> = failed.filter(|check| !overruled.iter().any(|over| over.check == check.name)).collect();
        let question = match open.is_empty() {
            true => format!("Send this text to {}? [yes, edit again, quit and drop it]", message.to),
            false => "This text may not leave. [edit again, overrule with a reason, quit and drop it]".to_owned(),
        };
        match context.terminal.ask(&question)?.chars().next() {
            Some('y') if open.is_empty() => return Ok(Answer::Send),
            Some('e') => return Ok(Answer::Again),
            Some('q') | None => return Ok(Answer::Quit),
            Some('o') => {
                for check in open {
                    let reason = context.terminal.ask_words(&format!("Why may `{}` be overruled?", check.name))?;
                    if !reason.is_empty() {
                        overruled.push(Overruled { check: check.name.clone(), reason });
                    }
                }
            }
            Some(_) => {}
        }
    }
}

fn again(context: &Context<'_>) -> Result<bool> {
    Ok(context.terminal.ask("Go on editing? [yes/no]")?.starts_with('y'))
}

/// What the checks say, without those that passed.
fn judged(page: &mut Page, checks: &[Check]) {
    let others: Vec<&Check> = checks.iter().filter(|check| check.verdict != Verdict::Pass).collect();
    if others.is_empty() {
        page.line("", &[(Style::Good, "every check passes")]);
    }
    for check in others {
        let (word, style) = verdict(check.verdict);
        let name = format!("  {}  ", check.name);
        page.hanging(&[(style, word), (Style::Plain, &name)], Style::Plain, &check.detail);
    }
}

/// The package, to look at while writing.
fn below(view: &PackageView, context: &Context<'_>) -> String {
    let mut page = context.terminal.page();
    review::package(&mut page, view, context.now());
    anstream::adapter::strip_str(&page.into_text()).to_string()
}

/// What the editor opens on.
fn text(message: &Message, below: &str) -> String {
    let mut text = format!("Subject: {}\n\n{}\n\n{CUT}\n", message.subject, message.body.trim_end());
    text += "# What stands below this line is to look at and is not sent; an empty text changes nothing.\n#\n";
    for line in below.lines() {
        text += format!("# {line}").trim_end();
        text += "\n";
    }
    text
}

/// What the person wrote.
fn read(text: &str, to: &str) -> Result<Message, &'static str> {
    let text = text.replace("\r\n", "\n");
    let above = text.find(CUT).map_or(text.as_str(), |at| &text[..at]).trim();
    if above.is_empty() {
        return Err("the text is empty, and nothing was changed");
    }
    let (first, body) = above.split_once('\n').unwrap_or((above, ""));
    let subject = first.strip_prefix("Subject:").ok_or("the first line must be `Subject: ` and the subject")?;
    if subject.trim().is_empty() || body.trim().is_empty() {
        return Err("the message needs a subject and a text");
    }
    Ok(Message { to: to.to_owned(), subject: subject.trim().to_owned(), body: body.trim().to_owned() })
}

fn editor() -> Option<String> {
    ["VISUAL", "EDITOR"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|editor| !editor.trim().is_empty()))
}

/// Waits until the editor is closed. As elsewhere, the variable may hold options too: `code --wait`.
fn open(kept: &Kept) -> Result<()> {
    let fallback = if cfg!(windows) { "notepad" } else { "vi" };
    let editor = editor().unwrap_or_else(|| fallback.to_owned());
    let file = kept.file();
    let status = if cfg!(windows) {
        let mut words = editor.split_whitespace();
        Command::new(words.next().unwrap_or(fallback)).args(words).arg(&file).status()
    } else {
        Command::new("sh").arg("-c").arg(format!("{editor} \"$@\"")).arg(&editor).arg(&file).status()
    };
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("the editor `{editor}` ended with {status}\nhint: set VISUAL or EDITOR to another one"),
        Err(error) => bail!("the editor `{editor}` cannot be started: {error}\nhint: set VISUAL or EDITOR"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(subject: &str, body: &str) -> Message {
        Message { to: "dana@north.example".into(), subject: subject.into(), body: body.into() }
    }

    #[test]
    fn what_was_written_is_read() {
        let drafted = message("After the round", "Hi Dana,\n\n# one\n\nMara");
        let check = |text: &str, expected: Result<Message, &str>| {
            assert_eq!(read(text, "dana@north.example"), expected, "{text}");
        };
        check(&text(&drafted, "below\n# more"), Ok(drafted.clone()));
        check(&text(&drafted, "").replace('\n', "\r\n"), Ok(drafted));
        check("Subject: S\nB", Ok(message("S", "B")));
        check("", Err("the text is empty, and nothing was changed"));
        check(CUT, Err("the text is empty, and nothing was changed"));
        check("Hi Dana", Err("the first line must be `Subject: ` and the subject"));
        check("Subject:\n\nHi", Err("the message needs a subject and a text"));
        check("Subject: S", Err("the message needs a subject and a text"));
    }
}
