//! The outbox: the exact text of every approved message, with the Message-ID that every attempt uses. The log of sent
//! messages is in `send_log.rs`.
//!
//! An entry has no state of its own: its package has it, so the two cannot differ.

use crate::db::encryption::{CellId, StoreResultExt as _, Tag};
use crate::db::error::{StoreError, StoreErrorKind};
use crate::db::tx::{ReadTx, Tx};
use crate::db::{random_id, subject_keys};
use crate::packages::queries::packages;
use crate::suppression::suppressions;
use baton_facts::packages::HandoffPackage;
use baton_facts::types::{Message, Timestamp};
use baton_model::decision::Overruled;
use baton_model::delivery::{OutboxEntry, SendContext};
use baton_model::views::OutboxView;
use baton_model::{Erasable, PackageId};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use std::collections::BTreeSet;

/// The encrypted part of an entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct OutboxMessage {
    pub message: Message,
    pub footer: String,
    pub sender_name: String,
    pub recipient_name: String,
    pub time_zone: Option<String>,
    pub country: Option<String>,
    pub overruled: Vec<Overruled>,
}

impl OutboxMessage {
    pub fn new(package: &HandoffPackage, message: Message, footer: &str, overruled: Vec<Overruled>) -> Self {
        let contact = &package.contact;
        Self {
            message,
            footer: footer.to_owned(),
            sender_name: package.sender.name.clone(),
            recipient_name: baton_model::full_name(contact),
            time_zone: contact.time_zone.clone(),
            country: contact.country.clone().or_else(|| package.account.country.clone()),
            overruled,
        }
    }
}

/// A row of the table. Content and reason are encrypted.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct OutboxRow {
    pub id: String,
    #[sqlx(try_from = "String")]
    pub package: PackageId,
    pub message_id: String,
    pub approved_by: String,
    /// The stream whose standing released it. `None` if a user approved it.
    pub by_stream: Option<i64>,
    pub mailbox: String,
    pub in_reply_to: Option<String>,
    pub approved: Timestamp,
    pub released: Option<Timestamp>,
    pub not_before: Timestamp,
    pub ended: Option<Timestamp>,
    pub attempts: u32,
    pub via: Option<String>,
    pub subjects: String,
    #[sqlx(rename = "content_sealed")]
    content: Option<Vec<u8>>,
    #[sqlx(rename = "why_sealed")]
    why: Option<Vec<u8>>,
}

impl OutboxRow {
    pub async fn mail(&self, tx: &mut ReadTx) -> Result<Erasable<OutboxMessage>, StoreError> {
        let keys = subject_keys::keys_of(tx, &self.subjects).await?;
        tx.keys().open(&keys, place("content", &self.id), self.content.as_deref())
    }

    async fn reason(&self, tx: &mut ReadTx) -> Result<Erasable<Option<String>>, StoreError> {
        let keys = subject_keys::keys_of(tx, &self.subjects).await?;
        match &self.why {
            None if keys.keys.is_some() => Ok(Erasable::Open(None)),
            why => Ok(tx.keys().open(&keys, place("why", &self.id), why.as_deref())?.map(Some)),
        }
    }

    pub async fn view(&self, tx: &mut ReadTx, package: &packages::PackageRow) -> Result<OutboxView, StoreError> {
        let (message, footer, overruled) = match self.mail(tx).await? {
            Erasable::Open(mail) => {
                (Erasable::Open(mail.message), Erasable::Open(mail.footer), Erasable::Open(mail.overruled))
            }
            Erasable::Erased => (Erasable::Erased, Erasable::Erased, Erasable::Erased),
        };
        Ok(OutboxView {
            id: self.id.clone(),
            package: self.package.clone(),
            state: package.state,
            campaign: package.campaign.clone(),
            account: package.target.account.clone(),
            account_name: package.account_name.clone(),
            mailbox: self.mailbox.clone(),
            message_id: self.message_id.clone(),
            message,
            footer,
            overruled,
            approved: self.approved,
            released: self.released,
            ended: self.ended,
            not_before: Some(self.not_before).filter(|at| *at > self.approved),
            attempts: self.attempts,
            why: self.reason(tx).await?,
        })
    }

    /// Returns the input of the worker's gates. `None` if the person was erased.
    pub async fn waiting(
        &self,
        tx: &mut ReadTx,
        package: &packages::PackageRow,
        now: Timestamp,
        day: Timestamp,
    ) -> Result<Option<SendContext>, StoreError> {
        let Erasable::Open(mail) = self.mail(tx).await? else { return Ok(None) };
        let counts: (u32, u32, u32, Option<Timestamp>) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM sends WHERE campaign = $1 AND tier = $2 AND at >= $5),
                    (SELECT count(*) FROM sends WHERE mailbox = $3 AND at >= $5),
                    (SELECT count(*) FROM sends WHERE recipient_domain = $4 AND at >= $5),
                    (SELECT max(at) FROM sends WHERE mailbox = $3)",
        )
        .bind(&package.campaign)
        .bind(&package.tier)
        .bind(&self.mailbox)
        .bind(&package.target.recipient_domain)
        .bind(day)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())?;
        Ok(Some(SendContext {
            stopped: suppressions::sending_stop(tx).await?,
            suppression: suppressions::longest_for(tx, &package.target, now).await?,
            paused: suppressions::pause_reason(tx, &package.target.account).await?,
            tier_today: counts.0,
            mailbox_today: counts.1,
            domain_today: counts.2,
            mailbox_last: counts.3,
            entry: OutboxEntry {
                id: self.id.clone(),
                package: self.package.clone(),
                campaign: package.campaign.clone(),
                account: package.target.account.clone(),
                tier: package.tier.clone(),
                sender_name: mail.sender_name,
                mailbox: self.mailbox.clone(),
                recipient_name: mail.recipient_name,
                time_zone: mail.time_zone,
                country: mail.country,
                message: mail.message,
                footer: mail.footer,
                message_id: self.message_id.clone(),
                in_reply_to: self.in_reply_to.clone(),
                references: message_ids(tx, package).await?,
                attempts: self.attempts,
                approved: self.approved,
                fresh_until: package.deadline,
            },
        }))
    }
}

/// The approver of a message.
pub(crate) enum Approver<'a> {
    /// A user approved this exact text.
    Person(&'a str),
    /// The stream's standing permits auto-send.
    Stream(i64),
}

/// The approval time of a message, and its earliest sending time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ApprovalTimes {
    pub approved: Timestamp,
    /// Not earlier than the approval.
    pub not_before: Timestamp,
}

/// Adds the entry of an approval, with a new Message-ID. Returns the entry's id.
pub(crate) async fn add(
    tx: &mut Tx,
    package: &packages::PackageRow,
    sender: &str,
    approver: &Approver<'_>,
    mail: &OutboxMessage,
    times: ApprovalTimes,
) -> Result<String, StoreError> {
    let random =
        |length| random_id::random(length).map_err(|error| tx.keys().error(StoreErrorKind::Other(error.to_string())));
    let id = random(16)?;
    let domain = sender.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let message_id = format!("{}@{domain}", random(26)?);
    let in_reply_to: Option<String> = sqlx::query_scalar(
        "SELECT outbox.message_id FROM threads JOIN outbox ON outbox.id = threads.last_outbox
         WHERE threads.campaign = $1 AND threads.contact_tag = $2",
    )
    .bind(&package.campaign)
    .bind(&package.target.contact_tag)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())?;
    let keys = packages::keys(tx, package).await?;
    let content = tx.keys().encrypt_record(&keys, place("content", &id), mail)?;
    let (who, by_stream) = match approver {
        Approver::Person(who) => ((*who).to_owned(), None),
        Approver::Stream(stream) => (format!("stream {stream}"), Some(*stream)),
    };
    sqlx::query(
        "INSERT INTO outbox (id, package, message_id, approved_by, mailbox, in_reply_to, approved, not_before, subjects,
             content_sealed, by_stream)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&id)
    .bind(&package.id.0)
    .bind(message_id)
    .bind(who)
    .bind(sender.trim().to_lowercase())
    .bind(in_reply_to)
    .bind(times.approved)
    .bind(times.not_before)
    .bind(&keys.subjects)
    .bind(content)
    .bind(by_stream)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(id)
}

pub(crate) async fn get(tx: &mut ReadTx, id: &str) -> Result<Option<OutboxRow>, StoreError> {
    sqlx::query_as("SELECT * FROM outbox WHERE id = $1").bind(id).fetch_optional(tx.connection()).await.at(tx.keys())
}

/// Returns the entry of this package.
pub(crate) async fn get_by_package(tx: &mut ReadTx, package: &PackageId) -> Result<Option<OutboxRow>, StoreError> {
    sqlx::query_as("SELECT * FROM outbox WHERE package = $1")
        .bind(&package.0)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())
}

/// Lists the entries for this account, or to one of these addresses at any account, that are queued, being sent, sent or
/// of unknown delivery, each with its package. Oldest first.
pub(crate) async fn of_account_or_addresses(
    tx: &mut ReadTx,
    account: &str,
    addresses: &[Tag],
) -> Result<Vec<(OutboxRow, packages::PackageRow)>, StoreError> {
    let entries: Vec<OutboxRow> = sqlx::query_as(
        "SELECT outbox.* FROM outbox JOIN packages ON packages.id = outbox.package
         WHERE (packages.account = $1 OR packages.address_tag IN (SELECT unhex(value) FROM json_each($2)))
           AND packages.state IN ('approved', 'scheduled', 'transmitting', 'sent', 'delivery-unknown')
         ORDER BY outbox.approved, outbox.id",
    )
    .bind(account)
    .bind(serde_json::json!(addresses.iter().map(hex::encode).collect::<Vec<_>>()).to_string())
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())?;
    let mut found = Vec::with_capacity(entries.len());
    for entry in entries {
        if let Some(package) = packages::get(tx, &entry.package).await? {
            found.push((entry, package));
        }
    }
    Ok(found)
}

/// Lists the messages to people with one of these hashes that a transport got: its name, the Message-ID and the time of
/// the approval.
pub(crate) async fn delivered_to(
    tx: &mut ReadTx,
    tags: &BTreeSet<Tag>,
) -> Result<Vec<(String, String, Timestamp)>, StoreError> {
    sqlx::query_as(
        "SELECT outbox.via, outbox.message_id, outbox.approved FROM outbox JOIN packages ON packages.id = outbox.package
         WHERE outbox.via IS NOT NULL
           AND (hex(packages.address_tag) IN (SELECT value FROM json_each($1))
                OR hex(packages.contact_tag) IN (SELECT value FROM json_each($1)))
         ORDER BY outbox.approved, outbox.id",
    )
    .bind(packages::hex_list(tags))
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Lists the unsent entries that this stream released.
pub(crate) async fn unsent_of_stream(tx: &mut ReadTx, stream: i64) -> Result<Vec<OutboxRow>, StoreError> {
    sqlx::query_as(
        "SELECT outbox.* FROM outbox JOIN packages ON packages.id = outbox.package
         WHERE outbox.by_stream = $1 AND packages.state IN ('approved', 'scheduled') ORDER BY outbox.id",
    )
    .bind(stream)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Deletes an unsent entry, whose package goes back to review.
pub(crate) async fn delete(tx: &mut Tx, row: &OutboxRow) -> Result<(), StoreError> {
    for sql in ["DELETE FROM sends WHERE outbox = $1", "DELETE FROM outbox WHERE id = $1"] {
        sqlx::query(sql).bind(&row.id).execute(tx.connection()).await.at(tx.keys())?;
    }
    Ok(())
}

/// Returns a page of entries, latest approval first. With a user, only entries whose packages are assigned to them or
/// to nobody. The key of a page is `approved.id`.
pub(crate) async fn page(
    tx: &mut ReadTx,
    before: Option<(Timestamp, &str)>,
    user: Option<&str>,
    limit: u32,
) -> Result<Vec<OutboxRow>, StoreError> {
    let (approved, id) = before.unwrap_or((i64::MAX, ""));
    sqlx::query_as(
        "SELECT * FROM outbox WHERE (approved, id) < ($1, $2)
           AND ($3 IS NULL OR EXISTS (SELECT 1 FROM packages WHERE packages.id = outbox.package
                                        AND (assignee IS NULL OR assignee = $3)))
         ORDER BY approved DESC, id DESC LIMIT $4",
    )
    .bind(approved)
    .bind(id)
    .bind(user)
    .bind(limit)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

pub(crate) const fn place<'a>(column: &'static str, row: &'a str) -> CellId<'a> {
    CellId { table: "outbox", column, row }
}

/// Returns the Message-IDs of the messages sent to this person in this campaign, oldest first.
pub(crate) async fn message_ids(tx: &mut ReadTx, package: &packages::PackageRow) -> Result<Vec<String>, StoreError> {
    // The `+` makes SQLite use the index of contacts, because a campaign has too many packages.
    sqlx::query_scalar(
        "SELECT outbox.message_id FROM outbox JOIN packages ON packages.id = outbox.package
         WHERE +packages.campaign = $1 AND packages.contact_tag = $2 AND packages.state = 'sent'
         ORDER BY outbox.ended, packages.touch, packages.id",
    )
    .bind(&package.campaign)
    .bind(&package.target.contact_tag)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Whether auto-send is off for the stream.
pub(crate) async fn is_stream_closed(tx: &mut ReadTx, id: i64) -> Result<bool, StoreError> {
    let closed: Option<bool> = sqlx::query_scalar("SELECT closed FROM streams WHERE id = $1")
        .bind(id)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(closed.unwrap_or(true))
}

/// Deletes the package's open spot-check, because the message will not be sent.
pub(crate) async fn delete_open_spot_check(tx: &mut Tx, package: &PackageId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM checks WHERE package = $1 AND finding IS NULL AND missed IS NULL")
        .bind(&package.0)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}
