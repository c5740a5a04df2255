//! Executing recordings again, and sealing them so that a change shows.

use crate::component::{Component, World};
use crate::engine::HandoffEngine;
use crate::error::Error;
use crate::governor::{Drafter, Governor, Reader};
use crate::limits::Limits;
use crate::recording::{Input, Output, Recording};
use crate::runtime::Runtime;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::time::Duration;

/// How many differing places are named.
const NAMED: usize = 20;

/// What came of executing a recording again.
#[derive(Debug)]
pub struct ReplayOutcome {
    /// What came out this time.
    pub output: Output,
    /// The places where it differs from the recording, as JSON pointers (RFC 6901); empty when identical.
    pub differences: Vec<String>,
}

impl ReplayOutcome {
    /// Whether the same came out, bit for bit.
    pub fn identical(&self) -> bool {
        self.differences.is_empty()
    }
}

impl Runtime {
    /// Executes the recorded call again, on the recorded answers alone. Nothing live is reached; `send` is answered
    /// from the recording too. `raw` is the message of a reader's call, which a recording keeps by digest.
    ///
    /// # Errors
    /// [`Error::OtherComponent`] where the recording was made with another component, [`Error::Load`] where the raw
    /// message is missing or another one. A component that asks for something else than was recorded is a difference,
    /// not an error.
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
            World::Engine => HandoffEngine::new(self, component)?.again(recording).await,
            World::Drafter => Drafter::new(self, component)?.again(recording).await,
            World::Governor => Governor::new(self, component)?.again(recording).await,
            World::Reader => {
                let raw = raw.filter(|raw| match &recording.input {
                    Input::Read { digest } => *digest == hex::encode(Sha256::digest(raw)),
                    _ => false,
                });
                let Some(raw) = raw else {
                    let what = "the raw message that the recording is about is needed to replay it".into();
                    return Err(Error::Load { what, source: None });
                };
                Reader::new(self, component)?.again(recording, raw).await
            }
        };
        let output = match outcome {
            Ok(output) => output,
            Err(Error::Aborted { reason, .. }) => Output::Aborted(reason.to_string()),
            Err(error) => return Err(error),
        };
        Ok(ReplayOutcome { differences: differences(&recording.output, &output), output })
    }

    /// The recording as text that a change of any byte shows in: a line with the seal, a line with the JSON.
    ///
    /// # Errors
    /// [`Error::Setup`] where it cannot be written as JSON.
    pub fn seal(&self, recording: &Recording) -> Result<String, Error> {
        let json = serde_json::to_string(recording).map_err(|error| Error::Setup {
            what: "the recording cannot be written".into(),
            source: Some(error.into()),
        })?;
        let seal = hex::encode(self.key().seal(&[b"recording", json.as_bytes()]));
        Ok(format!("{seal}\n{json}\n"))
    }

    /// Reads a sealed recording.
    ///
    /// # Errors
    /// [`Error::Seal`] where any of it was changed, or another host sealed it.
    pub fn unseal(&self, text: &str) -> Result<Recording, Error> {
        let (seal, json) = text.strip_suffix('\n').and_then(|text| text.split_once('\n')).ok_or(Error::Seal)?;
        let seal = hex::decode(seal).map_err(|_| Error::Seal)?;
        if !self.key().check(&[b"recording", json.as_bytes()], &seal) {
            return Err(Error::Seal);
        }
        serde_json::from_str(json).map_err(|_| Error::Seal)
    }
}

/// The recorded bounds decide what a component can do; time is this machine's, and plenty.
pub(crate) fn limits(recording: &Recording, runtime: &Runtime) -> Limits {
    let here = runtime.limits();
    Limits {
        memory: recording.limits.memory.min(here.memory),
        table_elements: recording.limits.table_elements.min(here.table_elements),
        computing: recording.limits.computing.max(here.computing),
        whole_call: recording.limits.whole_call.max(Duration::from_secs(60)),
        ..recording.limits
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
    if a == b || places.len() >= NAMED {
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
