//! Fields and addresses of delivery and feedback reports.

use mail_parser::Message;

/// Returns name (in lower case) and value of each field of a block, continuation lines joined.
pub(super) fn fields(block: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in block.lines().take(500) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

/// Returns the address in a value such as `rfc822; <dana@northwind.example>`.
pub(super) fn address(value: &str) -> Option<String> {
    let value = value.split_once(';').map_or(value, |(_, address)| address);
    let value = value.trim().trim_start_matches('<');
    let value = value.split(['>', ' ', ',']).next().unwrap_or_default();
    let (name, domain) = value.rsplit_once('@')?;
    let plausible = !name.is_empty() && !domain.is_empty() && value.len() <= 320;
    plausible.then(|| value.to_owned())
}

/// Returns the recipient of the returned message if there is exactly one.
pub(super) fn recipient(original: &Message<'_>) -> Option<String> {
    if original.parts.is_empty() {
        return None;
    }
    let mut to = original.to()?.iter();
    let first = to.next()?.address.as_deref().and_then(address)?;
    to.next().is_none().then_some(first)
}
