//! One address, one domain: the only types that can be compared, hashed, suppressed, erased or looked up.
//!
//! People paste addresses out of mail programs, forms and spreadsheets. Every accepted spelling of an address gives the
//! same value: Unicode in the composed form (NFC), without invisible characters, in lower case, and the domain in the
//! form of the DNS (A-labels, RFC 5890). Any other text is refused with the reason, so an entry that can match nobody
//! cannot be made.

use crate::domains;
use crate::quoted::is_invisible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Maximum length of the part before the `@`, in bytes (RFC 5321, 4.5.3.1.1).
const LOCAL_MAX: usize = 64;
/// Maximum length of an address, in bytes (RFC 5321, 4.5.3.1.3, without the angle brackets).
const ADDRESS_MAX: usize = 254;
/// Maximum length of a text that is parsed, in bytes.
const TEXT_MAX: usize = 2_000;

/// A domain, as the DNS compares it: lower case, A-labels, no final dot, at least two labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

/// One email address. Two spellings of one address are equal.
#[derive(Clone, Debug)]
pub struct EmailAddress {
    written: String,
    compared: String,
}

/// A suppressed address, or a suppressed domain with its subdomains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressOrDomain {
    /// One address.
    Address(EmailAddress),
    /// Every address at the domain and its subdomains.
    Domain(Domain),
}

/// The reason why a text is not an address or a domain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is nothing to read.
    #[error("it is empty")]
    Empty,
    /// It is longer than any address.
    #[error("it is too long")]
    TooLong,
    /// A part is missing: the name before the `@`, or the domain after it.
    #[error("{0}")]
    Incomplete(&'static str),
    /// A character that no address has.
    #[error("the character {} cannot be part of it", shown(.0))]
    Character(char),
    /// It names more than one address.
    #[error("it has more than one address")]
    Several,
    /// The part after the `@` is not a domain.
    #[error("its domain is not valid")]
    Domain,
}

fn shown(character: &char) -> String {
    if character.is_control() || character.is_whitespace() {
        format!("U+{:04X}", u32::from(*character))
    } else {
        format!("`{character}` (U+{:04X})", u32::from(*character))
    }
}

impl Domain {
    /// Returns the domain in A-labels.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the domain in Unicode, for people.
    pub fn unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }

    /// Returns the domain without the label of its web site, at which nobody has an address: a suppression of
    /// `www.northwind.example` means the company.
    #[must_use]
    pub fn without_www(&self) -> Self {
        match self.0.strip_prefix("www.") {
            Some(rest) if rest.contains('.') => Self(rest.to_owned()),
            _ => self.clone(),
        }
    }

    /// Returns the domain and every parent: `eu.northwind.example`, `northwind.example`, `example`.
    pub fn with_parents(&self) -> impl Iterator<Item = &str> {
        domains::with_parents(&self.0)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Parses a domain in any spelling: with a scheme, a path, `@` or `*.` before it, or a final dot.
impl FromStr for Domain {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = unwrapped(text)?;
        let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
        let text = text.split(['/', '?', '#']).next().unwrap_or_default();
        let text = match text.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => text,
        };
        if text.rsplit_once('@').is_some_and(|(local, _)| !matches!(local, "" | "*")) {
            return Err(AddressError::Character('@'));
        }
        let text = text.trim_start_matches(['*', '@', '.']);
        host(text)
    }
}

/// Reads the part after the `@`, or the rest of a domain.
fn host(text: &str) -> Result<Domain, AddressError> {
    let text = text.trim_end_matches('.');
    if text.is_empty() {
        return Err(AddressError::Empty);
    }
    // Marks that combine with a letter belong to names in many scripts, and some scripts have a full stop of their own.
    let belongs = |letter: char| {
        letter.is_alphanumeric() || is_combining_mark(letter) || matches!(letter, '.' | '-' | '_' | '。' | '．' | '｡')
    };
    if let Some(strange) = text.chars().find(|letter| !belongs(*letter)) {
        return Err(AddressError::Character(strange));
    }
    let ascii = idna::domain_to_ascii(text).map_err(|_| AddressError::Domain)?;
    // An A-label may stand for characters that no domain can be registered with.
    let (unicode, _) = idna::domain_to_unicode(&ascii);
    if let Some(strange) = unicode.chars().find(|letter| !belongs(*letter)) {
        return Err(AddressError::Character(strange));
    }
    if !ascii.contains('.') {
        return Err(AddressError::Incomplete("a domain has a dot"));
    }
    domains::parse_host(&ascii).map(Domain).ok_or(AddressError::Domain)
}

impl EmailAddress {
    /// Returns the address as it was written, cleaned: for a message's header and for people.
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// Returns the form that is compared and hashed.
    pub fn as_compared(&self) -> &str {
        &self.compared
    }

    /// Returns the domain.
    pub fn domain(&self) -> Domain {
        Domain(self.compared.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned()))
    }

    /// Returns the compared form with the domain in Unicode, in which earlier versions hashed it. It is the same text for
    /// a domain in ASCII.
    pub fn in_unicode(&self) -> String {
        match self.compared.rsplit_once('@') {
            Some((local, domain)) => format!("{local}@{}", idna::domain_to_unicode(domain).0),
            None => self.compared.clone(),
        }
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.compared == other.compared
    }
}

impl Eq for EmailAddress {}

impl Hash for EmailAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.compared.hash(state);
    }
}

impl PartialOrd for EmailAddress {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EmailAddress {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.compared.cmp(&other.compared)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Parses a deliverable address in any spelling that people paste: `Name <a@b>`, `mailto:a@b?subject=x`, quotes, brackets,
/// and a comma, semicolon or dot after it. The part before the `@` is a dot-atom (RFC 5322, 3.2.3; letters beyond ASCII by
/// RFC 6531); quoted local parts, comments and address literals are refused, which business addresses do not have.
impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = unwrapped(text)?;
        let Some((local, domain)) = text.split_once('@') else {
            return Err(AddressError::Incomplete("an address has an `@`"));
        };
        if local.is_empty() || local == "*" {
            return Err(AddressError::Incomplete("the part before the `@` is missing"));
        }
        if domain.is_empty() {
            return Err(AddressError::Incomplete("the part after the `@` is missing"));
        }
        let atext =
            |mark: char| mark.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(mark) || is_combining_mark(mark);
        if let Some(strange) = local.chars().find(|mark| !atext(*mark)) {
            return Err(AddressError::Character(strange));
        }
        // Some servers read these as a route to another server, or as an option of a program.
        if let Some(strange) = local.chars().find(|mark| matches!(mark, '%' | '!')) {
            return Err(AddressError::Character(strange));
        }
        if local.starts_with('-') {
            return Err(AddressError::Character('-'));
        }
        if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return Err(AddressError::Character('.'));
        }
        let host = host(domain)?;
        let compared = format!("{}@{host}", local.to_lowercase());
        if local.len() > LOCAL_MAX || compared.len() > ADDRESS_MAX {
            return Err(AddressError::TooLong);
        }
        let written = format!("{local}@{}", domain.trim_end_matches('.').to_lowercase());
        Ok(Self { written, compared })
    }
}

/// Parses a suppression: `a@b` is one address; `@b`, `*@b`, `*.b` and `b` are a domain.
impl FromStr for AddressOrDomain {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let clean = unwrapped(text)?;
        match clean.split_once('@') {
            Some((local, _)) if !matches!(local, "" | "*") && !clean.contains("://") => {
                clean.parse().map(Self::Address)
            }
            _ => clean.parse::<Domain>().map(|domain| Self::Domain(domain.without_www())),
        }
    }
}

/// Parses a deliverable address in any spelling that [`EmailAddress`] accepts. Returns it as it was written, with the domain
/// in lower case.
pub fn email(value: &str) -> Option<String> {
    value.parse::<EmailAddress>().ok().map(|address| address.as_written().to_owned())
}

/// Removes what is around an address or a domain, until nothing is left to remove.
fn unwrapped(text: &str) -> Result<String, AddressError> {
    if text.len() > TEXT_MAX {
        return Err(AddressError::TooLong);
    }
    let text: String = text.nfc().filter(|letter| !is_invisible(*letter)).collect();
    let mut rest = text.trim();
    loop {
        let before = rest;
        if let Some((name, inner)) = rest.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            rest = inner.trim_end_matches('>');
            // Mail programs repeat the address as the name; another address would not be covered.
            if name.contains('@') && !unwrapped(name)?.eq_ignore_ascii_case(rest) {
                return Err(AddressError::Several);
            }
        }
        for (open, close) in
            [('<', '>'), ('"', '"'), ('\'', '\''), ('(', ')'), ('[', ']'), ('“', '”'), ('‘', '’'), ('«', '»')]
        {
            if let Some(inner) = rest.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
                rest = inner;
            }
        }
        if let Some(scheme) = rest.get(..7)
            && scheme.eq_ignore_ascii_case("mailto:")
        {
            rest = rest[7..].split('?').next().unwrap_or_default();
        }
        rest = rest.trim_end_matches([',', ';', '.', ':']).trim_start_matches([',', ';']).trim();
        // A closing mark without its opening one is never part of a domain, nor an opening one part of a name.
        if !rest.contains('<') {
            rest = rest.trim_end_matches(['>', '"', '\'', ')', ']', '”', '’', '»']);
        }
        if !rest.contains('>') {
            rest = rest.trim_start_matches(['<', '"', '(', '[', '“', '‘', '«']);
        }
        if rest == before {
            break;
        }
    }
    if rest.is_empty() { Err(AddressError::Empty) } else { Ok(rest.to_owned()) }
}

#[cfg(test)]
mod tests;
