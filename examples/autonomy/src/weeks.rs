//! The weeks after the pilot's first day, as a CRM would export them: each morning some accounts with a person and a
//! signal are added to the pilot's own files.
//!
//! The pilot has 67 accounts, and a stream clears only after two dozen reviews of its own kind. So the accounts here are
//! derived from the pilot's campaign: its industries, countries and titles, all of the size of its tier `mid`. They
//! depend only on the account's number, so the weeks are the same every time.
//!
//! A signal has the text of a news feed, and the text of the linked page is stored beside it: on two days the feed
//! confuses one company with another of the same name, and only a person who opens the page can see that.

use anyhow::{Context as _, Result};
use baton_facts::types::Timestamp;
use chrono::DateTime;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

pub const DAY: Timestamp = 86_400;
/// The time of the pilot's data: Tuesday, 10 March 2026, 09:00 UTC.
pub const FIRST: Timestamp = 1_773_133_200;
/// The number of working days in the story.
pub const DAYS: usize = 15;

/// The kind of signal that the story follows.
pub const FOLLOWED: &str = "leadership-change";
const FOLLOWED_DAILY: usize = 6;
/// Another kind, drafted by the same drafter.
pub const OTHER: &str = "expansion";
const OTHER_DAILY: usize = 4;

/// Accounts with a wrong signal: the working day, from 0, and the index among its followed ones.
const WRONG: [(usize, usize); 4] = [(4, 0), (5, 1), (5, 4), (6, 0)];

const NAMES: [&str; 20] = [
    "Alder", "Bramble", "Calder", "Dunlin", "Elder", "Fenwick", "Garnet", "Harrow", "Ingle", "Juniper", "Kelda",
    "Larch", "Marram", "Nettle", "Osier", "Pender", "Quarry", "Rowan", "Sedge", "Tarn",
];
const ENDINGS: [&str; 10] = ["gate", "holm", "mere", "stead", "wick", "field", "by", "combe", "thorpe", "ley"];
/// Industries of the campaign, with the second word of company names.
const INDUSTRIES: [(&str, &str); 7] = [
    ("Computer Software", "Software"),
    ("Financial Services", "Capital"),
    ("Logistics and Supply Chain", "Freight"),
    ("Insurance", "Mutual"),
    ("Telecommunications", "Networks"),
    ("Retail", "Stores"),
    ("Internet", "Online"),
];
/// Countries of the campaign. Every other account is in America, where it is still night when a batch is released.
const PLACES: [(&str, &str, &str); 6] = [
    ("United Kingdom", "Europe/London", "Leeds"),
    ("United States", "America/New_York", "Columbus"),
    ("Ireland", "Europe/Dublin", "Cork"),
    ("United States", "America/Chicago", "Omaha"),
    ("Netherlands", "Europe/Amsterdam", "Eindhoven"),
    ("Canada", "America/Toronto", "Hamilton"),
];
const TITLES: [&str; 5] = [
    "VP Engineering",
    "Head of Platform",
    "Director of Platform Engineering",
    "Head of Site Reliability Engineering",
    "Head of DevOps",
];
const FIRST_NAMES: [&str; 14] = [
    "Nora", "Piet", "Aoife", "Samuel", "Ingrid", "Tomas", "Leila", "Hugo", "Maren", "Owen", "Petra", "Callum", "Yusuf",
    "Greta",
];
const LAST_NAMES: [&str; 13] = [
    "Petrie", "Vermeer", "Doyle", "Ashdown", "Lund", "Novak", "Haddon", "Marsh", "Kerr", "Sutter", "Brandt", "Rowe",
    "Amari",
];

/// Returns the start of a working day's run: the pilot's first day is day 0, and weekends are skipped.
pub fn morning(day: usize) -> Timestamp {
    // Day 0 is a Tuesday.
    let weekdays = day + 1;
    FIRST + (day + weekdays / 5 * 2) as Timestamp * DAY
}

/// The texts of pages that contradict their signal, by address.
pub type Pages = HashMap<String, String>;

/// Adds the morning's accounts to the files of the export, and the contradicting pages to `pages`.
pub fn arrive(crm: &Path, day: usize, pages: &mut Pages) -> Result<()> {
    let (mut companies, mut contacts, mut signals) = (String::new(), String::new(), String::new());
    for nth in 0..FOLLOWED_DAILY + OTHER_DAILY {
        let number = day * (FOLLOWED_DAILY + OTHER_DAILY) + nth;
        let stem = format!("{}{}", NAMES[number % NAMES.len()], ENDINGS[number / NAMES.len() % ENDINGS.len()]);
        let (industry, calls_itself) = INDUSTRIES[number % INDUSTRIES.len()];
        let (country, zone, city) = PLACES[nth % PLACES.len()];
        let (name, domain) = (format!("{stem} {calls_itself}"), format!("{}.example", stem.to_lowercase()));
        let (employees, id) = (210 + number * 53 % 1700, 18_430_000_000_u64 + number as u64);
        writeln!(
            companies,
            "{id},{name},{domain},{industry},{employees},{},{country},PROSPECT,Lead,,,0,,",
            employees * 180_000
        )?;

        let person = |of: usize| (FIRST_NAMES[of % FIRST_NAMES.len()], LAST_NAMES[of % LAST_NAMES.len()]);
        let (first, last) = person(number * 5 + 3);
        let address = format!("{}.{}@{domain}", first.to_lowercase(), last.to_lowercase());
        let (title, verified) = (TITLES[number % TITLES.len()], date(morning(day) - 6 * DAY));
        writeln!(
            contacts,
            "{},{first},{last},{title},{address},{name},{id},{country},{zone},en,,deliverable,{verified},,,New,false",
            90_430_000 + number
        )?;

        let (kind, summary, source) = if nth < FOLLOWED_DAILY {
            let (first, last) = person(number * 3 + 1);
            (FOLLOWED, format!("{name} appointed {first} {last} as chief technology officer"), "The Northern Ledger")
        } else {
            (OTHER, format!("{name} opened an engineering office in {city}"), "Aisle Report")
        };
        let url = format!("https://news.example/{}/{}", date(morning(day)), stem.to_lowercase());
        // The evening before, each at its own minute.
        let at = moment(morning(day) - 16 * 3600 + nth as Timestamp * 60);
        writeln!(signals, "{domain},{kind},{summary},{source},{url},{at}")?;
        if WRONG.contains(&(day, nth)) {
            pages.insert(url, format!("another {stem}, a maker of garden furniture, appointed its officer"));
        }
    }
    for (file, rows) in [("companies.csv", companies), ("contacts.csv", contacts), ("signals.csv", signals)] {
        let path = crm.join(file);
        let mut file = OpenOptions::new().append(true).open(&path).with_context(|| path.display().to_string())?;
        file.write_all(rows.as_bytes())?;
    }
    Ok(())
}

fn date(at: Timestamp) -> String {
    moment(at)[..10].to_owned()
}

fn moment(at: Timestamp) -> String {
    DateTime::from_timestamp(at, 0).unwrap_or_default().format("%Y-%m-%d %H:%M").to_string()
}
