//! The gate to approving and sending: the CRM export on disk is the one that the store knows.
//!
//! Looking at the files' sizes and times costs nothing, so every decision and every message does. Only files that
//! changed are read, once for each change. While a server reads them, decisions and messages wait.

use async_trait::async_trait;
use baton_campaign::export::{CrmFacts, Export, ExportError, digest, file_states};
use baton_crm::{CrmSource, LoadOptions, OwnCompany};
use baton_desk::crm_export::{ExportComparison, ExportGate, SendHold};
use baton_desk::{Desk, DeskError};
use baton_facts::types::Timestamp;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;

/// The longest wait of a request for the export to be read.
const PATIENCE: Duration = Duration::from_secs(4);

/// Files that were written to within this time may not be complete yet.
const SETTLED: Duration = Duration::from_secs(1);

/// Watches the files of the CRM export. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ExportWatch {
    /// Without this gate.
    desk: Desk,
    source: Arc<CrmSource>,
    own: OwnCompany,
    judged: Arc<Mutex<Option<Judgment>>>,
    /// Requests wait no longer than [`PATIENCE`]; the export is read in the background.
    serving: bool,
}

/// The result for files in a certain state.
#[derive(Clone)]
struct Judgment {
    files: String,
    digest: String,
    /// The digest that the store knew at that time.
    compared: String,
    hold: Option<SendHold>,
}

impl ExportWatch {
    /// `desk` acts for Baton itself.
    pub fn new(desk: Desk, source: CrmSource, own: OwnCompany) -> Self {
        Self { desk, source: Arc::new(source), own, judged: Arc::default(), serving: false }
    }

    /// Returns the watch of a server, which reads the export in the background.
    pub fn serving(&self) -> Self {
        Self { serving: true, ..self.clone() }
    }

    async fn judge(&self, now: Timestamp) -> Result<Option<SendHold>, ExportFault> {
        // Without a run there is nothing that an export could contradict.
        let Some(known) = self.desk.compared_export().await? else { return Ok(None) };
        let mut judged = self.judged.lock().await;
        let files = file_states(&self.source)?;
        if files == known.files {
            return Ok(None);
        }
        if let Some(judged) = judged.as_ref().filter(|judged| judged.files == files) {
            if judged.digest == known.digest {
                return Ok(None);
            }
            if judged.compared == known.digest {
                return Ok(judged.hold.clone());
            }
        }
        if self.serving {
            self.settled().await;
        }
        let (source, own) = (Arc::clone(&self.source), self.own.clone());
        let files = file_states(&source)?;
        let read = move || {
            let digest = digest(&source)?;
            let export = match digest == known.digest {
                true => None,
                false => Some(Export::read(&source, LoadOptions { own, ..LoadOptions::default() })?),
            };
            Ok::<_, ExportError>((digest, known.digest, export))
        };
        let (mut found, compared, export) = tokio::task::spawn_blocking(read).await??;
        let hold = match export {
            None => None,
            Some(export) => {
                found.clone_from(&export.state.digest);
                let (facts, percent) = (CrmFacts(&export.crm), Some(self.source.missing_percent));
                match self.desk.compare_with_export(&facts, &export.state, percent, now).await? {
                    ExportComparison::Compared(_) => None,
                    ExportComparison::CutOff(cut_off) => Some(SendHold {
                        why: "the newest CRM export looks cut off".into(),
                        detail: format!(
                            "nothing is approved or sent: {cut_off}, so it looks cut off\n\
                             hint: export it again; if they are really gone, run a campaign with `--yes`"
                        ),
                    }),
                }
            }
        };
        *judged = Some(Judgment { files, digest: found, compared, hold: hold.clone() });
        Ok(hold)
    }

    /// Waits until nobody has written to the files for a moment.
    async fn settled(&self) {
        let newest = |file: &std::path::PathBuf| file.metadata().ok()?.modified().ok();
        while let Some(at) = self.source.files().filter_map(newest).max()
            && let Ok(age) = SystemTime::now().duration_since(at)
            && age < SETTLED
        {
            tokio::time::sleep(SETTLED - age).await;
        }
    }
}

/// The reason why the watch has no result.
#[derive(Debug, thiserror::Error)]
enum ExportFault {
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("reading it ended early: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl From<ExportFault> for SendHold {
    fn from(fault: ExportFault) -> Self {
        let why = match &fault {
            ExportFault::Export(ExportError::Changed) => "the CRM export is being written",
            ExportFault::Export(_) | ExportFault::Task(_) => "the newest CRM export cannot be read",
            ExportFault::Desk(_) => "the newest CRM export could not be compared with the packages",
        };
        Self { why: why.into(), detail: format!("nothing is approved or sent: {fault}") }
    }
}

#[async_trait]
impl ExportGate for ExportWatch {
    async fn hold(&self, now: Timestamp) -> Option<SendHold> {
        let watch = self.clone();
        let judging = async move { watch.judge(now).await };
        if !self.serving {
            return judging.await.unwrap_or_else(|fault| Some(fault.into()));
        }
        // A task of its own goes on when the request ends.
        match tokio::time::timeout(PATIENCE, tokio::spawn(judging)).await {
            Ok(Ok(judged)) => judged.unwrap_or_else(|fault| Some(fault.into())),
            Ok(Err(error)) => Some(ExportFault::Task(error).into()),
            Err(_) => Some(SendHold {
                why: "Baton is reading the newest CRM export".into(),
                detail: "nothing is approved or sent while the newest CRM export is read".into(),
            }),
        }
    }
}
