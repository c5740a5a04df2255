//! The rules of the table `[web.oidc]`.

use baton_identity::OidcOptions;
use baton_model::{domains, quoted};

use super::{loader::FileReader, spanned::KeyPath};

pub(super) fn check(oidc: &OidcOptions, at: &KeyPath, reading: &mut FileReader) {
    let line =
        |text: &str, most: usize| !text.trim().is_empty() && text.len() <= most && !text.chars().any(char::is_control);
    if !line(&oidc.client_id, 255) {
        let hint = "write this program's client id at the provider";
        reading.error(&at.key("client-id"), "`client-id` is one line of 1 to 255 bytes", Some(hint.into()));
    }
    if !line(&oidc.label, 60) {
        let hint = "write the name of the account that people sign in with";
        reading.error(&at.key("label"), "`label` is one line of 1 to 60 bytes", Some(hint.into()));
    }
    let name = &oidc.client_secret_env;
    let shaped = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(shaped) || name.starts_with(|c: char| c.is_ascii_digit()) {
        // The value may be the secret itself, so it is not quoted.
        let message = "`client-secret-env` is not the name of an environment variable";
        let hint = "the secret itself does not belong in this file: put it into an environment variable and \
                    write the variable's name here";
        reading.error(&at.key("client-secret-env"), message, Some(hint.into()));
    }
    for domain in &oidc.allowed_domains {
        if domains::parse_host(&domain.to_ascii_lowercase()).is_none() {
            let message = format!("`allowed-domains`: `{}` is not a domain", quoted(domain));
            reading.error(&at.key("allowed-domains"), message, Some("for instance `company.example`".into()));
        }
    }
    if oidc.role_for_new.is_some() && oidc.allowed_domains.is_empty() {
        let message = "everybody whom the provider knows would become a user";
        let hint = "name the domains of their addresses: `allowed-domains = [\"company.example\"]`";
        reading.error(&at.key("role-for-new"), message, Some(hint.into()));
    }
}
