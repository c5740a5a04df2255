//! Fuzzing: every parser of untrusted bytes gets mutated inputs, and must not panic, loop, or break an invariant.
//!
//! The targets are plain functions over bytes. They run on stable Rust, with mutations of the seeds from a fixed random
//! state, so that a failure is repeatable: for a fraction of a second each in the suite, and for `BATON_FUZZ_SECONDS`
//! in a search. A failing input is written to the temporary folder, and the failure names the file.

mod mutate;
mod targets;

use mutate::Mutator;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// The number of inputs of an ordinary run. Slow targets have fewer.
const INPUTS: u32 = 2_000;

/// The maximum time for one input.
const PATIENCE: Duration = Duration::from_secs(20);

fn fuzz(name: &str, share: u32, seeds: &[Vec<u8>], words: &[&str], target: impl Fn(&[u8])) {
    let seconds = std::env::var("BATON_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    // A search starts from another state each time; an ordinary run is always the same.
    let state = until.map_or(1, |_| u64::from(std::process::id()) << 20 | 1);
    let mut mutator = Mutator::new(state, seeds, words);
    let mut number = 0;
    while until.map_or(number < INPUTS / share, |until| Instant::now() < until) {
        let input = mutator.next();
        let since = Instant::now();
        let ended = catch_unwind(AssertUnwindSafe(|| target(&input)));
        let slow = since.elapsed() > PATIENCE;
        if ended.is_err() || slow {
            let path = std::env::temp_dir().join(format!("baton-fuzz-{name}"));
            std::fs::write(&path, &input).expect("the input is written");
            panic!("{name}: input {number} {}: {}", if slow { "is slow" } else { "panics" }, path.display());
        }
        number += 1;
    }
}

#[test]
fn csv() {
    fuzz("csv", 4, &targets::csv_seeds(), &["\"", ",", ";", "\r\n", "\u{feff}", "\0", "\t"], targets::csv);
}

#[test]
fn addresses() {
    let words =
        ["@", "<", ">", "mailto:", ".", ",", "\"", "xn--", "\u{200b}", "\u{3002}", "ß", "*@", "[127.0.0.1]", "%"];
    fuzz("addresses", 1, &targets::address_seeds(), &words, targets::address);
}

#[test]
fn dates() {
    let words = ["/", "-", ".", ":", "T", "Z", "+", "PM", "99", "2026", "E", "月", "\u{a0}"];
    fuzz("dates", 1, &targets::date_seeds(), &words, targets::date);
}

#[test]
fn mail() {
    let words =
        ["\r\n", "\r\n\r\n", "--b", "--b--", "=?utf-8?q?", "?=", "Content-Type: ", "multipart/mixed; boundary=b"];
    fuzz("mail", 1, &targets::mail_seeds(), &words, targets::mail);
}

#[test]
fn toml() {
    fuzz("toml", 2, &targets::toml_seeds(), &["[[", "]]", "\"\"\"", "=", "{", "1e999", "\\u0000"], targets::toml);
}

#[test]
fn templates() {
    let words = ["{{ ", " }}", "{% ", " %}", "{#", "account.name", "|", "for x in ", "range(9999999)", "~"];
    fuzz("templates", 1, &targets::template_seeds(), &words, targets::template());
}

#[test]
fn component_bytes() {
    fuzz(
        "component-bytes",
        10,
        &targets::component_seeds(),
        &["\0asm", "\u{1}\0\0\0", "\u{d}\0\u{1}\0"],
        targets::component,
    );
}

#[test]
fn http_forms() {
    let words = ["&", "=", "%00", "%ff", "+", "digest=", "what=approve", "subject=", "%F0%9F"];
    fuzz("http-forms", 10, &targets::form_seeds(), &words, targets::form());
}
