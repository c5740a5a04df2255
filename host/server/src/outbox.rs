//! Sending: the transport, the worker with the limits of all campaigns, and the webhook dispatcher.
//!
//! One worker at a time sends from a store. The lock on the store's file holds across processes.

use crate::error::ServerError;
use crate::server::Server;
use baton_config::Settings;
use baton_desk::Desk;
use baton_desk::webhooks::{WebhookDispatcher, WebhookEndpoint};
use baton_desk::worker::{OutboxWorker, RoundReport};
use baton_facts::types::Timestamp;
use baton_identity::PanelVerifier;
use baton_mail::{FolderTransport, SmtpServer, TierDailyCaps, Transport};
use baton_web::AuthConfig;

impl Server {
    /// Returns a worker that sends through the mail server of the settings, or writes messages to a folder.
    ///
    /// # Errors
    /// [`ServerError::Locked`] if another process is sending; [`ServerError::Settings`], [`ServerError::MessageFolder`]
    /// or [`ServerError::MailPassword`] if the configuration cannot be used.
    pub fn worker(&self) -> Result<OutboxWorker, ServerError> {
        self.worker_of(self.system_desk())
    }

    pub(crate) fn worker_of(&self, desk: Desk) -> Result<OutboxWorker, ServerError> {
        self.worker_through(transport(self.settings(), self.variable)?, desk)
    }

    /// Returns a worker that sends through this transport.
    ///
    /// # Errors
    /// [`ServerError::Locked`] if another process is sending; [`ServerError::Settings`] if a campaign file has errors.
    pub fn worker_with(&self, transport: Box<dyn Transport>) -> Result<OutboxWorker, ServerError> {
        self.worker_through(transport, self.system_desk())
    }

    fn worker_through(&self, transport: Box<dyn Transport>, desk: Desk) -> Result<OutboxWorker, ServerError> {
        let settings = self.settings();
        let mut campaigns = Vec::new();
        for name in settings.campaign_names()? {
            campaigns.push(self.campaign(&name)?.value);
        }
        let worker =
            OutboxWorker::new(desk, transport, settings.sending.clone(), TierDailyCaps::from_campaigns(&campaigns))?;
        Ok(worker.reviewed(settings.review.clone()).retaining(settings.store.retention()))
    }

    /// Sends everything that is due.
    ///
    /// # Errors
    /// As for [`Self::worker`]. The round contains the error of a failed send.
    pub async fn send_due(&self, now: Timestamp) -> Result<RoundReport, ServerError> {
        Ok(self.worker()?.send_due(now).await)
    }

    /// Returns the dispatcher of webhook events. Links in events begin with `page_url`, which has no slash at the end.
    ///
    /// # Errors
    /// [`ServerError::Secret`] if the secret of a webhook is not set or malformed.
    pub fn webhook_dispatcher(&self, page_url: &str) -> Result<WebhookDispatcher, ServerError> {
        let hooks = self.settings().webhooks.iter().map(|webhook| WebhookEndpoint::new(webhook, self.variable));
        let hooks = hooks.collect::<Result<_, _>>().map_err(ServerError::Secret)?;
        Ok(WebhookDispatcher::new(self.system_desk(), hooks, page_url))
    }
}

/// Returns what `baton serve` and sending lack in the environment: passwords and secrets that are not set or malformed.
pub fn missing_secrets(settings: &Settings, variable: fn(&str) -> Option<String>) -> Vec<ServerError> {
    let mail = settings.sending.smtp.iter().filter_map(|smtp| SmtpServer::new(smtp, variable).err());
    let web = &settings.web;
    let sign_in = AuthConfig::new(web).map_err(ServerError::from);
    let sign_in = sign_in.and_then(|auth| Ok(auth.with_provider(web, variable)?)).err();
    // The address of the page does not matter for a secret.
    let panels = settings.crm_panels.iter().filter_map(|panel| PanelVerifier::new(panel, "", variable).err());
    let hooks = settings.webhooks.iter().filter_map(|webhook| WebhookEndpoint::new(webhook, variable).err());
    let secrets = panels.chain(hooks).map(ServerError::Secret);
    mail.map(ServerError::MailPassword).chain(sign_in).chain(secrets).collect()
}

pub(crate) fn transport(
    settings: &Settings,
    variable: fn(&str) -> Option<String>,
) -> Result<Box<dyn Transport>, ServerError> {
    match &settings.sending.smtp {
        Some(smtp) => Ok(Box::new(SmtpServer::new(smtp, variable).map_err(ServerError::MailPassword)?)),
        None => {
            let folder = settings.sending.folder(&settings.store.folder);
            match FolderTransport::open(&folder) {
                Ok(opened) => Ok(Box::new(opened)),
                Err(error) => Err(ServerError::MessageFolder { folder, error }),
            }
        }
    }
}
