//! `baton trail` and `baton replay`: what happened, and whether it would happen again.

use anyhow::Result;
use baton_desk::{desk::AuditRow, store::Sealed};

use super::at_desk;
use crate::{
    arguments::{Replay, Trail},
    context::Context,
    print::{page::Style, trail, trail::Again},
};

/// Rows that are fetched at a time.
const AT_ONCE: u32 = 500;

/// Lists what happened, oldest first.
pub fn trail(context: &Context<'_>, what: &Trail) -> Result<bool> {
    at_desk(context, async |desk, _| {
        let package = match &what.package {
            Some(start) => Some(desk.find(start).await?),
            None => None,
        };
        let mut all: Vec<AuditRow> = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = desk.audit(package.as_ref(), after.as_deref(), AT_ONCE).await?;
            if what.json {
                all.extend(page.rows);
            } else {
                let mut lines = context.terminal.page();
                trail::trail(&mut lines, &page.rows);
                context.terminal.print(lines)?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        if what.json {
            context.terminal.print_json(&all)?;
        }
        Ok(true)
    })
}

/// Executes every recorded call of a package again. Not all is well where something else comes out.
pub fn replay(context: &Context<'_>, what: &Replay) -> Result<bool> {
    at_desk(context, async |desk, _| {
        let id = desk.find(&what.package).await?;
        let calls: Vec<Again> = desk
            .replay(&id)
            .await?
            .into_iter()
            .map(|call| {
                let (identical, differences) = match call.replayed {
                    Sealed::Open(replayed) => (Some(replayed.identical()), replayed.differences),
                    Sealed::Forgotten => (None, Vec::new()),
                };
                Again { function: call.function, identical, differences }
            })
            .collect();
        if what.json {
            context.terminal.print_json(&calls)?;
        } else {
            let mut page = context.terminal.page();
            trail::replayed(&mut page, &calls);
            context.terminal.print(page)?;
        }
        if calls.is_empty() {
            let mut page = context.terminal.page();
            page.paragraph(
                "",
                Style::Plain,
                "nothing is recorded any more: recordings are kept for as long as `[store]` says",
            );
            context.terminal.say(page)?;
        }
        Ok(well(&calls))
    })
}

/// What was forgotten cannot be compared, and is no difference.
fn well(calls: &[Again]) -> bool {
    calls.iter().all(|call| call.identical != Some(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print::page::{Page, shown};
    use expect_test::expect;

    #[test]
    fn a_difference_is_shown_and_is_not_well() {
        let call = |function: &str, identical, differences: &[&str]| Again {
            function: function.into(),
            identical,
            differences: differences.iter().map(|place| (*place).to_owned()).collect(),
        };
        let calls = [call("prepare", Some(true), &[]), call("route", None, &[])];
        assert!(well(&calls));
        let differing = [call("write", Some(false), &["/draft/Ok/message/body", "/\u{1b}[2J"])];
        assert!(!well(&differing));
        let mut page = Page::new(80);
        trail::replayed(&mut page, &calls);
        trail::replayed(&mut page, &differing);
        expect![[r#"
            prepare       identical
            route         forgotten
            write         differs in 2 places
                /draft/Ok/message/body
                /\u{1b}[2J
        "#]]
        .assert_eq(&shown(page));
    }
}
