//! A page of text that is put together line by line: headings, wrapped paragraphs, labelled lines, lists.
//!
//! Text is made harmless here and nowhere else, before colour is added, so the only escape sequences on a page are ours.

use std::borrow::Cow;

use anstyle::{AnsiColor, Color};

use super::text::plain;

/// What a stretch of text is, which decides how it looks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Style {
    Plain,
    /// The name of what the page is about.
    Title,
    /// The name of a section.
    Heading,
    /// What matters less.
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

    /// The text in this style. It must be harmless already.
    fn paint(self, text: &str) -> String {
        if self == Self::Plain || text.is_empty() {
            return text.to_owned();
        }
        let style = self.ansi();
        format!("{style}{text}{style:#}")
    }
}

/// A page under construction.
pub struct Page {
    width: usize,
    text: String,
}

impl Page {
    /// Lines are at most `width` columns wide where the words allow it; 40 is the least.
    pub fn new(width: usize) -> Self {
        Self { width: width.max(40), text: String::new() }
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// An empty line, unless the page begins here.
    pub fn gap(&mut self) -> &mut Self {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self
    }

    /// The name of a section, after an empty line.
    pub fn heading(&mut self, text: &str) -> &mut Self {
        self.gap().line("", &[(Style::Heading, text)])
    }

    /// One line of stretches, not wrapped.
    pub fn line(&mut self, indent: &str, stretches: &[(Style, &str)]) -> &mut Self {
        self.text.push_str(indent);
        for (style, text) in stretches {
            self.text.push_str(&style.paint(&plain(text)));
        }
        self.end()
    }

    /// A paragraph, wrapped, each of its lines after `indent`.
    pub fn paragraph(&mut self, indent: &str, style: Style, text: &str) -> &mut Self {
        self.hanging(&[(Style::Plain, indent)], style, text)
    }

    /// A paragraph after a lead; further lines begin where the text of the first one does.
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

    /// A text of several lines, each wrapped, with a bar before it, so that nothing in it can pass for a part of the page.
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

    /// Lines that are laid out already, such as a table. They must be harmless.
    pub fn block(&mut self, indent: &str, text: &str) -> &mut Self {
        for line in text.lines() {
            self.text.push_str(indent);
            self.text.push_str(line);
            self.end();
        }
        self
    }

    /// The page, with our escape sequences for colour in it.
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

/// Dates, domains and kebab-case names are not broken at their hyphens.
fn wrap(text: &str, room: usize) -> Vec<Cow<'_, str>> {
    textwrap::wrap(text, textwrap::Options::new(room).word_splitter(textwrap::WordSplitter::NoHyphenation))
}

/// The page as it looks without colour.
#[cfg(test)]
pub fn shown(page: Page) -> String {
    anstream::adapter::strip_str(&page.into_text()).to_string()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn a_page_is_wrapped_and_harmless() {
        let mut page = Page::new(40);
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
