//! A drafter that misbehaves in the way that the angle's version names. `modes` declines with the list of modes; the
//! test suite fails if a mode is not used by a test.

#[expect(unsafe_code, reason = "generated from the contract")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../../wit",
        world: "drafter",
        with: {
            "baton:handoff/types@0.2.0": baton_facts::types,
            "baton:handoff/policy-types@0.2.0": baton_facts::policy,
            "baton:handoff/package-types@0.2.0": baton_facts::packages,
            "baton:handoff/error-types@0.2.0": baton_facts::errors,
            "baton:handoff/description-types@0.2.0": baton_facts::description,
        },
    });
    use super::Hostile;
    export!(Hostile);
}

use baton_facts::description::{DrafterDescription, Placeholder, TemplateSyntax};
use baton_facts::errors::DraftingError;
use baton_facts::packages::Brief;
use baton_facts::types::{Claim, Draft, Evidence, Message};
use bindings::exports::baton::handoff::{drafter_info, drafting};
// Linked for its global allocator.
use baton_bump_alloc as _;

struct Hostile;

type Mode = fn(&Brief) -> Result<Draft, DraftingError>;

const MODES: &[(&str, Mode)] = &[
    ("spin", |_| {
        let mut turns = 0_u64;
        loop {
            turns = std::hint::black_box(turns.wrapping_add(1));
        }
    }),
    ("trap", |_| panic!("on purpose")),
    ("allocate", |_| {
        let mut kept = Vec::new();
        loop {
            kept.push(std::hint::black_box(vec![0xA5_u8; 1 << 20]));
        }
    }),
    ("oversized", |brief| Ok(draft(brief, &brief.sender.name.repeat(1 << 20)))),
    ("many-claims", |brief| {
        let mut draft = draft(brief, "Hi");
        draft.claims = vec![Claim { text: String::new(), evidence: Evidence::Signal(String::new()) }; 200_000];
        Ok(draft)
    }),
    ("decline", |_| Err(DraftingError::Declined("not today".into()))),
    ("other-recipient", |brief| {
        let mut draft = draft(brief, "Hi");
        draft.message.to = "eve@elsewhere.example".into();
        Ok(draft)
    }),
];

impl drafter_info::Guest for Hostile {
    /// Names a placeholder with markup and a terminal's control codes.
    fn describe() -> DrafterDescription {
        let name = "<b>\u{1b}[2J{{ x }}".to_owned();
        let placeholder = Placeholder { meaning: name.clone(), name, follow_up_only: false };
        let templates = TemplateSyntax { placeholders: vec![placeholder], bytes_max: 0 };
        DrafterDescription { templates: Some(templates), follow_up_languages: Vec::new(), follows_notes: true }
    }
}

impl drafting::Guest for Hostile {
    fn write(brief: Brief) -> Result<Draft, DraftingError> {
        if brief.angle.version == "modes" {
            let modes: Vec<_> = MODES.iter().map(|(name, _)| *name).collect();
            return Err(DraftingError::Declined(modes.join("\n")));
        }
        let wanted = brief.angle.version.strip_prefix("mode:").unwrap_or_default();
        match MODES.iter().find(|(name, _)| *name == wanted) {
            Some((_, mode)) => mode(&brief),
            None => Err(DraftingError::Other(Some(format!("there is no mode `{wanted}`")))),
        }
    }
}

fn draft(brief: &Brief, body: &str) -> Draft {
    Draft {
        message: Message {
            to: brief.contact.email.clone().unwrap_or_default(),
            subject: "Deploys".into(),
            body: body.into(),
        },
        opener: String::new(),
        pitch: String::new(),
        call_to_action: String::new(),
        claims: Vec::new(),
    }
}
