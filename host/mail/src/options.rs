//! The table `[sending]`: what ends every message, when messages leave and how many, and where they go.
//!
//! What comes out can be relied on: addresses and links are single lines that fit a header, the window is not empty, a
//! password is nowhere, and nothing goes over an open line except to this machine itself.

use std::{
    fmt,
    path::{Path as FilePath, PathBuf},
};

use chrono::NaiveTime;
use chrono_tz::Tz;
use serde::Deserialize;

use baton_model::{Zone, quoted};

/// How to ask to be written to no more, where the file does not say it in words of its own.
const OPT_OUT: &str = "If you would rather not hear from us, reply and say so: we will not write to you again.";

/// The table `[sending]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Sending {
    /// The sender's valid physical postal address, which every commercial message states (CAN-SPAM, 15 U.S.C.
    /// 7704(a)(5)(A)(iii)); may have several lines. Without it nothing is transmitted.
    pub postal_address: Option<String>,
    /// The sentence at the end of a message that says how to be written to no more.
    pub opt_out: String,
    /// The address that takes requests to be written to no more, for the header `List-Unsubscribe` (RFC 2369).
    pub unsubscribe_mailto: Option<String>,
    /// The page that takes them by a POST (RFC 8058); `{id}` stands for the outbox entry's id.
    pub unsubscribe_url: Option<String>,
    /// The hours of a day in which messages leave, in the recipient's time zone; 08:00 to 17:00 by default.
    pub window: Window,
    /// The days on which messages leave; Monday to Friday by default.
    pub weekdays: Vec<Weekday>,
    /// An IANA name: whose days the daily caps count, and where a recipient is taken to be of whom neither time zone
    /// nor country is known; UTC by default.
    pub time_zone: Zone,
    /// Messages of one mailbox in one day, 1 to 10,000; 50 by default.
    pub mailbox_daily: u32,
    /// Messages to one recipient domain in one day, 1 to 10,000; 5 by default.
    pub domain_daily: u32,
    /// Seconds between two messages of one mailbox, 0 to 86,400; 60 by default.
    pub seconds_between: u32,
    /// Where the `.eml` files go; see [`Sending::folder`].
    pub folder: Option<PathBuf>,
    /// The mail server; without one messages go to the folder.
    pub smtp: Option<Smtp>,
}

/// The table `[sending.smtp]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Smtp {
    /// The server's name, for the connection and for its certificate.
    pub host: String,
    /// 465 for `tls`, 587 for `starttls` and 25 for `none` by default.
    pub port: Option<u16>,
    /// How the line is secured; `tls` by default.
    #[serde(default)]
    pub security: Security,
    /// The user to log in as; without one nobody logs in.
    pub user: Option<String>,
    /// The environment variable with the password.
    pub password_env: Option<String>,
    /// How long the server may take for each step in seconds, 5 to 600; 60 by default. For its word on a whole message
    /// it gets ten times as long (RFC 5321, 4.5.3.2.6).
    #[serde(default = "timeout")]
    pub timeout_seconds: u32,
}

/// How the line to the mail server is secured.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    #[default]
    Tls,
    /// TLS by STARTTLS (RFC 3207); a server that does not offer it is not used.
    Starttls,
    /// Not at all: for a server on this machine alone.
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
    /// The same day in the calendar's terms.
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

/// From the first moment to before the last, of one and the same day.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct Window {
    opens: NaiveTime,
    /// None is midnight.
    closes: Option<NaiveTime>,
}

impl Window {
    /// When it opens.
    pub const fn opens(self) -> NaiveTime {
        self.opens
    }

    /// When it closes; none where it stays open until midnight.
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
                .map_err(|_| format!("\"{}\" is no time of the day such as \"08:00\"", quoted(text)))
        };
        let opens = time(opens)?;
        let closes = if closes == "24:00" { None } else { Some(time(closes)?) };
        match closes {
            Some(closes) if closes <= opens => Err("the window closes before it opens".into()),
            _ => Ok(Self { opens, closes }),
        }
    }
}

impl Default for Sending {
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

impl Sending {
    /// What ends every message: the postal address and how to be written to no more. Empty without a postal address,
    /// so that what was approved without one can be told and does not leave.
    pub fn footer(&self) -> String {
        match &self.postal_address {
            Some(address) => format!("{}\n\n{}", address.trim(), self.opt_out.trim()).trim_end().to_owned(),
            None => String::new(),
        }
    }

    /// Where the `.eml` files go: the folder that the file names, else `outbox` in the store's folder.
    pub fn folder(&self, store: &FilePath) -> PathBuf {
        self.folder.clone().unwrap_or_else(|| store.join("outbox"))
    }
}

impl Smtp {
    /// The port, or the one that is usual for the line's security.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Tls => 465,
            Security::Starttls => 587,
            Security::None => 25,
        })
    }
}
