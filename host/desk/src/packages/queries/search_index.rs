//! The search index of packages.
//!
//! Names and domains of companies are stored in clear text and found by prefixes of their words. For each word of a
//! person's name only a keyed hash is stored. It is found by the whole word, and deleted when the person is erased or
//! the package's retention ends.

use crate::db::encryption::{KeyRing, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::packages::HandoffPackage;
use baton_model::PackageId;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::BTreeSet;

/// Maximum number of words in a search. Further words are ignored.
const MOST: usize = 6;

/// Maximum number of bytes of a word that are stored and compared.
const LONGEST: usize = 40;

/// Maximum number of packages that are looked up by their words. With more results, the query follows the order of the
/// queue and filters by the words.
pub(crate) const MAX_LISTED: usize = 2000;

/// A word of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SearchWord {
    from: String,
    /// The exclusive end of the range of words with this prefix.
    to: String,
    tag: Tag,
}

/// Splits a search into its words. The list is empty if there is nothing to search for.
pub(crate) fn search_words(vault: &KeyRing, text: &str) -> Vec<SearchWord> {
    let word = |word: String| {
        let tag = vault.tag("name-word", &[&word]);
        // A single letter is the prefix of too many words, so it must match a whole word.
        let end = if word.chars().nth(1).is_some() { '\u{10FFFF}' } else { '\0' };
        SearchWord { to: format!("{word}{end}"), from: word, tag }
    };
    words(text).into_iter().take(MOST).map(word).collect()
}

/// Adds the words of this package.
pub(crate) async fn add(tx: &mut Tx, id: &PackageId, package: &HandoffPackage) -> Result<(), StoreError> {
    let company = format!("{} {}", package.account.name, package.account.domain);
    for word in words(&company).into_iter().collect::<BTreeSet<_>>() {
        sqlx::query("INSERT INTO package_words (word, package) VALUES ($1, $2)")
            .bind(word)
            .bind(&id.0)
            .execute(tx.connection())
            .await
            .at(tx.keys())?;
    }
    let person = format!("{} {}", package.contact.first_name, package.contact.last_name);
    for word in words(&person).into_iter().collect::<BTreeSet<_>>() {
        sqlx::query("INSERT INTO package_names (tag, package) VALUES ($1, $2)")
            .bind(tx.keys().tag("name-word", &[&word]))
            .bind(&id.0)
            .execute(tx.connection())
            .await
            .at(tx.keys())?;
    }
    Ok(())
}

/// Deletes the name words of all people with one of these tags.
pub(crate) async fn forget(tx: &mut Tx, tags: &BTreeSet<Tag>) -> Result<(), StoreError> {
    for tag in tags {
        sqlx::query(
            "DELETE FROM package_names
             WHERE package IN (SELECT id FROM packages WHERE address_tag = $1
                               UNION SELECT id FROM packages WHERE contact_tag = $1)",
        )
        .bind(tag)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    }
    Ok(())
}

/// Returns the ids of the packages with all of these words, as a JSON array. `None` if there are more than [`FEW`].
pub(crate) async fn ids_if_few(tx: &mut ReadTx, words: &[SearchWord]) -> Result<Option<String>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT package FROM (");
    for (place, word) in words.iter().enumerate() {
        query.push(if place > 0 { " INTERSECT SELECT package FROM (" } else { "SELECT package FROM (" });
        query.push("SELECT package FROM package_words WHERE word >= ").push_bind(&word.from);
        query.push(" AND word < ").push_bind(&word.to);
        query.push(" UNION ALL SELECT package FROM package_names WHERE tag = ").push_bind(&word.tag).push(")");
    }
    query.push(") LIMIT ").push_bind(i64::try_from(MAX_LISTED).unwrap_or(i64::MAX) + 1);
    let found: Vec<String> = query.build_query_scalar().fetch_all(tx.connection()).await.at(tx.keys())?;
    let found: BTreeSet<String> = found.into_iter().collect();
    Ok((found.len() <= MAX_LISTED).then(|| serde_json::json!(found).to_string()))
}

/// Restricts a query to the packages with all of these words.
pub(crate) fn filter_by_words(query: &mut QueryBuilder<Sqlite>, words: &[SearchWord]) {
    for word in words {
        query.push(" AND (EXISTS (SELECT 1 FROM package_words WHERE package = packages.id AND word >= ");
        query.push_bind(&word.from).push(" AND word < ").push_bind(&word.to);
        query.push(") OR EXISTS (SELECT 1 FROM package_names WHERE package = packages.id AND tag = ");
        query.push_bind(&word.tag).push("))");
    }
}

/// Splits a text into lower-case words of letters and digits.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word[..word.floor_char_boundary(LONGEST)].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_split_into_words() {
        for (text, expected) in [
            ("Halberg & Söhne GmbH", &["halberg", "söhne", "gmbh"][..]),
            ("https://www.north-beam.example/", &["https", "www", "north", "beam", "example"]),
            ("O'Neill", &["o", "neill"]),
            (" \u{202e}% _ \0", &[]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
        let long = words(&"é".repeat(100)).remove(0);
        assert!(long.len() <= LONGEST && long.chars().all(|letter| letter == 'é'));
    }
}
