//! The facts that the host knows in a call: its arguments, and the answers of the capabilities so far.

use crate::recording::{Exchange, Input};
use baton_facts::packages::{Assignment, Candidate, Dossier, HandoffPackage, Sent};
use baton_facts::policy::Campaign;
use baton_facts::types::{Direction, Timestamp, Touch};

const DAY: Timestamp = 86_400;

/// The facts that the caller knows before the package is made.
#[derive(Clone, Copy)]
pub(crate) struct ExpectedPackage<'a> {
    assignment: &'a Assignment,
    /// The package of a follow-up or a redraft.
    pub previous: Option<&'a HandoffPackage>,
    /// The earlier messages of the sequence.
    pub sent: &'a [Sent],
    /// The note of the person who rejected the previous package.
    pub note: Option<&'a str>,
    /// The number of earlier messages in the sequence, as far as the call says.
    written: usize,
}

impl<'a> ExpectedPackage<'a> {
    /// Returns the facts of a call that prepares a package.
    pub fn of(input: &'a Input) -> Option<Self> {
        Some(match input {
            Input::Prepare { assignment } => Self { assignment, previous: None, sent: &[], note: None, written: 0 },
            Input::FollowUp { previous, sent, assignment } => {
                Self { assignment, previous: Some(previous), sent, note: None, written: sent.len() }
            }
            Input::Redraft { previous, sent, note, assignment } => {
                let written = usize::from(previous.touch_number.saturating_sub(1));
                Self { assignment, previous: Some(previous), sent, note: Some(note), written }
            }
            _ => return None,
        })
    }

    pub fn campaign(&self) -> &'a Campaign {
        &self.assignment.campaign
    }

    pub fn now(&self) -> Timestamp {
        self.assignment.now
    }

    /// Returns whether the number fits the messages so far. A follow-up may be routed more loosely than a first message,
    /// so it needs an earlier message; the reverse holds too.
    pub fn allows_touch(&self, number: u8, history: &[Touch]) -> bool {
        let ours = |touch: &&Touch| {
            touch.direction == Direction::Outbound && touch.campaign.as_ref() == Some(&self.campaign().id)
        };
        let most = 1 + self.written.max(history.iter().filter(ours).count());
        (1 + self.written..=most).contains(&usize::from(number))
    }

    /// Returns the last time until which a package about this signal can be fresh: the age of the signal under the angle,
    /// and in a follow-up the end of the sequence, which is twice the sum of its gaps in business days.
    pub fn fresh_until(&self, observed_at: Timestamp, max_age_days: u32) -> Timestamp {
        let of_signal = observed_at.saturating_add(Timestamp::from(max_age_days) * DAY);
        let Some(first) = self.sent.iter().map(|sent| sent.at).min() else { return of_signal };
        let gaps = &self.campaign().days_between_touches;
        let gap = |number: u8| gaps.get(usize::from(number)).or(gaps.last()).copied().unwrap_or_default();
        let business: Timestamp = (0..self.campaign().touches_max).map(|number| Timestamp::from(gap(number))).sum();
        // A week has five business days. One week more covers weekends, and the CRM's own date of the message.
        let of_sequence = first.saturating_add((2 * business * 7 / 5 + 7) * DAY);
        of_signal.max(of_sequence)
    }
}

/// Returns the answers of `research` about accounts in this call.
pub(crate) fn dossiers(exchanges: &[Exchange]) -> impl Iterator<Item = &Dossier> {
    exchanges.iter().filter_map(|exchange| match exchange {
        Exchange::LookUp { answer: Ok(dossier), .. } => Some(&**dossier),
        _ => None,
    })
}

/// Returns the people that `contacts` answered with in this call.
pub(crate) fn candidates(exchanges: &[Exchange]) -> impl Iterator<Item = &Candidate> {
    let answered = exchanges.iter().filter_map(|exchange| match exchange {
        Exchange::Find { answer: Ok(candidates), .. } => Some(candidates.iter()),
        _ => None,
    });
    answered.flatten()
}
