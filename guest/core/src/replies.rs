//! Reads inbound mail.
use baton_facts::errors::ReadingError;
use baton_facts::mail::Reading;

/// One message in the sense of RFC 5322.
pub fn read(_raw: &[u8]) -> Result<Reading, ReadingError> {
    Err(ReadingError::Other(None))
}
