//! What an engine finds behind its imports.
//!
//! Every import passes through here: it is counted, checked against the call (another account is `not-found`, as is
//! what was not granted), answered by the capability or the recording, and written down. An answer is shared between
//! the capability, the guest and the recording, never copied.

use crate::capability::CapabilityError;
use crate::error::AbortReason;
use crate::permit::Permit;
use crate::recording::Exchange;
use crate::state::{Answers, State};
use baton_facts::errors::{DraftingError, LookupError, SendingError};
use baton_facts::packages::{Brief, Candidate, Dossier, Found};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::{Draft, Message, Timestamp};
use std::fmt::Debug;
use std::sync::Arc;
use wasmtime::component::{Linker, Resource, ResourceType};
use wasmtime::{Result, StoreContextMut};

type Answer<T, E> = std::result::Result<T, E>;

/// Links the engine's four imports.
pub(crate) fn engine(linker: &mut Linker<State>) -> Result<()> {
    let mut research = linker.instance("baton:handoff/research@0.1.0")?;
    research.func_wrap_async("search", |context, (customer, cursor): (IdealCustomer, Option<String>)| {
        Box::new(async move { Ok((search(context, customer, cursor).await?,)) })
    })?;
    research.func_wrap_async("look-up", |context, (account, since): (String, Timestamp)| {
        Box::new(async move { Ok((look_up(context, account, since).await?,)) })
    })?;
    let mut contacts = linker.instance("baton:handoff/contacts@0.1.0")?;
    contacts.func_wrap_async("find", |context, (account,): (String,)| {
        Box::new(async move { Ok((find(context, account).await?,)) })
    })?;
    let mut drafting = linker.instance("baton:handoff/drafting@0.1.0")?;
    drafting.func_wrap_async("write", |context, (brief,): (Brief,)| {
        Box::new(async move { Ok((write(context, Arc::new(brief)).await?,)) })
    })?;
    let mut sending = linker.instance("baton:handoff/sending@0.1.0")?;
    sending.resource("permit", ResourceType::host::<Permit>(), |mut context, handle| {
        // Dropped without a send: the permit stays unused, and the caller may present it again.
        let _ = context.data_mut().table.delete(Resource::<Permit>::new_own(handle));
        Ok(())
    })?;
    sending.func_wrap_async("send", |context, (permit, message): (Resource<Permit>, Message)| {
        Box::new(async move { Ok((send(context, permit, Arc::new(message)).await?,)) })
    })?;
    Ok(())
}

async fn search(
    mut context: StoreContextMut<'_, State>,
    customer: IdealCustomer,
    cursor: Option<String>,
) -> Result<Answer<Arc<Found>, LookupError>> {
    let state = context.data_mut();
    state.enter()?;
    let customer = Arc::new(customer);
    let answer = match &mut state.answers {
        Answers::Live(grants) => match &grants.research {
            Some(research) if state.may_search => {
                told(research.search(&state.call, &customer, cursor.as_deref()).await, "search")
            }
            _ => Err(LookupError::NotFound),
        },
        Answers::Recorded(rest) => match rest.pop_front() {
            Some(Exchange::Search { customer: c, cursor: k, answer }) if c == customer && k == cursor => answer,
            _ => return Err(state.end(AbortReason::Diverged)),
        },
        Answers::Asked(_) if !state.may_search => Err(LookupError::NotFound),
        Answers::Asked(asked) => match asked.search(&customer, cursor.as_deref()) {
            Some(answer) => answer,
            None => return Err(state.end(AbortReason::Unrecorded)),
        },
    };
    state.leave(Exchange::Search { customer, cursor, answer: answer.clone() });
    Ok(answer)
}

async fn look_up(
    mut context: StoreContextMut<'_, State>,
    account: String,
    since: Timestamp,
) -> Result<Answer<Arc<Dossier>, LookupError>> {
    let state = context.data_mut();
    state.enter()?;
    let answer = match &mut state.answers {
        Answers::Live(grants) => match &grants.research {
            Some(research) if state.call.account.as_ref() == Some(&account) => {
                told(research.look_up(&state.call, &account, since).await, "look-up")
            }
            _ => Err(LookupError::NotFound),
        },
        Answers::Recorded(rest) => match rest.pop_front() {
            Some(Exchange::LookUp { account: a, since: s, answer }) if a == account && s == since => answer,
            _ => return Err(state.end(AbortReason::Diverged)),
        },
        Answers::Asked(_) if state.call.account.as_ref() != Some(&account) => Err(LookupError::NotFound),
        Answers::Asked(asked) => match asked.look_up(&account, since) {
            Some(answer) => answer,
            None => return Err(state.end(AbortReason::Unrecorded)),
        },
    };
    state.leave(Exchange::LookUp { account, since, answer: answer.clone() });
    Ok(answer)
}

async fn find(
    mut context: StoreContextMut<'_, State>,
    account: String,
) -> Result<Answer<Arc<Vec<Candidate>>, LookupError>> {
    let state = context.data_mut();
    state.enter()?;
    let answer = match &mut state.answers {
        Answers::Live(grants) => match &grants.contacts {
            Some(contacts) if state.call.account.as_ref() == Some(&account) => {
                told(contacts.find(&state.call, &account).await, "find")
            }
            _ => Err(LookupError::NotFound),
        },
        Answers::Recorded(rest) => match rest.pop_front() {
            Some(Exchange::Find { account: a, answer }) if a == account => answer,
            _ => return Err(state.end(AbortReason::Diverged)),
        },
        Answers::Asked(_) if state.call.account.as_ref() != Some(&account) => Err(LookupError::NotFound),
        Answers::Asked(asked) => match asked.find(&account) {
            Some(answer) => answer,
            None => return Err(state.end(AbortReason::Unrecorded)),
        },
    };
    state.leave(Exchange::Find { account, answer: answer.clone() });
    Ok(answer)
}

async fn write(
    mut context: StoreContextMut<'_, State>,
    brief: Arc<Brief>,
) -> Result<Answer<Arc<Draft>, DraftingError>> {
    let state = context.data_mut();
    state.enter()?;
    let (answer, provenance) = match &mut state.answers {
        // The brief goes to somebody else's component or model: only this call's account may be in it.
        Answers::Live(_) | Answers::Asked(_) if state.call.account.as_ref() != Some(&brief.account.id) => {
            (Err(DraftingError::Declined("the brief is not about the account of this call".into())), None)
        }
        Answers::Live(grants) => match &grants.drafting {
            None => (Err(DraftingError::Unavailable(Some("drafting is not granted".into()))), None),
            Some(drafting) => {
                let drafted = drafting.write(&state.call, Arc::clone(&brief)).await;
                let drafted = drafted.map(|drafted| {
                    state.drafts.extend(drafted.recording);
                    drafted.draft
                });
                (told(drafted, "write"), Some(drafting.provenance()))
            }
        },
        Answers::Recorded(rest) => match rest.pop_front() {
            Some(Exchange::Write { brief: b, answer, provenance }) if b == brief => (answer, provenance),
            _ => return Err(state.end(AbortReason::Diverged)),
        },
        Answers::Asked(asked) => match asked.write(&state.call, &brief).await {
            Some((answer, provenance)) => (told(answer, "write"), provenance),
            None => return Err(state.end(AbortReason::Unrecorded)),
        },
    };
    state.leave(Exchange::Write { brief, answer: answer.clone(), provenance });
    Ok(answer)
}

async fn send(
    mut context: StoreContextMut<'_, State>,
    permit: Resource<Permit>,
    message: Arc<Message>,
) -> Result<Answer<(), SendingError>> {
    let state = context.data_mut();
    state.enter()?;
    let Ok(permit) = state.table.delete(permit) else {
        return Err(state.end(AbortReason::Handle));
    };
    let answer = match &mut state.answers {
        Answers::Live(_) if !permit.spend() => Err(SendingError::Spent),
        Answers::Live(_) if !permit.covers(&message) => Err(SendingError::Altered),
        Answers::Live(grants) => match &grants.sending {
            None => Err(SendingError::Unavailable(Some("sending is not granted".into()))),
            Some(sending) => told(sending.authorise(&state.call, &permit, &message).await, "send"),
        },
        Answers::Recorded(rest) => match rest.pop_front() {
            Some(Exchange::Send { message: m, answer }) if m == message => answer,
            _ => return Err(state.end(AbortReason::Diverged)),
        },
        Answers::Asked(_) => Err(SendingError::Unavailable(Some("nothing is sent in a comparison".into()))),
    };
    state.authorised |= answer.is_ok();
    state.leave(Exchange::Send { message, answer: answer.clone() });
    Ok(answer)
}

/// Keeps the cause on this side of the boundary.
fn told<T, E: Debug>(answer: Answer<T, CapabilityError<E>>, import: &str) -> Answer<T, E> {
    answer.map_err(|fault| {
        if let Some(cause) = fault.cause {
            tracing::warn!(import, reported = ?fault.reported, cause = %cause, "a capability had no answer");
        }
        fault.reported
    })
}
