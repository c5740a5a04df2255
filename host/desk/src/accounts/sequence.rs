//! Sequences: the next work at an account after a message was sent, and the status of each sequence.
//!
//! The engine decides whether the next message is due and to whom; the desk supplies the sent messages from its own
//! records. A sequence is over without a call if its person was erased or an SDR rejected it.

use crate::db::tx::ReadTx;
use crate::desk::{Desk, DeskResult};
use crate::outbox::queries::sequences;
use baton_facts::packages::{Check, HandoffPackage, Hold, HoldReason, Outcome, Preparation, Sent, Verdict};
use baton_facts::types::Id;
use baton_model::Sealed;
use baton_model::package_state::{AccountState, State};
use baton_model::views::{AccountRow, Next, SentTouch, SequenceView};
use std::collections::HashSet;
use std::sync::Arc;

/// The host's own rule for continuing a sequence, besides those of the engine.
const SEQUENCE_GOES_ON: &str = "sequence-goes-on";

/// The work at an account.
#[derive(Clone, Debug, PartialEq)]
pub enum SequenceWork {
    /// A first message: none was sent there.
    First,
    /// A further message to the person who has not answered.
    FollowUp {
        /// The package of the message that was sent last.
        previous: Arc<HandoffPackage>,
        /// The sent messages of the sequence, oldest first.
        sent: Arc<Vec<Sent>>,
    },
    /// No work: the sequence is over, with the reason.
    Over(Arc<Preparation>),
}

impl Desk {
    /// Returns the work at this account. Of several people who were written to, the last one counts.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn work(&self, campaign: &str, account: &str) -> DeskResult<SequenceWork> {
        let mut tx = self.read().await?;
        let left = sequences::sent_messages(&mut tx, campaign, account).await?;
        let Some((last, _)) = left.last() else { return Ok(SequenceWork::First) };
        if sequences::is_refused(&mut tx, last).await? {
            return Ok(over(account, "a further message was rejected because of the person or the account"));
        }
        let gone = "the earlier messages were erased, so no further message is sent";
        let (Sealed::Open(content), Sealed::Open(sent)) =
            (last.content(&mut tx).await?, self.sent_messages(&mut tx, &left).await?)
        else {
            return Ok(over(account, gone));
        };
        Ok(SequenceWork::FollowUp { previous: Arc::new(content.package), sent: Arc::new(sent) })
    }

    /// Returns the paused accounts, which no run works on.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn paused_accounts(&self) -> DeskResult<HashSet<Id>> {
        let mut tx = self.read().await?;
        Ok(sequences::paused_accounts(&mut tx).await?)
    }

    /// Returns the status of the account's sequence. `None` if no message was sent.
    pub(crate) async fn sequence(&self, tx: &mut ReadTx, account: &AccountRow) -> DeskResult<Option<SequenceView>> {
        let left = sequences::sent_messages(tx, &account.campaign, &account.account).await?;
        let Some((last, _)) = left.last() else { return Ok(None) };
        let next = sequences::next(tx, last).await?;
        // A rejected or withdrawn package waits for nothing.
        let next = next.filter(|row| row.state.is_open() || row.state.is_under_way());
        let touches_max = sequences::touches_max(tx, &account.campaign, &account.account).await?;
        let all = touches_max.is_some_and(|most| last.touch >= most);
        let ended = account.state == AccountState::Held && account.reason.as_deref() == Some("sequence-ended");
        let is_over = next.is_none() && (ended || all || account.state == AccountState::Disqualified);
        let is_paused = sequences::paused_accounts(tx).await?.contains(&account.account);
        let goes_on = next.is_none() && !is_over && !is_paused;
        Ok(Some(SequenceView {
            touches_max,
            due: account.look_again.filter(|_| goes_on && account.state == AccountState::Held),
            is_over,
            next: next.map(|row| Next { touch_number: row.touch, package: row.id, state: row.state }),
            sent: left
                .into_iter()
                .map(|(row, entry)| SentTouch {
                    touch_number: row.touch,
                    at: entry.ended.unwrap_or(entry.approved),
                    package: row.id,
                })
                .collect(),
        }))
    }
}

/// Returns whether a run has to continue a sequence, given the state of its latest package.
pub(crate) fn continues(
    state: AccountState,
    reason: Option<&str>,
    latest: Option<State>,
    changed: bool,
    is_time: bool,
) -> bool {
    match state {
        AccountState::Failed => true,
        // The end of a sequence is final.
        AccountState::Held if reason == Some("sequence-ended") => false,
        AccountState::Held => changed || is_time,
        AccountState::Disqualified => changed,
        // An expired package is prepared again. A failed message is tried again only if something changes: the same
        // message to an address that refused one fails again.
        AccountState::Ready => changed || latest == Some(State::Expired),
    }
}

fn over(account: &str, why: &str) -> SequenceWork {
    let check = Check {
        name: SEQUENCE_GOES_ON.to_owned(),
        verdict: Verdict::Fail,
        detail: why.to_owned(),
        evidence: vec![account.to_owned()],
    };
    let hold = Hold { reason: HoldReason::SequenceEnded, detail: why.to_owned(), look_again: None };
    SequenceWork::Over(Arc::new(Preparation { outcome: Outcome::Held(hold), trace: vec![check] }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_continue_a_sequence_only_with_news() {
        use AccountState::{Disqualified, Failed, Held, Ready};
        let (over, recent) = (Some("sequence-ended"), Some("recently-touched"));
        for (state, reason, latest, changed, is_time, expected) in [
            (Ready, None, Some(State::Sent), false, false, false),
            (Ready, None, Some(State::Sent), true, false, true),
            (Held, recent, Some(State::Sent), false, false, false),
            (Held, recent, Some(State::Sent), true, false, true),
            (Held, recent, Some(State::Sent), false, true, true),
            (Held, over, Some(State::Sent), true, true, false),
            (Disqualified, None, Some(State::Sent), false, true, false),
            (Disqualified, None, Some(State::Sent), true, false, true),
            (Failed, None, Some(State::Sent), false, false, true),
            (Ready, None, Some(State::Expired), false, false, true),
            (Ready, None, Some(State::Failed), false, false, false),
            (Ready, None, Some(State::Rejected), false, false, false),
            (Ready, None, Some(State::Withdrawn), false, false, false),
        ] {
            let found = continues(state, reason, latest, changed, is_time);
            assert_eq!(found, expected, "{state:?} {reason:?} {latest:?} {changed} {is_time}");
        }
    }
}
