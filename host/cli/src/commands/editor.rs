//! Editing a draft in the reviewer's own editor; the engine checks the text before it counts.
//!
//! The text is in a private folder while the editor is open. If anything fails, the file stays and Baton prints its
//! path, so the reviewer's text is never lost.

use std::{path::PathBuf, process::Command, time::Instant};

use anyhow::{Context as _, Result, bail};
use baton_desk::Desk;
use baton_facts::{
    packages::{Check, Verdict},
    types::Message,
};
use baton_model::decision::Overruled;
use baton_model::views::PackageView;

use super::decision::{ReviewedPackage, draft, find, full_digest, plain_lines};
use crate::{
    arguments::DecisionArgs,
    context::{Context, UsageError},
    files,
    output::{
        page::{Style, TextPage},
        review,
        why::verdict,
    },
};

/// The line that ends the message in the file.
const SCISSORS_LINE: &str = "# ------------------------ >8 ------------------------";

/// The largest file to read back, in bytes.
const TEXT_MAX: u64 = 1 << 20;

/// A message that the reviewer wants to send.
pub struct EditedMessage {
    pub message: Message,
    pub overruled: Vec<Overruled>,
    pub file: DraftFile,
}

/// The file that the editor opens.
pub struct DraftFile {
    folder: PathBuf,
}

impl DraftFile {
    fn new() -> Result<Self> {
        let folder = files::private_folder().context("cannot create a private folder for the text")?;
        Ok(Self { folder })
    }

    fn path(&self) -> PathBuf {
        self.folder.join("message.txt")
    }

    fn delete(self) -> Result<()> {
        std::fs::remove_dir_all(&self.folder)
            .with_context(|| format!("{}: cannot delete the edited text", self.folder.display()))
    }

    /// Deletes the file. If `result` is an error, keeps it and prints its path.
    pub fn delete_unless_failed<T>(self, context: &Context<'_>, result: Result<T>) -> Result<T> {
        match result {
            Ok(value) => self.delete().map(|()| value),
            Err(error) => {
                context.terminal.say_line(&format!("your text is still in {}", self.path().display()))?;
                Err(error)
            }
        }
    }
}

/// Checks that there is an editor, and a terminal or a digest.
pub fn require_editor(context: &Context<'_>, args: &DecisionArgs) -> Result<()> {
    context.who()?;
    let hint = "hint: give the text with `--subject` or `--body`, and the digest with `--digest`";
    if args.digest.is_none() && !context.terminal.can_ask() {
        bail!(UsageError(format!("no terminal for an editor\n{hint}")));
    }
    if editor().is_none() && !context.terminal.can_ask() {
        bail!(UsageError(format!("no editor: neither VISUAL nor EDITOR is set\n{hint}")));
    }
    Ok(())
}

/// Opens the editor until the text passes its checks and the reviewer wants to send it. Returns `None` if they quit.
pub async fn edit(
    context: &Context<'_>,
    desk: &Desk,
    args: &DecisionArgs,
    overruled: Vec<Overruled>,
) -> Result<Option<(ReviewedPackage, EditedMessage)>> {
    let view = desk.package(&find(desk, &args.package).await?, context.now()).await?;
    let drafted = draft(&view)?.clone();
    let digest = args.digest.as_ref().map_or_else(|| view.digest.clone(), |digest| full_digest(digest, &view));
    let started = Instant::now();
    let file = DraftFile::new()?;
    let contents = file_text(&drafted, &package_text(&view, context));
    let edited = async {
        std::fs::write(file.path(), contents)?;
        edit_until_sendable(context, desk, &view, &drafted, overruled, &file).await
    };
    let edited = match edited.await {
        Ok(edited) => edited,
        Err(error) => return file.delete_unless_failed(context, Err(error)),
    };
    let Some((message, overruled)) = edited else {
        file.delete()?;
        return Ok(None);
    };
    let seconds = u32::try_from(started.elapsed().as_secs()).ok();
    Ok(Some((ReviewedPackage { view, digest, seconds }, EditedMessage { message, overruled, file })))
}

async fn edit_until_sendable(
    context: &Context<'_>,
    desk: &Desk,
    view: &PackageView,
    drafted: &Message,
    mut overruled: Vec<Overruled>,
    file: &DraftFile,
) -> Result<Option<(Message, Vec<Overruled>)>> {
    loop {
        open_editor(file)?;
        let path = file.path();
        let written = files::read_text(&path.display().to_string(), TEXT_MAX)
            .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        let message = match parse_message(&written, &drafted.to) {
            Ok(message) => message,
            Err(what) => {
                context.terminal.say_line(what)?;
                if context.terminal.can_ask() && context.terminal.confirm("Keep editing?")? {
                    continue;
                }
                return Ok(None);
            }
        };
        if message.subject == drafted.subject && message.body == plain_lines(&drafted.body) {
            context
                .terminal
                .say_line("the text is the same as the draft; nothing was changed (`baton approve` sends the draft)")?;
            return Ok(None);
        }
        if !context.terminal.can_ask() {
            // Without a terminal there is nobody to ask; the desk refuses a text that fails its checks.
            return Ok(Some((message, overruled)));
        }
        let checks = desk.inspect(&view.id, &message, context.now()).await?;
        match ask(context, &message, &checks, &mut overruled)? {
            EditorAnswer::Send => return Ok(Some((message, overruled))),
            EditorAnswer::Again => {}
            EditorAnswer::Quit => {
                context.terminal.say_line("nothing was changed")?;
                return Ok(None);
            }
        }
    }
}

/// The reviewer's choice after the checks.
enum EditorAnswer {
    Send,
    Again,
    Quit,
}

/// Shows the checks and asks until the reviewer chooses. An overruled check is not asked about again.
fn ask(
    context: &Context<'_>,
    message: &Message,
    checks: &[Check],
    overruled: &mut Vec<Overruled>,
) -> Result<EditorAnswer> {
    let mut page = context.terminal.page();
    checks_page(&mut page, checks);
    context.terminal.say(page)?;
    loop {
        let failed = checks.iter().filter(|check| check.verdict == Verdict::Fail);
        let open: Vec<&Check> = failed.filter(|check| !overruled.iter().any(|over| over.check == check.name)).collect();
        let question = match open.is_empty() {
            true => format!("Send this text to {}? [yes, edit again, quit and discard it]", message.to),
            false => "A check failed. [edit again, overrule with a reason, quit and discard it]".to_owned(),
        };
        match context.terminal.ask(&question)?.chars().next() {
            Some('y') if open.is_empty() => return Ok(EditorAnswer::Send),
            Some('e') => return Ok(EditorAnswer::Again),
            Some('q') | None => return Ok(EditorAnswer::Quit),
            Some('o') => {
                for check in open {
                    let reason = context.terminal.ask_text(&format!("Why do you overrule `{}`?", check.name))?;
                    if !reason.is_empty() {
                        overruled.push(Overruled { check: check.name.clone(), reason });
                    }
                }
            }
            Some(_) => {}
        }
    }
}

/// Lists the checks that did not pass.
fn checks_page(page: &mut TextPage, checks: &[Check]) {
    let others: Vec<&Check> = checks.iter().filter(|check| check.verdict != Verdict::Pass).collect();
    if others.is_empty() {
        page.line("", &[(Style::Good, "every check passed")]);
    }
    for check in others {
        let (word, style) = verdict(check.verdict);
        let name = format!("  {}  ", check.name);
        page.hanging(&[(style, word), (Style::Plain, &name)], Style::Plain, &check.detail);
    }
}

/// Returns the package as text, to read while writing.
fn package_text(view: &PackageView, context: &Context<'_>) -> String {
    let mut page = context.terminal.page();
    review::package(&mut page, view, context.now());
    anstream::adapter::strip_str(&page.into_text()).to_string()
}

/// Returns the contents of the file that the editor opens.
fn file_text(message: &Message, below: &str) -> String {
    let mut text = format!("Subject: {}\n\n{}\n\n{SCISSORS_LINE}\n", message.subject, message.body.trim_end());
    text += "# Everything below this line is for reference and is not sent. An empty text changes nothing.\n#\n";
    for line in below.lines() {
        text += format!("# {line}").trim_end();
        text += "\n";
    }
    text
}

/// Parses the edited file.
fn parse_message(text: &str, to: &str) -> Result<Message, &'static str> {
    let text = text.replace("\r\n", "\n");
    let above = text.find(SCISSORS_LINE).map_or(text.as_str(), |at| &text[..at]).trim();
    if above.is_empty() {
        return Err("the text is empty; nothing was changed");
    }
    let (first, body) = above.split_once('\n').unwrap_or((above, ""));
    let subject = first.strip_prefix("Subject:").ok_or("the first line must start with `Subject: `")?;
    if subject.trim().is_empty() || body.trim().is_empty() {
        return Err("the message needs a subject and a body");
    }
    Ok(Message { to: to.to_owned(), subject: subject.trim().to_owned(), body: body.trim().to_owned() })
}

fn editor() -> Option<String> {
    ["VISUAL", "EDITOR"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|editor| !editor.trim().is_empty()))
}

/// Opens the editor and waits until it exits. As in git, the variable may include options: `code --wait`.
fn open_editor(file: &DraftFile) -> Result<()> {
    let fallback = if cfg!(windows) { "notepad" } else { "vi" };
    let editor = editor().unwrap_or_else(|| fallback.to_owned());
    let file = file.path();
    let status = if cfg!(windows) {
        let mut words = editor.split_whitespace();
        Command::new(words.next().unwrap_or(fallback)).args(words).arg(&file).status()
    } else {
        Command::new("sh").arg("-c").arg(format!("{editor} \"$@\"")).arg(&editor).arg(&file).status()
    };
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("the editor `{editor}` failed: {status}\nhint: set VISUAL or EDITOR to another one"),
        Err(error) => bail!("cannot start the editor `{editor}`: {error}\nhint: set VISUAL or EDITOR"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(subject: &str, body: &str) -> Message {
        Message { to: "dana@north.example".into(), subject: subject.into(), body: body.into() }
    }

    #[test]
    fn an_edited_file_parses() {
        let drafted = message("After the round", "Hi Dana,\n\n# one\n\nMara");
        let check = |text: &str, expected: Result<Message, &str>| {
            assert_eq!(parse_message(text, "dana@north.example"), expected, "{text}");
        };
        check(&file_text(&drafted, "below\n# more"), Ok(drafted.clone()));
        check(&file_text(&drafted, "").replace('\n', "\r\n"), Ok(drafted));
        check("Subject: S\nB", Ok(message("S", "B")));
        check("", Err("the text is empty; nothing was changed"));
        check(SCISSORS_LINE, Err("the text is empty; nothing was changed"));
        check("Hi Dana", Err("the first line must start with `Subject: `"));
        check("Subject:\n\nHi", Err("the message needs a subject and a body"));
        check("Subject: S", Err("the message needs a subject and a body"));
    }
}
