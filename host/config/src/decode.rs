//! Decoding a tree into records of the contract, with every fault and not only the first.
//!
//! Serde stops at the first fault. So each faulty value is reported and replaced by the one in the same place of an
//! exemplar, a complete document that decodes, until the rest decodes too. The exemplar also has every known key, so
//! there is no second list of keys.

use std::fmt::{self, Display};

use serde::{
    de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Unexpected, Visitor},
    forward_to_deserialize_any,
};

use super::spanned::{KeyPath, KeyPathSegment, Node, Value};

/// Maximum number of faults of one file that are listed; each costs another pass.
const FAULTS_MAX: usize = 100;

/// The reason why a value does not fit its record.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fault {
    Missing(String),
    Unknown(String),
    Kind { is: String, must_be: String },
    Choice { is: String, choices: Vec<String> },
    Other(String),
}

/// The faults found while decoding.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Each fault with its path. The path of a missing key ends in the key.
    pub faults: Vec<(KeyPath, Fault)>,
    /// Keys that nothing reads.
    pub unknown: Vec<KeyPath>,
}

/// Decodes the tree as a `T`, with faulty values replaced by those of the exemplar, in the tree too.
/// `None` if the exemplar has no replacement, or if there are too many faults.
pub(super) fn decode<T: DeserializeOwned>(tree: &mut Node, exemplar: &Node) -> (Option<T>, Findings) {
    let mut findings = Findings::default();
    let mut refused = Vec::new();
    let value = loop {
        findings.unknown.clear();
        let mut track = serde_path_to_error::Track::new();
        let decoder = serde_path_to_error::Deserializer::new(&*tree, &mut track);
        let mut ignored = |path: serde_ignored::Path<'_>| findings.unknown.push(ignored_path(&path));
        let fault = match serde_ignored::deserialize(decoder, &mut ignored) {
            Ok(value) => break Some(value),
            Err(fault) => fault,
        };
        let path: KeyPath = track.path().iter().filter_map(step).collect();
        if refused.len() + findings.faults.len() >= FAULTS_MAX {
            break None;
        }
        match fault {
            Fault::Unknown(key) => {
                let Some((table, node)) = take(tree, &path, &key) else { break None };
                refused.push((table, key, node));
            }
            fault => {
                let path = if let Fault::Missing(field) = &fault { path.key(field) } else { path };
                let repaired = repair(tree, exemplar, &path);
                let again = findings.faults.iter().any(|(known, _)| *known == path);
                findings.faults.push((path, fault));
                if again || !repaired {
                    break None;
                }
            }
        }
    };
    for (table, key, node) in refused {
        findings.unknown.push(table.key(&key));
        if let Some(entries) = tree.get_mut(&table).and_then(Node::entries_mut) {
            entries.insert(key, node);
        }
    }
    (value, findings)
}

/// Removes a key that its record rejects. Some records put the key on the path, others the table that contains it.
fn take(tree: &mut Node, path: &KeyPath, key: &str) -> Option<(KeyPath, Node)> {
    [path.clone(), path.split().0].into_iter().find_map(|table| {
        let node = tree.get_mut(&table)?.entries_mut()?.remove(key)?;
        Some((table, node))
    })
}

fn repair(tree: &mut Node, exemplar: &Node, path: &KeyPath) -> bool {
    let Some(stand_in) = exemplar.sample(path).map(Node::without_offsets) else { return false };
    let (parent, key) = path.split();
    if let Some(node) = tree.get_mut(path) {
        node.value = stand_in.value;
        return true;
    }
    match (tree.get_mut(&parent).and_then(Node::entries_mut), key) {
        (Some(entries), Some(key)) => {
            entries.insert(key.to_owned(), stand_in);
            true
        }
        _ => false,
    }
}

fn step(segment: &serde_path_to_error::Segment) -> Option<KeyPathSegment> {
    match segment {
        serde_path_to_error::Segment::Seq { index } => Some(KeyPathSegment::Index(*index)),
        serde_path_to_error::Segment::Map { key } => Some(KeyPathSegment::Key(key.clone())),
        _ => None,
    }
}

fn ignored_path(path: &serde_ignored::Path<'_>) -> KeyPath {
    use serde_ignored::Path as Ignored;
    match path {
        Ignored::Root => KeyPath::default(),
        Ignored::Seq { parent, index } => ignored_path(parent).index(*index),
        Ignored::Map { parent, key } => ignored_path(parent).key(key),
        Ignored::Some { parent } | Ignored::NewtypeStruct { parent } | Ignored::NewtypeVariant { parent } => {
            ignored_path(parent)
        }
    }
}

/// Describes a value: `the text "high"`.
fn in_words(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => format!("the text \"{}\"", baton_model::quoted(text)),
        Value::Integer(number) => format!("the number {number}"),
        Value::Real(number) => format!("the number {number}"),
        Value::Boolean(truth) => truth.to_string(),
        Value::Date(date) => format!("the date {date}"),
        Value::List(_) => "a list".into(),
        Value::Table(_) => "a table".into(),
    }
}

/// Returns serde's expectation in the words of a TOML file.
fn expected(expected: &dyn de::Expected) -> String {
    let words = expected.to_string();
    let fixed = match words.as_str() {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "f64" | "f32" => "a number",
        "a boolean" => "true or false",
        "a string" | "path string" => "a text in quotes",
        "a sequence" => "a list in square brackets",
        "a map" => "a table",
        words if words.starts_with("struct ") => "a table",
        words => words,
    };
    fixed.to_owned()
}

impl Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self:?}")
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: Display>(message: T) -> Self {
        Self::Other(message.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, must_be: &dyn de::Expected) -> Self {
        Self::invalid_value(unexpected, must_be)
    }

    fn invalid_value(unexpected: Unexpected<'_>, must_be: &dyn de::Expected) -> Self {
        let value = match unexpected {
            Unexpected::Str(text) => Value::Text(text.to_owned()),
            Unexpected::Signed(number) => Value::Integer(number),
            Unexpected::Float(number) => Value::Real(number),
            Unexpected::Bool(truth) => Value::Boolean(truth),
            Unexpected::Seq => Value::List(Vec::new()),
            Unexpected::Map => Value::Table(Default::default()),
            other => return Self::Kind { is: other.to_string(), must_be: expected(must_be) },
        };
        Self::Kind { is: in_words(&Node::default(value)), must_be: expected(must_be) }
    }

    fn unknown_variant(variant: &str, choices: &'static [&'static str]) -> Self {
        Self::Choice { is: variant.to_owned(), choices: choices.iter().map(|choice| (*choice).to_owned()).collect() }
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field.to_owned())
    }
}

impl<'de> de::Deserializer<'de> for &'de Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Text(text) | Value::Date(text) => visitor.visit_borrowed_str(text),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Real(number) => visitor.visit_f64(*number),
            Value::Boolean(truth) => visitor.visit_bool(*truth),
            Value::List(nodes) => visitor.visit_seq(Nodes(nodes.iter())),
            Value::Table(entries) => visitor.visit_map(Entries { entries: entries.iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Table(_) => self.deserialize_any(visitor),
            _ => Err(Fault::Kind { is: in_words(self), must_be: "a table".into() }),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        choices: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Text(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            _ => Err(Fault::Kind { is: in_words(self), must_be: super::diagnostics::any_of(choices.iter().copied()) }),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

struct Nodes<'de>(std::slice::Iter<'de, Node>);

impl<'de> de::SeqAccess<'de> for Nodes<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        self.0.next().map(|node| seed.deserialize(node)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'de> {
    entries: std::collections::btree_map::Iter<'de, String, Node>,
    value: Option<&'de Node>,
}

impl<'de> de::MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(key.as_str().into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let value = self.value.take().ok_or_else(|| Fault::Other("a value was read before its key".into()))?;
        seed.deserialize(value)
    }
}
