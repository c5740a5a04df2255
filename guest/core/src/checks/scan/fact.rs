//! A fact that a text states, and the key that facts are compared by.

/// What a fact is compared by; equal keys are the same fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::checks) enum FactKey {
    Number {
        digits: u128,
        exponent: i16,
        unit: NumberUnit,
    },
    /// Only what the text says: `March` has neither day nor year.
    Date {
        year: u16,
        month: u8,
        day: u8,
    },
    /// Host and path in lower case, without scheme, `www.` and closing slash.
    Link(String),
    /// In lower case, without a closing `'s`.
    Word(String),
}

/// What a number counts, where that changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::checks) enum NumberUnit {
    None,
    Percent,
    Dollars,
    Euros,
    Pounds,
}

/// How a fact was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::checks) enum FactKind {
    Number,
    /// `two` to `twelve` in letters, which people also use without counting anything.
    SpelledNumber,
    Date,
    Link,
    /// Starts with a capital inside a sentence.
    Name,
    /// Any other word; it can only carry.
    Word,
}

/// A fact, and the stretch of the text that states it.
pub(in crate::checks) struct TextFact<'a> {
    pub(in crate::checks) kind: FactKind,
    pub(in crate::checks) text: &'a str,
    /// Two where a date can be read in two orders; it is carried when either is.
    pub(in crate::checks) keys: [Option<FactKey>; 2],
}
