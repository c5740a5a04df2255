//! The texts of a file: a block of comments, a string, or a paragraph each, with the lines that they are on.
//!
//! Code within backquotes is left out, and so are strings without a space, queries, and strings of tests.

/// A text, joined to one line.
#[derive(Default)]
pub struct Piece {
    pub text: String,
    /// Where each line begins in the text, and its number.
    lines: Vec<(usize, usize)>,
}

impl Piece {
    fn push(&mut self, line: usize, text: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.lines.push((self.text.len(), line));
        self.text.push_str(text);
    }

    /// Returns the number of the line at this place in the text.
    pub fn line_at(&self, at: usize) -> usize {
        self.lines.iter().take_while(|(start, _)| *start <= at).last().map_or(1, |(_, line)| *line)
    }
}

/// Returns the texts of a file.
pub fn pieces(file: &str, extension: &str, text: &str) -> Vec<Piece> {
    let mut pieces = match extension {
        "rs" => rust(text, !is_test(file)),
        "md" => lines(text.lines().map(markdown())),
        "html" => lines(html(text).lines().map(|line| Some(line.trim().to_owned()))),
        "toml" | "yml" => lines(text.lines().map(|line| comment(line, &["#"]))),
        _ => lines(text.lines().map(|line| comment(line, &["///", "//", "/**", "/*", "*"]))),
    };
    for piece in &mut pieces {
        without_code(&mut piece.text);
    }
    pieces
}

fn is_test(file: &str) -> bool {
    file.starts_with("tests/") || file.contains("/tests/") || file.ends_with("tests.rs")
}

/// Joins adjacent lines to pieces. An empty line, or one that is not text, ends a piece.
fn lines(lines: impl Iterator<Item = Option<String>>) -> Vec<Piece> {
    let mut pieces = vec![Piece::default()];
    for (number, line) in lines.enumerate() {
        match (line.filter(|line| !line.is_empty()), pieces.last_mut()) {
            (Some(line), Some(piece)) => piece.push(number + 1, &line),
            _ => pieces.push(Piece::default()),
        }
    }
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

fn comment(line: &str, markers: &[&str]) -> Option<String> {
    let line = line.trim();
    let text = markers.iter().find_map(|marker| line.strip_prefix(marker))?;
    Some(text.trim_end_matches("*/").trim().to_owned())
}

/// Leaves fenced code out, and the marks of headings, lists and tables.
fn markdown() -> impl FnMut(&str) -> Option<String> {
    let mut code = false;
    move |line| {
        let line = line.trim();
        if line.starts_with("```") {
            code = !code;
            return None;
        }
        (!code).then(|| line.trim_start_matches(['#', '-', '*', '|', '>', ' ']).to_owned())
    }
}

/// Blanks tags and template code, line by line; texts in attributes that people read stay.
fn html(text: &str) -> String {
    const READ: [&str; 4] = ["title=\"", "aria-label=\"", "placeholder=\"", "alt=\""];
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(['<', '{']) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let close = match from {
            from if from.starts_with("{{") => "}}",
            from if from.starts_with("{%") => "%}",
            from if from.starts_with("{#") => "#}",
            from if from.starts_with('<') => ">",
            _ => "{",
        };
        let end = from.find(close).map_or(from.len(), |end| end + close.len());
        let (tag, after) = from.split_at(end);
        for name in READ {
            if let Some((_, value)) = tag.split_once(name) {
                out.push_str(". ");
                out.push_str(value.split('"').next().unwrap_or_default());
                out.push_str(". ");
            }
        }
        out.extend(tag.chars().filter(|character| *character == '\n'));
        if tag.starts_with("</") || tag.starts_with("<li") || tag.starts_with("<p") {
            out.push_str(". ");
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Replaces code within backquotes by a mark.
fn without_code(text: &mut String) {
    // Places in the text stay, so that lines are still found.
    let mut code = false;
    let blanked: String = text
        .chars()
        .map(|character| match character {
            '`' => {
                code = !code;
                '`'
            }
            character if code && character.is_ascii() && character != ' ' => '`',
            character => character,
        })
        .collect();
    // A lone backquote is not code.
    if !code {
        *text = blanked;
    }
}

/// Comments of Rust, adjacent ones joined, and strings.
fn rust(text: &str, with_strings: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut comments = Piece::default();
    let mut last_comment = 0;
    let mut number = 1;
    let mut rest = text;
    let mut before = '\n';
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            let length = rest.find('\n').unwrap_or(rest.len());
            let said = rest[..length].trim_start_matches(['/', '!']).trim();
            if (number > last_comment + 1 || said.is_empty()) && !comments.text.is_empty() {
                pieces.push(std::mem::take(&mut comments));
            }
            if !said.is_empty() {
                comments.push(number, said);
                last_comment = number;
            }
            length
        } else if first == '"' {
            let length = 1 + closing(&rest[1..]);
            string(&rest[1..length], number, with_strings, &mut pieces);
            (length + 1).min(rest.len())
        } else if first == 'r' && !before.is_alphanumeric() && before != '_' && raw(rest).is_some() {
            let (start, end, length) = raw(rest).unwrap_or_default();
            string(&rest[start..end], number, with_strings, &mut pieces);
            length
        } else if first == '\'' {
            character(rest)
        } else {
            first.len_utf8()
        };
        number += rest[..length].matches('\n').count();
        before = rest[..length].chars().next_back().unwrap_or('\n');
        rest = &rest[length..];
    }
    pieces.push(comments);
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// Returns where the closing quote is.
fn closing(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            '"' if !escaped => return at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Returns start and end of a raw string's content, and its whole length.
fn raw(text: &str) -> Option<(usize, usize, usize)> {
    let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
    let start = 2 + hashes;
    if text.as_bytes().get(start - 1) != Some(&b'"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let end = start + text[start..].find(&close)?;
    Some((start, end, end + close.len()))
}

/// Returns the length of a character literal, or 1 for the quote of a lifetime.
fn character(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match characters.next() {
        // The escaped character may be a quote itself.
        Some((_, '\\')) => text.get(3..).and_then(|rest| rest.find('\'')).map_or(1, |end| end + 4),
        Some(_) => characters.next().filter(|(_, close)| *close == '\'').map_or(1, |(at, _)| at + 1),
        None => 1,
    }
}

fn string(text: &str, line: usize, wanted: bool, pieces: &mut Vec<Piece>) {
    const QUERIES: [&str; 8] = ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "WITH", "PRAGMA", "ALTER"];
    let start = text.trim_start();
    if !wanted || !start.contains(' ') || QUERIES.iter().any(|query| start.starts_with(query)) {
        return;
    }
    let mut piece = Piece::default();
    for (at, part) in text.lines().enumerate() {
        piece.push(line + at, part.trim().trim_end_matches('\\').trim_end());
    }
    pieces.push(piece);
}
