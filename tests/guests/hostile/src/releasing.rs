//! Modes that misbehave with a valid permit.

use crate::bindings::baton::handoff::sending::Permit;
use baton_facts::errors::HandoffError;
use baton_facts::types::Message;

type Mode = fn(Permit, Message) -> Result<(), HandoffError>;

pub const MODES: &[(&str, Mode)] = &[
    ("send", |permit, message| told(Permit::send(permit, &message))),
    // Claims that it sent.
    ("say-sent", |permit, _| {
        std::mem::forget(permit);
        Ok(())
    }),
    ("drop-and-say-sent", |permit, _| {
        drop(permit);
        Ok(())
    }),
    ("send-and-ignore-the-answer", |permit, message| {
        let _ = Permit::send(permit, &altered(message));
        Ok(())
    }),
    // Sends another message.
    ("altered-body", |permit, message| told(Permit::send(permit, &altered(message)))),
    ("altered-recipient", |permit, mut message| {
        message.to = "eve@elsewhere.example".into();
        told(Permit::send(permit, &message))
    }),
    ("altered-subject", |permit, mut message| {
        message.subject.push(' ');
        told(Permit::send(permit, &message))
    }),
    ("oversized-message", |permit, mut message| {
        message.body = "x".repeat(2 << 20);
        told(Permit::send(permit, &message))
    }),
    // Sends with a permit that it does not have.
    ("fabricated-permit", |_, message| told(Permit::send(forged(7), &message))),
    ("permit-0", |_, message| told(Permit::send(forged(0), &message))),
    ("permit-max", |_, message| told(Permit::send(forged(u32::MAX), &message))),
    ("reused-permit", |permit, message| {
        let handle = permit.take_handle();
        told(Permit::send(forged(handle), &message))?;
        told(Permit::send(forged(handle), &message))
    }),
    ("permit-dropped-twice", |permit, _| {
        let handle = permit.take_handle();
        drop(forged(handle));
        drop(forged(handle));
        Ok(())
    }),
    // Sends, and then fails or changes something.
    ("send-then-trap", |permit, message| {
        told(Permit::send(permit, &message))?;
        panic!("on purpose")
    }),
    ("send-then-spin", |permit, message| {
        told(Permit::send(permit, &message))?;
        let mut turns = 0_u64;
        loop {
            turns = std::hint::black_box(turns.wrapping_add(1));
        }
    }),
    ("send-then-error", |permit, message| {
        told(Permit::send(permit, &message))?;
        Err(HandoffError::Other(Some("changed my mind".into())))
    }),
];

fn altered(mut message: Message) -> Message {
    message.body.push_str("\nP.S. Pay to this account instead.");
    message
}

fn told(answer: Result<(), baton_facts::errors::SendingError>) -> Result<(), HandoffError> {
    answer.map_err(|error| HandoffError::Capability(format!("{error:?}")))
}

/// Returns a made-up handle, as a handwritten component could.
fn forged(handle: u32) -> Permit {
    #[expect(unsafe_code, reason = "the host must refuse it")]
    // SAFETY: a handle is a number; the host checks whether it refers to a permit.
    unsafe {
        Permit::from_handle(handle)
    }
}
