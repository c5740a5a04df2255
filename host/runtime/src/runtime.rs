//! The runtime: one engine configuration, one pool of instances and one timer for all calls.
//!
//! Cheap to clone and expensive to create: a process needs one. The settings of the engine were measured to make a fresh
//! instance per call affordable.

use crate::cache::{Cache, Key};
use crate::component_limits::CORE_INSTANCES;
use crate::digest::Digest;
use crate::error::{Error, chain};
use crate::limits::{Limits, TICK};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;
use wasmtime::component::Component as Compiled;
use wasmtime::{Config, Enabled, Engine, Inlining, InstanceAllocationStrategy, PoolingAllocationConfig};

/// The options of a runtime.
///
/// ```
/// use baton_runtime::{Limits, Runtime, RuntimeOptions};
///
/// let options = RuntimeOptions::default().with_limits(Limits::default().with_calls(32)).with_concurrent_calls(50);
/// let runtime = Runtime::new(&options)?;
/// assert_eq!(runtime.limits().calls, 32);
/// # Ok::<(), baton_runtime::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RuntimeOptions {
    /// The limits of each call.
    pub limits: Limits,
    /// The number of engine calls that run or wait for their capabilities at a time, 1 to 1,000. Further calls wait for
    /// a place.
    pub concurrent_calls: u32,
    /// The private folder for compiled components and this host's key. With `None`, components are compiled at each
    /// start and seals are valid for this process alone.
    pub cache: Option<PathBuf>,
    /// The vendor's own import interfaces that engines may import, by full name.
    pub extensions: BTreeSet<String>,
}

impl Default for RuntimeOptions {
    fn default() -> Self {
        Self { limits: Limits::default(), concurrent_calls: 400, cache: None, extensions: BTreeSet::new() }
    }
}

impl RuntimeOptions {
    /// Sets the limits of each call.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Sets the number of concurrent engine calls.
    #[must_use]
    pub fn with_concurrent_calls(self, calls: u32) -> Self {
        Self { concurrent_calls: calls, ..self }
    }

    /// Sets the folder for compiled components. [`Runtime::default_cache`] returns the user's.
    #[must_use]
    pub fn with_cache(self, folder: impl Into<Option<PathBuf>>) -> Self {
        Self { cache: folder.into(), ..self }
    }

    /// Opens an import interface of the vendor's own to engines, by its full name, such as
    /// `acme:enrichment/firmographics@1.0.0`. See [`crate::Extension`].
    #[must_use]
    pub fn with_extension(mut self, interface: impl Into<String>) -> Self {
        self.extensions.insert(interface.into());
        self
    }
}

/// Loads and runs components.
#[derive(Clone)]
pub struct Runtime(Arc<Shared>);

pub(crate) struct Shared {
    engine: Engine,
    cache: Option<Cache>,
    cache_problem: Option<String>,
    key: Key,
    limits: Limits,
    extensions: BTreeSet<String>,
    /// Places for engines.
    pub engines: Semaphore,
    /// Places for the components that an engine's call waits for. They are separate, so that engines cannot take all
    /// places and wait for each other.
    pub others: Semaphore,
    calls: AtomicU64,
    compiling: Mutex<()>,
}

impl Runtime {
    /// Starts a runtime.
    ///
    /// # Errors
    /// [`Error::Setup`] if the pool's address space cannot be allocated, or an extension has a name that is not a vendor's.
    pub fn new(options: &RuntimeOptions) -> Result<Self, Error> {
        if let Some(name) = options.extensions.iter().find(|name| !is_vendors(name)) {
            let what =
                format!("`{name}` is not the name of an interface of your own, such as `acme:pricing/quotes@1.0.0`");
            return Err(Error::Setup { what, source: None });
        }
        let places = options.concurrent_calls.clamp(1, 1000);
        let engine = Engine::new(&config(places, &options.limits)).map_err(|error| Error::Setup {
            what: format!("cannot allocate an instance pool for {places} concurrent calls"),
            source: Some(error.into()),
        })?;
        let (cache, cache_problem) = match options.cache.as_deref().map(Cache::open).transpose() {
            Ok(cache) => (cache, None),
            Err(problem) => {
                tracing::warn!(problem, "components are compiled at each start");
                (None, Some(problem))
            }
        };
        let key = match &cache {
            Some(cache) => cache.key().clone(),
            None => Key::random()?,
        };
        tick(&engine)?;
        Ok(Self(Arc::new(Shared {
            engine,
            cache,
            cache_problem,
            key,
            limits: options.limits,
            extensions: options.extensions.clone(),
            engines: Semaphore::new(places as usize),
            others: Semaphore::new(places as usize),
            calls: AtomicU64::new(0),
            compiling: Mutex::new(()),
        })))
    }

    /// Returns the limits of each call.
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    /// Returns why the folder for compiled components is not used, if one was set. Components are compiled at each start
    /// then, and seals are valid for this process alone.
    pub fn cache_problem(&self) -> Option<&str> {
        self.0.cache_problem.as_deref()
    }

    /// Returns the user's default folder for compiled components: `$XDG_CACHE_HOME/baton`, else `~/.cache/baton`.
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

    /// Returns whether the vendor opened this interface to engines.
    pub(crate) fn is_extension(&self, interface: &str) -> bool {
        self.0.extensions.contains(interface)
    }

    /// Returns the compiled component if the cache has it.
    pub(crate) fn cached(&self, digest: &Digest) -> Option<Compiled> {
        self.0.cache.as_ref().and_then(|cache| cache.get(&self.0.engine, digest))
    }

    /// Stores a compiled component that was accepted.
    pub(crate) fn keep_compiled(&self, digest: &Digest, component: &Compiled) {
        if let Some(cache) = &self.0.cache {
            cache.put(&self.0.engine, digest, component);
        }
    }

    /// Compiles a component whose size was checked. One is compiled at a time, by one thread, so that the memory for it
    /// depends neither on the number of components nor on that of the machine's processors.
    pub(crate) fn compile(&self, bytes: &[u8]) -> Result<Compiled, Error> {
        let _turn = self.0.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        Compiled::from_binary(&self.0.engine, bytes).map_err(|error| Error::Load {
            what: format!("the bytes are not a WebAssembly component that this host can run: {}", chain(&error)),
            source: Some(error.into()),
        })
    }
}

/// WASI would open the system, and the contract's own names must mean the contract.
fn is_vendors(name: &str) -> bool {
    name.split_once(':').is_some_and(|(namespace, interface)| {
        !namespace.is_empty() && !matches!(namespace, "baton" | "wasi") && interface.contains('/')
    })
}

/// The most memories and tables of one component.
const MEMORIES: u32 = 4;
const TABLES: u32 = 8;

fn config(places: u32, limits: &Limits) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    let instances = places * 2;
    // The totals suffice for all places at once, so that no component can use up what another call needs. Compilers make
    // one memory and a few tables, those for Python and JavaScript a few more: modules, and small ones that adapt them.
    let modules = u32::try_from(CORE_INSTANCES.most).unwrap_or(u32::MAX);
    pool.total_component_instances(instances)
        .max_core_instances_per_component(modules)
        .total_core_instances(instances * modules)
        .max_memories_per_component(MEMORIES)
        .total_memories(instances * MEMORIES)
        .max_tables_per_component(TABLES)
        .total_tables(instances * TABLES)
        .total_stacks(instances)
        .max_memory_size(limits.memory)
        .table_elements(limits.table_elements)
        .max_core_instance_size(4 << 20)
        .max_component_instance_size(4 << 20)
        // Up to these sizes, memory that a call wrote is reset by writing instead of by a system call, and stays with the
        // process: the next call does not fault each page in. `prepare` touches less than one mebibyte.
        .linear_memory_keep_resident(1 << 20)
        .table_keep_resident(128 << 10)
        .async_stack_keep_resident(32 << 10)
        // If the kernel reports which pages a call touched, only those are reset.
        .pagemap_scan(Enabled::Auto);

    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .memory_init_cow(true)
        .epoch_interruption(true)
        // Inlining takes twenty times the memory for a component of a scripting language, and makes no call faster.
        .compiler_inlining(Inlining::No)
        .parallel_compilation(false)
        .concurrency_support(false)
        // The same NaN bits on every machine; otherwise a replay could differ.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .max_wasm_stack(64 << 10)
        // A vendor's capabilities run on the fiber's stack too. Only touched pages cost memory.
        .async_stack_size(1 << 20);
    config
}

/// Advances the epoch as long as the runtime exists.
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
            what: "cannot start the epoch timer thread".into(),
            source: Some(Box::new(error)),
        })
}
