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
use baton_model::package_state::LifecycleEvent;
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
        let value = match order.scope {
            SuppressionScope::Account => value.trim().to_owned(),
            _ => value.trim().to_lowercase(),
        };
        let domain = value.trim_start_matches(['@', '*', '.']);
        let fits = match order.scope {
            SuppressionScope::Address => value.rsplit_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !value.contains(char::is_whitespace)
            }),
            SuppressionScope::Domain => domain.contains('.') && !domain.contains(['@', '/', ' ']),
            SuppressionScope::Account => !value.is_empty(),
        };
        if !fits {
            return Err(Refusal::Invalid(format!("`{value}` does not fit the scope of the suppression")).into());
        }
        let tag = self.key_ring().address_tag(&value);
        let (on, detail) = match order.scope {
            // The audit log stores no addresses.
            SuppressionScope::Address => (SuppressionSubject::Address(&tag), "an address".to_owned()),
            SuppressionScope::Domain => (SuppressionSubject::Domain(domain), format!("the domain {domain}")),
            SuppressionScope::Account => (SuppressionSubject::Account(&value), format!("the account {value}")),
        };
        let mut tx = self.begin(now).await?;
        suppressions::add(&mut tx, on, (order.reason, order.until)).await?;
        let tags: BTreeSet<_> = matches!(on, SuppressionSubject::Address(_)).then(|| tag.clone()).into_iter().collect();
        let why = format!("suppressed: {}", suppressions::reason_name(order.reason));
        let (domain, account) = match on {
            SuppressionSubject::Domain(domain) => (Some(domain), None),
            SuppressionSubject::Account(account) => (None, Some(account)),
            SuppressionSubject::Address(_) => (None, None),
        };
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
