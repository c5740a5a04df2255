//! Reading files with a size limit, and writing files atomically.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// Replaces a file atomically and keeps its permissions. After a crash, the old file is still complete.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Through a symlink, replace the file and keep the link.
    let target = match path.canonicalize() {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", random()?));
    let draft = target.with_file_name(name);
    let placed = write(&draft, bytes).and_then(|()| {
        match target.metadata() {
            Ok(before) => std::fs::set_permissions(&draft, before.permissions())?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        std::fs::rename(&draft, &target)
    });
    if placed.is_err() {
        // The partial file is useless; failing to delete it changes nothing.
        let _ = std::fs::remove_file(&draft);
    }
    placed
}

/// Writes a new file; fails if it exists.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Creates a folder that only this user can read.
pub fn private_folder() -> io::Result<std::path::PathBuf> {
    let folder = std::env::temp_dir().join(format!("baton-{}", random()?));
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder)?;
    Ok(folder)
}

/// Reads UTF-8 text of at most `most` bytes from a file, or from standard input for `-`.
pub fn read_text(path: &str, most: u64) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = if path == "-" {
        io::Read::read_to_end(&mut io::Read::take(io::stdin().lock(), most + 1), &mut bytes)
    } else {
        File::open(path).and_then(|file| io::Read::read_to_end(&mut io::Read::take(file, most + 1), &mut bytes))
    };
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(format!("larger than {most} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "not UTF-8 text".to_owned())
}

/// Returns 16 random hexadecimal digits.
pub fn random() -> io::Result<String> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(format!("cannot read random bytes: {error}")))?;
    Ok(hex::encode(bytes))
}
