//! Every string of an export once: a string that a million rows share costs each of them four bytes.

use string_interner::{StringInterner, backend::StringBackend, symbol::SymbolU32};

/// A string of the table.
pub(super) type Text = SymbolU32;

/// Every string once.
#[derive(Debug, Default)]
pub(super) struct Strings(StringInterner<StringBackend<SymbolU32>>);

impl Strings {
    pub(super) fn put(&mut self, text: &str) -> Text {
        self.0.get_or_intern(text)
    }

    /// An empty text is none.
    pub(super) fn put_some(&mut self, text: &str) -> Option<Text> {
        (!text.is_empty()).then(|| self.put(text))
    }

    /// The string's number, if it is in the table.
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
