//! An end-to-end test with a third-party mail server: MailDev 3.
//!
//! It is in the folder that `BATON_MAILDEV` names, else in `servers` of the target folder. `cargo xtask test` installs it
//! and turns the feature `servers` on; without it this test is ignored.

use crate::sending::check_letter;
use baton_desk::worker::OutboxWorker;
use baton_mail::SmtpServer;
use baton_mail::TierDailyCaps;
use baton_mail::{Security, SendingOptions, Smtp};
use baton_model::Erasable;
use baton_model::package_state::PackageState;
use baton_tests::{NOW, TestDesk, component_folder, run, sending};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The maximum time for the server to start.
const PATIENCE: Duration = Duration::from_secs(60);

struct MailDev {
    process: Child,
    smtp: u16,
    web: u16,
}

impl Drop for MailDev {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the program. A missing one fails the test.
fn program() -> PathBuf {
    let folder = std::env::var_os("BATON_MAILDEV").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| component_folder().with_file_name("servers"));
    let program = folder.join("node_modules/.bin/maildev");
    assert!(program.exists(), "MailDev is not installed\nhint: cargo xtask test installs it");
    program
}

impl MailDev {
    fn start(program: &PathBuf) -> Self {
        // Both ports are free now; another program would have to be very quick to take one.
        let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
        let [smtp, web] = listeners.each_ref().map(|one| one.local_addr().expect("it has an address").port());
        drop(listeners);
        let mut command = Command::new(program);
        command.args(["--ip", "127.0.0.1", "--web-ip", "127.0.0.1", "--silent"]);
        command.args(["-s", &smtp.to_string(), "-w", &web.to_string()]);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("MailDev starts");
        let mut server = Self { process, smtp, web };
        let since = Instant::now();
        while server.get("/api/email").is_none() {
            assert!(since.elapsed() < PATIENCE, "MailDev did not answer in time");
            assert!(server.process.try_wait().expect("its state").is_none(), "MailDev exited");
            std::thread::park_timeout(Duration::from_millis(50));
        }
        server
    }

    fn get(&self, path: &str) -> Option<Vec<u8>> {
        let mut answer = ureq::get(format!("http://127.0.0.1:{}{path}", self.web)).call().ok()?;
        answer.body_mut().read_to_vec().ok()
    }
}

#[test]
#[cfg_attr(not(feature = "servers"), ignore = "needs MailDev: run cargo xtask test")]
fn a_message_arrives_as_approved() {
    let server = MailDev::start(&program());
    let place = tempfile::tempdir().expect("a folder");
    let view = run(async {
        let test_desk = TestDesk::open(place.path()).await;
        let entries = test_desk.released(1).await;
        let settings = Smtp {
            ehlo_name: None,
            host: "localhost".into(),
            port: Some(server.smtp),
            security: Security::None,
            user: None,
            password_env: None,
            timeout_seconds: 60,
        };
        let transport = SmtpServer::new(&settings, |_| None).expect("no password is needed");
        let sending = SendingOptions {
            unsubscribe_mailto: Some("stop@relayforge.example".into()),
            unsubscribe_url: Some("https://relayforge.example/stop/{id}".into()),
            ..sending()
        };
        let worker = OutboxWorker::new(test_desk.desk.clone(), Box::new(transport), sending, TierDailyCaps::default());
        let round = worker.expect("the only worker").send_due(NOW).await;
        assert!(round.error.is_none(), "{:?}", round.error);
        test_desk.desk.entry(&entries[0]).await.expect("the entry exists")
    });
    assert_eq!(view.state, PackageState::Sent, "{:?}", view.why);
    let Erasable::Open(message) = &view.message else { panic!("nobody is erased") };

    let list: serde_json::Value =
        serde_json::from_slice(&server.get("/api/email").expect("a list")).expect("it is JSON");
    let [mail] = list.as_array().expect("a list").as_slice() else { panic!("one message, not {list}") };
    assert_eq!(mail["envelope"]["from"]["address"], view.mailbox);
    assert_eq!(mail["envelope"]["to"][0]["address"], message.to);
    let source = format!("/api/email/{}/source", mail["id"].as_str().expect("an id"));
    let source = server.get(&source).expect("the source");
    check_letter(&source, message, &view.message_id);
    let text = String::from_utf8(source).expect("ASCII");
    for line in [
        format!("List-Unsubscribe: <https://relayforge.example/stop/{}>,", view.id),
        format!(" <mailto:stop@relayforge.example?subject=unsubscribe%20{}>", view.id),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click".to_owned(),
        "Content-Type: text/plain; charset=utf-8".to_owned(),
        "Date: Tue, 10 Mar 2026 09:00:00 +0000".to_owned(),
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}
