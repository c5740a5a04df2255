//! Random ids: short enough to type, random enough not to repeat.

/// Crockford's base 32 in lower case, without letters that are easily confused.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Generates this number of random characters.
///
/// # Errors
/// `getrandom::Error` if the system provides no random bytes.
pub(crate) fn random(characters: usize) -> Result<String, getrandom::Error> {
    let mut bytes = vec![0; characters];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
}
