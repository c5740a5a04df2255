//! The state of one call: what bounds it, what it may reach, and what it did.

use crate::capability::{CallContext, Grants};
use crate::compare::Asked;
use crate::error::AbortReason;
use crate::limits::Limits;
use crate::recording::Exchange;
use std::collections::VecDeque;
use wasmtime::component::ResourceTable;
use wasmtime::{ResourceLimiter, Store, UpdateDeadline};

/// Where answers come from.
pub(crate) enum Answers {
    /// The capabilities an admin granted.
    Live(Grants),
    /// A recording, in its order.
    Recorded(VecDeque<Exchange>),
    /// A recording, by what was asked.
    Asked(Asked),
}

pub(crate) struct State {
    pub call: CallContext,
    pub answers: Answers,
    pub limits: Limits,
    /// Only `discover` may search. Without meaning on replay, where answers are as recorded.
    pub may_search: bool,
    pub exchanges: Vec<Exchange>,
    /// Recordings of the drafter's calls within this one.
    pub drafts: Vec<crate::recording::Recording>,
    pub table: ResourceTable,
    /// The host's own ledger: a message was authorised in this call.
    pub authorised: bool,
    /// Set by what ends a call on purpose, since a trap alone does not say why.
    pub abort: Option<AbortReason>,
    memory: usize,
    ticks: u32,
}

impl State {
    pub fn new(call: CallContext, answers: Answers, limits: Limits, may_search: bool) -> Self {
        Self {
            call,
            answers,
            limits,
            may_search,
            exchanges: Vec::new(),
            drafts: Vec::new(),
            table: ResourceTable::new(),
            authorised: false,
            abort: None,
            memory: 0,
            ticks: limits.ticks(),
        }
    }

    /// Ends the call.
    pub fn end(&mut self, abort: AbortReason) -> wasmtime::Error {
        self.abort.get_or_insert(abort);
        wasmtime::Error::msg(abort.to_string())
    }

    /// Lets an imported call begin, unless the call has had all of its own.
    pub fn enter(&mut self) -> wasmtime::Result<()> {
        if self.exchanges.len() >= self.limits.calls as usize {
            return Err(self.end(AbortReason::Calls));
        }
        Ok(())
    }

    /// Records an imported call, and starts the computing time anew: waiting for the host is not the guest's doing.
    pub fn leave(&mut self, exchange: Exchange) {
        self.exchanges.push(exchange);
        self.ticks = self.limits.ticks();
    }
}

impl ResourceLimiter for State {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let total = self.memory + desired.saturating_sub(current);
        if total > self.limits.memory {
            return Err(self.end(AbortReason::Memory));
        }
        self.memory = total;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.limits.table_elements {
            return Err(self.end(AbortReason::Memory));
        }
        Ok(true)
    }
}

/// Puts the limits to work.
pub(crate) fn bounded(engine: &wasmtime::Engine, state: State) -> Store<State> {
    let value = state.limits.value;
    let mut store = Store::new(engine, state);
    store.limiter(|state| state);
    store.set_hostcall_fuel(value);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut context| {
        let state = context.data_mut();
        state.ticks = state.ticks.saturating_sub(1);
        if state.ticks == 0 {
            return Err(state.end(AbortReason::Computing));
        }
        // Other tasks get their turn, timers and sockets included, and the whole call's time is looked at. wasmtime's
        // own yield would come back before the executor looked at any timer.
        Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
    });
    store
}
