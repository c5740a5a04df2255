//! Reading a file into a record and a list of its problems.
//!
//! Every configuration file takes the same steps: bounded reading, parsing, defaults, ranges, decoding, and the rules
//! of its kind. Each value is reported once: later rules skip it.

use std::{fmt::Display, fs::File, io::Read, path::PathBuf};

use serde::de::DeserializeOwned;

use baton_model::quoted;

use super::{
    decode::{self, Fault},
    diagnostics::{Problem, Problems, Severity, Validated, all_of, any_of, closest},
    spanned::{KeyPath, Node, Value},
};

/// The largest file that is read, in bytes.
const FILE_MAX: u64 = 1 << 20;

/// The properties of a kind of file, besides its records.
pub(super) struct FileSchema {
    /// A complete document: every key once, each with a value of its type.
    pub exemplar: &'static str,
    /// The noun for each table, by pattern: `("angles[]", "an angle")`. The empty pattern is the file.
    pub nouns: &'static [(&'static str, &'static str)],
    /// The range of each number, both ends included, by pattern.
    pub ranges: &'static [(&'static str, i64, i64)],
}

impl FileSchema {
    fn noun(&self, table: &KeyPath) -> String {
        let pattern = table.pattern();
        let noun = self.nouns.iter().find(|(known, _)| *known == pattern);
        noun.map_or_else(|| format!("`[{}]`", quoted(&pattern)), |(_, noun)| (*noun).to_owned())
    }

    fn range(&self, path: &KeyPath) -> Option<(i64, i64)> {
        let pattern = path.pattern();
        self.ranges.iter().find(|(known, ..)| *known == pattern).map(|(_, min, max)| (*min, *max))
    }

    fn exemplar(&self) -> Node {
        Node::parse(self.exemplar).unwrap_or_else(|_| Node::default(Value::Table(Default::default())))
    }
}

/// A file being read, with its problems so far.
pub(super) struct FileReader {
    file: PathBuf,
    text: String,
    pub tree: Node,
    problems: Problems,
    reported: Vec<KeyPath>,
}

impl FileReader {
    /// Reads and parses the file; a fault here is the only problem that is reported.
    pub fn open(file: PathBuf) -> Result<Self, Problems> {
        let whole = |message: String, hint: &str| Problems(vec![whole_file(&file, message, Some(hint.to_owned()))]);
        let mut bytes = Vec::new();
        let opened = File::open(&file).and_then(|opened| opened.take(FILE_MAX + 1).read_to_end(&mut bytes));
        if let Err(error) = opened {
            return Err(match error.kind() {
                std::io::ErrorKind::NotFound => whole("there is no such file".into(), "check the path"),
                std::io::ErrorKind::IsADirectory => whole("this is a folder".into(), "name the file itself"),
                _ => whole(format!("the file cannot be read: {error}"), "check its permissions"),
            });
        }
        if bytes.len() as u64 > FILE_MAX {
            return Err(whole("the file is larger than 1 MiB".into(), "this kind of file holds settings, not data"));
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned();
                let (line, column) = position(&valid, valid.len());
                let hint = "save it as UTF-8";
                let mut problem = whole_file(&file, "the file is not UTF-8 text".into(), Some(hint.into()));
                (problem.line, problem.column) = (Some(line), Some(column));
                return Err(Problems(vec![problem]));
            }
        };
        Self::parse(file, text)
    }

    /// Parses the text of a file.
    pub fn parse(file: PathBuf, text: String) -> Result<Self, Problems> {
        match Node::parse(&text) {
            Ok(tree) => Ok(Self { file, text, tree, problems: Problems::default(), reported: Vec::new() }),
            Err(error) => {
                let message = format!("this is not TOML: {}", error.message().replace('\n', ", "));
                let mut problem = whole_file(&file, message, None);
                if let Some(span) = error.span() {
                    let (line, column) = position(&text, span.start);
                    (problem.line, problem.column) = (Some(line), Some(column));
                }
                Err(Problems(vec![problem]))
            }
        }
    }

    /// Decodes the tree as a `T`. Faulty values are reported and replaced, so that rules can be checked. Unknown keys
    /// are reported if they `concern` this `T`.
    pub fn decode<T: DeserializeOwned>(
        &mut self,
        shape: &FileSchema,
        concerns: impl Fn(&KeyPath) -> bool,
    ) -> Option<T> {
        let exemplar = shape.exemplar();
        self.check_ranges(shape, &exemplar);
        let (value, findings) = decode::decode::<T>(&mut self.tree, &exemplar);
        let mut mistyped = Vec::new();
        for path in findings.unknown.iter().filter(|path| concerns(path)) {
            let (table, key) = path.split();
            let hint = self.hint_for_unknown(shape, &exemplar, path);
            if let (Some(meant), _) = &hint {
                mistyped.push(table.key(meant));
            }
            let key = quoted(key.unwrap_or_default());
            self.error(path, format!("`{key}` is not a key of {}", shape.noun(&table)), hint.1);
        }
        for (path, fault) in findings.faults {
            // A default that was derived from a faulty value is not another fault.
            let derived = !matches!(fault, Fault::Missing(_)) && !self.tree.is_written(&path);
            if derived || mistyped.contains(&path) && matches!(fault, Fault::Missing(_)) {
                self.reported.push(path);
                continue;
            }
            let (message, hint) = self.describe_fault(shape, &exemplar, &path, fault);
            self.error(&path, message, hint);
            self.reported.push(path);
        }
        value
    }

    /// Returns whether the value is the author's or a default, and not the replacement of a faulty one.
    pub fn is_valid(&self, path: &KeyPath) -> bool {
        !self.reported.iter().any(|settled| path.starts_with(settled))
    }

    /// Reports an error at `path`: the file cannot be used.
    pub fn error(&mut self, path: &KeyPath, message: impl Display, hint: impl Into<Option<String>>) {
        self.add(Severity::Error, path, &message, hint.into());
    }

    /// Reports a warning at `path`: the file can be used.
    pub fn warn(&mut self, path: &KeyPath, message: impl Display, hint: impl Into<Option<String>>) {
        self.add(Severity::Warning, path, &message, hint.into());
    }

    /// Returns the line of the value at `path`, counted from 1.
    pub fn line(&self, path: &KeyPath) -> Option<u32> {
        self.tree.nearest_offset(path).map(|at| position(&self.text, at).0)
    }

    /// Returns the value, unless an error was reported.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<Validated<T>, Problems> {
        self.problems.sort();
        match value {
            Some(value) if !self.problems.has_errors() => Ok(Validated { value, warnings: self.problems }),
            _ => Err(self.problems),
        }
    }

    fn add(&mut self, severity: Severity, path: &KeyPath, message: &dyn Display, hint: Option<String>) {
        if self.is_valid(path) {
            let line = self.line(path);
            let (file, key, message) = (self.file.clone(), path.to_string(), message.to_string());
            self.problems.0.push(Problem { file, line, column: None, key, message, hint, severity });
        }
    }

    fn check_ranges(&mut self, shape: &FileSchema, exemplar: &Node) {
        let mut outside = Vec::new();
        self.tree.walk(&KeyPath::default(), &mut |path, node| {
            if let (Value::Integer(number), Some((min, max))) = (&node.value, shape.range(path))
                && !(min..=max).contains(number)
            {
                outside.push((path.clone(), *number, min, max));
            }
        });
        for (path, number, min, max) in outside {
            self.error(&path, format!("{} must be from {min} to {max}, not {number}", name(&path)), None);
            if let (Some(node), Some(stand_in)) = (self.tree.get_mut(&path), exemplar.sample(&path)) {
                node.value = stand_in.value.clone();
            }
            self.reported.push(path);
        }
    }

    /// Returns the intended key, if it is clear, and the hint.
    fn hint_for_unknown(
        &self,
        shape: &FileSchema,
        exemplar: &Node,
        path: &KeyPath,
    ) -> (Option<String>, Option<String>) {
        let (table, key) = path.split();
        let key = key.unwrap_or_default();
        let known: Vec<&str> = exemplar.sample(&table).into_iter().flat_map(Node::keys).collect();
        if let Some(meant) = closest(key, known.iter().copied()) {
            return (Some(meant.to_owned()), Some(format!("did you mean `{meant}`?")));
        }
        let mut home = None;
        exemplar.walk(&KeyPath::default(), &mut |other, _| {
            if let (parent, Some(last)) = other.split()
                && last == key
                && home.is_none()
            {
                home = Some(parent);
            }
        });
        let hint = match home {
            Some(home) if home == KeyPath::default() => {
                format!("`{key}` belongs to the top of the file, before the first `[table]`")
            }
            Some(home) => format!("`{key}` is a key of {}", shape.noun(&home)),
            None if known.is_empty() => "remove it".to_owned(),
            None => format!("the keys are {}", all_of(known)),
        };
        (None, Some(hint))
    }

    fn describe_fault(
        &self,
        shape: &FileSchema,
        exemplar: &Node,
        path: &KeyPath,
        fault: Fault,
    ) -> (String, Option<String>) {
        match fault {
            Fault::Missing(key) => {
                let (table, _) = path.split();
                let from =
                    if table == KeyPath::default() { String::new() } else { format!(" from {}", shape.noun(&table)) };
                (format!("`{key}` is missing{from}"), hint_for_missing(exemplar, path, &key))
            }
            Fault::Unknown(key) => (format!("`{}` is not a key of {}", quoted(&key), shape.noun(path)), None),
            Fault::Kind { is, must_be } => {
                let must_be = match shape.range(path) {
                    Some((min, max)) => format!("a whole number from {min} to {max}"),
                    None => must_be,
                };
                (format!("{} must be {must_be}, not {is}", name(path)), None)
            }
            Fault::Choice { is, choices } => {
                let hint = closest(&is, choices.iter().map(String::as_str)).map(|one| format!("did you mean `{one}`?"));
                let choices = any_of(choices.iter().map(String::as_str));
                (format!("{} must be {choices}, not `{}`", name(path), quoted(&is)), hint)
            }
            Fault::Other(message) => (format!("{}: {}", name(path), quoted(&message)), None),
        }
    }
}

/// Creates a problem that concerns the whole file.
pub(super) fn whole_file(file: &std::path::Path, message: String, hint: Option<String>) -> Problem {
    let (line, column, key) = (None, None, String::new());
    Problem { file: file.to_owned(), line, column, key, message, hint, severity: Severity::Error }
}

/// Returns the name of the value at `path` in a sentence.
fn name(path: &KeyPath) -> String {
    match path.split() {
        (_, Some(key)) => format!("`{}`", quoted(key)),
        (list, None) => match list.split() {
            (_, Some(key)) => format!("an entry of `{}`", quoted(key)),
            _ => "the file".into(),
        },
    }
}

fn hint_for_missing(exemplar: &Node, path: &KeyPath, key: &str) -> Option<String> {
    Some(match &exemplar.sample(path)?.value {
        Value::Text(text) if !text.contains('\n') => format!("for instance `{key} = \"{text}\"`"),
        Value::Text(_) => format!("for instance `{key} = \"\"\"…\"\"\"`"),
        Value::Integer(number) => format!("for instance `{key} = {number}`"),
        Value::Real(number) => format!("for instance `{key} = {number}`"),
        Value::Boolean(truth) => format!("for instance `{key} = {truth}`"),
        Value::Date(date) => format!("for instance `{key} = {date}`"),
        Value::Table(_) => format!("add a table `[{}]`", path.pattern().replace("[]", "")),
        Value::List(nodes) => match nodes.first().map(|node| &node.value) {
            Some(Value::Table(_)) => format!("add a table `[[{}]]`", path.pattern().replace("[]", "")),
            Some(Value::Text(text)) => format!("for instance `{key} = [\"{text}\"]`"),
            _ => format!("for instance `{key} = []`"),
        },
    })
}

/// Returns the line and column of a byte, both counted from 1, the column in characters.
fn position(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
