//! The runtime: one engine configuration, one pool of instances, one clock for all calls.
//!
//! Cheap to share, costly to make: a process has one. The settings are those that were measured to make a fresh
//! instance per call affordable; each says what it buys.

use crate::cache::{Cache, Key};
use crate::component::Digest;
use crate::error::Error;
use crate::limits::{Limits, TICK};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Semaphore;
use wasmtime::component::Component as Compiled;
use wasmtime::{Config, Enabled, Engine, Inlining, InstanceAllocationStrategy, PoolingAllocationConfig};

/// How a runtime is set up.
#[derive(Clone, Debug)]
pub struct RuntimeOptions {
    /// The bounds of each call.
    pub limits: Limits,
    /// How many calls into engines run or wait for their capabilities at a time, 1 to 1,000; further ones wait for a
    /// place.
    pub concurrent_calls: u32,
    /// The private folder for compiled components and this host's key. Without one, components are compiled at each
    /// start and seals hold for this process alone.
    pub cache: Option<PathBuf>,
}

impl Default for RuntimeOptions {
    fn default() -> Self {
        Self { limits: Limits::default(), concurrent_calls: 400, cache: None }
    }
}

/// Loads and runs components.
#[derive(Clone)]
pub struct Runtime(Arc<Shared>);

pub(crate) struct Shared {
    engine: Engine,
    cache: Option<Cache>,
    key: Key,
    limits: Limits,
    /// Places for engines; and places for the components an engine's call may in turn wait for, apart, so that
    /// engines cannot take all of them and wait for each other.
    pub engines: Semaphore,
    pub others: Semaphore,
    calls: AtomicU64,
}

impl Runtime {
    /// Starts a runtime.
    ///
    /// # Errors
    /// [`Error::Setup`] where the pool's address space cannot be had or the cache folder cannot be used.
    pub fn new(settings: &RuntimeOptions) -> Result<Self, Error> {
        let places = settings.concurrent_calls.clamp(1, 1000);
        let engine = Engine::new(&config(places, &settings.limits)).map_err(|error| Error::Setup {
            what: format!("a pool of {places} concurrent calls cannot be had"),
            source: Some(error.into()),
        })?;
        let cache = settings.cache.as_deref().map(Cache::open).transpose()?;
        let key = match &cache {
            Some(cache) => cache.key().clone(),
            None => Key::random()?,
        };
        tick(&engine)?;
        Ok(Self(Arc::new(Shared {
            engine,
            cache,
            key,
            limits: settings.limits,
            engines: Semaphore::new(places as usize),
            others: Semaphore::new(places as usize),
            calls: AtomicU64::new(0),
        })))
    }

    /// The bounds of each call.
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    /// Where a user's compiled components are kept by default: `$XDG_CACHE_HOME/baton`, else `~/.cache/baton`.
    pub fn default_cache() -> Option<PathBuf> {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        set("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| set("HOME").map(|home| Path::new(&home).join(".cache")))
            .map(|folder| folder.join("baton"))
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    pub(crate) fn wasmtime(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn key(&self) -> &Key {
        &self.0.key
    }

    pub(crate) fn next_call(&self) -> u64 {
        self.0.calls.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn compile(&self, digest: &Digest, bytes: &[u8]) -> Result<Compiled, Error> {
        let kept = self.0.cache.as_ref().and_then(|cache| cache.get(&self.0.engine, digest));
        if let Some(component) = kept {
            return Ok(component);
        }
        let component = Compiled::from_binary(&self.0.engine, bytes).map_err(|error| Error::Load {
            what: "the bytes are no WebAssembly component that this host can run".into(),
            source: Some(error),
        })?;
        if let Some(cache) = &self.0.cache {
            cache.put(&self.0.engine, digest, &component);
        }
        Ok(component)
    }
}

/// Core modules and tables of one component at the most.
const MODULES: u32 = 20;
const TABLES: u32 = 4;

fn config(places: u32, limits: &Limits) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    let instances = places * 2;
    // The totals are what all places may take together, so no component can take what another one's call needs. One
    // memory and a few tables are what compilers make: a module of its own, and small ones that adapt it.
    pool.total_component_instances(instances)
        .max_core_instances_per_component(MODULES)
        .total_core_instances(instances * MODULES)
        .max_memories_per_component(1)
        .total_memories(instances)
        .max_tables_per_component(TABLES)
        .total_tables(instances * TABLES)
        .total_stacks(instances)
        .max_memory_size(limits.memory)
        .table_elements(limits.table_elements)
        .max_core_instance_size(4 << 20)
        .max_component_instance_size(4 << 20)
        // What a call dirties is cleaned by writing instead of by a system call, up to these sizes, and stays with the
        // process: the next call finds its pages in place instead of faulting each one in. `prepare` touches less than
        // the mebibyte kept.
        .linear_memory_keep_resident(1 << 20)
        .table_keep_resident(128 << 10)
        .async_stack_keep_resident(32 << 10)
        // Where the kernel can tell which pages a call touched, only those are cleaned.
        .pagemap_scan(Enabled::Auto);

    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .memory_init_cow(true)
        .epoch_interruption(true)
        .compiler_inlining(Inlining::Yes)
        .concurrency_support(false)
        // The same NaN bits on every machine: without them a replay could differ.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .max_wasm_stack(64 << 10)
        // A vendor's capabilities run on the fiber's stack too. Only pages that are touched cost memory.
        .async_stack_size(1 << 20);
    config
}

/// Advances the epoch for as long as the runtime lives.
fn tick(engine: &Engine) -> Result<(), Error> {
    let engine = engine.weak();
    std::thread::Builder::new()
        .name("baton-epoch".into())
        .spawn(move || {
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(TICK);
            }
        })
        .map(drop)
        .map_err(|error| Error::Setup {
            what: "no thread for the clock of calls".into(),
            source: Some(Box::new(error)),
        })
}
