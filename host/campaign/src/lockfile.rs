//! `baton.lock.toml`: the component files that an admin installed, with the grants of each.
//!
//! A component is third-party code. Only the installed file runs, as its digest proves, with no more grants than it was
//! given. `baton plugin install` writes the file, which should be committed.

use crate::options::GrantOptions;
use baton_runtime::{Digest, World};
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, TableLike, Value};

/// The worlds in the order of the file.
pub const WORLDS: [World; 4] = [World::Engine, World::Drafter, World::Governor, World::Reader];

/// The largest file that is read, in bytes.
const FILE_MAX: u64 = 1 << 20;

const HEAD: &str = "\
# Written by `baton plugin install`; commit it beside baton.toml. A component file runs only while its digest is the one
# here, and it may import what is listed here and nothing else.
";

/// A component file that was installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedComponent {
    /// The SHA-256 of its bytes.
    pub digest: Digest,
    /// The interfaces it was granted, such as `baton:handoff/research@0.2.0`; sorted.
    pub imports: Vec<String>,
}

/// The installed components, at most one of each world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lockfile([Option<LockedComponent>; 4]);

/// The error of a lockfile that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {what}\nhint: restore the file from version control, or install the components again, which writes it anew: `baton plugin install FILE`", path.display(), at(.line))]
pub struct LockfileError {
    /// The path of the file.
    pub path: PathBuf,
    /// Counted from 1.
    pub line: Option<usize>,
    /// The cause.
    pub what: String,
}

fn at(line: &Option<usize>) -> String {
    line.map_or(String::new(), |line| format!(":{line}"))
}

impl Lockfile {
    /// Returns the path of the lock file of a configuration: `baton.lock.toml` beside `baton.toml`.
    pub fn path(config: &Path) -> PathBuf {
        config.with_extension("lock.toml")
    }

    /// Reads the file; without a file no component is installed.
    ///
    /// # Errors
    /// The I/O error, or the fault if this program did not write the content.
    pub fn load(path: &Path) -> Result<Self, LockfileError> {
        match Self::load_readable(path)? {
            (_, Some(fault)) => Err(fault),
            (pins, None) => Ok(pins),
        }
    }

    /// Reads the entries that can be read, so that an installation can write the file anew. Also returns the first fault.
    ///
    /// # Errors
    /// The I/O error.
    pub fn load_readable(path: &Path) -> Result<(Self, Option<LockfileError>), LockfileError> {
        let failed = |what: String| LockfileError { path: path.to_owned(), line: None, what };
        let text = match std::fs::metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((Self::default(), None)),
            Err(error) => return Err(failed(error.to_string())),
            Ok(file) if file.len() > FILE_MAX => return Err(failed("the file is larger than 1 MiB".into())),
            Ok(_) => std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?,
        };
        let (pins, fault) = Self::parse(&text);
        Ok((pins, fault.map(|(line, what)| LockfileError { path: path.to_owned(), line, what })))
    }

    /// Returns the installed component of that world.
    pub fn get(&self, world: World) -> Option<&LockedComponent> {
        self.0[world_index(world)].as_ref()
    }

    /// Replaces or removes the world's component.
    pub fn set(&mut self, world: World, pin: Option<LockedComponent>) {
        self.0[world_index(world)] = pin;
    }

    /// Returns the file's text.
    pub fn to_text(&self) -> String {
        let mut text = HEAD.to_owned();
        for world in WORLDS {
            let Some(pin) = self.get(world) else { continue };
            let imports: Vec<String> = pin.imports.iter().map(|name| Value::from(name).to_string()).collect();
            text += &format!("\n[{world}]\ndigest = \"{}\"\nimports = [{}]\n", pin.digest, imports.join(", "));
        }
        text
    }

    /// Returns the entries that can be read, and the first fault with its line.
    fn parse(text: &str) -> (Self, Option<(Option<usize>, String)>) {
        let line = |span: Option<std::ops::Range<usize>>| {
            span.map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count())
        };
        let mut pins = Self::default();
        let document = match toml_edit::Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                let what = format!("this is not TOML: {}", error.message().replace('\n', ", "));
                return (pins, Some((line(error.span()), what)));
            }
        };
        let mut fault = None;
        for (name, item) in document.iter() {
            let read = match WORLDS.into_iter().find(|world| world.to_string() == name) {
                None => Err(format!("`{}` is not a world", name.escape_debug())),
                Some(world) => pin(item).map(|pin| (world, pin)).map_err(|what| format!("`[{world}]`: {what}")),
            };
            match read {
                Ok((world, pin)) => pins.set(world, Some(pin)),
                Err(what) => fault = fault.or_else(|| Some((line(item.span()), what))),
            }
        }
        (pins, fault)
    }
}

fn pin(item: &Item) -> Result<LockedComponent, String> {
    let table = item.as_table_like().ok_or("it is not a table")?;
    if let Some((other, _)) = table.iter().find(|(key, _)| !["digest", "imports"].contains(key)) {
        return Err(format!("`{}` is not a key here", other.escape_debug()));
    }
    let digest = table.get("digest").and_then(Item::as_str).ok_or("`digest` is missing")?;
    let imports = table.get("imports").and_then(Item::as_array).ok_or("`imports` is missing")?;
    let imports = imports.iter().map(|name| name.as_str().map(str::to_owned).ok_or("`imports` is a list of names"));
    Ok(LockedComponent {
        digest: digest.parse().map_err(|_| "`digest` is not `sha256:` and 64 hexadecimal digits")?,
        imports: imports.collect::<Result<_, _>>()?,
    })
}

/// Returns the text of `baton.toml` with another component for that world: a file's path, or `builtin`. Comments and
/// the order of keys stay.
///
/// # Errors
/// A text for users, if the text is not TOML or `components` is not a table.
pub fn with_component(text: &str, world: World, source: &str) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let components = document.entry("components").or_insert_with(toml_edit::table);
    let components: &mut dyn TableLike = components.as_table_like_mut().ok_or("`components` is not a table")?;
    let mut value = Value::from(source);
    let key = world.to_string();
    if let Some(before) = components.get(&key).and_then(Item::as_value) {
        *value.decor_mut() = before.decor().clone();
    }
    components.insert(&key, Item::Value(value));
    Ok(document.to_string())
}

/// Returns whether `[grants]` allows an import. Only engines have imports.
pub fn allows(grants: &GrantOptions, import: &str) -> bool {
    match short(import) {
        "research" => grants.research,
        "contacts" => grants.contacts,
        "drafting" => grants.drafting,
        "sending" => grants.sending,
        _ => false,
    }
}

/// Returns the name of an import in `[grants]`: `research` of `baton:handoff/research@0.2.0`.
pub fn short(import: &str) -> &str {
    let name = import.rsplit_once('/').map_or(import, |(_, name)| name);
    name.split_once('@').map_or(name, |(name, _)| name)
}

const fn world_index(world: World) -> usize {
    match world {
        World::Engine => 0,
        World::Drafter => 1,
        World::Governor => 2,
        World::Reader => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn some() -> Lockfile {
        let mut pins = Lockfile::default();
        let imports = vec!["baton:handoff/research@0.2.0".to_owned(), "a\"b".to_owned()];
        pins.set(World::Engine, Some(LockedComponent { digest: Digest::of(b"engine"), imports }));
        pins.set(World::Reader, Some(LockedComponent { digest: Digest::of(b"reader"), imports: Vec::new() }));
        pins
    }

    #[test]
    fn a_written_file_is_read_back() {
        assert_eq!(Lockfile::parse(&some().to_text()), (some(), None));
        assert_eq!(Lockfile::parse(""), (Lockfile::default(), None));
    }

    #[test]
    fn the_entries_that_can_be_read_are_kept_for_a_repair() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baton.lock.toml");
        let broken = format!("{}\n[drafter]\ndigest = 1\n", some().to_text());
        std::fs::write(&path, broken).unwrap();
        let error = Lockfile::load(&path).unwrap_err().to_string();
        assert!(error.contains("`[drafter]`: `digest` is missing"), "{error}");
        let (kept, fault) = Lockfile::load_readable(&path).unwrap();
        assert_eq!((kept, fault.is_some()), (some(), true));
    }

    #[test]
    fn anything_else_is_refused() {
        let check = |text: &str, expected: (Option<usize>, &str)| {
            assert_eq!(Lockfile::parse(text).1, Some((expected.0, expected.1.to_owned())), "{text}");
        };
        check("x = ", (Some(1), "this is not TOML: string values must be quoted, expected literal string"));
        check("[engin]\n", (Some(1), "`engin` is not a world"));
        check(
            "
        engine = 1
        ",
            (Some(2), "`[engine]`: it is not a table"),
        );
        check("[engine]\n", (Some(1), "`[engine]`: `digest` is missing"));
        check(
            "[engine]\ndigest = \"sha256:12\"\nimports = []",
            (Some(1), "`[engine]`: `digest` is not `sha256:` and 64 hexadecimal digits"),
        );
        let digest = Digest::of(b"");
        check(&format!("[engine]\ndigest = \"{digest}\""), (Some(1), "`[engine]`: `imports` is missing"));
        check(
            &format!("[engine]\ndigest = \"{digest}\"\nimports = [1]"),
            (Some(1), "`[engine]`: `imports` is a list of names"),
        );
        check(
            &format!("[engine]\ndigest = \"{digest}\"\nimports = []\nsha = 1"),
            (Some(1), "`[engine]`: `sha` is not a key here"),
        );
    }

    fn edited(text: &str, source: &str, expected: Expect) {
        expected.assert_eq(&with_component(text, World::Drafter, source).unwrap_or_else(|what| what));
    }

    #[test]
    fn comments_and_order_stay() {
        let text = "# Ours\ncampaigns = \"c\"\n\n[components] # which run\ndrafter = \"builtin\"    # for now\nengine = \"builtin\"\n\n[grants]\nsending = false\n";
        edited(
            text,
            "plugins/drafter-12.wasm",
            expect![[r#"
                # Ours
                campaigns = "c"

                [components] # which run
                drafter = "plugins/drafter-12.wasm"    # for now
                engine = "builtin"

                [grants]
                sending = false
            "#]],
        );
    }

    #[test]
    fn a_file_without_the_table_gets_one() {
        edited(
            "[crm]\nformat = \"hubspot\"\n",
            "plugins/drafter-12.wasm",
            expect![[r#"
                [crm]
                format = "hubspot"

                [components]
                drafter = "plugins/drafter-12.wasm"
            "#]],
        );
        edited(
            "components = { engine = \"x.wasm\" } # ours\n",
            "builtin",
            expect![[r#"
                components = { engine = "x.wasm" , drafter = "builtin" } # ours
            "#]],
        );
        edited("components = 1", "builtin", expect!["`components` is not a table"]);
    }

    #[test]
    fn a_grant_is_asked_for_by_its_name() {
        let grants = GrantOptions { research: true, contacts: false, drafting: true, sending: true };
        for (import, allowed) in [
            ("baton:handoff/research@0.2.0", true),
            ("baton:handoff/contacts@0.2.0", false),
            ("wasi:clocks/monotonic-clock@0.2.0", false),
        ] {
            assert_eq!(allows(&grants, import), allowed, "{import}");
        }
    }
}
