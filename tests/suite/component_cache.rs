//! The cache of compiled components. They are native code, so they are in a private folder with a MAC, and a file that
//! does not verify is compiled again.

#![cfg(unix)]

use baton_runtime::{Component, Error, Runtime, RuntimeOptions};
use baton_tests::component;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

fn start(folder: &Path) -> Result<Runtime, Error> {
    Runtime::new(&RuntimeOptions::default().with_cache(folder.to_path_buf()).with_concurrent_calls(1))
}

/// Starts a new runtime and loads both components, which are small, so that compiling them is quick.
fn load(folder: &Path) {
    let runtime = start(folder).expect("a runtime starts");
    for name in ["hostile-drafter", "governor"] {
        Component::load_blocking(&runtime, &component(name)).expect("it loads");
    }
}

/// Returns the cached components by name, each with its inode: a component that was compiled again is another file.
fn kept(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut kept: Vec<_> = fs::read_dir(folder)
        .expect("the folder exists")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "cwasm"))
        .map(|path| (path.clone(), fs::metadata(&path).expect("it exists").ino()))
        .collect();
    kept.sort();
    kept
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it exists").permissions().mode() & 0o777
}

/// Returns a cache folder after one start, and after a second one that used the cache.
fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    load(&cache);
    let first = kept(&cache);
    assert_eq!(first.len(), 2);
    load(&cache);
    assert_eq!(kept(&cache), first, "the second start uses the cache of the first");
    folder
}

/// Changes the cache, and expects the next start to compile the changed components again and the one after it to use
/// the cache.
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
    assert_eq!(kept(&cache), after, "the components compiled again are cached");
}

#[test]
fn the_folder_and_its_files_are_private() {
    let folder = filled();
    let cache = folder.path().join("cache");
    assert_eq!(mode(&cache), 0o700);
    assert_eq!(mode(&cache.join("key")), 0o600);
    for (path, _) in kept(&cache) {
        assert_eq!(mode(&path), 0o600);
    }
    let names = fs::read_dir(&cache).expect("it exists").count();
    assert_eq!(names, 3, "the key and two components, without partial files");
}

#[test]
fn a_flipped_bit_is_detected() {
    for at in [0, 31, 32, 5000] {
        refused(
            |paths| {
                let mut bytes = fs::read(&paths[0]).expect("it exists");
                bytes[at] ^= 1;
                fs::write(&paths[0], bytes).expect("it can be written");
            },
            [true, false],
        );
    }
}

#[test]
fn a_shortened_empty_or_foreign_file_is_detected() {
    refused(|paths| fs::write(&paths[0], "").expect("it can be written"), [true, false]);
    refused(|paths| fs::write(&paths[1], "#!/bin/sh\n").expect("it can be written"), [false, true]);
    refused(
        |paths| {
            let bytes = fs::read(&paths[0]).expect("it exists");
            fs::write(&paths[0], &bytes[..bytes.len() - 1]).expect("it can be written");
        },
        [true, false],
    );
    // A valid file, but of another user with another key.
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
fn a_component_with_the_name_of_another_is_detected() {
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
fn a_folder_that_others_can_write_to_is_not_used() {
    let theirs = filled();
    let cache = theirs.path().join("cache");
    let key = fs::read(cache.join("key")).expect("it exists");
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).expect("it can be opened");
    let before = kept(&cache);
    load(&cache);
    assert_eq!(mode(&cache), 0o700);
    assert_ne!(fs::read(cache.join("key")).expect("it exists"), key);
    assert!(kept(&cache).iter().all(|entry| !before.contains(entry)), "all components were compiled again");
}

#[test]
fn a_damaged_key_is_made_anew() {
    for damaged in [&b""[..], b"short", &[7; 33]] {
        let folder = filled();
        let cache = folder.path().join("cache");
        let before = kept(&cache);
        fs::write(cache.join("key"), damaged).expect("it can be written");
        load(&cache);
        assert_eq!(fs::read(cache.join("key")).expect("it exists").len(), 32);
        assert!(kept(&cache).iter().all(|entry| !before.contains(entry)), "all components were compiled again");
    }
}

/// Expects a start without a cache, with this reason, that still loads components and leaves the folder as it is.
#[track_caller]
fn not_used(cache: &Path, reason: &str) {
    let runtime = start(cache).expect("a runtime starts");
    let problem = runtime.cache_problem().expect("the cache is not used");
    assert!(problem.contains(reason), "{problem}");
    Component::load_blocking(&runtime, &component("hostile-drafter")).expect("it loads");
}

#[test]
fn links_and_files_are_not_used_as_the_folder() {
    let theirs = filled();
    let (cache, link) = (theirs.path().join("cache"), theirs.path().join("link"));
    std::os::unix::fs::symlink(&cache, &link).expect("a link");
    not_used(&link, "it is a link or a file");
    not_used(&cache.join("key"), "File exists");
    // A key or an entry that is a link to another one is replaced.
    let aside = theirs.path().join("aside");
    fs::rename(cache.join("key"), &aside).expect("it can be renamed");
    std::os::unix::fs::symlink(&aside, cache.join("key")).expect("a link");
    let before = kept(&cache);
    load(&cache);
    assert!(fs::symlink_metadata(cache.join("key")).expect("it exists").is_file());
    assert!(kept(&cache).iter().all(|entry| !before.contains(entry)), "all components were compiled again");
}

/// As root in the home of somebody else.
#[test]
fn the_folder_and_files_of_another_user_are_not_used() {
    let theirs = filled();
    let cache = theirs.path().join("cache");
    let give = |path: &Path| std::os::unix::fs::chown(path, Some(65_534), None).is_ok();
    if !give(&cache.join("key")) {
        eprintln!("skipped: only root can give files away");
        return;
    }
    let key = fs::read(cache.join("key")).expect("it exists");
    load(&cache);
    assert_ne!(fs::read(cache.join("key")).expect("it exists"), key);
    assert!(give(&cache));
    not_used(&cache, "belongs to another user");
}

#[test]
fn concurrent_starts_create_one_key() {
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
