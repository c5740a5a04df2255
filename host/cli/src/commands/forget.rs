//! `baton forget`: erases a person, after saying who that is.

use anyhow::{Result, bail};
use baton_desk::opt_outs::LinkedPerson;
use baton_server::ErasedFiles;

use super::{suppressions::withdrawals, with_server};
use crate::{
    arguments::ForgetArgs,
    context::{Context, UsageError},
    output::{
        page::{Style, TextPage},
        problems,
        text::count,
    },
};

/// Erases a person's encryption key, and with it all data about them in the store and its files.
pub fn run(context: &Context<'_>, args: &ForgetArgs) -> Result<bool> {
    context.who()?;
    if !args.yes && !context.terminal.can_ask() {
        bail!(UsageError(
            "`--yes` is missing and there is no terminal to ask on\nhint: erased data cannot be restored".into()
        ));
    }
    with_server(context, async |server| {
        let desk = server.desk_for(context.actor());
        let people = desk.linked_people(&args.address).await?;
        let mut page = context.terminal.page();
        list(&mut page, &people);
        context.terminal.say(page)?;
        if people.len() > 1 && !args.include_linked {
            bail!(UsageError(format!(
                "{} linked to this address, so their data would be erased too\n\
                 hint: correct the contact ids and addresses in the CRM export, or erase all of them with `--include-linked`",
                match people.len() - 1 {
                    1 => "another person is".to_owned(),
                    others => format!("{others} other people are"),
                }
            )));
        }
        if !args.yes {
            let question = format!("Erase all data about {}? This cannot be undone.", subject(&args.address, &people));
            if !context.terminal.confirm(&question)? {
                context.terminal.say_line("nothing was changed")?;
                return Ok(false);
            }
        }
        let erased = server.erase_person(&desk, &args.address, args.include_linked, context.now()).await?;
        let mut page = context.terminal.page();
        report(&mut page, &erased);
        context.terminal.print(page)?;
        let mut page = context.terminal.page();
        problems::note(&mut page, &remains(&erased));
        for (path, error) in &erased.failed {
            let error = anyhow::anyhow!(
                "{}: cannot delete a file with personal data: {error}\nhint: run the command again once the file can be deleted",
                path.display()
            );
            problems::stopped(&mut page, &error);
        }
        context.terminal.say(page)?;
        Ok(erased.failed.is_empty())
    })
}

fn subject(address: &str, people: &[LinkedPerson]) -> String {
    match people.len() {
        0 | 1 => address.trim().to_owned(),
        several => format!("these {several} people"),
    }
}

/// Lists the people whom the erasure reaches.
fn list(page: &mut TextPage, people: &[LinkedPerson]) {
    if people.is_empty() {
        page.line("", &[(Style::Plain, "no data about this address is stored")]);
        return;
    }
    let addresses: usize = people.iter().map(|person| person.addresses.len()).sum();
    let (people_shown, addresses) = (
        if people.len() == 1 { "1 person".to_owned() } else { format!("{} people", people.len()) },
        if addresses == 1 { "1 address".to_owned() } else { format!("{addresses} addresses") },
    );
    page.line("", &[(Style::Plain, &format!("data about {people_shown} with {addresses}:"))]);
    for person in people {
        let joined = |parts: &std::collections::BTreeSet<String>| parts.iter().cloned().collect::<Vec<_>>().join(", ");
        let mut parts = vec![joined(&person.names), joined(&person.addresses), joined(&person.companies)];
        parts.push(count(person.packages as usize, "package"));
        parts.retain(|part| !part.is_empty());
        page.hanging(&[(Style::Faint, "  - ")], Style::Plain, &parts.join("; "));
    }
}

fn report(page: &mut TextPage, erased: &ErasedFiles) {
    let done = match erased.result.known {
        true => "erased: packages, messages, decisions and recordings no longer hold data about this person",
        false => "no data about this address was stored",
    };
    page.paragraph("", Style::Plain, done);
    let mut next = format!("{}; the address is suppressed", withdrawals(erased.result.withdrawn));
    if erased.messages > 0 {
        next += &format!("; {} deleted", count(erased.messages, "message file"));
    }
    if erased.rejects {
        next += "; `rejects.csv` deleted";
    }
    page.paragraph("  ", Style::Faint, &next);
}

/// Returns the places that still hold data about the person.
fn remains(erased: &ErasedFiles) -> String {
    let sent = match erased.elsewhere {
        0 => String::new(),
        1 => "a message that was sent or collected, ".to_owned(),
        several => format!("{several} messages that were sent or collected, "),
    };
    format!(
        "{sent}mailboxes, the CRM with its exports, and backups of the store still hold data about the person: delete \
         it there too"
    )
}
