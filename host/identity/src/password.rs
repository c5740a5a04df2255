//! Passwords: the rules for choosing one, and the hash that is stored.
//!
//! The rules are those of NIST SP 800-63B-4, section 3.1.1: at least 15 characters if a password is the only factor, at
//! least 64 accepted, no rules of composition, and none that is known or easily guessed. The Argon2id hash has the
//! parameters of OWASP's Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane) and a secret of the host that is not
//! in the store.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

/// Minimum number of characters.
const SHORTEST: usize = 15;

/// Maximum number of characters.
const LONGEST: usize = 128;

/// Limits concurrent hashes, since each takes 19 MiB of memory.
static WORKING: Semaphore = Semaphore::const_new(4);

/// A valid hash that no password matches, so that a check without a stored hash takes as long.
const DUMMY_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmU$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Minimum number of characters besides the user's own name.
const SHORTEST_REST: usize = 8;

/// Returns why the password is rejected, or `None` if it is accepted.
pub fn rejection_reason(password: &str, name: &str, email: &str) -> Option<&'static str> {
    let characters = password.chars().count();
    if characters < SHORTEST {
        return Some("a password needs 15 characters or more: several words are easy to remember");
    }
    if characters > LONGEST {
        return Some("a password has at most 128 characters");
    }
    if password.chars().any(|letter| letter.is_control()) {
        return Some("a password is one line, without control characters");
    }
    let plain: Vec<char> = normalize(password).to_lowercase().chars().collect();
    if is_pattern(&plain) {
        return Some("this password is a pattern that is easy to guess: choose several words");
    }
    if count_uncommon_characters(&plain, name, email) < SHORTEST_REST {
        return Some("this password is little more than your own name, your address or a common word");
    }
    None
}

/// Returns whether the text is a repetition, or a run along the keyboard, the alphabet or the digits.
fn is_pattern(letters: &[char]) -> bool {
    const WAYS: [&str; 5] = [
        "01234567890123456789",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn",
        "qwertzuiopasdfghjklyxcvbnm",
    ];
    let repeats =
        (1..=letters.len() / 2).any(|piece| letters.iter().zip(letters.iter().skip(piece)).all(|(a, b)| a == b));
    let text: String = letters.iter().collect();
    let backwards: String = letters.iter().rev().collect();
    repeats || WAYS.iter().any(|way| way.contains(&text) || way.contains(&backwards))
}

/// Counts the characters besides the user's own name and common words.
fn count_uncommon_characters(letters: &[char], name: &str, email: &str) -> usize {
    let mut text: String = letters.iter().filter(|letter| letter.is_alphanumeric()).collect();
    let known = normalize(&format!("{name} {email} baton password passwort welcome letmein")).to_lowercase();
    let mut words: Vec<&str> =
        known.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.chars().count() >= 3).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        text = text.replace(word, "");
    }
    text.chars().count()
}

/// Normalizes to NFKC, since a letter can be typed as one code point or as two.
fn normalize(text: &str) -> String {
    text.nfkc().collect()
}

/// Returns the hasher with the host's secret, which OWASP recommends.
fn hasher(secret: &[u8]) -> Argon2<'_> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are within Argon2's bounds");
    Argon2::new_with_secret(secret, Algorithm::Argon2id, Version::V0x13, params).expect("the secret is 32 bytes long")
}

/// Returns the hash of a password.
pub async fn hash_password(secret: Vec<u8>, password: &str) -> Result<String, String> {
    let password = normalize(password);
    run_blocking(move || {
        let hash = hasher(&secret).hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string()).map_err(|error| format!("the password cannot be hashed: {error}"))
    })
    .await
    .unwrap_or_else(|| Err("the password cannot be hashed".to_owned()))
}

/// Returns whether the password matches the stored hash. Takes as long without one.
pub async fn verify(secret: Vec<u8>, password: &str, kept: Option<String>) -> bool {
    // A password beyond the maximum length is cut before it is hashed, and never matches.
    let password = normalize(&password.chars().take(LONGEST + 1).collect::<String>());
    run_blocking(move || {
        let kept = kept.as_deref().unwrap_or(DUMMY_HASH);
        let Ok(kept) = PasswordHash::new(kept) else { return false };
        hasher(&secret).verify_password(password.as_bytes(), &kept).is_ok()
    })
    .await
    .unwrap_or(false)
}

/// Runs the work on a blocking thread, since hashing takes a processor for a while.
async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _place = WORKING.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_composition_does_not() {
        for (password, expected) in [
            ("correct horse battery", None),
            ("             staple horse", None),
            ("пароль из четырёх слов", None),
            ("馬の電池ホチキスの正しい組み合わせ", None),
            ("Tr0ub4dor&3", Some("15 characters or more")),
            ("", Some("15 characters or more")),
            (&"ab3f".repeat(33), Some("128 characters")),
            ("two lines\nare not one word", Some("one line")),
            ("aaaaaaaaaaaaaaaaaaaa", Some("a pattern")),
            ("abc123abc123abc123", Some("a pattern")),
            ("123456789012345678", Some("a pattern")),
            ("qwertyuiopasdfghj", Some("a pattern")),
            ("MaraLindqvist2026", Some("your own name")),
            ("mara@relayforge.example", Some("your own name")),
            ("Password-Baton-2026", Some("your own name")),
        ] {
            let said = rejection_reason(password, "Mara Lindqvist", "mara@relayforge.example");
            assert_eq!(said.is_some(), expected.is_some(), "{password}: {said:?}");
            assert!(said.unwrap_or_default().contains(expected.unwrap_or_default()), "{password}: {said:?}");
        }
    }

    #[tokio::test]
    async fn a_hash_matches_one_password_under_one_secret() {
        let secret = vec![7; 32];
        let kept = hash_password(secret.clone(), "correct horse battery é").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        for (secret, password, fit) in [
            (&secret, "correct horse battery é", true),
            // As macOS types it: the letter and its accent.
            (&secret, "correct horse battery e\u{301}", true),
            (&secret, "correct horse battery e", false),
            (&secret, "", false),
            (&vec![8; 32], "correct horse battery é", false),
        ] {
            assert_eq!(verify(secret.clone(), password, Some(kept.clone())).await, fit, "{password}");
        }
        // Without a stored hash nothing matches, after the same work.
        let nobodys = PasswordHash::new(DUMMY_HASH).unwrap();
        let somebodys = PasswordHash::new(&kept).unwrap();
        assert_eq!(
            (nobodys.algorithm, nobodys.version, nobodys.params),
            (somebodys.algorithm, somebodys.version, somebodys.params),
            "the same work"
        );
        assert!(!verify(secret.clone(), "", None).await);
        assert_ne!(kept, hash_password(secret, "correct horse battery é").await.unwrap());
    }
}
