//! The example prints the package in its file, and its replay is identical.

use expect_test::expect_file;
use std::process::Command;

#[test]
fn the_package_is_the_one_in_the_file() {
    let output = Command::new(env!("CARGO_BIN_EXE_embed")).output().expect("the example starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    expect_file!["../output.json"].assert_eq(&String::from_utf8_lossy(&output.stdout));
}
