//! Compiled components are native code. They are kept in a private folder, under a seal, and what does not check is
//! compiled anew.

#![cfg(unix)]

use baton_runtime::{Component, Error, Runtime, RuntimeOptions};
use baton_tests::component;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

fn start(folder: &Path) -> Result<Runtime, Error> {
    Runtime::new(&RuntimeOptions::default().with_cache(folder.to_path_buf()).with_concurrent_calls(1))
}

/// Starts anew and loads both: two small components, so that compiling them is quick.
fn load(folder: &Path) {
    let runtime = start(folder).expect("a runtime starts");
    for name in ["hostile-drafter", "governor"] {
        Component::load(&runtime, &component(name)).expect("it loads");
    }
}

/// The kept components, by name, with the number of the file: a component that was compiled anew is another file.
fn kept(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut kept: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "cwasm"))
        .map(|path| (path.clone(), fs::metadata(&path).expect("it is there").ino()))
        .collect();
    kept.sort();
    kept
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// A folder that has seen one start, and one more to show that this one took what was kept.
fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    load(&cache);
    let first = kept(&cache);
    assert_eq!(first.len(), 2);
    load(&cache);
    assert_eq!(kept(&cache), first, "the second start takes what the first kept");
    folder
}

/// Changes what is kept, and expects the next start to compile anew what was changed, and the one after to take it.
fn refused(change: impl FnOnce(&[PathBuf]), compiled_anew: [bool; 2]) {
    let folder = filled();
    let cache = folder.path().join("cache");
    let paths: Vec<PathBuf> = kept(&cache).into_iter().map(|(path, _)| path).collect();
    change(&paths);
    let before = kept(&cache);
    load(&cache);
    let after = kept(&cache);
    let anew: Vec<bool> = after.iter().map(|entry| !before.contains(entry)).collect();
    assert_eq!(anew, compiled_anew);
    load(&cache);
    assert_eq!(kept(&cache), after, "what was compiled anew is kept");
}

#[test]
fn the_folder_and_what_is_in_it_are_the_users_alone() {
    let folder = filled();
    let cache = folder.path().join("cache");
    assert_eq!(mode(&cache), 0o700);
    assert_eq!(mode(&cache.join("key")), 0o600);
    for (path, _) in kept(&cache) {
        assert_eq!(mode(&path), 0o600);
    }
    let names = fs::read_dir(&cache).expect("it is there").count();
    assert_eq!(names, 3, "the key and two components: nothing half-written is left behind");
}

#[test]
fn a_flipped_bit_is_noticed() {
    for at in [0, 31, 32, 5000] {
        refused(
            |paths| {
                let mut bytes = fs::read(&paths[0]).expect("it is there");
                bytes[at] ^= 1;
                fs::write(&paths[0], bytes).expect("it can be written");
            },
            [true, false],
        );
    }
}

#[test]
fn a_shortened_or_empty_or_foreign_file_is_noticed() {
    refused(|paths| fs::write(&paths[0], "").expect("it can be written"), [true, false]);
    refused(|paths| fs::write(&paths[1], "#!/bin/sh\n").expect("it can be written"), [false, true]);
    refused(
        |paths| {
            let bytes = fs::read(&paths[0]).expect("it is there");
            fs::write(&paths[0], &bytes[..bytes.len() - 1]).expect("it can be written");
        },
        [true, false],
    );
    // Genuine, but kept by somebody else under their key.
    refused(
        |paths| {
            let theirs = filled();
            let name = paths[0].file_name().expect("it has a name");
            fs::copy(theirs.path().join("cache").join(name), &paths[0]).expect("it can be copied");
        },
        [true, false],
    );
}

#[test]
fn a_component_under_anothers_name_is_noticed() {
    refused(
        |paths| {
            let aside = paths[0].with_extension("aside");
            fs::rename(&paths[0], &aside).expect("it can be renamed");
            fs::rename(&paths[1], &paths[0]).expect("it can be renamed");
            fs::rename(&aside, &paths[1]).expect("it can be renamed");
        },
        [true, true],
    );
}

#[test]
fn a_folder_that_others_could_write_to_is_not_believed() {
    let theirs = filled();
    let cache = theirs.path().join("cache");
    let key = fs::read(cache.join("key")).expect("it is there");
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).expect("it can be opened");
    let before = kept(&cache);
    load(&cache);
    assert_eq!(mode(&cache), 0o700);
    assert_ne!(fs::read(cache.join("key")).expect("it is there"), key);
    assert!(kept(&cache).iter().all(|entry| !before.contains(entry)), "everything was compiled anew");
}

#[test]
fn a_broken_key_is_said_so() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("it is ours");
    fs::write(folder.path().join("key"), "short").expect("it can be written");
    let error = start(folder.path()).err().expect("this is no key");
    assert!(error.to_string().contains("is not a key; delete the folder"), "{error}");
    let file = folder.path().join("key");
    assert!(matches!(start(&file), Err(Error::Setup { .. })), "a file is no folder");
}

#[test]
fn starting_many_at_once_makes_one_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    let runtimes: Vec<Runtime> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..8).map(|_| scope.spawn(|| start(&cache).expect("each one starts"))).collect();
        starting.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let recording = crate::replay::recording();
    let sealed = runtimes[0].seal(&recording).expect("it can be written");
    for runtime in &runtimes {
        assert_eq!(runtime.unseal(&sealed).expect("the same key"), recording);
    }
    assert!(matches!(Runtime::new(&RuntimeOptions::default()).expect("it starts").unseal(&sealed), Err(Error::Seal)));
}
