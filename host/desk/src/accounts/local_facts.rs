//! Facts about an account that the desk has and the CRM's export does not: suppressions, queued and sent messages, and
//! erased people. A run shows them to the engine together with the CRM's facts.

use crate::db::encryption::Tag;
use crate::db::subject_keys;
use crate::desk::{Desk, DeskResult};
use crate::outbox::queries::outbox;
use crate::packages::fingerprints;
use crate::suppression::suppressions;
use crate::suppression::suppressions::Recipient;
use baton_facts::packages::Candidate;
use baton_facts::types::Verification;
use baton_facts::types::{Account, Channel, Direction, Suppression, Timestamp, Touch, TouchOutcome};
use baton_model::Erasable;
use baton_model::address::EmailAddress;
use baton_model::package_state::PackageState;
use std::collections::HashMap;

/// A message with the same subject that the CRM logged within this many seconds is the same touch.
const SAME: Timestamp = 600;

impl Desk {
    /// Adds the suppression of the account or its domain, if it is the stricter one.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn add_to_account(&self, account: &mut Account, now: Timestamp) -> DeskResult<()> {
        let mut tx = self.read().await?;
        let target = Recipient {
            account_domain: fingerprints::compared_domain(account.domain.as_deref()),
            ..Recipient::of_account(&account.id)
        };
        let order = suppressions::longest_for(&mut tx, &target, now).await?;
        account.suppression = stricter(account.suppression, order);
        Ok(())
    }

    /// Adds to each person at the account the suppressions of their addresses and the messages that Baton sent to them, also
    /// those at an account of another id: a merged or re-created record keeps its history. `further_addresses` are those
    /// beside the record's own, by contact id. Removes people who were erased.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn add_to_people(
        &self,
        account: &str,
        people: &mut Vec<Candidate>,
        further_addresses: &HashMap<String, Vec<EmailAddress>>,
        now: Timestamp,
    ) -> DeskResult<()> {
        let mut tx = self.read().await?;
        let further = |contact: &str| further_addresses.get(contact).map_or(&[][..], Vec::as_slice);
        let own = |candidate: &Candidate| candidate.contact.email.as_deref().and_then(|email| email.parse().ok());
        let addresses = people
            .iter()
            .flat_map(|candidate| own(candidate).into_iter().chain(further(&candidate.contact.id).iter().cloned()));
        let addresses: Vec<EmailAddress> = addresses.collect();
        let tags: Vec<Tag> = addresses.iter().flat_map(|address| tx.keys().address_tags(address)).collect();
        let mut ours = Vec::new();
        for (entry, package) in outbox::of_account_or_addresses(&mut tx, account, &tags).await? {
            let subject = match entry.mail(&mut tx).await? {
                Erasable::Open(mail) => mail.message.subject,
                Erasable::Erased => continue,
            };
            let outcome = match package.state {
                PackageState::Sent => None,
                PackageState::DeliveryUnknown => Some(TouchOutcome::DeliveryUnknown),
                _ => Some(TouchOutcome::Scheduled),
            };
            let touch = Touch {
                at: entry.ended.unwrap_or(entry.approved),
                direction: Direction::Outbound,
                channel: Channel::Email,
                campaign: Some(package.campaign),
                subject,
                outcome,
            };
            ours.push((package.target.contact_tag, package.target.address_tag, touch));
        }
        let mut kept = Vec::with_capacity(people.len());
        for mut candidate in people.drain(..) {
            let contact = &mut candidate.contact;
            let address = contact.email.as_deref().map(str::parse::<EmailAddress>);
            if matches!(address, Some(Err(_))) {
                // It cannot be compared with the suppressions.
                contact.verification = Verification::Undeliverable;
            }
            let address = address.and_then(Result::ok);
            let contact_tag = tx.keys().contact_tag(&contact.id);
            let mut theirs_tags: Vec<Tag> = Vec::new();
            let mut is_erased = false;
            let further = further(&contact.id).iter().map(Some);
            for address in std::iter::once(address.as_ref()).chain(further) {
                let tags: Vec<Tag> = address.into_iter().flat_map(|address| tx.keys().address_tags(address)).collect();
                is_erased |= subject_keys::is_erased(&mut tx, &contact_tag, &tags).await?;
                let target = Recipient {
                    contact_tag: contact_tag.clone(),
                    address_tag: tags.first().cloned().unwrap_or_default(),
                    earlier_address_tag: tags.get(1).cloned(),
                    recipient_domain: address.map_or_else(String::new, |address| address.domain().to_string()),
                    ..Recipient::of_account("")
                };
                let order = suppressions::longest_for(&mut tx, &target, now).await?;
                contact.suppression = stricter(contact.suppression, order);
                theirs_tags.extend(tags);
            }
            if is_erased {
                continue;
            }
            for (of, to, touch) in &ours {
                let theirs = *of == contact_tag || theirs_tags.contains(to);
                if theirs && !candidate.history.iter().any(|known| is_same(known, touch)) {
                    candidate.history.push(touch.clone());
                }
            }
            candidate.history.sort_by_key(|touch| touch.at);
            kept.push(candidate);
        }
        *people = kept;
        Ok(())
    }
}

fn is_same(known: &Touch, ours: &Touch) -> bool {
    known.direction == ours.direction
        && known.channel == ours.channel
        && known.subject == ours.subject
        && known.at.abs_diff(ours.at) <= SAME.unsigned_abs()
}

/// Returns the suppression that lasts longer.
fn stricter(one: Option<Suppression>, other: Option<Suppression>) -> Option<Suppression> {
    let lasts = |order: &Suppression| order.until.unwrap_or(Timestamp::MAX);
    match (one, other) {
        (Some(one), Some(other)) if lasts(&other) > lasts(&one) => Some(other),
        (one, other) => one.or(other),
    }
}
