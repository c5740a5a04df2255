//! `baton show` and `baton why`: a package, or the latest result for an account.

use anyhow::{Result, bail};
use baton_desk::Desk;
use baton_desk::accounts::AccountView;
use baton_desk::{DeskError, Refusal};
use baton_facts::types::Timestamp;
use baton_model::package_state::AccountState;
use baton_model::views::{AccountStatus, PackageView};

use super::with_desk;
use crate::{
    arguments::{ShowArgs, WhyArgs},
    context::Context,
    output::{
        self,
        page::{Style, TextPage},
        refusal::short,
    },
};

/// The number of accounts to suggest if none matches.
const SUGGESTIONS: usize = 3;

/// The number of rows to fetch at a time.
const PAGE: u32 = 1000;

/// Shows a package, or an account's latest result.
pub fn show(context: &Context<'_>, args: &ShowArgs) -> Result<bool> {
    with_desk(context, async |desk, _| {
        if let Some(view) = package(desk, &args.what, context.now()).await? {
            if args.json {
                context.terminal.print_json(&view)?;
            } else {
                let mut page = context.terminal.page();
                output::review::package(&mut page, &view, context.now());
                context.terminal.print(page)?;
            }
            return Ok(true);
        }
        let (campaign, account) = (args.campaign.as_deref(), args.what.as_str());
        let view = print_account(context, desk, campaign, account, args.json, output::package::account).await?;
        if let (Some(package), false) = (&view.row.package, args.json) {
            let mut page = context.terminal.page();
            let state = view.row.package_state.map_or(String::new(), |state| format!(", {state}"));
            let line = format!("package {}{state}: `baton show {}` shows it and its digest", package, short(package));
            page.line("", &[(Style::Faint, &line)]);
            context.terminal.say(page)?;
        }
        Ok(true)
    })
}

/// Shows every rule that the latest run applied to an account.
pub fn why(context: &Context<'_>, args: &WhyArgs) -> Result<bool> {
    with_desk(context, async |desk, _| {
        print_account(context, desk, args.campaign.as_deref(), &args.account, args.json, output::why::account).await?;
        Ok(true)
    })
}

/// Finds a package by its id, if the text is long enough not to name an account.
async fn package(desk: &Desk, start: &str, now: Timestamp) -> Result<Option<PackageView>> {
    let start = start.trim();
    if !(8..=12).contains(&start.len()) || !start.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(None);
    }
    match desk.find(start).await {
        Ok(id) => Ok(Some(desk.package(&id, now).await?)),
        Err(DeskError::Refused(Refusal::PackageNotFound)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn print_account(
    context: &Context<'_>,
    desk: &Desk,
    campaign: Option<&str>,
    account: &str,
    json: bool,
    print: impl Fn(&mut TextPage, &AccountView),
) -> Result<AccountView> {
    let terminal = context.terminal;
    let campaign = self::campaign(desk, campaign).await?;
    let (view, others) = find(desk, &campaign, account).await?;
    if !others.is_empty() {
        let mut page = terminal.page();
        output::problems::note(&mut page, &format!("`{account}` also matches {}", others.join(", ")));
        terminal.say(page)?;
    }
    if json {
        terminal.print_json(&view)?;
    } else {
        let mut page = terminal.page();
        print(&mut page, &view);
        output::sequence::sequence(&mut page, &view);
        terminal.print(page)?;
    }
    Ok(view)
}

/// Returns the named campaign, or the only one with a run.
async fn campaign(desk: &Desk, named: Option<&str>) -> Result<String> {
    let run = desk.campaigns().await?;
    match (named, run.as_slice()) {
        (_, []) => bail!("no campaign has run yet\nhint: run one with `baton run CAMPAIGN`"),
        (Some(name), run) if run.iter().any(|known| known == name) => Ok(name.to_owned()),
        (Some(name), run) => {
            bail!(
                "the campaign `{name}` has not run yet\nhint: run it with `baton run {name}`, or choose {}",
                choices(run)
            )
        }
        (None, [only]) => Ok(only.clone()),
        (None, several) => bail!("more than one campaign has run\nhint: choose {}", choices(several)),
    }
}

fn choices(campaigns: &[String]) -> String {
    let names: Vec<String> = campaigns.iter().map(|name| format!("`--campaign {name}`")).collect();
    names.join(" or ")
}

/// Finds an account by id, domain or name, ignoring case; an id ranks before a domain, and a domain before a name. Of
/// equal matches, returns the one closest to a package, and the names of the others.
async fn find(desk: &Desk, campaign: &str, wanted: &str) -> Result<(AccountView, Vec<String>)> {
    let bare = bare(wanted);
    let mut fitting: Vec<((AccountMatch, u8), AccountStatus)> = Vec::new();
    let mut nearest: Vec<(usize, String)> = Vec::new();
    let mut after = None;
    loop {
        let page = desk.accounts(campaign, after.as_deref(), PAGE).await?;
        for row in page.rows {
            match fit(&row, wanted.trim(), &bare) {
                Some(fit) => fitting.push(((fit, outcome_rank(&row)), row)),
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
        true => "the run had no accounts".to_owned(),
        false => format!("did you mean {}?", names.join(", ")),
    };
    bail!("no account `{wanted}` in the latest run of `{campaign}`\nhint: {hint}")
}

/// Ranks outcomes by how close they are to a package; 0 is ready.
const fn outcome_rank(row: &AccountStatus) -> u8 {
    match row.state {
        AccountState::Ready => 0,
        AccountState::Held => 1,
        AccountState::Disqualified => 2,
        AccountState::Failed => 3,
    }
}

/// How an account matches the text, best first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum AccountMatch {
    Id,
    Domain,
    Name,
}

fn fit(account: &AccountStatus, wanted: &str, bare: &str) -> Option<AccountMatch> {
    if account.account == wanted {
        Some(AccountMatch::Id)
    } else if !account.domain.is_empty() && account.domain.eq_ignore_ascii_case(bare) {
        Some(AccountMatch::Domain)
    } else if account.name.to_lowercase() == wanted.to_lowercase() {
        Some(AccountMatch::Name)
    } else {
        None
    }
}

/// Extracts the domain from a text that may be a link.
fn bare(wanted: &str) -> String {
    let lower = wanted.trim().to_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

fn distance(account: &AccountStatus, bare: &str) -> usize {
    let name = account.name.to_lowercase();
    // A part of the name is as good as the name.
    if !bare.is_empty() && name.contains(bare) {
        return 0;
    }
    [account.domain.as_str(), &name]
        .into_iter()
        .map(|known| strsim::damerau_levenshtein(known, bare))
        .min()
        .unwrap_or(0)
}

fn label(account: &AccountStatus) -> String {
    let key = if account.domain.is_empty() { &account.account } else { &account.domain };
    format!("{} ({key})", account.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_by_id_domain_link_and_name() {
        let row = AccountStatus {
            campaign: "pilot".into(),
            account: "101".into(),
            name: "Northbeam Logistics".into(),
            domain: "northbeam.example".into(),
            state: AccountState::Ready,
            reason: None,
            next_run_at: None,
            prospect: None,
            processed_at: 0,
            package: None,
            package_state: None,
            tier: None,
            model: None,
            score: None,
        };
        for (wanted, expected) in [
            ("101", Some(AccountMatch::Id)),
            ("northbeam.example", Some(AccountMatch::Domain)),
            ("https://www.Northbeam.example/about", Some(AccountMatch::Domain)),
            ("NORTHBEAM logistics", Some(AccountMatch::Name)),
            ("northbeam", None),
            ("", None),
        ] {
            assert_eq!(fit(&row, wanted, &bare(wanted)), expected, "{wanted}");
        }
    }
}
