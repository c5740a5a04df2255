//! The panel that a CRM shows within its own records.
//!
//! The CRM says who looks and at which record, in a token that it signs and that is good for a few minutes and for one
//! use. What opens is a session of that user for that record alone: it shows its packages, decides about them, and is
//! good for no other page. Who may do what is Baton's own to say, each time: a user who is disabled has no panel.

use crate::access::queries::login_attempts::Attempt;
use crate::access::queries::{login_attempts, users};
use crate::access::sign_in::{SignedIn, may, network};
use crate::access::users::TOKEN;
use crate::audit;
use crate::db::error::StoreError;
use crate::desk::{Desk, DeskResult};
use crate::error::{DeskError, Refusal};
use crate::panel::queries::panels;
use baton_facts::types::Timestamp;
use baton_identity::panel_token;
use baton_identity::panel_token::{Panel, Read, Record, Unusable};
use baton_model::PackageId;
use baton_model::package_state::State;
use serde::Serialize;
use std::net::IpAddr;

/// Seconds for which a panel is good.
const SESSION: Timestamp = 30 * 60;

/// Packages of a record that are listed.
const MOST: u32 = 20;

/// How a panel looks, where the CRM says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PanelTheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl PanelTheme {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
    }
}

/// A panel that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelSession {
    /// Who looks.
    pub user: SignedIn,
    /// The panel's name in the configuration.
    pub crm: String,
    /// How it looks; by the browser's own preference where the CRM did not say.
    pub theme: Option<PanelTheme>,
    /// When it is over.
    pub until: Timestamp,
    kind: String,
    record: String,
}

/// A package of the record, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RecordPackage {
    /// The package.
    pub id: PackageId,
    /// Where it is.
    pub state: State,
    /// Its campaign.
    pub campaign: String,
    /// The account's name.
    pub account_name: String,
    /// 1 is the first message.
    pub touch_number: u8,
    /// When it was prepared.
    pub prepared: Timestamp,
    /// When it goes stale.
    pub deadline: Timestamp,
}

/// Why a panel did not open. Nobody is told more than the words of it: the rest is in the trail.
#[derive(Debug, thiserror::Error)]
pub enum PanelError {
    /// The token is none that a CRM of the configuration made for this moment.
    #[error("{0}")]
    Token(&'static str),
    /// It names nobody who may decide here.
    #[error("you are no user of Baton, or may not sign in any more")]
    Nobody,
    /// The store failed.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for PanelError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl Desk {
    /// Opens a panel with a token that the CRM signed, and uses it up. Gives the session and its own token, of 52
    /// letters and digits, which is nowhere else.
    ///
    /// # Errors
    /// [`NotOpened`]; what is wrong with the token is in the trail, as often as the address may be heard.
    pub async fn open_panel(
        &self,
        panels: &[Panel],
        token: &str,
        theme: Option<PanelTheme>,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<(PanelSession, String), PanelError> {
        let read = match panel_token::read(panels, token, now) {
            Ok(read) => read,
            Err(Unusable { crm, why }) => {
                self.turn_away(crm.as_deref(), why, from, now).await?;
                return Err(PanelError::Token(why));
            }
        };
        let session = self.random(TOKEN)?;
        let mut tx = self.begin(now).await?;
        let fresh = panels::use_token(&mut tx, (&read.crm, &read.id), read.until).await?;
        let user = users::with_email(&mut tx, &read.email).await?.and_then(|row| may(&row));
        let (Some(user), true) = (user, fresh) else {
            // Used up, whoever it was for.
            tx.commit().await?;
            let why = if fresh { "its user may not sign in" } else { "the token was used before" };
            self.turn_away(Some(&read.crm), why, from, now).await?;
            return Err(if fresh { PanelError::Nobody } else { PanelError::Token(why) });
        };
        let Read { crm, record, .. } = read;
        let kept = match &record {
            Record::Contact(id) => panels::contact(tx.keys(), id),
            Record::Account(id) | Record::Domain(id) => id.clone(),
        };
        let row = panels::PanelSessionRow {
            crm,
            user: user.id.clone(),
            kind: record.kind().to_owned(),
            record: kept,
            theme: theme.map(|theme| theme.name().to_owned()),
            until: now.saturating_add(SESSION),
        };
        panels::begin(&mut tx, &session, &row).await?;
        audit::note(&mut tx, &user.name, "panel-opened", None, &row.crm).await?;
        tx.commit().await?;
        Ok((opened(row, user), session))
    }

    /// The panel of that token; none where it is over, or the user may not sign in any more.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn panel(&self, session: &str, now: Timestamp) -> DeskResult<Option<PanelSession>> {
        if session.len() != TOKEN {
            return Ok(None);
        }
        let mut tx = self.read().await?;
        let Some(row) = panels::get(&mut tx, session, now).await? else { return Ok(None) };
        let user = users::get(&mut tx, &row.user).await?.and_then(|user| may(&user));
        Ok(user.map(|user| opened(row, user)))
    }

    /// The packages of the panel's record, at most 20: what is open first, then the latest.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn panel_packages(&self, session: &PanelSession) -> DeskResult<Vec<RecordPackage>> {
        let mut tx = self.read().await?;
        let of = (session.kind.as_str(), session.record.as_str());
        let rows = panels::packages(&mut tx, of, MOST).await?;
        let mut packages = Vec::with_capacity(rows.len());
        for row in rows {
            let shown = self.in_front_of(&mut tx, row).await?;
            packages.push(RecordPackage {
                id: shown.id().clone(),
                state: shown.state(),
                campaign: shown.row.campaign,
                account_name: shown.row.account_name,
                touch_number: shown.row.touch,
                prepared: shown.row.prepared,
                deadline: shown.row.deadline,
            });
        }
        Ok(packages)
    }

    /// Whether the package is of the panel's record. Whoever asks for another one leaves a line in the trail.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] where it is not, whether there is such a package or not.
    pub async fn panel_has(&self, session: &PanelSession, package: &PackageId, now: Timestamp) -> DeskResult<()> {
        let mut tx = self.read().await?;
        let row = self.seen(&mut tx, package).await?.row;
        drop(tx);
        if panels::has(&row, &session.kind, &session.record) {
            return Ok(());
        }
        let mut tx = self.begin(now).await?;
        let counted = [login_attempts::panel(self.vault(), &session.user.id)];
        if let Attempt::Yes(_) = login_attempts::take(&mut tx, &counted, now).await? {
            let detail = format!("{}: the package is of another record", session.crm);
            audit::note(&mut tx, &session.user.name, "panel-refused", None, &detail).await?;
            tx.commit().await?;
        }
        Err(Refusal::PackageNotFound.into())
    }

    /// Notes why a token came to nothing; not more often than the limit lets it come, for the trail is for good.
    async fn turn_away(&self, crm: Option<&str>, why: &str, from: Option<IpAddr>, now: Timestamp) -> DeskResult<()> {
        let mut tx = self.begin(now).await?;
        let counted = [login_attempts::panel(self.vault(), &network(from))];
        if let Attempt::Yes(_) = login_attempts::take(&mut tx, &counted, now).await? {
            let detail = format!("{}: {why}", crm.unwrap_or("no CRM"));
            audit::note(&mut tx, audit::DESK, "panel-refused", None, &detail).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

fn opened(row: panels::PanelSessionRow, user: SignedIn) -> PanelSession {
    let theme = row.theme.as_deref().and_then(PanelTheme::named);
    PanelSession { user, crm: row.crm, theme, until: row.until, kind: row.kind, record: row.record }
}
