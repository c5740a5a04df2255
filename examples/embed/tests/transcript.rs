//! The example prints what its file shows, and its replay is identical.

use expect_test::expect_file;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_package_is_the_one_in_the_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let components = std::env::var_os("BATON_COMPONENTS").map_or_else(
        || {
            let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
            target.join("components")
        },
        PathBuf::from,
    );
    let output =
        Command::new(env!("CARGO_BIN_EXE_embed")).arg(root.join(components)).output().expect("the example starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    expect_file!["../output.json"].assert_eq(&String::from_utf8_lossy(&output.stdout));
}
