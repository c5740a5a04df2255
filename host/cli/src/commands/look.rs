//! `baton show` and `baton why`: what the last run made of one account.

use std::path::Path;

use anyhow::{Result, bail};
use baton_desk::{
    config::Settings,
    run::{Handled, Results},
};

use baton_facts::packages::Outcome;

use super::settings;
use crate::{
    arguments::Look,
    print::{self, Terminal},
};

/// Accounts that are named when none fits.
const SUGGESTIONS: usize = 3;

/// The package, or why there is none.
pub fn show(terminal: &Terminal, config: &Path, what: &Look) -> Result<bool> {
    look(terminal, config, what, print::package::handled)
}

/// Every rule.
pub fn why(terminal: &Terminal, config: &Path, what: &Look) -> Result<bool> {
    look(terminal, config, what, print::why::why)
}

fn look(
    terminal: &Terminal,
    config: &Path,
    what: &Look,
    print: impl Fn(&mut print::page::Page, &Handled),
) -> Result<bool> {
    let settings = settings(terminal, config)?;
    let campaign = campaign(&settings, what.campaign.as_deref())?;
    let (handled, others) = find(&settings, &campaign, &what.account)?;
    if !others.is_empty() {
        let mut page = terminal.page();
        print::problems::note(&mut page, &format!("`{}` fits other accounts too: {}", what.account, others.join(", ")));
        terminal.say(page)?;
    }
    if what.json {
        terminal.print_json(&handled)?;
    } else {
        let mut page = terminal.page();
        print(&mut page, &handled);
        terminal.print(page)?;
    }
    Ok(true)
}

/// The campaign that was named, or the only one with results.
fn campaign(settings: &Settings, named: Option<&str>) -> Result<String> {
    let known = settings.campaign_names()?;
    if let Some(name) = named {
        if !known.iter().any(|campaign| campaign == name) {
            // Says which there are.
            settings.campaign(name)?;
        }
        return Ok(name.to_owned());
    }
    let run: Vec<&String> = known.iter().filter(|name| Results::path(&settings.store.folder, name).is_file()).collect();
    match (run.as_slice(), known.as_slice()) {
        ([only], _) => Ok((*only).clone()),
        ([], [only]) => Ok(only.clone()),
        ([], _) => bail!("no campaign has been run\nhint: `baton run CAMPAIGN` first"),
        (several, _) => {
            let names: Vec<String> = several.iter().map(|name| format!("`--campaign {name}`")).collect();
            bail!("several campaigns have results\nhint: choose one: {}", names.join(", "))
        }
    }
}

/// By id, domain or name, in any case; an id goes before a domain and a domain before a name. Of several that fit
/// alike it is the one that came furthest; the others are the second part.
fn find(settings: &Settings, campaign: &str, wanted: &str) -> Result<(Handled, Vec<String>)> {
    let path = Results::path(&settings.store.folder, campaign);
    if !path.is_file() {
        bail!("the campaign `{campaign}` has not been run\nhint: `baton run {campaign}` first");
    }
    let bare = bare(wanted);
    let mut fitting: Vec<((Fit, u8), Handled)> = Vec::new();
    let mut nearest: Vec<(usize, String)> = Vec::new();
    Results::find(&settings.store.folder, campaign, |handled| {
        match fit(handled, wanted.trim(), &bare) {
            Some(fit) => {
                fitting.push(((fit, way_left(handled)), handled.clone()));
                fitting.sort_by_key(|(rank, _)| *rank);
                fitting.truncate(SUGGESTIONS + 1);
            }
            None => {
                nearest.push((distance(handled, &bare), label(handled)));
                nearest.sort();
                nearest.truncate(SUGGESTIONS);
            }
        }
        false
    })?;
    let mut fitting = fitting.into_iter();
    if let Some(((fit, _), best)) = fitting.next() {
        let others = fitting.take_while(|((other, _), _)| *other == fit);
        let others = others.map(|(_, other)| format!("{} ({})", other.account.name, other.account.id)).collect();
        return Ok((best, others));
    }
    let names: Vec<String> = nearest.into_iter().map(|(_, name)| name).collect();
    let hint = match names.is_empty() {
        true => "it had no account at all".to_owned(),
        false => format!("the nearest are {}", names.join(", ")),
    };
    bail!("the last run of `{campaign}` has no account `{wanted}`\nhint: {hint}")
}

/// How far an account is from a package; 0 has one.
fn way_left(handled: &Handled) -> u8 {
    match handled.preparation.as_ref().map(|preparation| &preparation.outcome) {
        Ok(Outcome::Ready(_)) => 0,
        Ok(Outcome::Held(_)) => 1,
        Ok(Outcome::Disqualified(_)) => 2,
        Err(_) => 3,
    }
}

/// How an account fits what was typed, best first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Fit {
    Id,
    Domain,
    Name,
}

fn fit(handled: &Handled, wanted: &str, bare: &str) -> Option<Fit> {
    let account = &handled.account;
    if account.id == wanted {
        Some(Fit::Id)
    } else if !account.domain.is_empty() && account.domain.eq_ignore_ascii_case(bare) {
        Some(Fit::Domain)
    } else if account.name.to_lowercase() == wanted.to_lowercase() {
        Some(Fit::Name)
    } else {
        None
    }
}

/// The domain in what may be a link.
fn bare(wanted: &str) -> String {
    let lower = wanted.trim().to_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

fn distance(handled: &Handled, bare: &str) -> usize {
    let account = &handled.account;
    let name = account.name.to_lowercase();
    // Somebody who types a part of a name means it.
    if !bare.is_empty() && name.contains(bare) {
        return 0;
    }
    [account.domain.as_str(), &name]
        .into_iter()
        .map(|known| strsim::damerau_levenshtein(known, bare))
        .min()
        .unwrap_or(0)
}

fn label(handled: &Handled) -> String {
    let account = &handled.account;
    let key = if account.domain.is_empty() { &account.id } else { &account.domain };
    format!("{} ({key})", account.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_by_id_domain_link_and_name() {
        let handled: Handled =
            serde_json::from_str(include_str!("../print/package/ready.json")).expect("the example is a result");
        for (wanted, expected) in [
            ("101", Some(Fit::Id)),
            ("northbeam.example", Some(Fit::Domain)),
            ("https://www.Northbeam.example/about", Some(Fit::Domain)),
            ("NORTHBEAM logistics", Some(Fit::Name)),
            ("northbeam", None),
            ("", None),
        ] {
            assert_eq!(fit(&handled, wanted, &bare(wanted)), expected, "{wanted}");
        }
    }
}
