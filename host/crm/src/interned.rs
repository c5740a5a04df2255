//! Interned strings: an export holds each string once, so that a shared string costs a row only four bytes.

use string_interner::{StringInterner, backend::StringBackend, symbol::SymbolU32};

/// The symbol of an interned string.
pub(super) type Symbol = SymbolU32;

/// The table of interned strings.
#[derive(Debug, Default)]
pub(super) struct StringTable(StringInterner<StringBackend<SymbolU32>>);

impl StringTable {
    pub(super) fn intern(&mut self, text: &str) -> Symbol {
        self.0.get_or_intern(text)
    }

    /// Interns the text; returns `None` if it is empty.
    pub(super) fn intern_non_empty(&mut self, text: &str) -> Option<Symbol> {
        (!text.is_empty()).then(|| self.intern(text))
    }

    /// Returns the symbol of a string that is already in the table.
    pub(super) fn symbol(&self, text: &str) -> Option<Symbol> {
        self.0.get(text)
    }

    pub(super) fn get(&self, text: Symbol) -> &str {
        self.0.resolve(text).unwrap_or_default()
    }

    pub(super) fn owned(&self, text: Option<Symbol>) -> Option<String> {
        text.map(|text| self.get(text).to_owned())
    }
}
