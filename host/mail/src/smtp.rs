//! Sending by SMTP (RFC 5321), one stage at a time, so that the stage of a failure is known.
//!
//! Up to the answer to DATA nothing can have been accepted. Once the first byte of the message was sent, only the
//! server's answer settles it; without one the result is unknown. The password is in no error, no log and no `Debug`
//! output.

use crate::compose::ComposedEmail;
use crate::options::{Security, Smtp};
use crate::transport::Transport;
use async_trait::async_trait;
use baton_model::delivery::{DeliveryCheck, DeliveryOutcome, InterruptedSend};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use std::fmt;
use std::time::Duration;

/// Maximum length of the server's words, in characters.
const WORDS_MAX: usize = 300;

/// Replies about the connection and not about a message: the server closes it, or wants another login (RFC 5321, 4.2.3;
/// RFC 4954, 6).
const LOCKED_OUT: [&str; 6] = ["421", "454", "530", "534", "535", "538"];

/// A mail server, with at most one connection.
pub struct SmtpServer {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    timeout: Duration,
    /// The name in the greeting.
    hello: ClientId,
    name: String,
    connection: Option<AsyncSmtpConnection>,
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpServer").field("name", &self.name).field("security", &self.security).finish_non_exhaustive()
    }
}

/// The environment has no password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable `{0}`, which should contain the password of the mail server, is not set")]
pub struct NoPassword(pub String);

impl NoPassword {
    /// Returns the remedy.
    pub fn hint(&self) -> String {
        format!("set it before the command: `{}=… baton …`", self.0)
    }
}

impl SmtpServer {
    /// Creates the transport for the configured server. It does not connect yet. `environment` looks up a variable.
    ///
    /// # Errors
    /// [`NoPassword`] if a password is required and not set.
    pub fn new(settings: &Smtp, environment: impl Fn(&str) -> Option<String>) -> Result<Self, NoPassword> {
        let credentials = match (&settings.user, &settings.password_env) {
            (Some(user), Some(variable)) => {
                let password = environment(variable).filter(|password| !password.is_empty());
                let password = password.ok_or_else(|| NoPassword(variable.clone()))?;
                Some(Credentials::new(user.clone(), password))
            }
            _ => None,
        };
        let (host, port) = (settings.host.clone(), settings.port());
        Ok(Self {
            name: format!("smtp:{host}:{port}"),
            host,
            port,
            security: settings.security,
            credentials,
            timeout: Duration::from_secs(settings.timeout_seconds.into()),
            hello: hello(settings.ehlo_name.as_deref(), hostname::get().ok().and_then(|name| name.into_string().ok())),
            connection: None,
        })
    }

    /// Returns a connection that is ready for a message: the open one if it still works, else a new one.
    async fn ready(&mut self) -> Result<AsyncSmtpConnection, String> {
        if let Some(mut connection) = self.connection.take()
            && in_time(self.timeout, connection.command(Noop)).await.is_ok()
        {
            return Ok(connection);
        }
        let server = (self.host.as_str(), self.port);
        let hello = self.hello.clone();
        let tls = || TlsParameters::new(self.host.clone()).map_err(|error| error.to_string());
        let wrapped = match self.security {
            Security::Tls => Some(tls()?),
            Security::Starttls | Security::None => None,
        };
        let at = |what: &str, failure: StageFailure| format!("{}: {what}: {failure}", self.name);
        let connecting = AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &hello, wrapped, None);
        let mut connection = in_time(self.timeout, connecting).await.map_err(|error| at("no connection", error))?;
        if self.security == Security::Starttls {
            let secured = in_time(self.timeout, connection.starttls(tls()?, &hello)).await;
            secured.map_err(|error| at("the connection could not be encrypted", error))?;
        }
        if let Some(credentials) = &self.credentials {
            let known = in_time(self.timeout, connection.auth(DEFAULT_MECHANISMS, credentials)).await;
            known.map_err(|error| at("the login failed", error))?;
        }
        Ok(connection)
    }
}

/// Returns the name in the greeting: the configured one, else the machine's, else the loopback address, which some
/// servers refuse.
fn hello(configured: Option<&str>, machine: Option<String>) -> ClientId {
    let name = configured.map(ToOwned::to_owned).or_else(|| machine.filter(|name| is_ehlo_name(name)));
    name.map_or_else(ClientId::default, ClientId::Domain)
}

/// Whether mail servers accept the text as the name of a machine (RFC 5321, 4.1.1.1).
pub fn is_ehlo_name(name: &str) -> bool {
    let label = |label: &str| {
        let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label) && !name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[async_trait]
impl Transport for SmtpServer {
    fn name(&self) -> &str {
        &self.name
    }

    async fn transmit(&mut self, letter: &ComposedEmail) -> DeliveryOutcome {
        let mut connection = match self.ready().await {
            Ok(connection) => connection,
            Err(why) => return DeliveryOutcome::Unavailable(why),
        };
        let (tried, usable) = deliver(&mut connection, letter, self.timeout).await;
        if usable {
            self.connection = Some(connection);
        } else {
            // It may hang, and the result of the message is known already.
            let _ = tokio::time::timeout(Duration::from_secs(1), connection.abort()).await;
        }
        tried
    }

    fn was_sent(&self, _: &InterruptedSend) -> DeliveryCheck {
        DeliveryCheck::Unknown
    }

    async fn disconnect(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            let _ = tokio::time::timeout(Duration::from_secs(1), connection.quit()).await;
        }
    }
}

/// Sends the message to the server. Returns whether the connection can take another one as well.
async fn deliver(
    connection: &mut AsyncSmtpConnection,
    letter: &ComposedEmail,
    patience: Duration,
) -> (DeliveryOutcome, bool) {
    let mail = Mail::new(Some(letter.from.clone()), Vec::new());
    if let Err(failure) = in_time(patience, connection.command(mail)).await {
        return (before("the sender", failure), false);
    }
    let recipient = Rcpt::new(letter.to.clone(), Vec::new());
    if let Err(failure) = in_time(patience, connection.command(recipient)).await {
        return (before("the recipient", failure), false);
    }
    match in_time(patience, connection.command(Data)).await {
        Ok(response) if response.has_code(354) => {}
        Ok(response) => {
            return (
                DeliveryOutcome::Deferred(format!("the server answered DATA with {}", format_reply(&response))),
                false,
            );
        }
        Err(failure) => return (before("the message", failure), false),
    }
    // The end of the message begins with a line break of its own (RFC 5321, 4.5.2 and 4.1.1.4).
    let bytes = letter.bytes.strip_suffix(b"\r\n").unwrap_or(&letter.bytes);
    match in_time(patience * 10, connection.message(bytes)).await {
        Ok(response) if response.code().severity == Severity::PositiveCompletion => {
            (DeliveryOutcome::Accepted(format_reply(&response)), true)
        }
        Ok(response) => (
            DeliveryOutcome::Unknown(format!("the server answered the message with {}", format_reply(&response))),
            false,
        ),
        Err(StageFailure::Rejected { permanent: true, words }) => (DeliveryOutcome::Refused(words), false),
        Err(StageFailure::Rejected { permanent: false, words }) => (DeliveryOutcome::Deferred(words), false),
        Err(StageFailure::NoReply(why)) => (
            DeliveryOutcome::Unknown(format!("the connection ended before the server answered the message: {why}")),
            false,
        ),
    }
}

/// Returns the result of a failure before the message itself.
fn before(what: &str, failure: StageFailure) -> DeliveryOutcome {
    match failure {
        StageFailure::Rejected { words, .. } if LOCKED_OUT.iter().any(|code| words.starts_with(code)) => {
            DeliveryOutcome::Unavailable(format!("the server accepts nothing from us: {words}"))
        }
        StageFailure::Rejected { permanent: true, words } => {
            DeliveryOutcome::Refused(format!("the server rejects {what}: {words}"))
        }
        StageFailure::Rejected { permanent: false, words } => {
            DeliveryOutcome::Deferred(format!("the server rejects {what} for now: {words}"))
        }
        StageFailure::NoReply(why) => {
            DeliveryOutcome::Deferred(format!("the connection ended before the message: {why}"))
        }
    }
}

/// The cause of a failed stage.
enum StageFailure {
    /// The server answered no.
    Rejected { permanent: bool, words: String },
    /// The server gave no answer that makes sense, or none in time.
    NoReply(String),
}

impl fmt::Display for StageFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected { words, .. } => f.write_str(words),
            Self::NoReply(why) => f.write_str(why),
        }
    }
}

async fn in_time<T>(patience: Duration, stage: impl Future<Output = Result<T, Error>>) -> Result<T, StageFailure> {
    match tokio::time::timeout(patience, stage).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(match error.status() {
            Some(_) => StageFailure::Rejected { permanent: error.is_permanent(), words: format_rejection(&error) },
            None => StageFailure::NoReply(cause(&error)),
        }),
        Err(_) => Err(StageFailure::NoReply(format!("no answer within {} seconds", patience.as_secs()))),
    }
}

fn format_reply(response: &Response) -> String {
    shortened(&format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" ")))
}

fn format_rejection(error: &Error) -> String {
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    shortened(&format!("{code} {text}"))
}

/// Returns the innermost cause: the outer ones say only that there is an inner one.
fn cause(error: &Error) -> String {
    let first: &dyn std::error::Error = error;
    let last = std::iter::successors(Some(first), |error| error.source()).last().unwrap_or(first);
    shortened(&last.to_string())
}

/// Limits a server's words, which can be anybody's, and removes control characters.
fn shortened(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS_MAX).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greeting_has_the_name_of_the_machine() {
        for (configured, machine, expected) in [
            (None, Some("mail.relay.example"), "mail.relay.example"),
            (None, Some("laptop-7"), "laptop-7"),
            (Some("out.relay.example"), Some("laptop-7"), "out.relay.example"),
            (None, Some("mara's laptop"), "[127.0.0.1]"),
            (None, Some("192.0.2.7"), "[127.0.0.1]"),
            (None, Some("x\r\nMAIL"), "[127.0.0.1]"),
            (None, Some(""), "[127.0.0.1]"),
            (None, None, "[127.0.0.1]"),
        ] {
            assert_eq!(hello(configured, machine.map(ToOwned::to_owned)).to_string(), expected, "{machine:?}");
        }
    }
}
