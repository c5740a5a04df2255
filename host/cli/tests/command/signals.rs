//! Ctrl-C and the signal of a service manager end `baton serve` in the same way: in order, with exit code 0.

use crate::command;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

#[cfg(unix)]
#[test]
fn serve_ends_in_order() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(command(folder.path(), &["init"]).status().expect("it runs").success());
        let mut serving = command(folder.path(), &["serve", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let mut said = BufReader::new(serving.stdout.take().expect("its output"));
        said.read_line(&mut line).expect("a line");
        assert!(line.starts_with("review page: http://"), "{line}");
        let sent = Command::new("kill").args([signal, &serving.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
        assert_eq!(serving.wait().expect("it ends").code(), Some(0), "{signal}");
    }
}
