//! Output for people: wrapped to the terminal's width, and colored if the terminal supports it.
//!
//! All text from data goes through [`text::plain`], so that no name or draft can move the cursor, change the window's
//! title or reverse the reading direction. Pages are built as strings and written at once.

pub mod audit_log;
pub mod columns;
pub mod compare;
pub mod drafts;
pub mod outbox;
pub mod package;
pub mod page;
pub mod plugin;
pub mod problems;
pub mod progress;
pub mod quality;
pub mod queue;
pub mod refusal;
pub mod replies;
pub mod review;
pub mod sequence;
pub mod simulate;
pub mod summary;
pub mod text;
pub mod why;

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anstream::AutoStream;
use anyhow::Result;
use clap::ColorChoice;
use page::TextPage;
use serde::Serialize;

/// The maximum line width, since longer lines are hard to read.
const WIDEST: usize = 100;

/// The largest answer to read, in bytes.
const LONGEST_ANSWER: u64 = 4000;

/// Standard output and standard error.
#[derive(Clone)]
pub struct Terminal {
    color: anstream::ColorChoice,
}

impl Terminal {
    pub fn new(color: ColorChoice) -> Self {
        let color = match color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        };
        Self { color }
    }

    /// Returns an empty page as wide as the terminal.
    pub fn page(&self) -> TextPage {
        let width = terminal_size::terminal_size().map_or(WIDEST, |(width, _)| usize::from(width.0));
        TextPage::new(width.min(WIDEST))
    }

    /// Prints data to standard output.
    pub fn print(&self, page: TextPage) -> Result<()> {
        Ok(write(AutoStream::new(io::stdout().lock(), self.color), &page.into_text())?)
    }

    /// Prints data to standard output as JSON, without color.
    pub fn print_json(&self, data: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string_pretty(data)?;
        text.push('\n');
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Prints bytes to standard output unchanged.
    pub fn print_bytes(&self, data: &[u8]) -> Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(data)?;
        Ok(out.flush()?)
    }

    /// Prints a message to standard error.
    pub fn say(&self, page: TextPage) -> Result<()> {
        Ok(write(AutoStream::new(io::stderr().lock(), self.color), &page.into_text())?)
    }

    /// Prints one paragraph to standard error.
    pub fn say_line(&self, text: &str) -> Result<()> {
        let mut page = self.page();
        page.paragraph("", page::Style::Plain, text);
        self.say(page)
    }

    /// Prints an error to standard error, with its `hint:` lines.
    pub fn error(&self, error: &anyhow::Error) {
        let mut page = self.page();
        problems::stopped(&mut page, error);
        // If standard error is closed, there is nowhere to report to.
        drop(self.say(page));
    }

    /// Whether standard input and standard error are a terminal.
    pub fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks a yes-or-no question; anything but `y` or `yes` means no.
    pub fn confirm(&self, question: &str) -> Result<bool> {
        Ok(["y", "yes"].contains(&self.ask(&format!("{question} [yes/no]"))?.as_str()))
    }

    /// Asks a question on standard error and returns the answer in lower case; at the end of input it is empty.
    pub fn ask(&self, question: &str) -> Result<String> {
        Ok(self.ask_text(question)?.to_lowercase())
    }

    /// As [`Self::ask`], with the answer unchanged.
    pub fn ask_text(&self, question: &str) -> Result<String> {
        let mut err = io::stderr().lock();
        write!(err, "{} ", text::plain(question))?;
        err.flush()?;
        let mut answer = String::new();
        io::Read::take(&mut io::stdin().lock(), LONGEST_ANSWER).read_line(&mut answer)?;
        Ok(answer.trim().to_owned())
    }

    /// Whether to draw progress bars.
    pub fn shows_progress(&self) -> bool {
        io::stderr().is_terminal()
    }
}

/// Whether the error is a closed pipe.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}

fn write(mut out: impl io::Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.flush()
}
