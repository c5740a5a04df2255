//! Webhooks over real connections to a receiver that verifies them with the specification's own library: an event is
//! sent once it is final, retried until acknowledged, and contains no personal data.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use baton_config::Settings;
use baton_desk::Store;
use baton_desk::webhooks::Webhook;
use baton_desk::webhooks::{EventKind, WebhookDispatcher, WebhookEndpoint};
use baton_desk::{Desk, DeskService, HandoffComponents};
use baton_facts::packages::Candidate;
use baton_facts::types::{Channel, Direction, Timestamp, Touch};
use baton_model::Actor;
use baton_model::PackageId;
use baton_model::decision::{Decision, DecisionRequest, RejectReason};
use baton_tests::DeskExt as _;
use baton_tests::{Given, NOW, TestDesk, approval, quick, run, tools};
use serde_json::Value;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PAGE: &str = "https://baton.relayforge.example";

/// The status of a receiver that never answers.
const SILENT: u16 = 0;

/// A receiver that answers as configured and stores what it gets.
#[derive(Clone)]
struct Receiver {
    url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: Arc<Mutex<Vec<u16>>>,
}

#[derive(Clone, Debug)]
struct Heard {
    id: String,
    at: Timestamp,
    signature: String,
    body: String,
}

impl Heard {
    fn event(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

impl Receiver {
    async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook?of=crm", listener.local_addr().expect("an address"));
        let receiver = Self { url, heard: Arc::default(), answers: Arc::default() };
        let router = Router::new().route("/hook", post(hear)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// Sets the next answers, in order; every later answer is 204.
    fn answer(&self, answers: &[u16]) {
        *self.answers.lock().expect("a lock") = answers.iter().rev().copied().collect();
    }

    fn take(&self) -> Vec<Heard> {
        std::mem::take(&mut *self.heard.lock().expect("a lock"))
    }

    fn kinds(&self) -> Vec<String> {
        self.take().iter().map(|heard| heard.event()["type"].as_str().expect("a kind").to_owned()).collect()
    }
}

async fn hear(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    let of = |name: &str| headers[name].to_str().expect("a text").to_owned();
    assert_eq!(of("content-type"), "application/json");
    let body = String::from_utf8(body.to_vec()).expect("a text");
    let at = of("webhook-timestamp").parse().expect("seconds");
    let heard = Heard { id: of("webhook-id"), at, signature: of("webhook-signature"), body };
    receiver.heard.lock().expect("a lock").push(heard);
    let answer = receiver.answers.lock().expect("a lock").pop().unwrap_or(204);
    if answer == SILENT {
        std::future::pending::<()>().await;
    }
    // A redirect is not followed.
    (StatusCode::from_u16(answer).expect("a status"), [("location", "http://127.0.0.1:1/")])
}

fn setting(name: &str, url: &str, events: &str) -> Webhook {
    let text = format!(
        "[crm]\nformat = \"hubspot\"\naccounts = \"a\"\ncontacts = \"b\"\n[[webhook]]\nname = \"{name}\"\nurl = \"{url}\"\n\
         secret-env = \"KEY\"\n{events}\n"
    );
    let settings = Settings::parse("baton.toml".as_ref(), &text).expect("the file is valid").value;
    settings.webhooks.into_iter().next().expect("a webhook")
}

struct Fixture {
    test_desk: TestDesk,
    settings: Vec<Webhook>,
    folder: TempDir,
}

impl Fixture {
    async fn telling(settings: Vec<Webhook>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut test_desk = TestDesk::open(folder.path()).await;
        test_desk.desk = test_desk.desk.with(|desk| desk.with_webhooks(settings.iter().map(Into::into).collect()));
        Self { test_desk, settings, folder }
    }

    fn courier(&self) -> WebhookDispatcher {
        courier(&self.test_desk.desk, &self.settings)
    }

    /// Prepares a package and makes this decision.
    async fn decided(&self, number: usize, decision: Decision) -> PackageId {
        let package = self.test_desk.prepare(number).await;
        let shown = self.test_desk.desk.package(&package, NOW).await.expect("it exists");
        let request = DecisionRequest { decision, ..approval(&shown) };
        self.test_desk.desk.decide(&request, NOW).await.expect("it counts");
        package
    }
}

fn courier(desk: &Desk, settings: &[Webhook]) -> WebhookDispatcher {
    let hooks = settings.iter().map(|webhook| WebhookEndpoint::new(webhook, |_| Some(KEY.into())).expect("a hook"));
    WebhookDispatcher::new(desk.clone(), hooks.collect(), PAGE)
}

fn reject() -> Decision {
    Decision::Reject { reason: RejectReason::NotNow, note: "Anna said: not before May".into() }
}

#[test]
fn events_are_sent_and_signed() {
    run(async {
        let receiver = Receiver::new().await;
        let fixture = Fixture::telling(vec![setting("crm", &receiver.url, "")]).await;
        let rejected = fixture.decided(0, reject()).await;
        let approved = fixture.decided(1, Decision::Approve { overruled: Vec::new() }).await;
        let transport = baton_mail::FolderTransport::open(&fixture.folder.path().join("outbox")).expect("a folder");
        let mut worker = fixture.test_desk.worker(Box::new(transport));
        assert!(worker.send_due(NOW).await.error.is_none());

        let told = fixture.courier().dispatch_due(NOW).await.expect("the store answers");
        assert!(told.iter().all(|one| one.why.is_none()), "{told:?}");
        let heard = receiver.take();
        let kinds: Vec<(String, String)> = heard
            .iter()
            .map(|heard| heard.event())
            .map(|event| {
                (
                    event["type"].as_str().unwrap_or_default().into(),
                    event["data"]["package"].as_str().unwrap_or_default().into(),
                )
            })
            .collect();
        for (kind, package) in [
            ("package-ready", &rejected),
            ("decided", &rejected),
            ("package-ready", &approved),
            ("decided", &approved),
            ("sent", &approved),
        ] {
            assert!(kinds.contains(&(kind.to_owned(), package.0.clone())), "{kind}: {kinds:?}");
        }
        assert_eq!(heard.len(), 5, "{kinds:?}");
        let of = |kind: &str, package: &PackageId| {
            let at = kinds
                .iter()
                .position(|known| *known == (kind.to_owned(), package.0.clone()))
                .expect("the event was sent");
            heard[at].event()
        };
        let event = of("decided", &rejected);
        assert_eq!(event["timestamp"], "2026-03-10T09:00:00Z");
        let data = &event["data"];
        assert_eq!(
            (&data["decision"], &data["reason"], &data["state"]),
            (&"reject".into(), &"not-now".into(), &"rejected".into())
        );
        assert_eq!(data["link"], format!("{PAGE}/packages/{rejected}"));
        for one in &heard {
            verify(one);
            // The event has no personal data: neither names nor texts.
            let view = fixture.test_desk.desk.package(&approved, NOW).await.expect("it exists");
            let content = view.content.open().expect("it exists");
            let contact = &content.package.contact;
            for secret in [
                contact.email.as_deref().unwrap_or("?"),
                contact.last_name.as_deref().unwrap_or("?"),
                &content.package.draft.message.subject,
                "Anna",
            ] {
                assert!(!one.body.contains(secret), "{secret} in {}", one.body);
            }
        }
        assert!(
            fixture.courier().dispatch_due(NOW).await.expect("the store answers").is_empty(),
            "no event is sent twice"
        );
    });
}

/// Verifies the event with the specification's own library.
fn verify(heard: &Heard) {
    let webhook = standardwebhooks::Webhook::new(KEY).expect("a key");
    let signature = webhook.sign(&heard.id, heard.at, heard.body.as_bytes()).expect("a signature");
    assert_eq!(heard.signature, signature);
}

#[test]
fn an_event_without_acknowledgement_is_retried_until_it_is_dead() {
    run(async {
        let receiver = Receiver::new().await;
        let fixture = Fixture::telling(vec![setting("crm", &receiver.url, "events = [\"decided\"]")]).await;
        fixture.decided(0, reject()).await;
        let courier = fixture.courier();
        receiver.answer(&[500, 302, 503]);
        let mut now = NOW;
        let mut waits = Vec::new();
        for _ in 0..3 {
            let told = courier.dispatch_due(now).await.expect("the store answers");
            let again = told[0].retry_at.expect("it is tried again");
            assert!(told[0].why.is_some());
            // Nothing is sent before its time.
            assert!(courier.dispatch_due(again - 1).await.expect("the store answers").is_empty());
            waits.push(again - now);
            now = again;
        }
        for (wait, least) in waits.iter().zip([5, 300, 1800]) {
            assert!((least..=least + least / 5).contains(wait), "{waits:?}");
        }
        assert!(courier.dispatch_due(now).await.expect("the store answers")[0].why.is_none());
        let heard = receiver.take();
        assert_eq!(heard.len(), 4);
        assert!(heard.iter().all(|one| one.id == heard[0].id && one.body == heard[0].body), "{heard:?}");
        assert_eq!(heard[3].at, now, "each attempt is signed with its own time");
        heard.iter().for_each(verify);

        // Never acknowledged: after eight attempts it is dead, with the reason.
        fixture.decided(1, reject()).await;
        receiver.answer(&[400; 8]);
        let mut tries = 0;
        while let [one] = courier.dispatch_due(now).await.expect("the store answers").as_slice() {
            tries += 1;
            now = one.retry_at.unwrap_or(now);
        }
        assert_eq!((tries, receiver.take().len()), (8, 8));
        let dead = fixture.test_desk.desk.deliveries(Some("crm"), Some("dead"), 10).await.expect("the store answers");
        assert_eq!((dead.len(), dead[0].why.as_deref()), (1, Some("the receiver answered 400")));
        // A user requests a retry.
        fixture.test_desk.desk.by("ada").retry_delivery(&dead[0].id, now).await.expect("it exists");
        assert!(courier.dispatch_due(now).await.expect("the store answers")[0].why.is_none());
        assert_eq!(receiver.take()[0].id, dead[0].id);
        assert!(fixture.test_desk.desk.by("ada").retry_delivery("msg_none", now).await.is_err());
        // A 410 ends it at once.
        fixture.decided(2, reject()).await;
        receiver.answer(&[410]);
        assert_eq!(courier.dispatch_due(now).await.expect("the store answers")[0].retry_at, None);
    });
}

#[test]
fn a_restart_loses_no_event() {
    run(async {
        let receiver = Receiver::new().await;
        let settings = vec![setting("crm", &receiver.url, "")];
        let fixture = Fixture::telling(settings.clone()).await;
        fixture.decided(0, reject()).await;
        let Fixture { test_desk, folder, .. } = fixture;
        test_desk.desk.store().close().await;
        let again = reopened(folder.path(), &settings).await;
        assert_eq!(courier(&again, &settings).dispatch_due(NOW).await.expect("the store answers").len(), 2);
        assert_eq!(receiver.kinds(), ["package-ready", "decided"]);
    });
}

#[test]
fn an_interrupted_attempt_is_repeated() {
    run(async {
        let receiver = Receiver::new().await;
        let fixture = Fixture::telling(vec![setting("crm", &receiver.url, "events = [\"decided\"]")]).await;
        fixture.decided(0, reject()).await;
        // Aborted during the attempt: the receiver has the event, but its answer is not saved.
        let courier = fixture.courier();
        receiver.answer(&[SILENT]);
        {
            let mut once = std::pin::pin!(courier.dispatch_due(NOW));
            loop {
                if std::future::poll_fn(|context| std::task::Poll::Ready(once.as_mut().poll(context).is_ready())).await
                {
                    panic!("it finished before it was aborted");
                }
                if !receiver.heard.lock().expect("a lock").is_empty() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        assert!(courier.dispatch_due(NOW + 59).await.expect("the store answers").is_empty());
        assert_eq!(courier.dispatch_due(NOW + 60).await.expect("the store answers").len(), 1);
        let heard = receiver.take();
        assert_eq!((heard.len(), &heard[0].id), (2, &heard[1].id));
    });
}

#[test]
fn a_slow_or_missing_receiver_does_not_delay_others() {
    run(async {
        let receiver = Receiver::new().await;
        // A port without a listener.
        let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let nobody = format!("http://{}/hook", gone.local_addr().expect("an address"));
        drop(gone);
        let settings =
            vec![setting("crm", &receiver.url, ""), setting("gone", &nobody, "events = [\"decided\", \"sent\"]")];
        let fixture = Fixture::telling(settings).await;
        fixture.decided(0, reject()).await;
        fixture.decided(1, reject()).await;
        let told = fixture.courier().dispatch_due(NOW).await.expect("the store answers");
        assert_eq!(receiver.kinds().len(), 4);
        // No other event is tried on a receiver that does not answer, and the error does not repeat the address.
        let not: Vec<_> = told.iter().filter(|one| one.webhook == "gone").collect();
        assert_eq!(not.len(), 1);
        assert_eq!(not[0].why.as_deref(), Some("cannot connect to the receiver"));
    });
}

#[test]
fn a_change_of_standing_is_sent() {
    run(async {
        let receiver = Receiver::new().await;
        let fixture = Fixture::telling(vec![setting("crm", &receiver.url, "events = [\"standing-changed\"]")]).await;
        for number in 0..60 {
            let package = fixture.test_desk.prepare_under(number, |tier| quick(tier, true)).await;
            let stream =
                fixture.test_desk.desk.quality(None, NOW).await.expect("the governor judges").pop().expect("a stream");
            if stream.assessment.fraction < 10_000 {
                break;
            }
            fixture.test_desk.approve(&package, NOW).await;
        }
        fixture.courier().dispatch_due(NOW).await.expect("the store answers");
        let told: Vec<(String, String)> = receiver
            .take()
            .iter()
            .map(|heard| heard.event()["data"].clone())
            .map(|data| {
                (data["from"].as_str().unwrap_or_default().into(), data["to"].as_str().unwrap_or_default().into())
            })
            .collect();
        assert_eq!(told.first().map(|(from, _)| from.as_str()), Some("pilot"), "{told:?}");
        assert_eq!(told.last().map(|(_, to)| to.as_str()), Some("proven"), "{told:?}");
    });
}

#[test]
fn a_reply_in_the_crm_is_sent_once() {
    run(async {
        let receiver = Receiver::new().await;
        let fixture = Fixture::telling(vec![setting("crm", &receiver.url, "events = [\"replied\"]")]).await;
        let id = fixture.decided(0, Decision::Approve { overruled: Vec::new() }).await;
        let view = fixture.test_desk.desk.package(&id, NOW).await.expect("it exists");
        let package = view.content.open().expect("it exists").package.clone();
        let answer = Touch {
            at: NOW + 60,
            direction: Direction::Inbound,
            channel: Channel::Email,
            campaign: None,
            subject: "Re: your words about us".into(),
            outcome: None,
        };
        let people = [Candidate { contact: package.contact.clone(), history: vec![answer] }];
        let campaign = Given::base().campaign;
        for _ in 0..2 {
            let attended = fixture
                .test_desk
                .desk
                .sync_account(&campaign.id, &package.account.id, Some(&package.account), &people, NOW + 3600)
                .await;
            attended.expect("the store answers");
        }
        fixture.courier().dispatch_due(NOW + 3600).await.expect("the store answers");
        let heard = receiver.take();
        assert_eq!(heard.len(), 1, "{heard:?}");
        let data = &heard[0].event()["data"];
        assert_eq!(*data, serde_json::json!({ "campaign": campaign.id, "account": package.account.id }));
    });
}

async fn reopened(folder: &Path, settings: &[Webhook]) -> Desk {
    let store = Store::open(&folder.join("desk.db"), &folder.join("desk.key"), NOW).await.expect("a store");
    let tools: HandoffComponents = tools();
    let service = DeskService::new(store, Arc::new(tools)).with_webhooks(settings.iter().map(Into::into).collect());
    service.acting_as(Actor::operator("mara"))
}

#[test]
fn every_event_kind_has_its_name() {
    for kind in EventKind::ALL {
        assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.name());
    }
}
