//! Deciding about several packages at once, and giving them to somebody: each on its own, with a result for each.
//!
//! Each is bound to the digest of what its row was made of, and to a key of its own, so pressing again answers as before.
//! What is refused keeps no other from being done. Nobody looks at one draft while deciding about several, so none of
//! them counts as a look.

use super::decide::made;
use crate::door::By;
use crate::form::{Id, Posted};
use crate::pages::package::{Form, Typed};
use crate::pages::queue::{Narrow, team};
use crate::pages::several::{Each, page};
use crate::show::{in_zone, line, rejected_for};
use crate::site::{Shared, Web};
use crate::trouble::{Trouble, sentence};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use baton_desk::DeskError;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::decision::{Decided, Decision, RejectReason, Request};
use baton_model::package_state::State as Life;

/// Packages that one form may be about: a page of the queue has fewer.
const MOST: usize = 100;

/// What is to be done with each.
enum Deed {
    Decide(Decision),
    /// To this user, whose name is this, or to nobody.
    Assign(Option<(String, String)>),
}

/// `POST /several`
pub(crate) async fn decide(State(web): State<Web>, by: By, posted: Posted) -> Result<Response, Trouble> {
    let now = web.now();
    let deed = deed(&web, &by, &posted).await?;
    let ticked: Vec<(PackageId, String)> = posted.all("tick").filter_map(ticked).take(MOST).collect();
    if ticked.is_empty() {
        return Err(nothing("no package was ticked", "go back, and tick some"));
    }
    let mut all = Vec::with_capacity(ticked.len());
    for (package, shown) in &ticked {
        all.push(match &deed {
            Deed::Decide(decision) => {
                let request = Request {
                    who: by.who.clone(),
                    package: package.clone(),
                    shown: shown.clone(),
                    key: format!("{}-{package}", posted.text("key")),
                    seconds: None,
                    bulk: true,
                    not_before: None,
                    decision: decision.clone(),
                };
                let answer = made(&web, &request, now).await;
                decided(&web, package, decision, answer, now).await
            }
            Deed::Assign(to) => {
                let user = to.as_ref().map(|(user, _)| user.as_str());
                let answer = web.desk().assign(&by.who, package, user, now).await;
                let name = to.as_ref().map_or("nobody: anybody may decide", |(_, name)| name);
                each(&web, package, answer.map(|()| (format!("Given to {name}"), None)), now).await
            }
        });
    }
    let approved = matches!(&deed, Deed::Decide(Decision::Approve { .. }));
    let back = Narrow::within(Some(posted.text("back"))).href("/", &[]);
    page(&web, &by, all, back, approved, now).await
}

/// `POST /packages/{id}/assign`
pub(crate) async fn assign(State(web): State<Web>, by: By, id: Id, posted: Posted) -> Result<Response, Trouble> {
    let to = Some(posted.text("to")).filter(|to| !to.is_empty());
    web.desk().assign(&by.who, &id.package(), to, web.now()).await?;
    Ok(Redirect::to(&format!("/packages/{}", id.0)).into_response())
}

fn nothing(what: &str, hint: &str) -> Trouble {
    Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, format!("Nothing was done: {what}")).hint(hint)
}

async fn deed(web: &Shared, by: &By, posted: &Posted) -> Result<Deed, Trouble> {
    let typed = Typed::new(Form::Snooze, posted);
    Ok(match posted.text("do") {
        "approve" => Deed::Decide(Decision::Approve { overruled: Vec::new() }),
        "reject" => {
            let given = posted.text("reason");
            let reason = RejectReason::ALL.into_iter().find(|known| known.name() == given);
            let reason = reason.ok_or_else(|| nothing("a rejection needs one of the reasons", "go back and choose"))?;
            Deed::Decide(Decision::Reject { reason, note: String::new() })
        }
        "snooze" => {
            let until = typed.moment(web.site.sending.time_zone);
            let until = until.ok_or_else(|| nothing("that is no moment to snooze until", "go back and choose"))?;
            Deed::Decide(Decision::Snooze { until })
        }
        "assign" => match posted.text("to") {
            "" => Deed::Assign(None),
            user => {
                let team = team(web, by).await?;
                let member = team.get(user).filter(|member| member.may);
                let member = member.ok_or_else(|| nothing("there is no such user to give packages to", "go back"))?;
                Deed::Assign(Some((user.to_owned(), member.name.clone())))
            }
        },
        _ => return Err(nothing("the form did not say what to do", "go back, and press one of the buttons")),
    })
}

/// `ID:DIGEST`. Anything else names no package.
fn ticked(text: &str) -> Option<(PackageId, String)> {
    let (id, digest) = text.split_once(':')?;
    let sound = |text: &str, longest| {
        (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    (sound(id, 64) && sound(digest, 128)).then(|| (PackageId::from(id), digest.to_owned()))
}

/// What may leave is released, as after a decision about one.
async fn decided(
    web: &Shared,
    package: &PackageId,
    decision: &Decision,
    answer: Result<Decided, DeskError>,
    now: Timestamp,
) -> Each {
    let done = match answer {
        Ok(decided) => decided,
        Err(error) => return each(web, package, Err(error), now).await,
    };
    let mut take_back = None;
    let mut what = match decision {
        Decision::Reject { reason, .. } => format!("Rejected: {}", rejected_for(*reason).to_lowercase()),
        Decision::Snooze { until } => format!("Snoozed until {}", in_zone(*until, web.site.sending.time_zone)),
        // No form asks for several of them.
        Decision::Redraft { .. } => "Another draft was asked for".to_owned(),
        Decision::Approve { .. } | Decision::Edit { .. } => "Approved: it is in the outbox".to_owned(),
    };
    if let Some(planted) = &done.planted {
        what = format!("This one was planted: {}", crate::show::planted(planted));
    }
    let mut good = true;
    if let Some(outbox) = &done.outbox {
        match web.desk().entry(outbox).await.ok().map(|entry| (entry.state, entry.why)) {
            Some((Life::Failed, why)) => {
                good = false;
                let why = why.open().flatten().map_or_else(String::new, |why| format!(": {}", line(&why)));
                what = format!("It does not leave{why}");
            }
            _ => take_back = Some(outbox.clone()),
        }
    }
    Each { good, ..each(web, package, Ok((what, take_back)), now).await }
}

async fn each(
    web: &Shared,
    package: &PackageId,
    answer: Result<(String, Option<String>), DeskError>,
    now: Timestamp,
) -> Each {
    let view = web.desk().package(package, now).await.ok();
    let person = view.map_or_else(
        || format!("Package {package}"),
        |view| match view.content.as_ref().open() {
            Some(content) => {
                let contact = &content.package.contact;
                let name = line(format!("{} {}", contact.first_name, contact.last_name).trim());
                format!("{name} at {}", line(&view.account_name))
            }
            None => line(&view.account_name),
        },
    );
    let href = format!("/packages/{package}");
    match answer {
        Ok((what, take_back)) => Each { person, href, good: true, what, hint: None, take_back },
        Err(DeskError::Refused(refusal)) => {
            let (what, hint) = (sentence(&refusal), Some(refusal.hint().to_owned()));
            Each { person, href, good: false, what: format!("Nothing was done. {what}"), hint, take_back: None }
        }
        Err(error) => {
            let trouble = Trouble::from(error);
            Each { person, href, good: false, what: trouble.what, hint: Some(trouble.hint), take_back: None }
        }
    }
}
