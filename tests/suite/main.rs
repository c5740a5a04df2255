//! The tests of the whole program, as one binary. Each file covers one promise.
//!
//! Tests that need a browser or a server are ignored unless the features `browser` and `servers` are on, which
//! `cargo xtask test` turns on once it has installed them; from then on a missing one is a failure.

mod api;
mod autonomy;
mod browser_walks;
mod calibration;
mod capacity;
mod component_cache;
mod component_comparison;
mod component_loading;
mod concurrent_calls;
mod crash;
mod evidence_changes;
mod followups;
#[path = "../fuzz/mod.rs"]
mod fuzz;
mod histories;
mod hostile_abi;
mod hostile_drafters;
mod hostile_engines;
mod layering;
mod maildev;
mod permits;
mod replay;
mod runs;
mod sandbox;
mod scenarios;
mod seeded_defects;
mod sending;
mod server;
mod tiers;
mod tiers_apart;
mod web;
mod webhooks;

#[test]
fn ci_never_skips_tests_for_lack_of_a_browser_or_a_server() {
    let complete = cfg!(all(feature = "browser", feature = "servers"));
    assert!(complete || std::env::var_os("CI").is_none(), "hint: run cargo xtask test, or --features browser,servers");
}
