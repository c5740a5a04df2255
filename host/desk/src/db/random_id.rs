//! Random ids: short enough to be typed, random enough that none comes twice.

/// Crockford's base 32, in lower case: no letter that is read as another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// So many random characters.
///
/// # Errors
/// Where the system has no randomness.
pub(crate) fn random(characters: usize) -> Result<String, getrandom::Error> {
    let mut bytes = vec![0; characters];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
}
