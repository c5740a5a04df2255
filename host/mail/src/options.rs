//! The table `[sending]`: the footer of messages, the sending window, the limits, and the transport.
//!
//! The values are valid: addresses and links are single lines that fit a header, the window is not empty, no password
//! is in them, and unencrypted connections go to this machine alone.

use std::{
    fmt,
    path::{Path as FilePath, PathBuf},
};

use chrono::NaiveTime;
use chrono_tz::Tz;
use serde::Deserialize;

use baton_model::{Zone, quoted};

/// The default sentence about opting out.
const OPT_OUT: &str = "If you would rather not hear from us, reply and say so: we will not write to you again.";

/// The table `[sending]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct SendingOptions {
    /// The sender's valid physical postal address, which every commercial message states (CAN-SPAM, 15 U.S.C.
    /// 7704(a)(5)(A)(iii)); may have several lines. Without it nothing is sent.
    pub postal_address: Option<String>,
    /// The sentence about opting out at the end of a message.
    pub opt_out: String,
    /// The address for opt-out requests, for the header `List-Unsubscribe` (RFC 2369).
    pub unsubscribe_mailto: Option<String>,
    /// The page that receives opt-outs by a POST (RFC 8058); `{id}` is replaced by the outbox entry's id.
    pub unsubscribe_url: Option<String>,
    /// The hours of a day in which messages are sent, in the recipient's time zone; 08:00 to 17:00 by default.
    pub window: Window,
    /// The days on which messages are sent; Monday to Friday by default.
    pub weekdays: Vec<Weekday>,
    /// An IANA name: the time zone of the daily limits, and of recipients whose time zone and country are unknown; UTC
    /// by default.
    pub time_zone: Zone,
    /// Maximum number of messages of one mailbox a day, 1 to 10,000; 50 by default.
    pub mailbox_daily: u32,
    /// Maximum number of messages to one recipient domain a day, 1 to 10,000; 5 by default.
    pub domain_daily: u32,
    /// Minimum seconds between two messages of one mailbox, 0 to 86,400; 60 by default.
    pub seconds_between: u32,
    /// The folder of the `.eml` files; see [`SendingOptions::folder`].
    pub folder: Option<PathBuf>,
    /// The mail server; without one messages are written to the folder.
    pub smtp: Option<Smtp>,
}

/// The table `[sending.smtp]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Smtp {
    /// The server's name, for the connection and its certificate.
    pub host: String,
    /// 465 for `tls`, 587 for `starttls` and 25 for `none` by default.
    pub port: Option<u16>,
    /// The encryption of the connection; `tls` by default.
    #[serde(default)]
    pub security: Security,
    /// The login; without one there is no login.
    pub user: Option<String>,
    /// The environment variable with the password.
    pub password_env: Option<String>,
    /// Maximum seconds for each step of the server, 5 to 600; 60 by default. For its answer to a whole message it has
    /// ten times as long (RFC 5321, 4.5.3.2.6).
    #[serde(default = "timeout")]
    pub timeout_seconds: u32,
    /// This machine's name in the greeting (EHLO); the name of the machine by default.
    pub ehlo_name: Option<String>,
}

/// The encryption of the connection to the mail server.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    #[default]
    Tls,
    /// TLS by STARTTLS (RFC 3207); a server that does not offer it is not used.
    Starttls,
    /// None: only for a server on this machine.
    None,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the days of the week")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Returns the same day in the calendar's terms.
    pub const fn day(self) -> chrono::Weekday {
        match self {
            Self::Monday => chrono::Weekday::Mon,
            Self::Tuesday => chrono::Weekday::Tue,
            Self::Wednesday => chrono::Weekday::Wed,
            Self::Thursday => chrono::Weekday::Thu,
            Self::Friday => chrono::Weekday::Fri,
            Self::Saturday => chrono::Weekday::Sat,
            Self::Sunday => chrono::Weekday::Sun,
        }
    }
}

/// A window of one day, from the first time to before the last.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct Window {
    opens: NaiveTime,
    /// `None` is midnight.
    closes: Option<NaiveTime>,
}

impl Window {
    /// Returns when it opens.
    pub const fn opens(self) -> NaiveTime {
        self.opens
    }

    /// Returns when it closes; `None` if it stays open until midnight.
    pub const fn closes(self) -> Option<NaiveTime> {
        self.closes
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to ", self.opens.format("%H:%M"))?;
        match self.closes {
            Some(closes) => write!(f, "{}", closes.format("%H:%M")),
            None => f.write_str("24:00"),
        }
    }
}

impl TryFrom<Vec<String>> for Window {
    type Error = String;

    fn try_from(times: Vec<String>) -> Result<Self, String> {
        let [opens, closes] = times.as_slice() else {
            return Err("write two times of the day, such as [\"08:00\", \"17:00\"]".into());
        };
        let time = |text: &str| {
            NaiveTime::parse_from_str(text, "%H:%M")
                .map_err(|_| format!("\"{}\" is not a time of day like \"08:00\"", quoted(text)))
        };
        let opens = time(opens)?;
        let closes = if closes == "24:00" { None } else { Some(time(closes)?) };
        match closes {
            Some(closes) if closes <= opens => Err("the window closes before it opens".into()),
            _ => Ok(Self { opens, closes }),
        }
    }
}

impl Default for SendingOptions {
    fn default() -> Self {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0);
        Self {
            postal_address: None,
            opt_out: OPT_OUT.into(),
            unsubscribe_mailto: None,
            unsubscribe_url: None,
            window: Window { opens: at(8).unwrap_or_default(), closes: at(17) },
            weekdays: vec![Monday, Tuesday, Wednesday, Thursday, Friday],
            time_zone: Zone(Tz::UTC),
            mailbox_daily: 50,
            domain_daily: 5,
            seconds_between: 60,
            folder: None,
            smtp: None,
        }
    }
}

fn timeout() -> u32 {
    60
}

impl SendingOptions {
    /// Returns the end of every message: the postal address and the sentence about opting out. Empty without a postal
    /// address; a message approved without one is recognized by that and not sent.
    pub fn footer(&self) -> String {
        match &self.postal_address {
            Some(address) => format!("{}\n\n{}", address.trim(), self.opt_out.trim()).trim_end().to_owned(),
            None => String::new(),
        }
    }

    /// Returns the folder of the `.eml` files: the configured one, else `outbox` in the store's folder.
    pub fn folder(&self, store: &FilePath) -> PathBuf {
        self.folder.clone().unwrap_or_else(|| store.join("outbox"))
    }
}

impl Smtp {
    /// Returns the port, or the usual one of the encryption.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Tls => 465,
            Security::Starttls => 587,
            Security::None => 25,
        })
    }
}
