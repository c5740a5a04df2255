//! The running application: the review page on an open port, the sending worker and the webhook dispatcher.

use crate::clock::Clock;
use crate::error::ServerError;
use crate::redraft::CampaignRedrafter;
use crate::server::Server;
use baton_config::Settings;
use baton_desk::DeskError;
use baton_desk::accounts::DailyCapacity;
use baton_desk::opt_outs::OlderCopy;
use baton_desk::webhooks::{DeliveryAttempt, WebhookDispatcher};
use baton_desk::worker::{OutboxWorker, WorkerEvent};
use baton_identity::PanelVerifier;
use baton_model::{Actor, CampaignFile};
use baton_web::{AppState, AuthConfig, CheckTitles, OperatorLink, ViewTimer};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// The time to end in order after a part of the server has failed.
const GRACE: Duration = Duration::from_secs(10);

/// Options of a server that listens.
pub struct ListenOptions {
    /// The name in the audit log while no sign-in is needed.
    pub operator: String,
    /// A port instead of the configured one; 0 chooses a free port.
    pub port: Option<u16>,
    /// The clock of the page and the workers.
    pub clock: Clock,
}

/// A gap in the configuration that does not prevent the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartWarning {
    /// Sign-in is required and there are no users.
    NoUsers,
    /// The backup reviewer with this address is not an active user.
    InactiveBackup(String),
    /// The store is an older copy.
    OlderCopy(OlderCopy),
}

/// News of a running server.
#[derive(Debug)]
pub enum ServerEvent {
    /// From the sending worker.
    Outbox(WorkerEvent),
    /// A webhook delivery that failed, or an error of the store.
    Webhook(Result<DeliveryAttempt, DeskError>),
}

impl Server {
    /// Returns the state of the review page at `page_url`, which has no slash at the end.
    ///
    /// # Errors
    /// [`ServerError::Serve`] or [`ServerError::Sso`] if sign-in cannot be set up, [`ServerError::Secret`] if the
    /// secret of a panel is not set or malformed, [`ServerError::Settings`] if the campaigns folder cannot be read.
    pub fn app_state(&self, operator: &str, clock: Clock, page_url: &str) -> Result<AppState, ServerError> {
        self.app_state_with(self.auth()?, operator, clock, page_url)
    }

    fn auth(&self) -> Result<AuthConfig, ServerError> {
        let web = &self.settings().web;
        Ok(AuthConfig::new(web)?.with_provider(web, self.variable)?)
    }

    fn app_state_with(
        &self,
        auth: AuthConfig,
        operator: &str,
        clock: Clock,
        page_url: &str,
    ) -> Result<AppState, ServerError> {
        let settings = self.settings();
        let panels = settings.crm_panels.iter().map(|panel| PanelVerifier::new(panel, page_url, self.variable));
        // The command asks before an approval; the page offers undo afterwards instead.
        let gate = Arc::new(self.export_watch().serving());
        let desk = self.desk_service().clone().with_undo(settings.review.undo_seconds).with_export_gate(gate);
        Ok(AppState {
            redrafting: Some(Arc::new(CampaignRedrafter(self.clone()))),
            desk,
            operator: operator.to_owned(),
            operator_link: OperatorLink::new(),
            auth,
            panels: panels.collect::<Result<_, _>>().map_err(ServerError::Secret)?,
            campaigns: settings.campaign_names()?,
            capacity: capacities(settings)?,
            check_titles: Arc::new(CheckTitles::new(&self.components().components.engine_description)),
            sending: settings.sending.clone(),
            clock,
            wake: Arc::new(Notify::new()),
            view_timer: ViewTimer::new(),
        })
    }

    /// Opens the port of the review page and prepares everything that runs beside it. Clients can connect from now on
    /// and are answered once [`Listening::run`] is called.
    ///
    /// # Errors
    /// [`ServerError::Listen`] if the port is not available; otherwise as for [`Self::app_state`], [`Self::worker`]
    /// and [`Self::webhook_dispatcher`].
    pub async fn listen(&self, options: ListenOptions) -> Result<Listening, ServerError> {
        let ListenOptions { operator, port, clock } = options;
        let settings = self.settings();
        let auth = self.auth()?;
        let address = SocketAddr::new(settings.web.listen.ip(), port.unwrap_or(settings.web.listen.port()));
        auth.check_address(address)?;
        let failed = |error| ServerError::Listen { address, error };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let page_url = settings.web.address(listener.local_addr().map_err(failed)?);
        let sign_in_required = auth.is_required();
        let app = self.app_state_with(auth, &operator, clock, &page_url)?;
        let dispatcher = self.webhook_dispatcher(&page_url)?;
        let worker = self.worker_of(app.desk.acting_as(Actor::system()))?;
        let warnings = self.start_warnings(sign_in_required).await?;
        let needs_link = !sign_in_required && !self.system_desk().has_users().await?;
        let operator_url = needs_link.then(|| format!("{page_url}{}", app.operator_link.path()));
        Ok(Listening { page_url, operator_url, warnings, listener, app, dispatcher, worker })
    }

    async fn start_warnings(&self, sign_in_required: bool) -> Result<Vec<StartWarning>, ServerError> {
        let mut warnings: Vec<StartWarning> =
            self.system_desk().older_copy().await?.map(StartWarning::OlderCopy).into_iter().collect();
        let has_users = self.system_desk().has_users().await?;
        if sign_in_required && !has_users {
            warnings.push(StartWarning::NoUsers);
        }
        if let Some(backup) = self.settings().review.backup.as_ref().filter(|_| sign_in_required || has_users)
            && self.system_desk().backup().await?.is_none()
        {
            warnings.push(StartWarning::InactiveBackup(backup.clone()));
        }
        Ok(warnings)
    }
}

/// A server whose port is open.
pub struct Listening {
    /// The address of the review page for browsers, without a slash at the end.
    pub page_url: String,
    /// The link that opens the page once, while no sign-in is needed. It is a secret.
    pub operator_url: Option<String>,
    /// Gaps in the configuration.
    pub warnings: Vec<StartWarning>,
    listener: TcpListener,
    app: AppState,
    dispatcher: WebhookDispatcher,
    worker: OutboxWorker,
}

impl Listening {
    /// Serves the page, sends messages and dispatches webhook events until `shutdown` completes. Then requests in
    /// progress are answered, and the message that is being sent is finished. If one of the three ends before that, the
    /// others are stopped as well.
    ///
    /// # Errors
    /// [`ServerError::Serve`] if the page cannot be served; [`ServerError::Task`] if a task panicked.
    pub async fn run(
        self,
        shutdown: impl Future<Output = ()>,
        on_event: impl Fn(ServerEvent) + Clone + Send + 'static,
    ) -> Result<(), ServerError> {
        let (stop, stopped) = watch::channel(false);
        let stopping = |mut stopped: watch::Receiver<bool>| async move {
            // A dropped sender means that the program is ending as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let Self { listener, app, dispatcher, worker, .. } = self;
        let (clock, wake) = (Arc::clone(&app.clock), Arc::clone(&app.wake));
        let (worker_clock, on_delivery) = (Arc::clone(&app.clock), on_event.clone());
        let on_delivery = move |delivery| on_delivery(ServerEvent::Webhook(delivery));
        let on_outbox = move |event| on_event(ServerEvent::Outbox(event));
        let mut tasks = JoinSet::new();
        let dispatching = dispatcher.run(move || clock(), stopping(stopped.clone()), on_delivery);
        tasks.spawn(async move {
            dispatching.await;
            Ok(())
        });
        let sending = worker.run(move || worker_clock(), wake, stopping(stopped.clone()), on_outbox);
        tasks.spawn(async move {
            sending.await;
            Ok(())
        });
        tasks.spawn(async move { Ok(baton_web::serve(listener, app, stopping(stopped)).await?) });
        let ended = tokio::select! {
            () = shutdown => None,
            ended = tasks.join_next() => ended,
        };
        // Sending fails only if all tasks have ended already.
        let _ = stop.send(true);
        let rest = async {
            while let Some(ended) = tasks.join_next().await {
                ended??;
            }
            Ok(())
        };
        match ended {
            None => rest.await,
            // The first error counts; the others have a while to finish the message that is being sent.
            Some(ended) => {
                let _: Result<Result<(), ServerError>, _> = tokio::time::timeout(GRACE, rest).await;
                ended?
            }
        }
    }
}

/// Returns the review capacity of each campaign. An unreadable campaign file must not stop the page.
fn capacities(settings: &Settings) -> Result<BTreeMap<String, DailyCapacity>, ServerError> {
    let read = settings.campaign_names()?.into_iter().filter_map(|name| settings.campaign(&name, None).ok());
    let of = |file: CampaignFile| (file.campaign.id.clone(), DailyCapacity::of(file.capacity, &settings.sending));
    Ok(read.map(|read| of(read.value)).collect())
}
