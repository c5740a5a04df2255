//! How things look: text for people, coloured where the terminal takes it, wrapped to its width.
//!
//! Everything that comes from data goes through [`text::plain`], so that no name or draft can move the cursor, change
//! the title of the window or turn the direction of reading. Pages are built as strings and then written at once.

pub mod calibration;
pub mod compare;
pub mod listing;
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
pub mod trail;
pub mod why;

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anstream::AutoStream;
use anyhow::Result;
use clap::ColorChoice;
use page::Page;
use serde::Serialize;

/// Lines are no longer than this, however wide the terminal is: longer ones are hard to read.
const WIDEST: usize = 100;

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 4000;

/// Where output goes.
#[derive(Clone)]
pub struct Terminal {
    color: anstream::ColorChoice,
}

impl Terminal {
    /// With colour as the command line asks for it.
    pub fn new(color: ColorChoice) -> Self {
        let color = match color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        };
        Self { color }
    }

    /// An empty page as wide as the terminal.
    pub fn page(&self) -> Page {
        let width = terminal_size::terminal_size().map_or(WIDEST, |(width, _)| usize::from(width.0));
        Page::new(width.min(WIDEST))
    }

    /// Data: to standard output.
    pub fn print(&self, page: Page) -> Result<()> {
        Ok(write(AutoStream::new(io::stdout().lock(), self.color), &page.into_text())?)
    }

    /// Data for machines: to standard output, as JSON and never coloured.
    pub fn print_json(&self, data: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string_pretty(data)?;
        text.push('\n');
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Data that has its form already: to standard output, as it stands.
    pub fn print_bytes(&self, data: &[u8]) -> Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(data)?;
        Ok(out.flush()?)
    }

    /// Words about the work: to standard error.
    pub fn say(&self, page: Page) -> Result<()> {
        Ok(write(AutoStream::new(io::stderr().lock(), self.color), &page.into_text())?)
    }

    /// What stopped the command: to standard error. Text may have `hint:` lines of its own.
    pub fn error(&self, error: &anyhow::Error) {
        let mut page = self.page();
        problems::stopped(&mut page, error);
        // When even standard error is gone, there is nobody to tell.
        drop(self.say(page));
    }

    /// Whether a person is there to be asked.
    pub fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks a question on standard error and reads the answer, in lower case; nobody's answer is empty.
    pub fn ask(&self, question: &str) -> Result<String> {
        Ok(self.ask_words(question)?.to_lowercase())
    }

    /// The same for an answer in the person's own words.
    pub fn ask_words(&self, question: &str) -> Result<String> {
        let mut err = io::stderr().lock();
        write!(err, "{} ", text::plain(question))?;
        err.flush()?;
        let mut answer = String::new();
        io::Read::take(&mut io::stdin().lock(), LONGEST_ANSWER).read_line(&mut answer)?;
        Ok(answer.trim().to_owned())
    }

    /// Whether progress may be drawn.
    pub fn shows_progress(&self) -> bool {
        io::stderr().is_terminal()
    }
}

/// Whether the reader of our output has left.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}

fn write(mut out: impl io::Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.flush()
}
