//! The rules of the tables `[[webhook]]`.

use baton_desk::webhooks::Webhook;
use baton_model::quoted;

use super::{
    loader::FileReader,
    panel::{check_name, check_variable_name},
    spanned::KeyPath,
};

/// Maximum number of webhooks: each event is stored once for each.
const MOST: usize = 20;

pub(super) fn check(webhooks: &[Webhook], reading: &mut FileReader) {
    let at = |index: usize, key: &str| KeyPath::of("webhook").index(index).key(key);
    if webhooks.len() > MOST {
        reading.error(&KeyPath::of("webhook"), format!("there are more than {MOST} webhooks"), None);
    }
    for (index, webhook) in webhooks.iter().enumerate() {
        let again = webhooks.iter().take(index).any(|other| other.name == webhook.name);
        check_name(&webhook.name, again, &at(index, "name"), reading);
        check_variable_name(&webhook.secret_env, &at(index, "secret-env"), reading);
        if webhook.events.is_empty() {
            let message = format!("`events` of `{}` is empty, so it receives nothing", quoted(&webhook.name));
            reading.error(&at(index, "events"), message, Some("remove it to receive every event".into()));
        }
    }
}
