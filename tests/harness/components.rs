//! The components and the runtime that all tests share, with its cache of compiled components beside them.

use crate::crm::Crm;
use baton_campaign::Components;
use baton_facts::description::{DrafterDescription, EngineDescription};
use baton_facts::errors::HandoffError;
use baton_facts::packages::{Assignment, HandoffPackage, Preparation, Sent};
use baton_runtime::{Component, Drafter, Governor, HandoffEngine, Limits, Reader, Runtime, RuntimeOptions};
use baton_server::LoadedComponents;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// All components, loaded and linked.
pub struct TestComponents {
    pub runtime: Runtime,
    pub engine: HandoffEngine,
    pub drafter: Drafter,
    pub governor: Governor,
    pub reader: Reader,
    pub hostile: HandoffEngine,
    pub hostile_drafter: Drafter,
}

impl TestComponents {
    pub fn new(runtime: Runtime) -> Self {
        let load =
            |name| Component::load_blocking(&runtime, &component(name)).expect("a component of this repository loads");
        let engine = |name| HandoffEngine::new(&runtime, &load(name)).expect("an engine links");
        let drafter = |name| Drafter::new(&runtime, &load(name)).expect("a drafter links");
        Self {
            engine: engine("engine"),
            drafter: drafter("drafter"),
            governor: Governor::new(&runtime, &load("governor")).expect("a governor links"),
            reader: Reader::new(&runtime, &load("reader")).expect("a reader links"),
            hostile: engine("hostile"),
            hostile_drafter: drafter("hostile-drafter"),
            runtime,
        }
    }

    /// Returns the four shipped components as the server loads them.
    pub fn shipped(&self) -> LoadedComponents {
        let (engine_description, drafter_description) = descriptions();
        LoadedComponents {
            runtime: self.runtime.clone(),
            components: Arc::new(Components {
                engine: self.engine.clone(),
                drafter: Arc::new(self.drafter.clone()),
                governor: self.governor.clone(),
                reader: self.reader.clone(),
                engine_description,
                drafter_description,
            }),
        }
    }
}

/// Returns the descriptions of the shipped engine and drafter.
fn descriptions() -> (Arc<EngineDescription>, Arc<DrafterDescription>) {
    type Descriptions = (Arc<EngineDescription>, Arc<DrafterDescription>);
    static DESCRIPTIONS: LazyLock<Descriptions> = LazyLock::new(|| {
        let describe = async {
            let components = test_components();
            let engine = components.engine.describe().await.expect("the engine describes itself");
            (engine, components.drafter.describe().await.expect("the drafter describes itself"))
        };
        let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
        // On a thread of its own, since a test may ask for the components within an async task.
        std::thread::scope(|scope| scope.spawn(move || executor.block_on(describe)).join().expect("no panic"))
    });
    DESCRIPTIONS.clone()
}

/// Returns the components with the default limits.
pub fn test_components() -> &'static TestComponents {
    static COMPONENTS: LazyLock<TestComponents> = LazyLock::new(|| TestComponents::new(runtime(Limits::default())));
    &COMPONENTS
}

/// Starts a runtime with these limits, for few calls at a time, so that many runtimes fit into one process.
pub fn runtime(limits: Limits) -> Runtime {
    let cache = Some(component_folder().with_file_name("test-cache"));
    Runtime::new(&RuntimeOptions::default().with_limits(limits).with_concurrent_calls(16).with_cache(cache))
        .expect("a runtime starts")
}

/// Runs the future on the runtime that all tests share.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    static THREADS: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads start")
    });
    THREADS.block_on(future)
}

/// Returns the folder of the built components: `BATON_COMPONENTS`, or the folder that `cargo xtask guests` fills.
pub fn component_folder() -> PathBuf {
    if let Some(folder) = std::env::var_os("BATON_COMPONENTS") {
        return folder.into();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
    target.join("components")
}

/// Reads the component `NAME.wasm`.
pub fn component(name: &str) -> Vec<u8> {
    let path = component_folder().join(format!("{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}\nhint: build the components first: run `cargo xtask test`", path.display())
    })
}

/// Prepares without a component: the logic as a library.
pub fn native(assignment: &Assignment, mut crm: &Crm) -> Result<Preparation, HandoffError> {
    baton_core::prepare(assignment, &mut crm)
}

/// Like [`native`], for a follow-up.
pub fn native_follow_up(
    previous: &HandoffPackage,
    sent: &[Sent],
    assignment: &Assignment,
    mut crm: &Crm,
) -> Result<Preparation, HandoffError> {
    baton_core::follow_up(previous, sent, assignment, &mut crm)
}
