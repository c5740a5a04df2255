//! The state of one call: its limits, the source of its answers, and its imported calls so far.

use crate::capability::CallContext;
use crate::cost;
use crate::error::AbortReason;
use crate::grants::Grants;
use crate::limits::Limits;
use crate::recorded_answers::RecordedAnswers;
use crate::recording::{Exchange, Input, Output, Recording};
use std::collections::VecDeque;
use wasmtime::component::ResourceTable;
use wasmtime::{ResourceLimiter, Store, UpdateDeadline};

/// The source of the answers to imported calls.
pub(crate) enum AnswerSource {
    /// The granted capabilities.
    Live(Grants),
    /// A recording, in its order.
    InOrder(VecDeque<Exchange>),
    /// A recording, by question.
    ByQuestion(RecordedAnswers),
}

pub(crate) struct CallState {
    pub call: CallContext,
    pub answers: AnswerSource,
    pub limits: Limits,
    /// Only `discover` may search. Not used on replay, where answers are the recorded ones.
    pub may_search: bool,
    /// The function and its arguments, with which a brief is compared. Only engines have one.
    pub input: Option<Input>,
    pub exchanges: Vec<Exchange>,
    /// Recordings of the drafter's calls within this one.
    pub drafts: Vec<Recording>,
    pub table: ResourceTable,
    /// Set when the host's outbox authorized a message in this call.
    pub authorized: bool,
    /// Set by the code that ends a call on purpose, since a trap alone does not say why.
    pub abort: Option<AbortReason>,
    /// Linear memory in bytes. It never shrinks, so this is also the highest use.
    pub memory: usize,
    ticks: u32,
    /// Bytes that the recording has so far.
    recorded: u64,
}

impl CallState {
    pub fn new(call: CallContext, answers: AnswerSource, limits: Limits, may_search: bool) -> Self {
        Self {
            call,
            answers,
            limits,
            may_search,
            input: None,
            exchanges: Vec::new(),
            drafts: Vec::new(),
            table: ResourceTable::new(),
            authorized: false,
            abort: None,
            memory: 0,
            ticks: limits.ticks(),
            recorded: 0,
        }
    }

    /// Ends the call. The first reason counts.
    pub fn end(&mut self, reason: AbortReason) -> wasmtime::Error {
        self.abort.get_or_insert(reason);
        wasmtime::Error::msg(reason.to_string())
    }

    /// Begins an imported call, unless the call has used up its number.
    pub fn begin_import(&mut self) -> wasmtime::Result<()> {
        if self.exchanges.len() >= self.limits.calls as usize {
            return Err(self.end(AbortReason::Calls));
        }
        Ok(())
    }

    /// Records an imported call and restarts the computing time: waiting for the host is not the component's computing.
    pub fn end_import(&mut self, exchange: Exchange) -> wasmtime::Result<()> {
        let size = cost::recorded(&exchange);
        self.exchanges.push(exchange);
        self.ticks = self.limits.ticks();
        self.add_recorded(size)
    }

    /// Counts the result.
    pub fn end_call(&mut self, output: &Output) -> wasmtime::Result<()> {
        self.add_recorded(cost::recorded(output))
    }

    fn add_recorded(&mut self, bytes: u64) -> wasmtime::Result<()> {
        self.recorded = self.recorded.saturating_add(bytes);
        if self.recorded > self.limits.recording as u64 { Err(self.end(AbortReason::Recording)) } else { Ok(()) }
    }

    /// Returns a store that enforces the limits.
    pub fn into_store(self, engine: &wasmtime::Engine) -> Store<Self> {
        let value = self.limits.value;
        let mut store = Store::new(engine, self);
        store.limiter(|state| state);
        store.set_hostcall_fuel(value);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut context| {
            let state = context.data_mut();
            state.ticks = state.ticks.saturating_sub(1);
            if state.ticks == 0 {
                return Err(state.end(AbortReason::Computing));
            }
            // Lets other tasks run, timers and sockets included, so that the limit of the whole call is looked at.
            // wasmtime's own yield would resume before the executor polled any timer.
            Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
        });
        store
    }
}

impl ResourceLimiter for CallState {
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
