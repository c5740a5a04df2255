//! Replay of recordings, and their seal, which detects changes.

use crate::component::Component;
use crate::drafter::Drafter;
use crate::engine::HandoffEngine;
use crate::error::Error;
use crate::governor::Governor;
use crate::reader::Reader;
use crate::recording::{Input, Output, Recording};
use crate::runtime::Runtime;
use crate::world::World;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The most differences that are listed.
const MAX_DIFFERENCES: usize = 20;

/// The outcome of executing a recording again.
#[derive(Debug)]
pub struct ReplayOutcome {
    /// The output of the replay.
    pub output: Output,
    /// The places where it differs from the recorded output, as JSON pointers (RFC 6901). Empty if identical.
    pub differences: Vec<String>,
}

impl ReplayOutcome {
    /// Returns whether the output equals the recorded one, bit for bit.
    pub fn identical(&self) -> bool {
        self.differences.is_empty()
    }
}

impl Runtime {
    /// Executes the recorded call again, on the recorded answers alone. No live capability is called; `send` is answered
    /// from the recording too. `raw` is the message of a reader's call, of which a recording holds the digest.
    ///
    /// # Errors
    /// [`Error::OtherComponent`] if the recording was made with another component, [`Error::Load`] if the raw message is
    /// missing or has another digest. A component that makes another imported call than the recorded one is a
    /// difference, not an error.
    pub async fn replay(
        &self,
        component: &Component,
        recording: &Recording,
        raw: Option<&[u8]>,
    ) -> Result<ReplayOutcome, Error> {
        if component.digest() != recording.component {
            return Err(Error::OtherComponent { recorded: recording.component, found: component.digest() });
        }
        let outcome = match component.world() {
            World::Engine => HandoffEngine::new(self, component)?.replay(recording).await,
            World::Drafter => Drafter::new(self, component)?.replay(recording).await,
            World::Governor => Governor::new(self, component)?.replay(recording).await,
            World::Reader => {
                let raw = raw.filter(|raw| match &recording.input {
                    Input::Read { digest } => *digest == hex::encode(Sha256::digest(raw)),
                    _ => false,
                });
                let Some(raw) = raw else {
                    let what = "the raw message that the recording is about is needed to replay it".into();
                    return Err(Error::Load { what, source: None });
                };
                Reader::new(self, component)?.replay(recording, raw).await
            }
        };
        let output = match outcome {
            Ok(output) => output,
            Err(Error::Aborted { reason, .. }) => Output::Aborted(reason.to_string()),
            Err(error) => return Err(error),
        };
        Ok(ReplayOutcome { differences: differences(&recording.output, &output), output })
    }

    /// Returns the recording as text that detects a change of any byte: a line with the seal, a line with the JSON.
    ///
    /// # Errors
    /// [`Error::Setup`] if it cannot be written as JSON.
    pub fn seal(&self, recording: &Recording) -> Result<String, Error> {
        let json = serde_json::to_string(recording).map_err(|error| Error::Setup {
            what: "the recording cannot be written".into(),
            source: Some(error.into()),
        })?;
        let seal = hex::encode(self.key().seal(&[b"recording", json.as_bytes()]));
        Ok(format!("{seal}\n{json}\n"))
    }

    /// Reads a recording and verifies its seal.
    ///
    /// # Errors
    /// [`Error::Seal`] if the recording was changed or another host made the seal.
    pub fn unseal(&self, text: &str) -> Result<Recording, Error> {
        let (seal, json) = text.strip_suffix('\n').and_then(|text| text.split_once('\n')).ok_or(Error::Seal)?;
        let seal = hex::decode(seal).map_err(|_| Error::Seal)?;
        if !self.key().check(&[b"recording", json.as_bytes()], &seal) {
            return Err(Error::Seal);
        }
        serde_json::from_str(json).map_err(|_| Error::Seal)
    }
}

fn differences(recorded: &Output, now: &Output) -> Vec<String> {
    if recorded == now {
        return Vec::new();
    }
    let mut places = Vec::new();
    match (serde_json::to_value(recorded), serde_json::to_value(now)) {
        (Ok(a), Ok(b)) => walk(&a, &b, &mut String::new(), &mut places),
        _ => places.push("/".into()),
    }
    places
}

fn walk(a: &Value, b: &Value, at: &mut String, places: &mut Vec<String>) {
    if a == b || places.len() >= MAX_DIFFERENCES {
        return;
    }
    let before = at.len();
    let mut step = |at: &mut String, key: &str, a: &Value, b: &Value| {
        at.push('/');
        at.push_str(&key.replace('~', "~0").replace('/', "~1"));
        walk(a, b, at, places);
        at.truncate(before);
    };
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            for key in x.keys().chain(y.keys().filter(|key| !x.contains_key(*key))) {
                let (x, y) = (x.get(key).unwrap_or(&Value::Null), y.get(key).unwrap_or(&Value::Null));
                step(at, key, x, y);
            }
        }
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
            for (i, (x, y)) in x.iter().zip(y).enumerate() {
                step(at, &i.to_string(), x, y);
            }
        }
        _ => places.push(if at.is_empty() { "/".into() } else { at.clone() }),
    }
}
