//! A fact in a text, and the key that facts are compared by.

/// The value that facts are compared by: equal keys are the same fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::checks) enum FactKey {
    Number {
        digits: u128,
        exponent: i16,
        unit: NumberUnit,
    },
    /// As precise as the text: `March` has a day and a year of 0.
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

/// The unit of a number, where it changes the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::checks) enum NumberUnit {
    None,
    Percent,
    Dollars,
    Euros,
    Pounds,
}

/// The form in which a fact is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::checks) enum FactKind {
    Number,
    /// `two` to `twelve` in letters, which people also use without counting anything.
    SpelledNumber,
    Date,
    Link,
    /// Starts with a capital inside a sentence.
    Name,
    /// Any other word. It supports names, and is never checked itself.
    Word,
}

/// A fact and the part of the text that states it.
pub(in crate::checks) struct TextFact<'a> {
    pub(in crate::checks) kind: FactKind,
    pub(in crate::checks) text: &'a str,
    /// Two keys when a date can be read in two orders. A record needs to contain only one of them.
    pub(in crate::checks) keys: [Option<FactKey>; 2],
}
