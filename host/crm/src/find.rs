//! Account lookup by the text that a person types: exact matches first, otherwise suggestions.

use std::fmt;

use baton_facts::types::Account;

use super::host_index::AccountLookup;
use super::rejects::shortened;
use super::store::FactTable;
use baton_model::websites::{Website, parse_website};

const SUGGESTIONS: usize = 3;

/// The error of a lookup that no account or more than one matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountNotFound {
    /// The text as typed.
    pub text: String,
    /// Whether several accounts have that name or domain.
    pub ambiguous: bool,
    /// Ids and names of similar accounts, most similar first.
    pub suggestions: Vec<(String, String)>,
}

impl fmt::Display for AccountNotFound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = shortened(&self.text);
        if self.ambiguous {
            write!(out, "several accounts have the name or the domain \"{text}\"")?;
        } else {
            write!(out, "no account \"{text}\"")?;
        }
        let names: Vec<String> = self.suggestions.iter().map(|(id, name)| format!("{name} ({id})")).collect();
        match (names.is_empty(), self.ambiguous) {
            (true, _) => write!(out, "\nhint: name it by id, domain or name"),
            (false, true) => write!(out, "\nhint: name it by id: {}", names.join(", ")),
            (false, false) => write!(out, "\nhint: did you mean {}?", names.join(", ")),
        }
    }
}

impl std::error::Error for AccountNotFound {}

pub(super) fn account(store: &FactTable, text: &str) -> Result<Account, AccountNotFound> {
    let text = text.trim();
    let by_id = store.strings.symbol(text).and_then(|id| store.by_exact_id.get(&id)).copied();
    let by_domain = match parse_website(text) {
        Website::Own(site) => store.hosts.find(&site.host, &store.strings),
        Website::Shared(_) | Website::Unreadable => AccountLookup::NotFound,
    };
    if let Some(account) = by_id.or_else(|| by_domain.unique()).and_then(|index| store.account(index)) {
        return Ok(account);
    }
    let wanted = text.to_lowercase();
    let rows = || (0..store.accounts.len() as u32).zip(&store.accounts);
    let name_of = |row: &super::store::AccountRecord| store.strings.get(row.name).to_lowercase();
    let namesakes: Vec<u32> = match by_domain.all() {
        [] => rows().filter(|(_, row)| name_of(row) == wanted).map(|(index, _)| index).collect(),
        several => several.to_vec(),
    };
    let likely = match namesakes.as_slice() {
        [only] => match store.account(*only) {
            Some(account) => return Ok(account),
            None => Vec::new(),
        },
        [] => suggestions(store, &wanted),
        several => several.iter().copied().take(SUGGESTIONS).collect(),
    };
    let suggestions =
        likely.into_iter().filter_map(|index| store.account(index)).map(|account| (account.id, account.name));
    Err(AccountNotFound { text: text.to_owned(), ambiguous: namesakes.len() > 1, suggestions: suggestions.collect() })
}

/// Returns the accounts whose name or domain starts with the text or is similar to it.
fn suggestions(store: &FactTable, wanted: &str) -> Vec<u32> {
    if wanted.is_empty() || wanted.len() > 200 {
        return Vec::new();
    }
    let likeness = |text: &str| {
        let text = text.to_lowercase();
        if text.starts_with(wanted) { 1.0 } else { strsim::jaro_winkler(wanted, &text) }
    };
    let mut scored: Vec<(f64, u32)> = (0..store.accounts.len() as u32)
        .zip(&store.accounts)
        .map(|(index, row)| {
            let domain = row.domain.map_or(0.0, |domain| likeness(store.strings.get(domain)));
            (likeness(store.strings.get(row.name)).max(domain), index)
        })
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    scored.into_iter().take(SUGGESTIONS).map(|(_, index)| index).collect()
}
