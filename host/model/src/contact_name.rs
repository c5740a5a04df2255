//! The name of a contact, for people.

use baton_facts::types::Contact;

/// Returns the first and last name, as far as they are recorded.
pub fn full_name(contact: &Contact) -> String {
    let names = [&contact.first_name, &contact.last_name].into_iter().flatten();
    names.map(|name| name.trim()).collect::<Vec<_>>().join(" ")
}
