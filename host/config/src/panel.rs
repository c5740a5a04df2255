//! The rules of the tables `[[crm-panel]]`: names are unique, and every origin that can embed the panel uses TLS or is
//! on this machine.

use baton_identity::CrmPanelOptions;
use baton_model::quoted;

use super::{loader::FileReader, spanned::KeyPath};

/// Maximum number of panels, and of origins of a panel: each is named in a header.
const MOST: usize = 20;

pub(super) fn check(panels: &[CrmPanelOptions], reading: &mut FileReader) {
    let at = |index: usize, key: &str| KeyPath::of("crm-panel").index(index).key(key);
    if panels.len() > MOST {
        reading.error(&KeyPath::of("crm-panel"), format!("there are more than {MOST} panels"), None);
    }
    for (index, panel) in panels.iter().enumerate() {
        check_name(
            &panel.name,
            panels.iter().take(index).any(|other| other.name == panel.name),
            &at(index, "name"),
            reading,
        );
        check_variable_name(&panel.secret_env, &at(index, "secret-env"), reading);
        if panel.issuer.is_empty() || panel.issuer.len() > 200 {
            let hint = "it is the `iss` of the CRM's tokens, for instance `https://crm.company.example`";
            let message = "`issuer` has 1 to 200 characters";
            reading.error(&at(index, "issuer"), message, Some(hint.into()));
        } else if panels.iter().take(index).any(|other| other.issuer == panel.issuer) {
            let message = format!("`{}` is the issuer of two panels", quoted(&panel.issuer));
            reading.error(&at(index, "issuer"), message, Some("a token tells its panel by its issuer".into()));
        }
        if panel.frame_ancestors.is_empty() || panel.frame_ancestors.len() > MOST {
            let message = format!("`frame-ancestors` has 1 to {MOST} origins");
            let hint = "the origin of the CRM's pages, for instance `[\"https://crm.company.example\"]`";
            reading.error(&at(index, "frame-ancestors"), message, Some(hint.into()));
        }
    }
}

/// Checks a name for tables, commands and the audit log.
pub(super) fn check_name(name: &str, again: bool, at: &KeyPath, reading: &mut FileReader) {
    let shaped = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > 40 || !name.chars().all(shaped) {
        let message = format!("`{}` is not a name of lowercase letters, digits and hyphens", quoted(name));
        reading.error(at, message, Some("for instance `hubspot`".into()));
    } else if again {
        reading.error(
            at,
            format!("there are two called `{name}`"),
            Some("the audit log identifies them by name".into()),
        );
    }
}

/// Checks the name of an environment variable with a secret.
pub(super) fn check_variable_name(name: &str, at: &KeyPath, reading: &mut FileReader) {
    let shaped = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(shaped) || name.starts_with(|c: char| c.is_ascii_digit()) {
        // The value may be the secret itself, so it is not quoted.
        let message = "`secret-env` is not the name of an environment variable";
        let hint = "the secret itself does not belong in this file: put it into an environment variable and write \
                    the variable's name here";
        reading.error(at, message, Some(hint.into()));
    }
}
