//! The parts of a message, in the order of the body.

/// The rendered parts of a message; only the greeting may be empty.
pub(super) struct MessageParts {
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) opener: String,
    pub(super) pitch: String,
    pub(super) call_to_action: String,
}

/// Returns the rendered text, or an error that names the part when it is empty.
pub(super) fn non_empty(part: &str, text: String) -> Result<String, String> {
    if text.is_empty() { Err(format!("the angle's {part} is empty")) } else { Ok(text) }
}
