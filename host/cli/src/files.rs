//! Files that appear whole or not at all.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// Writes the file in the place of the one before, whose permissions it keeps. When the machine stops half way, the one
/// before is still there.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Behind a link it is the file that is replaced, not the link.
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
        // What is left of it is of no use to anybody.
        let _ = std::fs::remove_file(&draft);
    }
    placed
}

/// Writes a file where there is none.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A new folder that nobody else may look into.
pub fn private_folder() -> io::Result<std::path::PathBuf> {
    let folder = std::env::temp_dir().join(format!("baton-{}", random()?));
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder)?;
    Ok(folder)
}

/// At most so many bytes of a file, or of standard input where it is `-`; text is UTF-8.
pub fn read_text(path: &str, most: u64) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = if path == "-" {
        io::Read::read_to_end(&mut io::Read::take(io::stdin().lock(), most + 1), &mut bytes)
    } else {
        File::open(path).and_then(|file| io::Read::read_to_end(&mut io::Read::take(file, most + 1), &mut bytes))
    };
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(format!("it has more than {most} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())
}

/// Sixteen random hexadecimal digits.
pub fn random() -> io::Result<String> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(format!("the system has no randomness: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
