//! The reference components, embedded in the command.

use baton_runtime::World;

/// Returns the reference component of a world.
pub fn component(world: World) -> &'static [u8] {
    match world {
        World::Engine => baton_components::ENGINE,
        World::Drafter => baton_components::DRAFTER,
        World::Governor => baton_components::GOVERNOR,
        World::Reader => baton_components::READER,
    }
}
