//! The size of a component's code, counted before any of it is compiled.
//!
//! Anybody can hand in a component, and compiling costs far more than reading: 1.5 KB of nested instances can take all
//! memory. So one pass over the bytes counts the work that the compiler would have, stops at the first limit, and takes
//! time and memory in proportion to the bytes alone. The limits are about four times what CPython or SpiderMonkey need.

use crate::error::Error;
use wasmparser::{
    BinaryReaderError, ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentOuterAliasKind,
    ComponentTypeRef, Encoding, FunctionBody, Instance, Operator, Parser, Payload,
};

/// A part of a component, with the most that this host compiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// The part, in the plural.
    pub part: &'static str,
    pub most: u64,
}

macro_rules! limits {
    ($($name:ident: $part:literal, $most:expr;)*) => {
        $(pub(crate) const $name: Limit = Limit { part: $part, most: $most };)*
        /// All limits, in the order in which they are documented.
        #[cfg(test)]
        pub(crate) const LIMITS: &[Limit] = &[$($name),*];
    };
}

limits! {
    NESTING: "levels of nested components", 8;
    ITEMS: "definitions, each counted as often as it is instantiated", 200_000;
    CORE_INSTANCES: "core instances", 64;
    FUNCTIONS: "functions", 60_000;
    CODE: "bytes of code", 32 << 20;
    FUNCTION: "bytes of code in one function", 1 << 20;
    BLOCKS: "blocks", 400_000;
    BLOCKS_OF_FUNCTION: "blocks in one function", 8_000;
    LOOPS: "loops in one function", 1_000;
    NESTED_BLOCKS: "nested blocks in one function", 2_000;
    LOCALS: "locals in one function", 2_000;
    LIVE: "locals times blocks in one function", 300_000;
    LIVE_IN_ALL: "locals times blocks, over all functions", 6_000_000;
    TARGETS: "branch targets", 200_000;
    SEGMENTS: "data and element segments", 100_000;
    NAME: "bytes in the name of an import or export", 1_000;
}

/// The names that a component imports and exports.
#[derive(Debug, Default)]
pub(crate) struct Interfaces {
    pub imports: Vec<String>,
    pub exports: Vec<String>,
}

/// Counts the parts of a component. Whether it is valid is for the compiler to say.
pub(crate) fn check(bytes: &[u8]) -> Result<Interfaces, Error> {
    let mut counter = Counter::default();
    for payload in Parser::new(0).parse_all(bytes) {
        counter.count(payload.map_err(malformed)?)?;
    }
    Ok(counter.interfaces)
}

fn malformed(error: BinaryReaderError) -> Error {
    Error::Load {
        what: format!("the bytes are not a WebAssembly component that this host can run: {}", error.message()),
        source: Some(error.into()),
    }
}

impl Limit {
    fn hold(self, found: u64) -> Result<(), Error> {
        if found <= self.most { Ok(()) } else { Err(Error::TooLarge { part: self.part, limit: self.most }) }
    }
}

/// The work of one component, with that of the components that it instantiates.
#[derive(Clone, Copy, Default)]
struct Work {
    items: u64,
    core_instances: u64,
}

/// A module or component whose end is not read yet.
struct Frame {
    is_component: bool,
    work: Work,
    /// The work of each component that is defined here, by its index.
    components: Vec<Work>,
}

#[derive(Default)]
struct Counter {
    open: Vec<Frame>,
    functions: u64,
    code: u64,
    segments: u64,
    blocks: u64,
    live: u64,
    targets: u64,
    interfaces: Interfaces,
}

impl Counter {
    fn count(&mut self, payload: Payload<'_>) -> Result<(), Error> {
        match payload {
            Payload::Version { encoding, .. } => {
                let is_component = encoding == Encoding::Component;
                if self.open.is_empty() && !is_component {
                    let what = "it is a core module\nhint: make it a component: `wasm-tools component new FILE -o OUT`";
                    return Err(Error::Load { what: what.into(), source: None });
                }
                self.open.push(Frame { is_component, work: Work::default(), components: Vec::new() });
                NESTING.hold(self.open.len() as u64 - 1)
            }
            Payload::End(_) => self.end(),
            Payload::TypeSection(section) => self.items(section.count()),
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.map_err(malformed)?;
                    NAME.hold(import.module.len().max(import.name.len()) as u64)?;
                    self.items(1)?;
                }
                Ok(())
            }
            Payload::FunctionSection(section) => {
                self.functions += u64::from(section.count());
                FUNCTIONS.hold(self.functions)
            }
            Payload::TableSection(section) => self.items(section.count()),
            Payload::MemorySection(section) => self.items(section.count()),
            Payload::GlobalSection(section) => self.items(section.count()),
            Payload::TagSection(section) => self.items(section.count()),
            Payload::ExportSection(section) => {
                for export in section {
                    NAME.hold(export.map_err(malformed)?.name.len() as u64)?;
                    self.items(1)?;
                }
                Ok(())
            }
            Payload::ElementSection(section) => self.segments(section.count()),
            Payload::DataSection(section) => self.segments(section.count()),
            Payload::CodeSectionStart { size, .. } => {
                self.code += u64::from(size);
                CODE.hold(self.code)
            }
            Payload::CodeSectionEntry(body) => self.function(&body),
            Payload::InstanceSection(section) => {
                for instance in section {
                    let instantiated = matches!(instance.map_err(malformed)?, Instance::Instantiate { .. });
                    self.add(Work { items: 1, core_instances: instantiated.into() })?;
                }
                Ok(())
            }
            Payload::CoreTypeSection(section) => self.items(section.count()),
            Payload::ComponentInstanceSection(section) => {
                for instance in section {
                    let instance = instance.map_err(malformed)?;
                    let work = match &instance {
                        ComponentInstance::Instantiate { component_index, .. } => self.work(0, *component_index)?,
                        ComponentInstance::FromExports(_) => Work::default(),
                    };
                    self.add(Work { items: work.items.saturating_add(1), ..work })?;
                }
                Ok(())
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section {
                    self.alias(&alias.map_err(malformed)?)?;
                }
                Ok(())
            }
            Payload::ComponentTypeSection(section) => self.items(section.count()),
            Payload::ComponentCanonicalSection(section) => self.items(section.count()),
            Payload::ComponentImportSection(section) => {
                for import in section {
                    let import = import.map_err(malformed)?;
                    self.name(import.name.name, |interfaces| &mut interfaces.imports)?;
                    if matches!(import.ty, ComponentTypeRef::Component(_)) {
                        return Err(passed());
                    }
                }
                Ok(())
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    let export = export.map_err(malformed)?;
                    self.name(export.name.name, |interfaces| &mut interfaces.exports)?;
                    // An export is a definition of its own.
                    if export.kind == ComponentExternalKind::Component {
                        let work = self.work(0, export.index)?;
                        self.define(work);
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Counts the name of an import or export, and lists it if it is the component's own.
    fn name(&mut self, name: &str, list: impl Fn(&mut Interfaces) -> &mut Vec<String>) -> Result<(), Error> {
        NAME.hold(name.len() as u64)?;
        if self.open.len() == 1 {
            list(&mut self.interfaces).push(name.to_owned());
        }
        self.items(1)
    }

    fn end(&mut self) -> Result<(), Error> {
        let Some(Frame { is_component, work, .. }) = self.open.pop() else { return Ok(()) };
        if self.open.is_empty() {
            CORE_INSTANCES.hold(work.core_instances)?;
        } else if is_component {
            self.define(work);
        }
        // The definitions are translated once, even if nothing instantiates them.
        self.add(Work { items: work.items, core_instances: 0 })
    }

    fn alias(&mut self, alias: &ComponentAlias<'_>) -> Result<(), Error> {
        match alias {
            ComponentAlias::Outer { kind: ComponentOuterAliasKind::Component, count, index } => {
                let work = self.work(*count as usize, *index)?;
                self.define(work);
            }
            ComponentAlias::InstanceExport { kind: ComponentExternalKind::Component, .. } => return Err(passed()),
            _ => {}
        }
        self.items(1)
    }

    /// Returns the work of a component, by its index in the component so many levels up.
    fn work(&self, levels: usize, index: u32) -> Result<Work, Error> {
        let frame = self.open.len().checked_sub(1 + levels).and_then(|at| self.open.get(at));
        let work = frame.and_then(|frame| frame.components.get(index as usize));
        work.copied().ok_or_else(|| Error::Load {
            what: "the bytes are not a WebAssembly component that this host can run: unknown component".into(),
            source: None,
        })
    }

    fn define(&mut self, work: Work) {
        if let Some(frame) = self.open.last_mut() {
            frame.components.push(work);
        }
    }

    fn items(&mut self, count: u32) -> Result<(), Error> {
        self.add(Work { items: count.into(), core_instances: 0 })
    }

    fn add(&mut self, work: Work) -> Result<(), Error> {
        let Some(frame) = self.open.last_mut() else { return Ok(()) };
        frame.work.items = frame.work.items.saturating_add(work.items);
        frame.work.core_instances = frame.work.core_instances.saturating_add(work.core_instances);
        ITEMS.hold(frame.work.items)?;
        CORE_INSTANCES.hold(frame.work.core_instances)
    }

    fn segments(&mut self, count: u32) -> Result<(), Error> {
        self.segments += u64::from(count);
        SEGMENTS.hold(self.segments)
    }

    /// Counts the parts of a function that the compiler takes more than their bytes' time for.
    fn function(&mut self, body: &FunctionBody<'_>) -> Result<(), Error> {
        FUNCTION.hold(body.range().len() as u64)?;
        let mut locals = 0_u64;
        for declared in body.get_locals_reader().map_err(malformed)? {
            locals += u64::from(declared.map_err(malformed)?.0);
            LOCALS.hold(locals)?;
        }
        let (mut blocks, mut loops, mut nested) = (0_u64, 0_u64, 0_u64);
        for operator in body.get_operators_reader().map_err(malformed)? {
            let operator = operator.map_err(malformed)?;
            loops += u64::from(matches!(operator, Operator::Loop { .. }));
            LOOPS.hold(loops)?;
            match operator {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                    (blocks, nested) = (blocks + 1, nested + 1);
                    BLOCKS_OF_FUNCTION.hold(blocks)?;
                    NESTED_BLOCKS.hold(nested)?;
                }
                Operator::End => nested = nested.saturating_sub(1),
                Operator::BrTable { targets } => {
                    self.targets += u64::from(targets.len());
                    TARGETS.hold(self.targets)?;
                }
                _ => {}
            }
        }
        // Each local may be alive across each block.
        let live = locals * blocks;
        LIVE.hold(live)?;
        self.live += live;
        LIVE_IN_ALL.hold(self.live)?;
        self.blocks += blocks;
        BLOCKS.hold(self.blocks)
    }
}

/// A component that is passed as a value could be instantiated anywhere, so that its work cannot be counted.
fn passed() -> Error {
    Error::Load {
        what: "it passes a component to another component, which this host does not support".into(),
        source: None,
    }
}

#[cfg(test)]
mod tests {
    use super::LIMITS;

    #[test]
    fn the_guide_lists_every_limit() {
        let guide = include_str!("../README.md");
        let listed: Vec<&str> = guide
            .lines()
            .skip_while(|line| *line != "| part | limit |")
            .skip(2)
            .take_while(|line| line.starts_with('|'))
            .collect();
        let grouped = |number: u64| {
            let digits = number.to_string();
            let groups: Vec<&str> =
                digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
            groups.join(",")
        };
        let rows: Vec<String> =
            LIMITS.iter().map(|limit| format!("| {} | {} |", limit.part, grouped(limit.most))).collect();
        assert_eq!(listed, rows);
    }
}
