//! A page of text, built line by line: headings, wrapped paragraphs, labeled lines, lists.
//!
//! Text is escaped here and nowhere else, before color is added, so the only escape sequences on a page are our own.

use std::borrow::Cow;

use anstyle::{AnsiColor, Color};

use super::text::plain;

/// The role of a piece of text, which sets its color.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Style {
    Plain,
    /// The page's subject.
    Title,
    /// A section heading.
    Heading,
    /// Secondary text.
    Faint,
    Good,
    Doubtful,
    Bad,
}

impl Style {
    fn ansi(self) -> anstyle::Style {
        let style = anstyle::Style::new();
        let color = |color: AnsiColor| style.fg_color(Some(Color::Ansi(color)));
        match self {
            Self::Plain => style,
            Self::Title => style.bold(),
            Self::Heading => color(AnsiColor::Cyan).bold(),
            Self::Faint => style.dimmed(),
            Self::Good => color(AnsiColor::Green),
            Self::Doubtful => color(AnsiColor::Yellow),
            Self::Bad => color(AnsiColor::Red).bold(),
        }
    }

    /// Colors the text, which must be escaped already.
    fn paint(self, text: &str) -> String {
        if self == Self::Plain || text.is_empty() {
            return text.to_owned();
        }
        let style = self.ansi();
        format!("{style}{text}{style:#}")
    }
}

/// A page under construction.
pub struct TextPage {
    width: usize,
    text: String,
}

impl TextPage {
    /// Creates a page that wraps at `width` columns, at least 40.
    pub fn new(width: usize) -> Self {
        Self { width: width.max(40), text: String::new() }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// Adds an empty line, unless the page is empty.
    pub fn gap(&mut self) -> &mut Self {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self
    }

    /// Adds a section heading after an empty line.
    pub fn heading(&mut self, text: &str) -> &mut Self {
        self.gap().line("", &[(Style::Heading, text)])
    }

    /// Adds one line of styled pieces, without wrapping.
    pub fn line(&mut self, indent: &str, pieces: &[(Style, &str)]) -> &mut Self {
        self.text.push_str(indent);
        for (style, text) in pieces {
            self.text.push_str(&style.paint(&plain(text)));
        }
        self.end()
    }

    /// Adds a wrapped paragraph, each line after `indent`.
    pub fn paragraph(&mut self, indent: &str, style: Style, text: &str) -> &mut Self {
        self.hanging(&[(Style::Plain, indent)], style, text)
    }

    /// Adds a wrapped paragraph after a lead; further lines align with the text of the first.
    pub fn hanging(&mut self, lead: &[(Style, &str)], style: Style, text: &str) -> &mut Self {
        let columns: usize = lead.iter().map(|(_, text)| textwrap::core::display_width(&plain(text))).sum();
        let room = self.width.saturating_sub(columns).max(20);
        let text = plain(text);
        for (index, line) in wrap(&text, room).iter().enumerate() {
            if index == 0 {
                for (style, text) in lead {
                    self.text.push_str(&style.paint(&plain(text)));
                }
            } else {
                self.text.extend(std::iter::repeat_n(' ', columns));
            }
            self.text.push_str(&style.paint(line));
            self.end();
        }
        self
    }

    /// Adds wrapped lines with a bar before each, so that quoted text cannot pass for a part of the page.
    pub fn quotation(&mut self, indent: &str, text: &str) -> &mut Self {
        let room = self.width.saturating_sub(indent.len() + 2).max(20);
        for line in text.trim_end().split('\n') {
            for wrapped in wrap(&plain(line), room) {
                self.text.push_str(indent);
                self.text.push_str(&Style::Faint.paint("│"));
                self.text.push(' ');
                self.text.push_str(&wrapped);
                self.end();
            }
        }
        self
    }

    /// Adds lines that are laid out already, such as a table. They must be escaped.
    pub fn block(&mut self, indent: &str, text: &str) -> &mut Self {
        for line in text.lines() {
            self.text.push_str(indent);
            self.text.push_str(line);
            self.end();
        }
        self
    }

    /// Returns the page with escape sequences for color.
    pub fn into_text(self) -> String {
        self.text
    }

    fn end(&mut self) -> &mut Self {
        let length = self.text.trim_end_matches(' ').len();
        self.text.truncate(length);
        self.text.push('\n');
        self
    }
}

/// Wraps text without breaking dates, domains and kebab-case names at hyphens.
fn wrap(text: &str, room: usize) -> Vec<Cow<'_, str>> {
    textwrap::wrap(text, textwrap::Options::new(room).word_splitter(textwrap::WordSplitter::NoHyphenation))
}

/// Returns the page without color.
#[cfg(test)]
pub fn shown(page: TextPage) -> String {
    anstream::adapter::strip_str(&page.into_text()).to_string()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn a_page_is_wrapped_and_escaped() {
        let mut page = TextPage::new(40);
        page.line("", &[(Style::Title, "Ev\u{1b}[2Jil"), (Style::Plain, " & Co")]);
        page.heading("WHY");
        page.hanging(
            &[(Style::Good, "  pass  ")],
            Style::Plain,
            "a sentence that is longer than one line has room for",
        );
        page.quotation(
            "  ",
            "Hi Zoë,\n\nthis line is also longer than the page is wide, so it goes on below.\u{202e}\n",
        );
        expect![[r#"
            Ev\u{1b}[2Jil & Co

            WHY
              pass  a sentence that is longer than
                    one line has room for
              │ Hi Zoë,
              │
              │ this line is also longer than the
              │ page is wide, so it goes on
              │ below.\u{202e}
        "#]]
        .assert_eq(&shown(page));
    }
}
