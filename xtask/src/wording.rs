//! `cargo xtask wording`: finds phrases that the style guide rules out, in comments, user-facing strings, templates,
//! Markdown and WIT.
//!
//! The phrases are data, in `tests/wording/phrases.txt`. `tests/wording/allowed.txt` has the number of hits that each
//! room of the tree may still have; a test fails if a room has more, and `--lower` lowers the numbers to the real ones.

mod pieces;

use crate::shell::root;
use anyhow::{Context as _, Result, bail};
use pieces::pieces;
use regex_lite::{Regex, RegexBuilder};
use std::collections::BTreeMap;
use std::path::Path;

/// The rooms of the tree and the folders that begin their paths. The first that fits counts.
const ROOMS: [(&str, &[&str]); 10] = [
    ("guest", &["guest/"]),
    ("host/runtime", &["host/runtime/"]),
    ("host/web", &["host/web/"]),
    ("host/cli", &["host/cli/"]),
    // The desk and the crates that it is split into.
    ("host/desk", &["host/"]),
    ("wit", &["wit/"]),
    ("tests", &["tests/"]),
    ("examples", &["examples/"]),
    ("xtask", &["xtask/", ".ci/"]),
    ("docs", &[""]),
];

const KINDS: [&str; 9] = ["css", "html", "js", "md", "mjs", "rs", "toml", "wit", "yml"];

/// A phrase that does not belong in a text.
struct Phrase {
    rule: String,
    pattern: Regex,
    instead: String,
    accepted: Option<Regex>,
}

struct Hit {
    room: &'static str,
    file: String,
    line: usize,
    rule: String,
    text: String,
    instead: String,
}

/// Prints the hits (of one room if it is named), and their number by room. With `--lower`, lowers the numbers allowed.
///
/// # Errors
/// Fails if a room has more hits than it is allowed.
pub fn run(arguments: &[String]) -> Result<()> {
    let hits = search()?;
    let counts = counts(&hits);
    let mut allowed = allowed()?;
    match arguments {
        [] => {}
        [lower] if lower == "--lower" => {
            for (room, most) in &mut allowed {
                *most = (*most).min(counts[room.as_str()]);
            }
            let lines: String = allowed.iter().map(|(room, most)| format!("{room} {most}\n")).collect();
            let path = root().join("tests/wording/allowed.txt");
            let head: String = std::fs::read_to_string(&path)?.lines().filter(|line| line.starts_with('#')).fold(
                String::new(),
                |mut head, line| {
                    head.push_str(line);
                    head.push('\n');
                    head
                },
            );
            std::fs::write(path, head + &lines)?;
        }
        [room] => {
            for hit in hits.iter().filter(|hit| hit.room == room || hit.file.starts_with(room)) {
                println!("{}:{}: {}: {:?}; write {}", hit.file, hit.line, hit.rule, hit.text, hit.instead);
            }
        }
        _ => bail!("too many arguments\nhint: cargo xtask wording [ROOM | PATH | --lower]"),
    }
    for (room, count) in &counts {
        println!("{room}: {count} of {} allowed", allowed.get(*room).copied().unwrap_or_default());
    }
    println!("all: {}", hits.len());
    exceeded(&counts, &allowed)
}

fn exceeded(counts: &BTreeMap<&'static str, usize>, allowed: &BTreeMap<String, usize>) -> Result<()> {
    let over: Vec<String> = counts
        .iter()
        .filter(|(room, count)| **count > allowed.get(**room).copied().unwrap_or_default())
        .map(|(room, count)| format!("{room} has {count}"))
        .collect();
    if !over.is_empty() {
        bail!(
            "more phrases that the style guide rules out than allowed: {}\nhint: cargo xtask wording ROOM prints them",
            over.join(", ")
        );
    }
    Ok(())
}

fn counts(hits: &[Hit]) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<&'static str, usize> = ROOMS.iter().map(|(room, _)| (*room, 0)).collect();
    for hit in hits {
        *counts.entry(hit.room).or_default() += 1;
    }
    counts
}

fn allowed() -> Result<BTreeMap<String, usize>> {
    let text = std::fs::read_to_string(root().join("tests/wording/allowed.txt"))?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (room, most) = line.rsplit_once(' ').with_context(|| format!("allowed.txt: {line}"))?;
            Ok((room.to_owned(), most.parse().with_context(|| format!("allowed.txt: {line}"))?))
        })
        .collect()
}

fn phrases() -> Result<Vec<Phrase>> {
    let text = std::fs::read_to_string(root().join("tests/wording/phrases.txt"))?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let phrases = lines.map(|line| {
        // A pattern has no space on both sides of a bar.
        let columns: Vec<&str> = line.split(" | ").collect();
        let [rule, pattern, instead, accepted @ ..] = columns.as_slice() else { bail!("phrases.txt: {line}") };
        let pattern = RegexBuilder::new(pattern).case_insensitive(true).build();
        Ok(Phrase {
            rule: (*rule).to_owned(),
            pattern: pattern.with_context(|| format!("phrases.txt: {line}"))?,
            instead: (*instead).to_owned(),
            accepted: accepted.first().map(|accepted| Regex::new(accepted)).transpose()?,
        })
    });
    phrases.collect()
}

/// Returns every hit in the files under version control.
fn search() -> Result<Vec<Hit>> {
    let phrases = phrases()?;
    let mut git = std::process::Command::new("git");
    let files = crate::shell::capture(git.args(["ls-files"]).current_dir(root()))?;
    let mut hits = Vec::new();
    for file in files.lines() {
        let extension = Path::new(file).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        // The phrases themselves, and the license, which is not ours to word.
        if !KINDS.contains(&extension) || file.starts_with("tests/wording/") || file == "LICENSE" {
            continue;
        }
        // A file that is deleted and not yet committed.
        let Ok(text) = std::fs::read_to_string(root().join(file)) else { continue };
        let room = ROOMS.iter().find(|(_, folders)| folders.iter().any(|folder| file.starts_with(folder)));
        let room = room.map_or("docs", |(room, _)| *room);
        for piece in pieces(file, extension, &text) {
            for phrase in &phrases {
                for found in phrase.pattern.find_iter(&piece.text) {
                    if phrase.accepted.as_ref().is_some_and(|accepted| accepted.is_match(found.as_str())) {
                        continue;
                    }
                    let text = found.as_str().trim_start_matches(['.', ':', ';', ' ']);
                    hits.push(Hit {
                        room,
                        file: file.to_owned(),
                        line: piece.line_at(found.end() - text.len()),
                        rule: phrase.rule.clone(),
                        text: text.chars().take(80).collect(),
                        instead: phrase.instead.clone(),
                    });
                }
            }
        }
    }
    Ok(hits)
}

#[cfg(test)]
mod tests {
    use super::{allowed, counts, exceeded, search};

    #[test]
    fn no_room_has_more_hits_than_it_is_allowed() {
        let hits = search().expect("the files are readable");
        exceeded(&counts(&hits), &allowed().expect("the numbers are readable")).expect("wording");
    }
}
