//! The engine's imports.
//!
//! Every imported call passes through here: it is counted, checked against the call (another account is `not-found`, as
//! is anything not granted), answered by the capability or the recording, and recorded. An answer is shared by the
//! capability, the guest and the recording, never copied.

use crate::capability::{CapabilityError, Contacts as _, Drafting as _, Research as _, Sending as _};
use crate::error::AbortReason;
use crate::permit::Permit;
use crate::recording::Exchange;
use crate::state::{AnswerSource, CallState};
use crate::verify;
use baton_facts::errors::{DraftingError, LookupError, SendingError};
use baton_facts::packages::{Brief, Candidate, Dossier, Found};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::{Draft, Message, Timestamp};
use std::fmt::Debug;
use std::sync::Arc;
use wasmtime::component::{Linker, Resource, ResourceType};
use wasmtime::{Result, StoreContextMut};

type Answer<T, E> = std::result::Result<T, E>;

/// Links the four import interfaces of the world `engine`.
pub(crate) fn link(linker: &mut Linker<CallState>) -> Result<()> {
    let mut research = linker.instance("baton:handoff/research@0.2.0")?;
    research.func_wrap_async("search", |context, (customer, cursor): (IdealCustomer, Option<String>)| {
        Box::new(async move { Ok((search(context, customer, cursor).await?,)) })
    })?;
    research.func_wrap_async("look-up", |context, (account, since): (String, Timestamp)| {
        Box::new(async move { Ok((look_up(context, account, since).await?,)) })
    })?;
    let mut contacts = linker.instance("baton:handoff/contacts@0.2.0")?;
    contacts.func_wrap_async("find", |context, (account,): (String,)| {
        Box::new(async move { Ok((find(context, account).await?,)) })
    })?;
    let mut drafting = linker.instance("baton:handoff/drafting@0.2.0")?;
    drafting.func_wrap_async("write", |context, (brief,): (Brief,)| {
        Box::new(async move { Ok((write(context, Arc::new(brief)).await?,)) })
    })?;
    let mut sending = linker.instance("baton:handoff/sending@0.2.0")?;
    sending.resource("permit", ResourceType::host::<Permit>(), |mut context, handle| {
        // Dropped without a send: the permit stays unused, and the caller may use it again.
        let _ = context.data_mut().table.delete(Resource::<Permit>::new_own(handle));
        Ok(())
    })?;
    sending.func_wrap_async("[static]permit.send", |context, (permit, message): (Resource<Permit>, Message)| {
        Box::new(async move { Ok((send(context, permit, Arc::new(message)).await?,)) })
    })?;
    Ok(())
}

async fn search(
    mut context: StoreContextMut<'_, CallState>,
    customer: IdealCustomer,
    cursor: Option<String>,
) -> Result<Answer<Arc<Found>, LookupError>> {
    let state = context.data_mut();
    state.begin_import()?;
    let customer = Arc::new(customer);
    let answer = match &mut state.answers {
        AnswerSource::Live(grants) => match &grants.research {
            Some(research) if state.may_search => {
                reported(research.search(&state.call, &customer, cursor.as_deref()).await, "search")
            }
            _ => Err(LookupError::NotFound),
        },
        AnswerSource::InOrder(rest) => match rest.pop_front() {
            Some(Exchange::Search { customer: c, cursor: k, answer }) if c == customer && k == cursor => answer,
            _ => return Err(state.end(AbortReason::Diverged)),
        },
        AnswerSource::ByQuestion(_) if !state.may_search => Err(LookupError::NotFound),
        AnswerSource::ByQuestion(recorded) => match recorded.search(&customer, cursor.as_deref()) {
            Some(answer) => answer,
            None => return Err(state.end(AbortReason::Unrecorded)),
        },
    };
    state.end_import(Exchange::Search { customer, cursor, answer: answer.clone() })?;
    Ok(answer)
}

async fn look_up(
    mut context: StoreContextMut<'_, CallState>,
    account: String,
    since: Timestamp,
) -> Result<Answer<Arc<Dossier>, LookupError>> {
    let state = context.data_mut();
    state.begin_import()?;
    let answer = match &mut state.answers {
        AnswerSource::Live(grants) => match &grants.research {
            Some(research) if state.call.account.as_ref() == Some(&account) => {
                reported(research.look_up(&state.call, &account, since).await, "look-up")
            }
            _ => Err(LookupError::NotFound),
        },
        AnswerSource::InOrder(rest) => match rest.pop_front() {
            Some(Exchange::LookUp { account: a, since: s, answer }) if a == account && s == since => answer,
            _ => return Err(state.end(AbortReason::Diverged)),
        },
        AnswerSource::ByQuestion(_) if state.call.account.as_ref() != Some(&account) => Err(LookupError::NotFound),
        AnswerSource::ByQuestion(recorded) => match recorded.look_up(&account, since) {
            Some(answer) => answer,
            None => return Err(state.end(AbortReason::Unrecorded)),
        },
    };
    state.end_import(Exchange::LookUp { account, since, answer: answer.clone() })?;
    Ok(answer)
}

async fn find(
    mut context: StoreContextMut<'_, CallState>,
    account: String,
) -> Result<Answer<Arc<Vec<Candidate>>, LookupError>> {
    let state = context.data_mut();
    state.begin_import()?;
    let answer = match &mut state.answers {
        AnswerSource::Live(grants) => match &grants.contacts {
            Some(contacts) if state.call.account.as_ref() == Some(&account) => {
                reported(contacts.find(&state.call, &account).await, "find")
            }
            _ => Err(LookupError::NotFound),
        },
        AnswerSource::InOrder(rest) => match rest.pop_front() {
            Some(Exchange::Find { account: a, answer }) if a == account => answer,
            _ => return Err(state.end(AbortReason::Diverged)),
        },
        AnswerSource::ByQuestion(_) if state.call.account.as_ref() != Some(&account) => Err(LookupError::NotFound),
        AnswerSource::ByQuestion(recorded) => match recorded.find(&account) {
            Some(answer) => answer,
            None => return Err(state.end(AbortReason::Unrecorded)),
        },
    };
    state.end_import(Exchange::Find { account, answer: answer.clone() })?;
    Ok(answer)
}

async fn write(
    mut context: StoreContextMut<'_, CallState>,
    brief: Arc<Brief>,
) -> Result<Answer<Arc<Draft>, DraftingError>> {
    let state = context.data_mut();
    state.begin_import()?;
    let foreign = match &state.input {
        Some(input) => verify::foreign_fact(&brief, input, &state.exchanges),
        None => Some("call"),
    };
    let (answer, provenance) = match &mut state.answers {
        // The brief goes to another component or model, so it may hold the account of this call alone.
        AnswerSource::Live(_) | AnswerSource::ByQuestion(_)
            if state.call.account.as_ref() != Some(&brief.account.id) =>
        {
            (Err(DraftingError::Declined("the brief is not about the account of this call".into())), None)
        }
        AnswerSource::Live(grants) => match &grants.drafting {
            None => (Err(DraftingError::Unavailable(Some("drafting is not granted".into()))), None),
            Some(_) if let Some(fact) = foreign => (Err(declined(fact)), None),
            Some(drafting) => {
                let drafted = drafting.write(&state.call, Arc::clone(&brief)).await;
                let drafted = drafted.map(|drafted| {
                    state.drafts.extend(drafted.recording);
                    drafted.draft
                });
                (reported(drafted, "write"), Some(drafting.provenance()))
            }
        },
        AnswerSource::InOrder(rest) => match rest.pop_front() {
            Some(Exchange::Write { brief: b, answer, provenance }) if b == brief => (answer, provenance),
            _ => return Err(state.end(AbortReason::Diverged)),
        },
        AnswerSource::ByQuestion(_) if let Some(fact) = foreign => (Err(declined(fact)), None),
        AnswerSource::ByQuestion(recorded) => match recorded.write(&state.call, &brief).await {
            Some((answer, provenance)) => (reported(answer, "write"), provenance),
            None => return Err(state.end(AbortReason::Unrecorded)),
        },
    };
    state.end_import(Exchange::Write { brief, answer: answer.clone(), provenance })?;
    Ok(answer)
}

fn declined(fact: &str) -> DraftingError {
    DraftingError::Declined(format!("the brief's {fact} is not one that the host gave in this call"))
}

async fn send(
    mut context: StoreContextMut<'_, CallState>,
    permit: Resource<Permit>,
    message: Arc<Message>,
) -> Result<Answer<(), SendingError>> {
    let state = context.data_mut();
    state.begin_import()?;
    let Ok(permit) = state.table.delete(permit) else {
        return Err(state.end(AbortReason::Handle));
    };
    let answer = match &mut state.answers {
        AnswerSource::Live(_) if !permit.spend() => Err(SendingError::Spent),
        AnswerSource::Live(_) if !permit.covers(&message) => Err(SendingError::Altered),
        AnswerSource::Live(grants) => match &grants.sending {
            None => Err(SendingError::Unavailable(Some("sending is not granted".into()))),
            Some(sending) => reported(sending.authorize(&state.call, &permit, &message).await, "send"),
        },
        AnswerSource::InOrder(rest) => match rest.pop_front() {
            Some(Exchange::Send { message: m, answer }) if m == message => answer,
            _ => return Err(state.end(AbortReason::Diverged)),
        },
        AnswerSource::ByQuestion(_) => Err(SendingError::Unavailable(Some("nothing is sent in a comparison".into()))),
    };
    state.authorized |= answer.is_ok();
    state.end_import(Exchange::Send { message, answer: answer.clone() })?;
    Ok(answer)
}

/// Logs the cause and returns the part that the component receives.
fn reported<T, E: Debug>(answer: Answer<T, CapabilityError<E>>, import: &str) -> Answer<T, E> {
    answer.map_err(|fault| {
        if let Some(cause) = fault.cause {
            tracing::warn!(import, reported = ?fault.reported, cause = %cause, "a capability had no answer");
        }
        fault.reported
    })
}
