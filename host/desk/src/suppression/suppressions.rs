//! Suppressions of addresses, domains and accounts, pauses of accounts, and the stop of all sending.
//!
//! Only a keyed hash of an address is stored, so its suppression remains after the person's erasure. Suppressions only
//! become stricter: of two, the one that lasts longer applies.

use crate::db::change_log::LoggedChange;
use crate::db::encryption::{StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use baton_facts::types::{Suppression, SuppressionReason, SuppressionScope, Timestamp};
use baton_model::delivery::ManualStop;
use baton_model::views::Pause;
use std::sync::Arc;

/// The subject of a suppression.
#[derive(Clone, Copy)]
pub(crate) enum SuppressionSubject<'a> {
    Address(&'a Tag),
    Domain(&'a str),
    Account(&'a str),
}

/// The recipient of a message, by everything that can be suppressed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recipient {
    pub account: String,
    pub account_domain: String,
    pub recipient_domain: String,
    pub address_tag: Tag,
    /// The hash of the address in earlier versions, if it differs and the address is at hand.
    pub earlier_address_tag: Option<Tag>,
    pub contact_tag: Tag,
}

impl Recipient {
    /// Returns the target for an account without a particular person.
    pub fn of_account(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            account_domain: String::new(),
            recipient_domain: String::new(),
            address_tag: Tag::default(),
            earlier_address_tag: None,
            contact_tag: Tag::default(),
        }
    }
}

/// Adds a suppression, or extends an existing one of the same subject that ends earlier.
pub(crate) async fn add(
    tx: &mut Tx,
    on: SuppressionSubject<'_>,
    order: (SuppressionReason, Option<Timestamp>),
) -> Result<(), StoreError> {
    let now = tx.now;
    let actor = Arc::clone(tx.actor());
    let who = actor.name();
    let (scope, value, tag) = match on {
        SuppressionSubject::Address(tag) => ("address", None, Some(tag)),
        SuppressionSubject::Domain(domain) => ("domain", Some(domain), None),
        SuppressionSubject::Account(account) => ("account", Some(account), None),
    };
    let (reason, until) = order;
    let changed = sqlx::query(
        "UPDATE suppressions SET reason = $1, until = $2, at = $3, who = $4
         WHERE scope = $5 AND (value = $6 OR tag = $7) AND until IS NOT NULL AND ($2 IS NULL OR until < $2)",
    )
    .bind(reason_name(reason))
    .bind(until)
    .bind(now)
    .bind(who)
    .bind(scope)
    .bind(value)
    .bind(tag)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    if changed.rows_affected() == 0 {
        sqlx::query(
            "INSERT INTO suppressions (scope, value, tag, reason, until, at, who)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(scope)
        .bind(value)
        .bind(tag)
        .bind(reason_name(reason))
        .bind(until)
        .bind(now)
        .bind(who)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    }
    tx.log_change(LoggedChange::Suppressed {
        scope: scope.to_owned(),
        value: value.map(ToOwned::to_owned),
        tag: tag.map(hex::encode),
        reason: reason_name(reason).to_owned(),
        until,
    });
    Ok(())
}

/// Returns the suppression of this target that lasts longest, if there is one now.
pub(crate) async fn longest_for(
    tx: &mut ReadTx,
    target: &Recipient,
    now: Timestamp,
) -> Result<Option<Suppression>, StoreError> {
    let domains: Vec<&str> =
        with_parents(&target.account_domain).chain(with_parents(&target.recipient_domain)).collect();
    let row: Option<(String, String, Option<Timestamp>)> = sqlx::query_as(
        "SELECT scope, reason, until FROM suppressions
         WHERE (until IS NULL OR until > $1)
           AND (tag IN ($2, $3, $6)
                OR (scope = 'account' AND value = $4)
                OR (scope = 'domain' AND value IN (SELECT value FROM json_each($5))))
         ORDER BY until IS NULL DESC, until DESC, id LIMIT 1",
    )
    .bind(now)
    .bind(&target.address_tag)
    .bind(&target.contact_tag)
    .bind(&target.account)
    .bind(serde_json::json!(domains).to_string())
    .bind(&target.earlier_address_tag)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(row.map(|(scope, reason, until)| Suppression {
        scope: scope_named(&scope),
        reason: reason_named(&reason),
        until,
    }))
}

/// Lists the domain and its parent domains, because a suppressed domain includes its subdomains.
pub(crate) fn with_parents(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain).filter(|domain| !domain.is_empty()), |domain| {
        domain.split_once('.').map(|(_, parent)| parent)
    })
}

/// Returns the reason why the account is paused, if it is.
pub(crate) async fn pause_reason(tx: &mut ReadTx, account: &str) -> Result<Option<String>, StoreError> {
    sqlx::query_scalar("SELECT why FROM pauses WHERE account = $1")
        .bind(account)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns the account's pause with its reason, actor and start.
pub(crate) async fn pause(tx: &mut ReadTx, account: &str) -> Result<Option<Pause>, StoreError> {
    let row: Option<(Timestamp, String, String)> = sqlx::query_as("SELECT at, who, why FROM pauses WHERE account = $1")
        .bind(account)
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(row.map(|(at, who, why)| Pause { who, at, why }))
}

/// Returns the stop of all sending, if there is one.
pub(crate) async fn sending_stop(tx: &mut ReadTx) -> Result<Option<ManualStop>, StoreError> {
    let row: (Option<Timestamp>, Option<String>, Option<String>) =
        sqlx::query_as("SELECT stopped_at, stopped_by, stopped_why FROM host")
            .fetch_one(tx.connection())
            .await
            .at(tx.keys())?;
    Ok(row.0.map(|at| ManualStop { at, who: row.1.unwrap_or_default(), why: row.2.unwrap_or_default() }))
}

/// Stops or resumes all sending. Returns `false` if nothing changed.
pub(crate) async fn set_sending_stop(tx: &mut Tx, stop: Option<&ManualStop>) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE host SET stopped_at = $1, stopped_by = $2, stopped_why = $3
         WHERE (stopped_at IS NULL) <> ($1 IS NULL)",
    )
    .bind(stop.map(|stop| stop.at))
    .bind(stop.map(|stop| &stop.who))
    .bind(stop.map(|stop| &stop.why))
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    if stop.is_some() {
        tx.log_change(LoggedChange::Withdrawn);
    }
    Ok(done.rows_affected() > 0)
}

/// Pauses or resumes all sequences at the account.
pub(crate) async fn set_pause(
    tx: &mut Tx,
    account: &str,
    pause: Option<(&str, &str, Timestamp)>,
) -> Result<(), StoreError> {
    let done = match pause {
        Some((who, why, at)) => {
            tx.log_change(LoggedChange::Paused { account: account.to_owned() });
            sqlx::query("INSERT INTO pauses (account, at, who, why) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
                .bind(account)
                .bind(at)
                .bind(who)
                .bind(why)
                .execute(tx.connection())
                .await
        }
        None => sqlx::query("DELETE FROM pauses WHERE account = $1").bind(account).execute(tx.connection()).await,
    };
    done.at(tx.keys()).map(drop)
}

pub(crate) const fn reason_name(reason: SuppressionReason) -> &'static str {
    match reason {
        SuppressionReason::OptedOut => "opted-out",
        SuppressionReason::Bounced => "bounced",
        SuppressionReason::Complaint => "complaint",
        SuppressionReason::Listed => "listed",
        SuppressionReason::Other => "other",
    }
}

pub(crate) fn reason_named(name: &str) -> SuppressionReason {
    match name {
        "opted-out" => SuppressionReason::OptedOut,
        "bounced" => SuppressionReason::Bounced,
        "complaint" => SuppressionReason::Complaint,
        "listed" => SuppressionReason::Listed,
        _ => SuppressionReason::Other,
    }
}

fn scope_named(name: &str) -> SuppressionScope {
    match name {
        "account" => SuppressionScope::Account,
        "domain" => SuppressionScope::Domain,
        _ => SuppressionScope::Address,
    }
}
