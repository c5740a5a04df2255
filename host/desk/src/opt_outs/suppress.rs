//! Suppression of addresses, domains and accounts, and the withdrawal of messages that it covers.

use crate::access::access_scope::ChangeCause;
use crate::audit;
use crate::db::tx::Tx;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::outbox::queries::outbox;
use crate::outbox::queries::send_log::SendChange;
use crate::packages::queries::packages;
use crate::suppression::suppressions;
use crate::suppression::suppressions::SuppressionSubject;
use baton_facts::types::{Suppression, SuppressionScope, Timestamp};
use baton_model::address::{AddressError, Domain};
use baton_model::package_state::LifecycleEvent;
use baton_model::quoted;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Desk {
    /// Suppresses an address, a domain with its subdomains, or an account, and withdraws every unsent message that this
    /// covers. Returns the number of withdrawn packages.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `value` does not fit the scope, or `DeskError::Store`.
    pub async fn suppress(&self, value: &str, order: Suppression, now: Timestamp) -> DeskResult<u32> {
        let who = self.actor.name();
        let invalid = |what: &str, error: &dyn std::fmt::Display| {
            Refusal::Invalid(format!("`{}` is not {what}: {error}", quoted(value.trim())))
        };
        let (mut tags, mut domain, mut account) = (BTreeSet::new(), None, None);
        // The audit log stores no addresses.
        let detail = match order.scope {
            SuppressionScope::Address => {
                let address = value.parse().map_err(|error: AddressError| invalid("an email address", &error))?;
                tags.extend(self.key_ring().address_tags(&address));
                "an address".to_owned()
            }
            SuppressionScope::Domain => {
                let parsed = value.parse::<Domain>().map_err(|error| invalid("a domain", &error))?.without_www();
                domain = Some(parsed.to_string());
                format!("the domain {parsed}")
            }
            SuppressionScope::Account => {
                let id = value.trim();
                if id.is_empty() || id.contains(char::is_control) {
                    return Err(invalid("an account", &"it is empty or has control characters").into());
                }
                account = Some(id.to_owned());
                format!("the account {id}")
            }
        };
        let (domain, account) = (domain.as_deref(), account.as_deref());
        let mut tx = self.begin(now).await?;
        let subjects = tags.iter().map(SuppressionSubject::Address);
        let subjects =
            subjects.chain(domain.map(SuppressionSubject::Domain)).chain(account.map(SuppressionSubject::Account));
        for subject in subjects {
            suppressions::add(&mut tx, subject, (order.reason, order.until)).await?;
        }
        let why = format!("suppressed: {}", suppressions::reason_name(order.reason));
        let withdrawn = self.withdraw_covered(&mut tx, &tags, domain, account, &why).await?;
        let detail = format!("{detail}, {}", suppressions::reason_name(order.reason));
        audit::note(&mut tx, who, "suppressed", None, &detail).await?;
        tx.commit().await?;
        Ok(withdrawn)
    }

    pub(crate) async fn withdraw_covered(
        &self,
        tx: &mut Tx,
        tags: &BTreeSet<Vec<u8>>,
        domain: Option<&str>,
        account: Option<&str>,
        why: &str,
    ) -> DeskResult<u32> {
        let actor = Arc::clone(tx.actor());
        let who = actor.name();
        let rows = packages::unsent_for(tx, tags, domain, account).await?;
        for row in &rows {
            match outbox::get_by_package(tx, &row.id).await? {
                Some(entry) => {
                    self.end_entry(
                        tx,
                        &entry,
                        row,
                        LifecycleEvent::Withdraw,
                        SendChange::NotSent,
                        Some(why),
                        ChangeCause::Order(who),
                    )
                    .await?;
                }
                None => {
                    let step = row.state.transition(LifecycleEvent::Withdraw)?;
                    self.apply_transition(tx, &row.id, step, None, ChangeCause::Order(who)).await?;
                }
            }
        }
        Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
    }
}
