//! Interned strings: an export holds each string once, so that a shared string costs a row only four bytes.

use string_interner::{StringInterner, backend::StringBackend, symbol::SymbolU32};

/// The symbol of an interned string.
pub(super) type Text = SymbolU32;

/// The table of interned strings.
#[derive(Debug, Default)]
pub(super) struct Strings(StringInterner<StringBackend<SymbolU32>>);

impl Strings {
    pub(super) fn put(&mut self, text: &str) -> Text {
        self.0.get_or_intern(text)
    }

    /// Interns the text; returns `None` if it is empty.
    pub(super) fn put_some(&mut self, text: &str) -> Option<Text> {
        (!text.is_empty()).then(|| self.put(text))
    }

    /// Returns the symbol of a string that is already in the table.
    pub(super) fn find(&self, text: &str) -> Option<Text> {
        self.0.get(text)
    }

    pub(super) fn get(&self, text: Text) -> &str {
        self.0.resolve(text).unwrap_or_default()
    }

    pub(super) fn owned(&self, text: Option<Text>) -> Option<String> {
        text.map(|text| self.get(text).to_owned())
    }
}
