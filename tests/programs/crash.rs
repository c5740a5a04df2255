//! The program that the crash test kills: approves every package in the queue of a store, releases the messages and
//! sends them, with the shipped components.
//!
//! `crash FOLDER (folder | PORT)`: each step is a line on standard output, and the program continues once it has read a
//! line from standard input. So the test can kill it at exactly that step.

use async_trait::async_trait;
use baton_desk::{HandoffComponents, HandoffLogic};
use baton_facts::errors::SendingError;
use baton_facts::packages::{Check, HandoffPackage};
use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Assessment, Counted, Event, Grade, LotItem, Outlook, Tally};
use baton_facts::types::{BasisPoints, Draft, Message, Timestamp};
use baton_mail::{ComposedEmail, FolderTransport, SmtpServer, Transport};
use baton_mail::{Security, Smtp};
use baton_model::delivery::{DeliveryCheck, DeliveryOutcome, InterruptedSend};
use baton_model::package_state::PackageState;
use baton_runtime::{
    CallContext, CallOutcome, CapabilityError, ComparisonCandidate, ComparisonOutcome, Error, Grants, Permit,
    Recording, ReleaseConfirmation, ReleaseRequest, ReplayOutcome, Sending, SendingHandle,
};
use baton_tests::{NOW, TestDesk, approval, tools};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Prints the next step and waits for a line.
fn step(name: &str) {
    let mut out = std::io::stdout().lock();
    let said = writeln!(out, "{name}").and_then(|()| out.flush());
    let mut leave = String::new();
    let heard = std::io::stdin().read_line(&mut leave);
    if said.is_err() || !heard.is_ok_and(|read| read > 0) {
        // The test has ended.
        std::process::exit(3);
    }
}

struct Steps<T>(T);

#[async_trait]
impl HandoffLogic for Steps<HandoffComponents> {
    async fn inspect(
        &self,
        reviewed: Arc<HandoffPackage>,
        outgoing: Arc<Message>,
        now: Timestamp,
    ) -> CallOutcome<Arc<Vec<Check>>> {
        step("to be inspected");
        let called = self.0.inspect(reviewed, outgoing, now).await;
        step("inspected");
        called
    }

    async fn release(
        &self,
        grants: &Grants,
        request: ReleaseRequest,
        permit: &Permit,
    ) -> CallOutcome<ReleaseConfirmation> {
        step("to be released");
        let mut grants = grants.clone();
        if let Some(sending) = grants.sending().cloned() {
            grants = grants.with_sending(Arc::new(Steps(sending)));
        }
        let called = self.0.release(&grants, request, permit).await;
        step("released");
        called
    }

    async fn grade_edit(&self, draft: Arc<Draft>, outgoing: Arc<Message>) -> CallOutcome<Arc<Grade>> {
        self.0.grade_edit(draft, outgoing).await
    }

    async fn count(&self, plan: InspectionPlan, tally: Tally, event: Event) -> CallOutcome<Arc<Counted>> {
        step("to be counted");
        let called = self.0.count(plan, tally, event).await;
        step("counted");
        called
    }

    async fn assess(
        &self,
        plan: InspectionPlan,
        tally: Tally,
        now: Timestamp,
        packages_per_week: u32,
    ) -> CallOutcome<Arc<Assessment>> {
        self.0.assess(plan, tally, now, packages_per_week).await
    }

    async fn forecast(
        &self,
        plan: InspectionPlan,
        rate: BasisPoints,
        miss_rate: BasisPoints,
        in_flight: u32,
    ) -> CallOutcome<Arc<Outlook>> {
        self.0.forecast(plan, rate, miss_rate, in_flight).await
    }

    async fn sample(&self, items: Arc<Vec<LotItem>>, seed: u64) -> CallOutcome<Arc<Vec<u32>>> {
        self.0.sample(items, seed).await
    }

    async fn replay(&self, recording: &Recording) -> Result<ReplayOutcome, Error> {
        self.0.replay(recording).await
    }

    async fn compare(
        &self,
        candidate: &ComparisonCandidate,
        recording: &Recording,
    ) -> Result<ComparisonOutcome, Error> {
        self.0.compare(candidate, recording).await
    }
}

impl Sending for Steps<SendingHandle> {
    async fn authorize(
        &self,
        call: &CallContext,
        permit: &Permit,
        message: &Message,
    ) -> Result<(), CapabilityError<SendingError>> {
        step("to be released");
        let told = self.0.authorize(call, permit, message).await;
        step("released");
        told
    }
}

#[async_trait]
impl Transport for Steps<Box<dyn Transport>> {
    fn name(&self) -> &str {
        self.0.name()
    }

    async fn transmit(&mut self, letter: &ComposedEmail) -> DeliveryOutcome {
        step("taken, to be transmitted");
        let tried = self.0.transmit(letter).await;
        step("transmitted, to be written down");
        tried
    }

    fn was_sent(&self, interrupted: &InterruptedSend) -> DeliveryCheck {
        step("to be recovered");
        self.0.was_sent(interrupted)
    }

    async fn disconnect(&mut self) {
        step("written down");
        self.0.disconnect().await;
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, transport] = arguments.as_slice() else { panic!("crash FOLDER (folder | PORT)") };
    let test_desk = TestDesk::with(Path::new(folder), Arc::new(Steps(tools()))).await;
    step("opened");
    for row in test_desk.desk.export(None, 100).await.expect("the store exists").rows {
        if row.state == PackageState::Queued {
            let shown = test_desk.desk.package(&row.package, NOW).await.expect("the package exists");
            if shown.paused.is_some() {
                // The store is an older copy, and the account was written to since.
                continue;
            }
            // The steps of the server's `decide_and_release` one by one, so that the test can also stop between them.
            let decided = test_desk.desk.decide(&approval(&shown), NOW).await.expect("it can be approved");
            step("approved");
            let entry = decided.outbox.expect("a message is approved");
            test_desk.desk.release(&entry, NOW).await.expect("it is released");
        }
    }
    let transport: Box<dyn Transport> = match transport.parse() {
        Ok(port) => {
            let settings = Smtp {
                ehlo_name: None,
                host: "127.0.0.1".into(),
                port: Some(port),
                security: Security::None,
                user: None,
                password_env: None,
                timeout_seconds: 60,
            };
            Box::new(SmtpServer::new(&settings, |_| None).expect("no password is needed"))
        }
        Err(_) => Box::new(FolderTransport::open(&test_desk.folder.join("outbox")).expect("a folder")),
    };
    let transport = Box::new(Steps(transport));
    let round = test_desk.worker(transport).send_due(NOW).await;
    assert!(round.error.is_none(), "{:?}", round.error);
}
