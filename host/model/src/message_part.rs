//! The parts of a message for which rewriting is measured.

use baton_facts::quality::DraftPart;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// A part of a message for which rewriting is measured.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum MessagePart {
    /// The subject line.
    Subject,
    /// The sentence that names the signal.
    Opener,
    /// The text about this kind of signal.
    Pitch,
    /// The call to action.
    CallToAction,
}

impl MessagePart {
    /// Every part, in message order.
    pub const ALL: [Self; 4] = *Self::VARIANTS.as_array().expect("the number of variants");

    /// Returns its name, as in JSON and in the store.
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    /// Returns the part of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

impl From<DraftPart> for MessagePart {
    fn from(part: DraftPart) -> Self {
        match part {
            DraftPart::Subject => Self::Subject,
            DraftPart::Opener => Self::Opener,
            DraftPart::Pitch => Self::Pitch,
            DraftPart::CallToAction => Self::CallToAction,
        }
    }
}

impl fmt::Display for MessagePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::CallToAction { "call to action" } else { self.name() })
    }
}
