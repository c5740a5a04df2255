//! Modes that misbehave while a package is made.
//!
//! A mode that lies about one fact reports all others honestly and claims a perfect score, so that a test shows which
//! lie was detected.

use crate::bindings::baton::handoff::{contacts, drafting, research};
use baton_facts::errors::HandoffError;
use baton_facts::packages::{
    Assignment, Brief, Check, HandoffPackage, Hold, HoldReason, Outcome, Preparation, RankedSignal, RoleMatch, Sent,
    Verdict,
};
use baton_facts::policy::IdealCustomer;
use baton_facts::types::{Account, Contact, Draft, Message, Signal, Touch};
use std::hint::black_box;

type Mode = fn(&Assignment) -> Result<Preparation, HandoffError>;

pub const MODES: &[(&str, Mode)] = &[
    ("good", |a| ready(a, |_| {})),
    // Exhausts a resource.
    ("spin", |_| spin()),
    ("recurse", |_| held(recurse(1).to_string())),
    ("allocate", |_| allocate()),
    ("table-of-tables", |_| nest()),
    ("trap", |_| panic!("on purpose")),
    ("out-of-bounds", |a| held(vec![1_u8][a.campaign.id.len()].to_string())),
    ("flood", |a| {
        loop {
            let _ = research::look_up(&a.account, a.now);
        }
    }),
    ("flood-other", |_| {
        loop {
            let _ = contacts::find("another");
        }
    }),
    // Returns an oversized or malformed value.
    ("flood-of-bytes", |_| {
        loop {
            let _ = research::look_up(&"x".repeat(900_000), 0);
        }
    }),
    ("oversized-string", |_| held("x".repeat(2 << 20))),
    ("oversized-list", |_| oversized_list()),
    ("oversized-account", |_| held(format!("{:?}", research::look_up(&"x".repeat(2 << 20), 0)))),
    ("oversized-brief", |a| oversized_brief(a)),
    ("oversized-error", |_| Err(HandoffError::Other(Some("x".repeat(2 << 20))))),
    ("broken-text", |_| broken_text()),
    // Uses data of another call.
    ("another-account", |_| {
        held(format!("{:?} {:?}", research::look_up("another", 0).err(), contacts::find("another").err()))
    }),
    ("search", |a| held(format!("{:?}", research::search(&anybody(a), None).err()))),
    ("brief-about-another", |a| {
        let mut brief = brief(a)?;
        brief.account.id = "another".into();
        held(format!("{:?}", drafting::write(&brief).err()))
    }),
    ("brief-to-a-stranger", |a| drafted(a, |brief, blank| brief.contact = blank.contact)),
    ("brief-to-anothers-address", |a| drafted(a, |brief, blank| brief.contact.email = blank.contact.email)),
    ("brief-about-a-false-signal", |a| drafted(a, |brief, blank| brief.signal = blank.signal)),
    ("brief-with-a-false-account", |a| drafted(a, |brief, blank| brief.account = blank.account)),
    ("brief-with-a-false-angle", |a| drafted(a, |brief, _| brief.angle.pitch = "Buy now".into())),
    ("brief-with-an-invented-message", |a| {
        drafted(a, |brief, _| {
            brief.earlier.push(Sent {
                at: 0,
                message: invented_message(),
                signal: brief.signal.id.clone(),
                signal_kind: brief.signal.kind.clone(),
                angle_version: brief.angle.version.clone(),
            });
        })
    }),
    ("brief-with-an-invented-rejection", |a| drafted(a, |brief, _| brief.rejected = Some(invented_message()))),
    ("brief-with-an-invented-note", |a| drafted(a, |brief, _| brief.note = Some("write to eve".into()))),
    ("without-grants", |a| {
        let brief = black_box(blank(a));
        held(format!(
            "{:?} {:?} {:?}",
            research::look_up(&a.account, 0).err(),
            contacts::find(&a.account).err(),
            drafting::write(&brief).err()
        ))
    }),
    // Lies about a fact.
    ("false-account", |a| ready(a, |p| p.account.named = !p.account.named)),
    ("false-relation", |a| ready(a, |p| p.account.relation = baton_facts::types::Relation::Partner)),
    ("false-signal", |a| ready(a, |p| p.signals[0].signal.summary = "we read it in your diary".into())),
    ("fresher-signal", |a| ready(a, |p| p.signals[0].signal.observed_at += 86_400)),
    ("no-signals", |a| ready(a, |p| p.signals.clear())),
    ("false-contact", |a| ready(a, |p| p.contact.first_name = Some("Eve".into()))),
    ("verified-contact", |a| ready(a, |p| p.contact.verified_at = Some(i64::MAX))),
    ("no-history", |a| ready(a, |p| p.history.clear())),
    ("false-recipient", |a| ready(a, |p| p.draft.message.to = "eve@elsewhere.example".into())),
    ("two-recipients", |a| ready(a, |p| p.draft.message.to += ",eve@elsewhere.example")),
    ("false-sender", |a| ready(a, |p| p.sender.email = "eve@elsewhere.example".into())),
    ("false-angle", |a| ready(a, |p| p.angle.pitch = "Buy now".into())),
    ("touch-0", |a| ready(a, |p| p.touch_number = 0)),
    ("touch-7", |a| ready(a, |p| p.touch_number = 7)),
    ("score-255", |a| ready(a, |p| p.score = 255)),
    ("signal-score-255", |a| ready(a, |p| p.signals[0].score = 255)),
    ("role-score-255", |a| ready(a, |p| p.role_match.score = 255)),
    ("false-role", |a| ready(a, |p| p.role_match.role = "any".into())),
    ("fresh-for-ever", |a| ready(a, |p| p.fresh_until = i64::MAX)),
    ("fresh-for-a-second-more", |a| ready(a, |p| p.fresh_until += 1)),
    ("stale-at-birth", |a| ready(a, |p| p.fresh_until = i64::MIN)),
    ("endless-reading", |a| ready(a, |p| p.reading_seconds = u32::MAX)),
    ("endless-why-now", |a| ready(a, |p| p.why_now = "x".repeat(100_000))),
    ("endless-check-name", |a| {
        ready(a, |p| {
            let name = "x".repeat(100_000);
            p.checks = vec![Check { name, verdict: Verdict::Pass, detail: String::new(), evidence: Vec::new() }];
        })
    }),
    ("held-for-ever", |a| {
        let mut made = held(a.account.clone())?;
        if let Outcome::Held(hold) = &mut made.outcome {
            hold.look_again = Some(i64::MAX);
        }
        Ok(made)
    }),
    ("other-person", |a| other_person(a)),
    ("out-of-thin-air", |a| out_of_thin_air(a)),
];

fn spin() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

fn recurse(depth: u64) -> u64 {
    black_box(depth) + if black_box(true) { recurse(depth + 1) } else { 0 }
}

fn allocate() -> ! {
    let mut kept = Vec::new();
    loop {
        kept.push(black_box(vec![0xA5_u8; 1 << 20]));
    }
}

/// Allocates many small blocks instead of few large ones.
fn nest() -> ! {
    let mut kept: Vec<Vec<Vec<u8>>> = Vec::new();
    loop {
        kept.push(black_box(vec![vec![1; 64]; 64]));
    }
}

fn oversized_list() -> Result<Preparation, HandoffError> {
    let check = Check { name: String::new(), verdict: Verdict::Pass, detail: String::new(), evidence: Vec::new() };
    let mut made = held(String::new())?;
    made.trace = vec![check; 200_000];
    Ok(made)
}

fn oversized_brief(assignment: &Assignment) -> Result<Preparation, HandoffError> {
    let mut brief = brief(assignment)?;
    brief.note = Some("x".repeat(2 << 20));
    held(format!("{:?}", drafting::write(&brief)))
}

/// Returns bytes that are not UTF-8 as text.
fn broken_text() -> Result<Preparation, HandoffError> {
    #[expect(unsafe_code, reason = "a component written in another language may do just this")]
    // SAFETY: nothing here reads the string as text; it is only passed to the host.
    let text = unsafe { String::from_utf8_unchecked(black_box(vec![0xFF, 0xFE])) };
    held(text)
}

fn held(detail: String) -> Result<Preparation, HandoffError> {
    let hold = Hold { reason: HoldReason::NoFreshSignal, detail, look_again: None };
    Ok(Preparation { outcome: Outcome::Held(hold), trace: Vec::new() })
}

fn anybody(assignment: &Assignment) -> IdealCustomer {
    assignment.campaign.customer.clone()
}

fn failed(what: impl std::fmt::Debug) -> HandoffError {
    HandoffError::Capability(format!("{what:?}"))
}

fn brief(assignment: &Assignment) -> Result<Brief, HandoffError> {
    nth_brief(assignment, 0).map(|(brief, _)| brief)
}

fn nth_brief(assignment: &Assignment, nth: usize) -> Result<(Brief, Vec<Touch>), HandoffError> {
    let dossier = research::look_up(&assignment.account, 0).map_err(failed)?;
    let mut found = contacts::find(&assignment.account).map_err(failed)?;
    let candidate = found.swap_remove(nth);
    let brief = Brief {
        account: dossier.account,
        contact: candidate.contact,
        signal: dossier.signals.into_iter().next().ok_or_else(|| failed("no signal"))?,
        angle: assignment.campaign.angles[0].clone(),
        sender: assignment.campaign.sender.clone(),
        touch_number: 1,
        earlier: Vec::new(),
        rejected: None,
        note: None,
    };
    Ok((brief, candidate.history))
}

fn ready(assignment: &Assignment, lie: fn(&mut HandoffPackage)) -> Result<Preparation, HandoffError> {
    let (brief, history) = nth_brief(assignment, 0)?;
    package(assignment, brief, history, lie)
}

/// Asks for a draft about a brief with one changed fact, and reports the answer.
fn drafted(assignment: &Assignment, change: fn(&mut Brief, Brief)) -> Result<Preparation, HandoffError> {
    let mut brief = brief(assignment)?;
    change(&mut brief, blank(assignment));
    held(format!("{:?}", drafting::write(&brief).err()))
}

fn invented_message() -> Message {
    Message { to: "eve@elsewhere.example".into(), subject: "Hi".into(), body: "Hi".into() }
}

fn other_person(assignment: &Assignment) -> Result<Preparation, HandoffError> {
    let (brief, history) = nth_brief(assignment, 1)?;
    package(assignment, brief, history, |_| {})
}

fn package(
    assignment: &Assignment,
    brief: Brief,
    history: Vec<Touch>,
    lie: fn(&mut HandoffPackage),
) -> Result<Preparation, HandoffError> {
    let draft = drafting::write(&brief).map_err(failed)?;
    with_draft(assignment, brief, history, draft, lie)
}

fn with_draft(
    assignment: &Assignment,
    brief: Brief,
    history: Vec<Touch>,
    draft: Draft,
    lie: fn(&mut HandoffPackage),
) -> Result<Preparation, HandoffError> {
    let role = &assignment.campaign.customer.roles[0];
    let role_match = RoleMatch { role: role.name.clone(), matched_title: role.titles[0].clone(), score: 100 };
    let fresh_until = brief.signal.observed_at + i64::from(brief.angle.max_age_days) * 86_400;
    let mut package = HandoffPackage {
        account: brief.account,
        signals: vec![RankedSignal { signal: brief.signal, score: 100 }],
        why_now: "because".into(),
        contact: brief.contact,
        role_match,
        history,
        angle: brief.angle,
        sender: brief.sender,
        draft,
        checks: Vec::new(),
        score: 100,
        next_action: "Approve".into(),
        reading_seconds: 0,
        touch_number: 1,
        fresh_until,
    };
    lie(&mut package);
    Ok(Preparation { outcome: Outcome::Ready(package), trace: Vec::new() })
}

/// Returns a package without asking any capability.
fn out_of_thin_air(assignment: &Assignment) -> Result<Preparation, HandoffError> {
    let texts = || String::from("because");
    let (opener, pitch, call_to_action) = (texts(), texts(), texts());
    let draft = Draft { message: invented_message(), opener, pitch, call_to_action, claims: Vec::new() };
    with_draft(assignment, blank(assignment), Vec::new(), draft, |_| {})
}

fn blank(assignment: &Assignment) -> Brief {
    Brief {
        account: Account {
            id: assignment.account.clone(),
            name: "North".into(),
            domain: Some("north.example".into()),
            industry: None,
            employees: None,
            annual_revenue_usd: None,
            country: None,
            relation: baton_facts::types::Relation::Prospect,
            owner: None,
            open_opportunity: false,
            last_activity: None,
            named: false,
            referred_by: None,
            suppression: None,
            unclear: Vec::new(),
        },
        contact: Contact {
            id: "eve".into(),
            first_name: Some("Eve".into()),
            last_name: Some("Elsewhere".into()),
            title: Some("VP Engineering".into()),
            email: Some("eve@elsewhere.example".into()),
            verification: baton_facts::types::Verification::Deliverable,
            verified_at: None,
            linkedin_url: None,
            country: None,
            time_zone: None,
            language: None,
            engagement: baton_facts::types::Engagement::None,
            suppression: None,
            unclear: Vec::new(),
            doubts: Vec::new(),
        },
        signal: Signal {
            id: "s".into(),
            kind: "funding".into(),
            summary: "raised money".into(),
            source_name: "nobody".into(),
            source_url: "https://elsewhere.example".into(),
            observed_at: assignment.now,
        },
        angle: assignment.campaign.angles[0].clone(),
        sender: assignment.campaign.sender.clone(),
        touch_number: 1,
        earlier: Vec::new(),
        rejected: None,
        note: None,
    }
}
