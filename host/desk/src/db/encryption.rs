//! Encryption of personal data, with the keys of the people whom a record is about.
//!
//! A record about several people is encrypted with a key derived from all of theirs, so it is unreadable once one of
//! them is erased. Table, column and row are authenticated with each record, so records cannot be swapped. Compression
//! is raw DEFLATE (RFC 1951), encryption XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with a random nonce in front.

use crate::db::error::{StoreError, StoreErrorKind};
use crate::db::key::{Key, derived};
use baton_model::Erasable;
use baton_model::address::EmailAddress;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::PathBuf;

const NONCE: usize = 24;

/// Maximum size of a decompressed record, in bytes. Far above any recording; bounds the memory for a damaged record.
const LARGEST: usize = 64 << 20;

/// The DEFLATE level. Higher levels cost more time than the space they save on JSON of this size is worth.
const LEVEL: u8 = 6;

/// A keyed hash. Equal texts have equal hashes; without the host's key it reveals nothing else.
pub(crate) type Tag = Vec<u8>;

/// Keys derived from the host's key, with the operations that encrypt, decrypt and hash.
pub(crate) struct KeyRing {
    /// The store's file, named in errors.
    pub path: PathBuf,
    wrap: Key,
    content: Key,
    index: Key,
    check: Key,
}

/// The location of an encrypted record.
#[derive(Clone, Copy)]
pub(crate) struct CellId<'a> {
    pub table: &'static str,
    pub column: &'static str,
    pub row: &'a str,
}

/// The keys of the data subjects of a record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    /// Ids of the subjects, in ascending order, separated by commas.
    pub subjects: String,
    /// Keys in the same order. `None` if one of the subjects was erased.
    pub keys: Option<Vec<Key>>,
}

impl KeyRing {
    pub fn new(path: PathBuf, host: &Key) -> Self {
        let derive = |purpose: &str| derived(host, &[b"baton", purpose.as_bytes()]);
        Self { path, wrap: derive("wrap"), content: derive("content"), index: derive("index"), check: derive("check") }
    }

    /// Returns a value that identifies the host's key.
    pub fn check(&self) -> &[u8] {
        &self.check
    }

    pub fn error(&self, kind: StoreErrorKind) -> StoreError {
        StoreError { path: self.path.clone(), kind }
    }

    pub fn tag(&self, kind: &str, parts: &[&str]) -> Tag {
        let parts: Vec<&[u8]> = std::iter::once(kind).chain(parts.iter().copied()).map(str::as_bytes).collect();
        derived(&self.index, &parts).to_vec()
    }

    /// Hashes an email address. Every spelling of it has this hash.
    pub fn address_tag(&self, address: &EmailAddress) -> Tag {
        self.tag("address", &[address.as_compared()])
    }

    /// Hashes an email address as earlier versions did, if that differs: with the domain in Unicode.
    pub fn earlier_address_tag(&self, address: &EmailAddress) -> Option<Tag> {
        let unicode = address.in_unicode();
        (unicode != address.as_compared()).then(|| self.tag("address", &[&unicode]))
    }

    /// Returns every hash under which the address can be stored.
    pub fn address_tags(&self, address: &EmailAddress) -> impl Iterator<Item = Tag> {
        std::iter::once(self.address_tag(address)).chain(self.earlier_address_tag(address))
    }

    pub fn contact_tag(&self, contact: &str) -> Tag {
        self.tag("contact", &[contact])
    }

    pub fn wrap(&self, subject: i64, key: &Key) -> Result<Vec<u8>, StoreError> {
        let row = subject.to_string();
        self.encrypt(&self.wrap, CellId { table: "subjects", column: "wrapped_key", row: &row }, key)
    }

    pub fn unwrap(&self, subject: i64, wrapped: &[u8]) -> Result<Key, StoreError> {
        let row = subject.to_string();
        let place = CellId { table: "subjects", column: "wrapped_key", row: &row };
        let key = self.decrypt(&self.wrap, place, wrapped)?;
        key.try_into().map_err(|_| self.tampered(place))
    }

    /// Encrypts a record. Returns `None` if one of its subjects was erased; the record is not stored then.
    pub fn encrypt_record(
        &self,
        keys: &Keys,
        place: CellId<'_>,
        content: &impl Serialize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(key) = self.key_of(keys) else { return Ok(None) };
        let json = serde_json::to_vec(content).map_err(|error| self.error(StoreErrorKind::Other(error.to_string())))?;
        if json.len() > LARGEST {
            let what = format!("the record {} has {} bytes; the limit is {LARGEST}", described(place), json.len());
            return Err(self.error(StoreErrorKind::Other(what)));
        }
        self.encrypt(&key, place, &miniz_oxide::deflate::compress_to_vec(&json, LEVEL)).map(Some)
    }

    pub fn open<T: DeserializeOwned>(
        &self,
        keys: &Keys,
        place: CellId<'_>,
        sealed: Option<&[u8]>,
    ) -> Result<Erasable<T>, StoreError> {
        let (Some(key), Some(sealed)) = (self.key_of(keys), sealed) else { return Ok(Erasable::Erased) };
        let packed = self.decrypt(&key, place, sealed)?;
        let json =
            miniz_oxide::inflate::decompress_to_vec_with_limit(&packed, LARGEST).map_err(|_| self.tampered(place))?;
        serde_json::from_slice(&json).map(Erasable::Open).map_err(|error| {
            self.error(StoreErrorKind::Other(format!("the record {} has an unknown format: {error}", described(place))))
        })
    }

    fn key_of(&self, keys: &Keys) -> Option<Key> {
        let parts: Vec<&[u8]> = keys.keys.as_ref()?.iter().map(<[u8; 32]>::as_slice).collect();
        Some(derived(&self.content, &parts))
    }

    fn encrypt(&self, key: &Key, place: CellId<'_>, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| {
            self.error(StoreErrorKind::Other(format!("cannot get random bytes from the system: {error}")))
        })?;
        let payload = Payload { msg: plain, aad: &aad(place) };
        let sealed = XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(nonce), payload).map_err(|_| {
            self.error(StoreErrorKind::Other(format!("cannot encrypt the record {}", described(place))))
        })?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    fn decrypt(&self, key: &Key, place: CellId<'_>, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(|| self.tampered(place))?;
        XChaCha20Poly1305::new(key.into())
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad(place) })
            .map_err(|_| self.tampered(place))
    }

    fn tampered(&self, place: CellId<'_>) -> StoreError {
        self.error(StoreErrorKind::Tampered(described(place)))
    }
}

fn described(place: CellId<'_>) -> String {
    format!("{}.{} of {}", place.table, place.column, place.row.replace('\0', " "))
}

/// Returns the authenticated data of a location. Names of tables and columns contain no zero byte, so no two locations
/// have the same data.
fn aad(place: CellId<'_>) -> Vec<u8> {
    [place.table, place.column, place.row].join("\0").into_bytes()
}

/// Conversion of database errors to errors that name the store's file.
pub(crate) trait StoreResultExt<T> {
    fn at(self, vault: &KeyRing) -> Result<T, StoreError>;
}

impl<T> StoreResultExt<T> for Result<T, sqlx::Error> {
    fn at(self, vault: &KeyRing) -> Result<T, StoreError> {
        self.map_err(|error| vault.error(super::error::error_kind(&error)))
    }
}
