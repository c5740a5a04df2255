//! `baton show` and `baton why`: a package as it is decided about, and what the last run made of one account.

use anyhow::{Result, bail};
use baton_desk::{
    desk::{AccountRow, AccountView, Desk, DeskError, PackageView, Refusal},
    life::AccountState,
};
use baton_facts::types::Timestamp;

use super::at_desk;
use crate::{
    arguments::{Look, Show},
    context::Context,
    print::{
        self,
        page::{Page, Style},
        refusal::short,
    },
};

/// Accounts that are named when none fits.
const SUGGESTIONS: usize = 3;

/// Rows that are read at a time.
const PAGE: u32 = 1000;

/// The package, or why there is none.
pub fn show(context: &Context<'_>, what: &Show) -> Result<bool> {
    at_desk(context, async |desk, _| {
        if let Some(view) = package(desk, &what.what, context.now()).await? {
            if what.json {
                context.terminal.print_json(&view)?;
            } else {
                let mut page = context.terminal.page();
                print::review::package(&mut page, &view, context.now());
                context.terminal.print(page)?;
            }
            return Ok(true);
        }
        let (campaign, account) = (what.campaign.as_deref(), what.what.as_str());
        let view = look(context, desk, campaign, account, what.json, print::package::account).await?;
        if let (Some(package), false) = (&view.row.package, what.json) {
            let mut page = context.terminal.page();
            let state = view.row.package_state.map_or(String::new(), |state| format!(", {state}"));
            let line = format!("package {}{state}: `baton show {}` shows it with its digest", package, short(package));
            page.line("", &[(Style::Faint, &line)]);
            context.terminal.say(page)?;
        }
        Ok(true)
    })
}

/// Every rule.
pub fn why(context: &Context<'_>, what: &Look) -> Result<bool> {
    at_desk(context, async |desk, _| {
        look(context, desk, what.campaign.as_deref(), &what.account, what.json, print::why::account).await?;
        Ok(true)
    })
}

/// The package whose id starts so, where that much is typed that no account is meant.
async fn package(desk: &Desk, start: &str, now: Timestamp) -> Result<Option<PackageView>> {
    let start = start.trim();
    if !(8..=12).contains(&start.len()) || !start.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(None);
    }
    match desk.find(start).await {
        Ok(id) => Ok(Some(desk.package(&id, now).await?)),
        Err(DeskError::Refused(Refusal::Unknown)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn look(
    context: &Context<'_>,
    desk: &Desk,
    campaign: Option<&str>,
    account: &str,
    json: bool,
    print: impl Fn(&mut Page, &AccountView),
) -> Result<AccountView> {
    let terminal = context.terminal;
    let campaign = self::campaign(desk, campaign).await?;
    let (view, others) = find(desk, &campaign, account).await?;
    if !others.is_empty() {
        let mut page = terminal.page();
        print::problems::note(&mut page, &format!("`{account}` fits other accounts too: {}", others.join(", ")));
        terminal.say(page)?;
    }
    if json {
        terminal.print_json(&view)?;
    } else {
        let mut page = terminal.page();
        print(&mut page, &view);
        print::sequence::sequence(&mut page, &view);
        terminal.print(page)?;
    }
    Ok(view)
}

/// The campaign that was named, or the only one that has been run.
async fn campaign(desk: &Desk, named: Option<&str>) -> Result<String> {
    let run = desk.campaigns().await?;
    match (named, run.as_slice()) {
        (_, []) => bail!("no campaign has been run\nhint: `baton run CAMPAIGN` first"),
        (Some(name), run) if run.iter().any(|known| known == name) => Ok(name.to_owned()),
        (Some(name), run) => {
            bail!("the campaign `{name}` has not been run\nhint: `baton run {name}` first, or choose {}", choices(run))
        }
        (None, [only]) => Ok(only.clone()),
        (None, several) => bail!("several campaigns have been run\nhint: choose {}", choices(several)),
    }
}

fn choices(campaigns: &[String]) -> String {
    let names: Vec<String> = campaigns.iter().map(|name| format!("`--campaign {name}`")).collect();
    names.join(" or ")
}

/// By id, domain or name, in any case; an id goes before a domain and a domain before a name. Of several that fit
/// alike it is the one that came furthest; the others are the second part.
async fn find(desk: &Desk, campaign: &str, wanted: &str) -> Result<(AccountView, Vec<String>)> {
    let bare = bare(wanted);
    let mut fitting: Vec<((Fit, u8), AccountRow)> = Vec::new();
    let mut nearest: Vec<(usize, String)> = Vec::new();
    let mut after = None;
    loop {
        let page = desk.accounts(campaign, after.as_deref(), PAGE).await?;
        for row in page.rows {
            match fit(&row, wanted.trim(), &bare) {
                Some(fit) => fitting.push(((fit, way_left(&row)), row)),
                None => nearest.push((distance(&row, &bare), label(&row))),
            }
        }
        fitting.sort_by_key(|(rank, _)| *rank);
        fitting.truncate(SUGGESTIONS + 1);
        nearest.sort();
        nearest.truncate(SUGGESTIONS);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut fitting = fitting.into_iter();
    if let Some(((fit, _), best)) = fitting.next() {
        let others = fitting.take_while(|((other, _), _)| *other == fit);
        let others = others.map(|(_, other)| format!("{} ({})", other.name, other.account)).collect();
        return Ok((desk.account(campaign, &best.account).await?, others));
    }
    let names: Vec<String> = nearest.into_iter().map(|(_, name)| name).collect();
    let hint = match names.is_empty() {
        true => "it had no account at all".to_owned(),
        false => format!("the nearest are {}", names.join(", ")),
    };
    bail!("the last run of `{campaign}` has no account `{wanted}`\nhint: {hint}")
}

/// How far an account is from a package; 0 has one.
const fn way_left(row: &AccountRow) -> u8 {
    match row.state {
        AccountState::Ready => 0,
        AccountState::Held => 1,
        AccountState::Disqualified => 2,
        AccountState::Failed => 3,
    }
}

/// How an account fits what was typed, best first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Fit {
    Id,
    Domain,
    Name,
}

fn fit(account: &AccountRow, wanted: &str, bare: &str) -> Option<Fit> {
    if account.account == wanted {
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

fn distance(account: &AccountRow, bare: &str) -> usize {
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

fn label(account: &AccountRow) -> String {
    let key = if account.domain.is_empty() { &account.account } else { &account.domain };
    format!("{} ({key})", account.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_by_id_domain_link_and_name() {
        let row = AccountRow {
            campaign: "pilot".into(),
            account: "101".into(),
            name: "Northbeam Logistics".into(),
            domain: "northbeam.example".into(),
            state: AccountState::Ready,
            reason: None,
            look_again: None,
            prospect: None,
            looked: 0,
            package: None,
            package_state: None,
            tier: None,
            model: None,
            score: None,
        };
        for (wanted, expected) in [
            ("101", Some(Fit::Id)),
            ("northbeam.example", Some(Fit::Domain)),
            ("https://www.Northbeam.example/about", Some(Fit::Domain)),
            ("NORTHBEAM logistics", Some(Fit::Name)),
            ("northbeam", None),
            ("", None),
        ] {
            assert_eq!(fit(&row, wanted, &bare(wanted)), expected, "{wanted}");
        }
    }
}
