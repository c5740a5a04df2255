//! The reference components, embedded in the command.

use baton_runtime::World;

/// Returns the reference component of a world.
pub fn component(world: World) -> &'static [u8] {
    match world {
        World::Engine => include_bytes!(concat!(env!("OUT_DIR"), "/engine.wasm")),
        World::Drafter => include_bytes!(concat!(env!("OUT_DIR"), "/drafter.wasm")),
        World::Governor => include_bytes!(concat!(env!("OUT_DIR"), "/governor.wasm")),
        World::Reader => include_bytes!(concat!(env!("OUT_DIR"), "/reader.wasm")),
    }
}
