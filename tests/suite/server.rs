//! The assembled application: it listens, sends approved messages, and leaves sending to the process that already sends
//! from the store.

use baton_mail::FolderTransport;
use baton_model::package_state::PackageState;
use baton_server::{ListenOptions, SentDecision, Server, ServerError, clock_from};
use baton_tests::server::{TestServer, WHO};
use baton_tests::{NOW, TestDesk, approval, message_files, run};
use std::path::Path;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// Prepares a package and approves it through the server.
async fn decide_and_send(test_desk: &TestDesk) -> SentDecision {
    let package = test_desk.prepare(1).await;
    let shown = test_desk.desk.package(&package, NOW).await.expect("the package");
    test_desk.server().decide_and_send(&test_desk.desk, &approval(&shown), NOW).await.expect("approved")
}

fn messages(folder: &Path) -> usize {
    message_files(&folder.join("outbox")).len()
}

#[test]
fn an_approved_message_that_is_due_is_sent_at_once() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(folder.path()).await;
        let sent = decide_and_send(&test_desk).await;
        assert!(sent.not_sent.is_none(), "{:?}", sent.not_sent);
        assert_eq!(sent.entry.expect("a message").state, PackageState::Sent);
        assert_eq!(messages(folder.path()), 1);
    });
}

#[test]
fn an_approved_message_is_left_to_the_running_worker() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(folder.path()).await;
        let transport = FolderTransport::open(&folder.path().join("outbox")).expect("a folder");
        let mut worker = test_desk.worker(Box::new(transport));
        let left = decide_and_send(&test_desk).await;
        assert!(left.not_sent.is_none(), "{:?}", left.not_sent);
        assert_eq!(left.entry.expect("a message").state, PackageState::Scheduled);
        assert_eq!(messages(folder.path()), 0);
        assert!(worker.send_due(NOW).await.error.is_none());
        assert_eq!(messages(folder.path()), 1);
    });
}

fn options() -> ListenOptions {
    ListenOptions { operator: WHO.into(), port: Some(0), clock: clock_from(NOW) }
}

async fn get(page_url: &str, cookie: &str) -> String {
    let host = page_url.strip_prefix("http://").expect("an address with http");
    let mut stream = TcpStream::connect(host).await.expect("a connection");
    let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}

async fn refused(server: &Server, options: ListenOptions) -> ServerError {
    server.listen(options).await.err().expect("it cannot listen")
}

#[test]
fn a_server_answers_until_it_is_stopped() {
    let test_server = TestServer::pilot();
    run(async {
        let server = test_server.server();
        let listening = server.listen(options()).await.expect("it listens");
        assert_eq!(listening.warnings, []);
        let link = listening.operator_url.as_ref().expect("nobody can sign in");
        assert!(link.starts_with(&format!("{}/start/", listening.page_url)), "{link}");
        let page_url = listening.page_url.clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(listening.run(async { drop(stopped.await) }, |_| {}));
        let port = page_url.rsplit(':').next().and_then(|port| port.parse().ok());
        let cookie = test_server.operator_cookie(port.expect("a port"));
        for (cookie, status) in [(cookie.as_str(), "200 OK"), ("", "401 Unauthorized")] {
            let answer = get(&page_url, cookie).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        }

        // Only one process sends from a store or listens on a port.
        let error = refused(&server, options()).await;
        assert!(matches!(error, ServerError::Locked(_)), "{error:?}");
        let error = refused(&server, ListenOptions { port, ..options() }).await;
        assert!(error.to_string().starts_with("cannot listen on 127.0.0.1:"), "{error}");

        stop.send(()).expect("it runs");
        running.await.expect("no panic").expect("it stops cleanly");
        server.listen(options()).await.expect("the port and the store are free");
    });
}

/// A task of the server that fails ends the whole server with an error, so that a service manager notices it.
#[test]
fn a_task_that_panics_ends_the_server_with_an_error() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let test_desk = TestDesk::open(folder.path()).await;
        test_desk.released(1).await;
        let listening = test_desk.server().listen(options()).await.expect("it listens");
        let running = listening.run(std::future::pending(), |event| panic!("as planned: {event:?}"));
        let error = running.await.expect_err("the worker panicked");
        assert!(matches!(&error, ServerError::Task(_)), "{error:?}");
    });
}
