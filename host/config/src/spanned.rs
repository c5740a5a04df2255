//! A TOML document as a tree with the position of each value in the file.
//!
//! Defaults and replacements have no position: a value without one was not written by the author.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

use toml_edit::{Document, Item, TableLike, TomlError};

/// A path from the root of a document to a value.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct KeyPath(Vec<KeyPathSegment>);

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum KeyPathSegment {
    Key(String),
    Index(usize),
}

impl KeyPath {
    pub fn of(key: &str) -> Self {
        Self::default().key(key)
    }

    pub fn key(&self, key: &str) -> Self {
        self.step(KeyPathSegment::Key(key.to_owned()))
    }

    pub fn index(&self, index: usize) -> Self {
        self.step(KeyPathSegment::Index(index))
    }

    pub fn step(&self, step: KeyPathSegment) -> Self {
        let mut path = self.clone();
        path.0.push(step);
        path
    }

    /// Returns the path without its last step, and the last step if it is a key.
    pub fn split(&self) -> (Self, Option<&str>) {
        let mut parent = self.clone();
        parent.0.pop();
        let last = match self.0.last() {
            Some(KeyPathSegment::Key(key)) => Some(key.as_str()),
            _ => None,
        };
        (parent, last)
    }

    /// Returns the key at the top of the document.
    pub fn top(&self) -> Option<&str> {
        match self.0.first() {
            Some(KeyPathSegment::Key(key)) => Some(key),
            _ => None,
        }
    }

    pub fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// Returns the path with every index left open: `angles[].weight`.
    pub fn pattern(&self) -> String {
        self.render(|_| String::new())
    }

    fn render(&self, index: impl Fn(usize) -> String) -> String {
        let mut text = String::new();
        for step in &self.0 {
            match step {
                KeyPathSegment::Index(at) => text.extend(["[", &index(*at), "]"]),
                KeyPathSegment::Key(key) if text.is_empty() => text.push_str(key),
                KeyPathSegment::Key(key) => text.extend([".", key]),
            }
        }
        text
    }
}

impl Display for KeyPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.render(|index| index.to_string()))
    }
}

impl FromIterator<KeyPathSegment> for KeyPath {
    fn from_iter<I: IntoIterator<Item = KeyPathSegment>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

/// A value and the byte at which it, or its key, begins.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub offset: Option<usize>,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Real(f64),
    Boolean(bool),
    Date(String),
    List(Vec<Node>),
    Table(BTreeMap<String, Node>),
}

impl Node {
    /// Parses a document into a tree. Nesting is bounded by the parser.
    pub fn parse(text: &str) -> Result<Self, TomlError> {
        Ok(table(Document::parse(text)?.as_table(), Some(0)))
    }

    /// Creates a value without a position.
    pub fn default(value: Value) -> Self {
        Self { offset: None, value }
    }

    pub fn get(&self, path: &KeyPath) -> Option<&Self> {
        path.0.iter().try_fold(self, Self::child)
    }

    pub fn get_mut(&mut self, path: &KeyPath) -> Option<&mut Self> {
        path.0.iter().try_fold(self, |node, step| match (&mut node.value, step) {
            (Value::Table(entries), KeyPathSegment::Key(key)) => entries.get_mut(key),
            (Value::List(nodes), KeyPathSegment::Index(index)) => nodes.get_mut(*index),
            _ => None,
        })
    }

    /// Returns the value at a path in which every list is represented by its first entry.
    pub fn sample(&self, path: &KeyPath) -> Option<&Self> {
        path.0.iter().try_fold(self, |node, step| match step {
            KeyPathSegment::Key(_) => node.child(step),
            KeyPathSegment::Index(_) => node.child(&KeyPathSegment::Index(0)),
        })
    }

    /// Returns the byte of the nearest written value on the way to `path`.
    pub fn nearest_offset(&self, path: &KeyPath) -> Option<usize> {
        let mut node = self;
        let mut place = None;
        for step in &path.0 {
            match node.child(step) {
                Some(child) => node = child,
                None => break,
            }
            place = node.offset.or(place);
        }
        place
    }

    /// Returns whether the author of the file wrote this value.
    pub fn is_written(&self, path: &KeyPath) -> bool {
        self.get(path).is_some_and(|node| node.offset.is_some())
    }

    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn entries_mut(&mut self) -> Option<&mut BTreeMap<String, Self>> {
        match &mut self.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        }
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let entries = match &self.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        };
        entries.into_iter().flat_map(BTreeMap::keys).map(String::as_str)
    }

    /// Returns the entries of the list under `key` for filling in defaults; empty if it is not a list.
    pub fn list_mut(&mut self, key: &str) -> &mut [Self] {
        match self.entries_mut().and_then(|entries| entries.get_mut(key)) {
            Some(Self { value: Value::List(nodes), .. }) => nodes,
            _ => &mut [],
        }
    }

    /// Sets `key` unless the author did. Nothing happens where this is not a table.
    pub fn set_default(&mut self, key: &str, value: impl FnOnce() -> Value) {
        if let Some(entries) = self.entries_mut() {
            entries.entry(key.to_owned()).or_insert_with(|| Self::default(value()));
        }
    }

    /// Visits this value and every value below it, with its path.
    pub fn walk(&self, path: &KeyPath, visit: &mut impl FnMut(&KeyPath, &Self)) {
        visit(path, self);
        match &self.value {
            Value::Table(entries) => entries.iter().for_each(|(key, node)| node.walk(&path.key(key), visit)),
            Value::List(nodes) => {
                nodes.iter().enumerate().for_each(|(index, node)| node.walk(&path.index(index), visit))
            }
            _ => {}
        }
    }

    /// Returns the value without positions.
    pub fn without_offsets(&self) -> Self {
        let value = match &self.value {
            Value::List(nodes) => Value::List(nodes.iter().map(Self::without_offsets).collect()),
            Value::Table(entries) => {
                Value::Table(entries.iter().map(|(key, node)| (key.clone(), node.without_offsets())).collect())
            }
            other => other.clone(),
        };
        Self::default(value)
    }

    fn child(&self, step: &KeyPathSegment) -> Option<&Self> {
        match (&self.value, step) {
            (Value::Table(entries), KeyPathSegment::Key(key)) => entries.get(key),
            (Value::List(nodes), KeyPathSegment::Index(index)) => nodes.get(*index),
            _ => None,
        }
    }
}

fn table(table: &dyn TableLike, at: Option<usize>) -> Node {
    let mut entries = BTreeMap::new();
    for (name, item) in table.iter() {
        let written = table.key(name).and_then(|key| key.span()).or_else(|| item.span()).map(|span| span.start);
        if let Some(node) = node(item, written) {
            entries.insert(name.to_owned(), node);
        }
    }
    Node { offset: at, value: Value::Table(entries) }
}

fn node(item: &Item, at: Option<usize>) -> Option<Node> {
    match item {
        Item::None => None,
        Item::Table(inner) => Some(table(inner, at)),
        Item::ArrayOfTables(tables) => {
            let nodes = tables.iter().map(|inner| table(inner, inner.span().map(|span| span.start).or(at))).collect();
            Some(Node { offset: at, value: Value::List(nodes) })
        }
        Item::Value(inner) => Some(value(inner, at)),
    }
}

fn value(value: &toml_edit::Value, at: Option<usize>) -> Node {
    use toml_edit::Value as Toml;
    let inner = match value {
        Toml::String(text) => Value::Text(text.value().clone()),
        Toml::Integer(number) => Value::Integer(*number.value()),
        Toml::Float(number) => Value::Real(*number.value()),
        Toml::Boolean(truth) => Value::Boolean(*truth.value()),
        Toml::Datetime(date) => Value::Date(date.value().to_string()),
        Toml::InlineTable(inner) => return table(inner, at),
        Toml::Array(array) => Value::List(
            array.iter().map(|entry| self::value(entry, entry.span().map(|span| span.start).or(at))).collect(),
        ),
    };
    Node { offset: at, value: inner }
}
