//! Ctrl-C and the signal of a service manager end `baton serve` in the same way: in order, with exit code 0. A second
//! signal ends it at once.

use crate::command;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A served page. Its folder lives as long as this.
struct Serving {
    child: Child,
    /// The host and the port.
    address: String,
    _folder: TempDir,
}

impl Serving {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(command(folder.path(), &["init"]).status().expect("it runs").success());
        let mut child = command(folder.path(), &["serve", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().expect("its output"));
        said.read_line(&mut line).expect("a line");
        let rest = line.strip_prefix("review page: http://").expect("its address");
        let address = rest.split('/').next().expect("a host").to_owned();
        Self { child, address, _folder: folder }
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Sends many requests for a large file and reads none of the answers.
    fn stuck_client(&self) -> TcpStream {
        let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.address);
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        let closing = "HTTP/1.1\r\nconnection: close";
        stream.write_all(ask("/").replace("HTTP/1.1", closing).as_bytes()).expect("a request");
        let mut page = String::new();
        stream.read_to_string(&mut page).expect("the page");
        let style = page.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".css"));
        let mut stuck = TcpStream::connect(&self.address).expect("a connection");
        stuck.write_all(ask(style.expect("a style sheet")).repeat(1000).as_bytes()).expect("requests");
        let mut first = [0; 12];
        stuck.read_exact(&mut first).expect("the first answer begins");
        assert_eq!(&first, b"HTTP/1.1 200");
        stuck
    }
}

#[cfg(unix)]
#[test]
fn serve_ends_in_order() {
    for signal in ["-INT", "-TERM"] {
        let mut serving = Serving::start();
        serving.signal(signal);
        assert_eq!(serving.child.wait().expect("it ends").code(), Some(0), "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn a_second_signal_ends_serve_at_once() {
    let mut serving = Serving::start();
    let stuck = serving.stuck_client();
    // Two different signals, since two of one kind may arrive as one.
    serving.signal("-INT");
    serving.signal("-TERM");
    assert_eq!(serving.child.wait().expect("it ends").code(), Some(130));
    drop(stuck);
}
