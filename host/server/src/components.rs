//! The four components, and the runtime that they run in.

use crate::error::ServerError;
use baton_campaign::{ComponentFiles, Components, limits};
use baton_config::Settings;
use baton_desk::HandoffComponents;
use baton_runtime::{Limits, Runtime, RuntimeOptions, World};
use std::sync::Arc;

/// The loaded components. Cheap to clone.
#[derive(Clone)]
pub struct LoadedComponents {
    /// The components need it for as long as they live.
    pub runtime: Runtime,
    /// The components that the configuration names.
    pub components: Arc<Components>,
}

impl LoadedComponents {
    /// Loads the components that the configuration names. `builtin` returns the program's own component of a world.
    /// The first time this compiles them, which takes seconds.
    ///
    /// # Errors
    /// [`ServerError::Runtime`] if the runtime does not start; [`ServerError::Components`] if a component cannot be
    /// used.
    pub async fn load(settings: &Settings, builtin: impl Fn(World) -> &'static [u8]) -> Result<Self, ServerError> {
        let runtime = start_runtime(limits(&settings.limits))?;
        let parts = ComponentFiles::from_options(settings.component_options(), builtin)?;
        Self::link(runtime, &parts).await
    }

    /// Links these components in this runtime.
    ///
    /// # Errors
    /// [`ServerError::Components`] if a component cannot be used.
    pub async fn link(runtime: Runtime, parts: &ComponentFiles) -> Result<Self, ServerError> {
        let components = Arc::new(Components::load(&runtime, parts).await?);
        Ok(Self { runtime, components })
    }

    /// Returns the part of the components that the desk calls.
    pub fn tools(&self) -> HandoffComponents {
        HandoffComponents {
            runtime: self.runtime.clone(),
            engine: self.components.engine.clone(),
            governor: self.components.governor.clone(),
            others: vec![self.components.drafter.component().clone()],
        }
    }
}

/// Starts a runtime that caches compiled components for all programs of this user.
///
/// # Errors
/// [`ServerError::Runtime`] if it does not start.
pub fn start_runtime(limits: Limits) -> Result<Runtime, ServerError> {
    let options = RuntimeOptions::default().with_limits(limits).with_cache(Runtime::default_cache());
    Ok(Runtime::new(&options)?)
}
