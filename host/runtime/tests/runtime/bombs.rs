//! Components that are small to hand in and large to compile: each is refused by a named limit before it is compiled.

use crate::fixture::closed;
use baton_runtime::{Component, Error, Limits};
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use wasm_encoder::{
    BlockType, CodeSection, Component as Encoder, ComponentExportKind, ComponentExportSection,
    ComponentInstanceSection, Function, FunctionSection, Instruction, Module, ModuleSection, NestedComponentSection,
    TypeSection, ValType,
};

/// A drafter by its export, with these definitions.
fn drafter(definitions: &str) -> Vec<u8> {
    let export = "(instance $none) (export \"baton:handoff/drafting@0.2.0\" (instance $none))";
    wat::parse_str(format!("(component {definitions} {export})")).expect("the text is in order")
}

/// Returns a drafter by its export, with one module.
fn with_module(module: &Module) -> Vec<u8> {
    let mut component = Encoder::new();
    let (mut instances, mut exports) = (ComponentInstanceSection::new(), ComponentExportSection::new());
    instances.export_items::<&str, [(&str, ComponentExportKind, u32); 0]>([]);
    exports.export("baton:handoff/drafting@0.2.0", ComponentExportKind::Instance, 0, None);
    component.section(&ModuleSection(module)).section(&instances).section(&exports);
    component.finish()
}

/// Returns a component with functions that have these bodies and one local.
fn functions(count: u32, body: impl Fn(&mut Function)) -> Vec<u8> {
    with_locals(count, 1, body)
}

fn with_locals(count: u32, locals: u32, body: impl Fn(&mut Function)) -> Vec<u8> {
    let (mut types, mut declared, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    types.ty().function([], []);
    let mut function = Function::new([(locals, ValType::I32)]);
    body(&mut function);
    function.instruction(&Instruction::End);
    for _ in 0..count {
        declared.function(0);
        code.function(&function);
    }
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&code);
    with_module(&module)
}

fn nested(depth: usize) -> Vec<u8> {
    let mut component = Encoder::new();
    for _ in 0..depth {
        let mut outer = Encoder::new();
        outer.section(&NestedComponentSection(&component));
        component = outer;
    }
    component.finish()
}

/// Returns components that each instantiate the one before twice.
fn doubled(times: usize, innermost: &str) -> Vec<u8> {
    let mut text = format!("(component $c0 {innermost})\n");
    for level in 1..=times {
        let before = level - 1;
        let _ = writeln!(
            text,
            "(component $c{level} (alias outer 1 $c{before} (component $before))
               (instance (instantiate $before)) (instance (instantiate $before)))"
        );
    }
    drafter(&format!("{text} (instance (instantiate $c{times}))"))
}

/// Returns functions whose locals are all alive across each loop.
fn live(count: u32, locals: u32, loops: usize) -> Vec<u8> {
    with_locals(count, locals, |function| {
        let mut with_each = |instruct: &dyn Fn(u32) -> [Instruction<'static>; 3]| {
            for local in 0..locals {
                for instruction in instruct(local) {
                    function.instruction(&instruction);
                }
            }
        };
        with_each(&|local| [Instruction::I32Const(7), Instruction::LocalSet(local), Instruction::Nop]);
        for _ in 0..loops {
            function.instruction(&Instruction::Loop(BlockType::Empty));
            function.instruction(&Instruction::LocalGet(0)).instruction(&Instruction::BrIf(0));
            function.instruction(&Instruction::End);
        }
        for local in 0..locals {
            function.instruction(&Instruction::LocalGet(local));
            function.instruction(&Instruction::LocalGet(0));
            function.instruction(&Instruction::I32Mul);
            function.instruction(&Instruction::LocalSet(0));
        }
    })
}

fn blocks(function: &mut Function, depth: usize) {
    for _ in 0..depth {
        function.instruction(&Instruction::Block(BlockType::Empty));
    }
    for _ in 0..depth {
        function.instruction(&Instruction::End);
    }
}

/// Adds instructions of four bytes each.
fn instructions(function: &mut Function, count: usize) {
    for _ in 0..count / 2 {
        function.instruction(&Instruction::LocalGet(0));
        function.instruction(&Instruction::I32Const(7));
        function.instruction(&Instruction::I32Mul);
        function.instruction(&Instruction::LocalSet(0));
    }
}

fn branches(function: &mut Function, targets: usize) {
    function.instruction(&Instruction::I32Const(0));
    function.instruction(&Instruction::BrTable(vec![0; targets].into(), 0));
}

#[track_caller]
fn refused(name: &str, bytes: &[u8], expected: &str) {
    let runtime = closed(Limits::default());
    let begun = Instant::now();
    match Component::load_blocking(&runtime, bytes) {
        Err(Error::TooLarge { part, .. }) => assert_eq!(part, expected, "{name}"),
        other => panic!("{name}: {other:?}"),
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{name}: {:?}", begun.elapsed());
}

#[test]
fn components_too_large_to_compile_are_refused() {
    let levels = "levels of nested components";
    let items = "definitions, each counted as often as it is instantiated";
    refused("5,000 nested components", &nested(5_000), levels);
    refused("doubled without core instances", &doubled(28, ""), items);
    let core = "(core module $m) (core instance (instantiate $m))";
    refused("doubled with core instances", &doubled(24, core), "core instances");
    refused("many functions", &functions(100_000, |_| {}), "functions");
    refused(
        "a long function",
        &functions(1, |function| instructions(function, 1_000_000)),
        "bytes of code in one function",
    );
    refused("much code", &functions(200, |function| instructions(function, 50_000)), "bytes of code");
    refused("nested blocks", &functions(1, |function| blocks(function, 5_000)), "nested blocks in one function");
    let flat = |function: &mut Function, count: usize| (0..count).for_each(|_| blocks(function, 1));
    refused("blocks", &functions(1, |function| flat(function, 50_000)), "blocks in one function");
    refused("blocks of all functions", &functions(100, |function| flat(function, 5_000)), "blocks");
    refused("branch targets", &functions(4, |function| branches(function, 60_000)), "branch targets");
    refused("locals", &with_locals(1, 49_000, |_| {}), "locals in one function");
    refused("loops", &live(1, 2, 5_000), "loops in one function");
    refused("live locals", &live(1, 2_000, 900), "locals times blocks in one function");
    refused("live locals in all", &live(30, 2_000, 149), "locals times blocks, over all functions");
    let many = |text: &str, count: usize| drafter(&text.repeat(count));
    refused("types", &many("(type (func))", 250_000), items);
    let segments = format!("(core module (memory 1) {})", "(data (i32.const 0) \"\")".repeat(99_999));
    refused("segments", &drafter(&format!("{segments} {segments}")), "data and element segments");
    let long = format!("(core module (import \"{}\" \"\" (func)))", "x".repeat(90_000));
    refused("a long name", &drafter(&long), "bytes in the name of an import or export");
}

#[test]
fn a_component_that_is_passed_as_a_value_is_refused() {
    let takes = "(component $takes (import \"c\" (component $c)) (instance (instantiate $c)))";
    let bytes = drafter(takes);
    match Component::load_blocking(&closed(Limits::default()), &bytes) {
        Err(Error::Load { what, .. }) => assert!(what.contains("passes a component"), "{what}"),
        other => panic!("{other:?}"),
    }
}

/// A type may hold another one by its index, so that few bytes describe a large value, and types nest in types.
#[test]
fn types_that_expand_are_refused_quickly() {
    let mut expanding = "(type $t0 (tuple u64 u64))".to_owned();
    for level in 1..40 {
        let before = level - 1;
        let _ = write!(expanding, "(type $t{level} (tuple $t{before} $t{before}))");
    }
    let depth = 20_000;
    let mut nested = Vec::new();
    // A component type with one declaration, which is a component type, and so on.
    for _ in 0..depth {
        nested.extend([0x41, 0x01, 0x01]);
    }
    nested.extend([0x41, 0x00]);
    let mut section = vec![0x01];
    section.extend(&nested);
    let mut bytes = Encoder::new().finish();
    bytes.push(7);
    let mut size = section.len();
    while size >= 0x80 {
        bytes.push((size & 0x7f) as u8 | 0x80);
        size >>= 7;
    }
    bytes.push(size as u8);
    bytes.extend(section);
    for (name, bytes) in [("expanding", drafter(&expanding)), ("nested", bytes)] {
        let begun = Instant::now();
        let loaded = Component::load_blocking(&closed(Limits::default()), &bytes);
        assert!(matches!(loaded, Err(Error::Load { .. } | Error::TooLarge { .. })), "{name}: {loaded:?}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{name}: {:?}", begun.elapsed());
    }
}

/// Prints time and peak memory for the largest component within each limit; with `BATON_COMPONENT=FILE`, for that file.
/// Each is compiled in a process of its own: `cargo test -p baton-runtime --test runtime largest -- --ignored --nocapture`
#[cfg(target_os = "linux")]
#[test]
#[ignore = "a measurement that takes minutes"]
fn the_largest_accepted_components() {
    type Case = (&'static str, fn() -> Vec<u8>);
    let cases: [Case; 8] = [
        ("60,000 functions", || functions(60_000, |_| {})),
        ("32 MiB of code", || functions(32, |function| instructions(function, 160_000))),
        ("a function of 8,000 blocks, in nests of 2,000", || {
            functions(1, |function| (0..4).for_each(|_| blocks(function, 2_000)))
        }),
        ("400,000 blocks, in nests of 2,000", || {
            functions(50, |function| (0..4).for_each(|_| blocks(function, 2_000)))
        }),
        ("400,000 blocks, in nests of 10", || functions(50, |function| (0..800).for_each(|_| blocks(function, 10)))),
        ("200,000 branch targets", || functions(4, |function| branches(function, 49_999))),
        ("300 locals in 999 loops, 20 times", || live(20, 300, 999)),
        ("2,000 locals in 150 loops, 20 times", || live(20, 2_000, 150)),
    ];
    let file = std::env::var_os("BATON_COMPONENT");
    if let Ok(wanted) = std::env::var("BATON_LARGEST") {
        let bytes = match file {
            Some(file) => std::fs::read(file).expect("the file is read"),
            None => cases.iter().find(|(name, _)| *name == wanted).expect("a case").1(),
        };
        let runtime = closed(Limits::default());
        let before = peak_mib();
        let begun = Instant::now();
        let what = match Component::load_blocking(&runtime, &bytes) {
            Ok(_) => "loaded".to_owned(),
            Err(error) => error.to_string().chars().take(90).collect(),
        };
        println!(
            "| {wanted} | {} KiB | {:.1?} | {} MiB | {what}",
            bytes.len() >> 10,
            begun.elapsed(),
            peak_mib() - before
        );
        return;
    }
    let names: Vec<&str> =
        if file.is_some() { vec!["the file"] } else { cases.iter().map(|(name, _)| *name).collect() };
    for name in names {
        let child = std::process::Command::new(std::env::current_exe().expect("this program"))
            .args(["--ignored", "--nocapture", "--exact", "bombs::the_largest_accepted_components"])
            .env("BATON_LARGEST", name)
            .output()
            .expect("it runs");
        let output = String::from_utf8_lossy(&child.stdout).into_owned();
        println!("{}", output.lines().find(|line| line.starts_with('|')).unwrap_or(&output));
    }
}

/// Returns the highest use of memory of this process so far.
#[cfg(target_os = "linux")]
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") >> 10
}
