//! A mail server in this process (RFC 5321) that stores accepted messages and fails where a test asks for it.
//!
//! A message counts as accepted once the server has decided so, which is before it replies: a message whose reply the
//! client does not receive was still accepted.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The step of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SmtpStep {
    Greeting,
    Ehlo,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// A part of the message's lines has been received, without the final dot.
    Body,
    /// The final dot has been received, and nothing is accepted yet.
    Dot,
    /// The message is accepted, and the reply is not sent.
    Accepted,
    /// The reply is sent.
    Replied,
}

/// A fault at a step, instead of the normal reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpFault {
    /// Sends this reply, of one or more lines.
    Reply(&'static str),
    /// Closes the connection without a reply.
    Drop,
}

/// An accepted message.
#[derive(Clone, Debug)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// The message as it was sent, with dot-stuffing removed.
    pub data: Vec<u8>,
}

type Hook = Arc<dyn Fn(SmtpStep) + Send + Sync>;

#[derive(Default)]
struct State {
    /// Accepted messages by Message-ID, one entry per acceptance.
    accepted: BTreeMap<String, Vec<Mail>>,
    /// The faults of the next session that reaches each step; each happens once.
    faults: Vec<(SmtpStep, SmtpFault)>,
    connections: usize,
    /// The only accepted login; `None` accepts every client.
    login: Option<String>,
    hook: Option<Hook>,
}

/// The server. It stops when it is dropped.
pub struct SmtpSink {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl SmtpSink {
    /// Listens on a free port of this machine.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Errors that a client causes in its own session do not stop the server.
                tokio::spawn(session(stream, Arc::clone(&shared)));
            }
        });
        Self { address, state, task }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    /// Makes the next session that reaches this step fail with this fault.
    pub fn fault(&self, step: SmtpStep, fault: SmtpFault) {
        self.state().faults.push((step, fault));
    }

    /// Accepts only this user with this password, by AUTH PLAIN (RFC 4616).
    pub fn require(&self, user: &str, password: &str) {
        self.state().login = Some(base64(format!("\0{user}\0{password}").as_bytes()));
    }

    /// Sets a function that is called at each step of each session, before the server continues.
    pub fn hook(&self, hook: Option<Hook>) {
        self.state().hook = hook;
    }

    /// Returns the accepted messages by Message-ID without angle brackets, one entry per acceptance.
    pub fn accepted(&self) -> BTreeMap<String, Vec<Mail>> {
        self.state().accepted.clone()
    }

    pub fn connections(&self) -> usize {
        self.state().connections
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The end of a session.
struct Ended;

struct Session {
    stream: BufReader<TcpStream>,
    state: Arc<Mutex<State>>,
}

async fn session(stream: TcpStream, state: Arc<Mutex<State>>) {
    locked(&state).connections += 1;
    let mut session = Session { stream: BufReader::new(stream), state };
    let _ = session.talk().await;
}

impl Session {
    async fn talk(&mut self) -> Result<(), Ended> {
        self.reach(SmtpStep::Greeting, "220 sink ESMTP").await?;
        let (mut from, mut to) = (None, Vec::new());
        let mut known = locked(&self.state).login.is_none();
        loop {
            let line = self.line().await?;
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let auth = if known { "" } else { "250-AUTH PLAIN\r\n" };
                    let words = format!("250-sink\r\n{auth}250 8BITMIME");
                    self.reach(SmtpStep::Ehlo, &words).await?;
                }
                "AUTH" => {
                    known = locked(&self.state).login.as_deref() == line.split(' ').nth(2);
                    let words = if known { "235 2.7.0 welcome" } else { "535 5.7.8 wrong user or password" };
                    self.reach(SmtpStep::Auth, words).await?;
                }
                "MAIL" if !known => self.say("530 5.7.0 authentication required").await?,
                "MAIL" if from.is_some() => self.say("503 5.5.1 one at a time").await?,
                "MAIL" => {
                    if self.reach(SmtpStep::Mail, "250 2.1.0 ok").await? {
                        from = Some(path(&line));
                    }
                }
                "RCPT" if from.is_none() => self.say("503 5.5.1 MAIL first").await?,
                "RCPT" => {
                    if self.reach(SmtpStep::Rcpt, "250 2.1.5 ok").await? {
                        to.push(path(&line));
                    }
                }
                "DATA" if to.is_empty() => self.say("503 5.5.1 RCPT first").await?,
                "DATA" => {
                    if self.reach(SmtpStep::Data, "354 go ahead").await? {
                        let from = from.take().unwrap_or_default();
                        self.message(Mail { from, to: std::mem::take(&mut to), data: Vec::new() }).await?;
                    }
                }
                "RSET" => {
                    (from, to) = (None, Vec::new());
                    self.say("250 2.0.0 ok").await?;
                }
                "NOOP" => self.say("250 2.0.0 ok").await?,
                "QUIT" => {
                    self.say("221 2.0.0 bye").await?;
                    return Ok(());
                }
                _ => self.say("502 5.5.1 not here").await?,
            }
        }
    }

    async fn message(&mut self, mut mail: Mail) -> Result<(), Ended> {
        loop {
            let line = self.line().await?;
            if line == b".\r\n" {
                break;
            }
            let first = mail.data.is_empty();
            mail.data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            if first && self.fault(SmtpStep::Body) == Some(SmtpFault::Drop) {
                return Err(Ended);
            }
        }
        match self.fault(SmtpStep::Dot) {
            Some(SmtpFault::Drop) => return Err(Ended),
            Some(SmtpFault::Reply(words)) => return self.say(words).await,
            None => {}
        }
        let text = String::from_utf8_lossy(&mail.data).into_owned();
        let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: <")?.strip_suffix('>'));
        locked(&self.state).accepted.entry(id.unwrap_or_default().to_owned()).or_default().push(mail);
        self.reach(SmtpStep::Accepted, "250 2.0.0 accepted").await?;
        self.fault(SmtpStep::Replied);
        Ok(())
    }

    /// Handles a step: sends this reply, unless there is a fault. Returns whether there was no fault.
    async fn reach(&mut self, step: SmtpStep, words: &str) -> Result<bool, Ended> {
        match self.fault(step) {
            None => self.say(words).await.map(|()| true),
            Some(SmtpFault::Reply(words)) => self.say(words).await.map(|()| false),
            Some(SmtpFault::Drop) => Err(Ended),
        }
    }

    fn fault(&self, step: SmtpStep) -> Option<SmtpFault> {
        let (hook, fault) = {
            let mut state = locked(&self.state);
            let found = state.faults.iter().position(|(at, _)| *at == step);
            (state.hook.clone(), found.map(|at| state.faults.remove(at).1))
        };
        if let Some(hook) = hook {
            hook(step);
        }
        fault
    }

    async fn line(&mut self) -> Result<Vec<u8>, Ended> {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line).await {
            Ok(read) if read > 0 && line.ends_with(b"\r\n") => Ok(line),
            _ => Err(Ended),
        }
    }

    async fn say(&mut self, words: &str) -> Result<(), Ended> {
        let line = format!("{words}\r\n");
        self.stream.get_mut().write_all(line.as_bytes()).await.map_err(|_| Ended)
    }
}

/// Returns the address between the angle brackets.
fn path(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(path, _)| path).to_owned()
}

/// Decodes base64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
