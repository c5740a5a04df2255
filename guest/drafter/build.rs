//! A small stack and little initial memory make an instance cheap; the stack comes first in memory, so an overflow
//! traps instead of overwriting data. It is enough for the deepest template that the drafter's limits let through.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../wit");
    if std::env::var("TARGET").is_ok_and(|target| target.starts_with("wasm32")) {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size=65536");
        println!("cargo::rustc-link-arg-cdylib=--initial-memory=524288");
    }
}
