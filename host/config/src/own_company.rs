//! The company that sends, from the senders of all campaigns: no campaign writes to a colleague of another one's sender.

use std::fs;

use baton_crm::OwnCompany;
use baton_model::address::EmailAddress;
use baton_model::free_mail::is_free_mail;
use toml_edit::DocumentMut;

use super::settings::Settings;

impl Settings {
    /// Returns the domains and names of the senders' company. A campaign file that cannot be read adds nothing; its own
    /// run reports it.
    pub fn own_company(&self) -> OwnCompany {
        let mut own = OwnCompany::default();
        let mut addresses: Vec<String> = self.sending.unsubscribe_mailto.iter().cloned().collect();
        for name in self.campaign_names().unwrap_or_default() {
            let text = fs::read_to_string(self.campaigns.join(format!("{name}.toml"))).unwrap_or_default();
            let Ok(file) = text.parse::<DocumentMut>() else { continue };
            let value = |key: &str| Some(file.get("sender")?.get(key)?.as_str()?.to_owned());
            addresses.extend(value("email"));
            own.names.extend(value("company"));
        }
        let domains = addresses.iter().filter_map(|address| Some(address.parse::<EmailAddress>().ok()?.domain()));
        own.domains = domains.filter(|domain| !is_free_mail(domain)).collect();
        own.domains.sort();
        own.domains.dedup();
        own
    }
}
