//! `baton audit-log` and `baton replay`.

use anyhow::Result;
use baton_model::Erasable;
use baton_model::views::AuditEntry;

use super::with_desk;
use crate::{
    arguments::{AuditLogArgs, ReplayArgs},
    context::Context,
    output::{audit_log, audit_log::ReplayLine, page::Style},
};

/// The number of rows to fetch at a time.
const AT_ONCE: u32 = 500;

/// Lists the audit log, oldest first.
pub fn list(context: &Context<'_>, args: &AuditLogArgs) -> Result<bool> {
    with_desk(context, async |desk, _| {
        let package = match &args.package {
            Some(start) => Some(desk.find(start).await?),
            None => None,
        };
        let mut all: Vec<AuditEntry> = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = desk.audit(package.as_ref(), after.as_deref(), AT_ONCE).await?;
            if args.json {
                all.extend(page.rows);
            } else {
                let mut lines = context.terminal.page();
                audit_log::events(&mut lines, &page.rows);
                context.terminal.print(lines)?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        if args.json {
            context.terminal.print_json(&all)?;
        }
        Ok(true)
    })
}

/// Runs every recorded call of a package again. Returns `Ok(false)` if any result differs.
pub fn replay(context: &Context<'_>, args: &ReplayArgs) -> Result<bool> {
    with_desk(context, async |desk, _| {
        let id = desk.find(&args.package).await?;
        let calls: Vec<ReplayLine> = desk
            .replay(&id)
            .await?
            .into_iter()
            .map(|call| {
                let (identical, differences) = match call.replayed {
                    Erasable::Open(replayed) => (Some(replayed.identical()), replayed.differences),
                    Erasable::Erased => (None, Vec::new()),
                };
                ReplayLine { function: call.function, identical, differences }
            })
            .collect();
        if args.json {
            context.terminal.print_json(&calls)?;
        } else {
            let mut page = context.terminal.page();
            audit_log::replayed(&mut page, &calls);
            context.terminal.print(page)?;
        }
        if calls.is_empty() {
            let mut page = context.terminal.page();
            page.paragraph("", Style::Plain, "no recordings left: `[store]` sets how long Baton keeps them");
            context.terminal.say(page)?;
        }
        Ok(all_identical(&calls))
    })
}

/// Whether no call differs. An erased recording cannot be compared and does not count as different.
fn all_identical(calls: &[ReplayLine]) -> bool {
    calls.iter().all(|call| call.identical != Some(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::page::{TextPage, shown};
    use expect_test::expect;

    #[test]
    fn a_difference_is_shown_and_fails() {
        let call = |function: &str, identical, differences: &[&str]| ReplayLine {
            function: function.into(),
            identical,
            differences: differences.iter().map(|place| (*place).to_owned()).collect(),
        };
        let calls = [call("prepare", Some(true), &[]), call("route", None, &[])];
        assert!(all_identical(&calls));
        let differing = [call("write", Some(false), &["/draft/Ok/message/body", "/\u{1b}[2J"])];
        assert!(!all_identical(&differing));
        let mut page = TextPage::new(80);
        audit_log::replayed(&mut page, &calls);
        audit_log::replayed(&mut page, &differing);
        expect![[r#"
            prepare       identical
            route         erased
            write         differs in 2 places
                /draft/Ok/message/body
                /\u{1b}[2J
        "#]]
        .assert_eq(&shown(page));
    }
}
