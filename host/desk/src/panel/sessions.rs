//! Sessions of the panel that a CRM embeds in the page of a record.
//!
//! The CRM signs a token that names the user and the record. It is valid for a few minutes and for one use, and opens a
//! session of that user for the packages of that record only. Permissions are Baton's own and are checked with each
//! request, so a disabled user has no panel.

use crate::access::queries::login_attempts;
use crate::access::queries::login_attempts::Attempt;
use crate::access::sign_in::{SignedIn, active_user, network_of};
use crate::access::users::TOKEN_CHARS;
use crate::audit;
use crate::db::error::StoreError;
use crate::desk::{Desk, DeskResult};
use crate::error::{DeskError, Refusal};
use crate::panel::queries::panels;
use crate::users;
use baton_facts::types::Timestamp;
use baton_identity::panel_token;
use baton_identity::panel_token::{CrmRecord, PanelTokenClaims, PanelTokenError, PanelVerifier};
use baton_model::PackageId;
use baton_model::package_state::PackageState;
use serde::Serialize;
use std::net::IpAddr;

/// Lifetime of a panel in seconds.
const SESSION: Timestamp = 30 * 60;

/// Maximum number of packages listed for a record.
const MOST: u32 = 20;

/// The color theme of a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PanelTheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl PanelTheme {
    /// Returns the theme's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Parses a theme's name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
    }
}

/// An open panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelSession {
    pub user: SignedIn,
    /// The panel's name in the configuration.
    pub crm: String,
    /// The theme. `None` follows the browser's preference.
    pub theme: Option<PanelTheme>,
    /// The time when the panel expires.
    pub until: Timestamp,
    kind: String,
    record: String,
}

/// A package in the panel's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RecordPackage {
    pub id: PackageId,
    pub state: PackageState,
    pub campaign: String,
    pub account_name: String,
    /// The position in the sequence; 1 is the first message.
    pub touch_number: u8,
    pub prepared: Timestamp,
    /// The time when the package expires.
    pub deadline: Timestamp,
}

/// The reasons why a panel does not open. Users see only this message; the audit log has the details.
#[derive(Debug, thiserror::Error)]
pub enum PanelError {
    /// The token is not a currently valid token of a configured CRM.
    #[error("{0}")]
    Token(&'static str),
    /// The token's user does not have an active account.
    #[error("you do not have an active Baton account")]
    Nobody,
    /// The desk failed.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for PanelError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl Desk {
    /// Opens a panel with a token signed by the CRM, which can be used once. Returns the session with its own token of 52
    /// letters and digits, which is not stored anywhere.
    ///
    /// # Errors
    /// [`PanelError`]. Problems of the token are logged, with a limit per client address.
    pub async fn open_panel(
        &self,
        panels: &[PanelVerifier],
        token: &str,
        theme: Option<PanelTheme>,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<(PanelSession, String), PanelError> {
        let read = match panel_token::read(panels, token, now) {
            Ok(read) => read,
            Err(PanelTokenError { crm, why }) => {
                self.log_rejected_panel(crm.as_deref(), why, from, now).await?;
                return Err(PanelError::Token(why));
            }
        };
        let session = self.random(TOKEN_CHARS)?;
        let mut tx = self.begin(now).await?;
        let fresh = panels::use_token(&mut tx, (&read.crm, &read.id), read.until).await?;
        let user = users::with_email(&mut tx, &read.email).await?.and_then(|row| active_user(&row));
        let (Some(user), true) = (user, fresh) else {
            // The token counts as used even if its user cannot sign in.
            tx.commit().await?;
            let why = if fresh { "its user cannot sign in" } else { "the token was used before" };
            self.log_rejected_panel(Some(&read.crm), why, from, now).await?;
            return Err(if fresh { PanelError::Nobody } else { PanelError::Token(why) });
        };
        let PanelTokenClaims { crm, record, .. } = read;
        let kept = match &record {
            CrmRecord::Contact(id) => panels::contact(tx.keys(), id),
            CrmRecord::Account(id) | CrmRecord::Domain(id) => id.clone(),
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

    /// Returns the panel with this token. `None` if it has expired or its user can no longer sign in.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn panel(&self, session: &str, now: Timestamp) -> DeskResult<Option<PanelSession>> {
        if session.len() != TOKEN_CHARS {
            return Ok(None);
        }
        let mut tx = self.read().await?;
        let Some(row) = panels::get(&mut tx, session, now).await? else { return Ok(None) };
        let user = users::get(&mut tx, &row.user).await?.and_then(|user| active_user(&user));
        Ok(user.map(|user| opened(row, user)))
    }

    /// Lists up to 20 packages of the panel's record: the open ones first, then the latest.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn panel_packages(&self, session: &PanelSession) -> DeskResult<Vec<RecordPackage>> {
        let mut tx = self.read().await?;
        let of = (session.kind.as_str(), session.record.as_str());
        let rows = panels::packages(&mut tx, of, MOST).await?;
        let mut packages = Vec::with_capacity(rows.len());
        for row in rows {
            let shown = self.with_seeded_defect(&mut tx, row).await?;
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

    /// Checks that the package belongs to the panel's record. Requests for other packages are logged.
    ///
    /// # Errors
    /// [`Refusal::PackageNotFound`] if it does not, whether the package exists or not.
    pub async fn panel_has(&self, session: &PanelSession, package: &PackageId, now: Timestamp) -> DeskResult<()> {
        let mut tx = self.read().await?;
        let row = self.shown_package(&mut tx, package).await?.row;
        drop(tx);
        if panels::has(&row, &session.kind, &session.record) {
            return Ok(());
        }
        let mut tx = self.begin(now).await?;
        let counted = [login_attempts::panel(self.key_ring(), &session.user.id)];
        if let Attempt::Allowed(_) = login_attempts::record(&mut tx, &counted, now).await? {
            let detail = format!("{}: the package belongs to another record", session.crm);
            audit::note(&mut tx, &session.user.name, "panel-refused", None, &detail).await?;
            tx.commit().await?;
        }
        Err(Refusal::PackageNotFound.into())
    }

    /// Logs why a token was rejected. The number of entries is limited, because the audit log is permanent.
    async fn log_rejected_panel(
        &self,
        crm: Option<&str>,
        why: &str,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> DeskResult<()> {
        let mut tx = self.begin(now).await?;
        let counted = [login_attempts::panel(self.key_ring(), &network_of(from))];
        if let Attempt::Allowed(_) = login_attempts::record(&mut tx, &counted, now).await? {
            let detail = format!("{}: {why}", crm.unwrap_or("unknown CRM"));
            audit::note(&mut tx, audit::DESK, "panel-refused", None, &detail).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

fn opened(row: panels::PanelSessionRow, user: SignedIn) -> PanelSession {
    let theme = row.theme.as_deref().and_then(PanelTheme::from_name);
    PanelSession { user, crm: row.crm, theme, until: row.until, kind: row.kind, record: row.record }
}
