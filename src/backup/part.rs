//! A file that is not finished: it has no name of its own until it is whole and durable, and is gone when it never is.

use std::fs::File;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Refusal;

/// An unfinished file, readable by the account that runs Navette only.
pub struct Part(NamedTempFile);

impl Part {
    /// An empty one in the folder of the file that it is to become.
    ///
    /// # Errors
    /// [`Refusal::Disk`] for a folder that is not there or cannot be written to.
    pub fn beside(target: &Path) -> Result<Self, Refusal> {
        let made = tempfile::Builder::new().prefix(".navette-").suffix(".part").tempfile_in(folder(target));
        made.map(Self).map_err(|source| disk(target, source))
    }

    /// Where it lies until it is kept.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Copies a file into it, byte for byte.
    ///
    /// # Errors
    /// [`Refusal::Disk`]
    pub fn fill_from(&mut self, source: &Path) -> Result<(), Refusal> {
        let copied = File::open(source).and_then(|mut source| std::io::copy(&mut source, self.0.as_file_mut()));
        copied.map(drop).map_err(|error| disk(self.path(), error))
    }

    /// Makes it durable and gives it its name, unless something has that name meanwhile; how large it is.
    ///
    /// # Errors
    /// [`Refusal::Taken`], [`Refusal::Disk`]
    pub fn keep_as(self, target: &Path) -> Result<u64, Refusal> {
        let bytes = self.0.as_file().metadata().map_err(|error| disk(target, error))?.len();
        self.0.as_file().sync_all().map_err(|error| disk(target, error))?;
        self.0.persist_noclobber(target).map_err(|refused| match refused.error.kind() {
            std::io::ErrorKind::AlreadyExists => Refusal::Taken(target.to_owned()),
            _ => disk(target, refused.error),
        })?;
        sync_folder(&folder(target)).map_err(|error| disk(target, error))?;
        Ok(bytes)
    }
}

fn folder(target: &Path) -> PathBuf {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A new name is durable only once its folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

fn disk(path: &Path, source: std::io::Error) -> Refusal {
    Refusal::Disk { path: path.to_owned(), source }
}
