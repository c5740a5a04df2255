//! A sequence: sent messages, the next one, and the reason for a pause.

use baton_desk::accounts::AccountView;
use baton_facts::packages::Sent;
use baton_model::package_state::AccountState;
use baton_model::views::{NextTouch, Pause, SequenceView};

use super::{
    page::{Style, TextPage},
    refusal::short,
    text::{day, moment},
};

/// Prints the state of the account's sequence, if there is one or if the account is paused.
pub fn sequence(page: &mut TextPage, view: &AccountView) {
    if view.sequence.is_none() && view.paused.is_none() {
        return;
    }
    page.gap();
    if let Some(sequence) = &view.sequence {
        page.hanging(&[(Style::Title, "Sequence: ")], Style::Plain, &words(sequence, held(view)));
    }
    if let Some(pause) = &view.paused {
        paused(page, &view.row.account, pause);
    }
}

/// Prints the reason for a pause and how to resume.
pub fn paused(page: &mut TextPage, account: &str, pause: &Pause) {
    let line = format!(
        "paused since {}: {} ({}); `baton resume {account}` resumes it",
        moment(pause.at),
        pause.why,
        pause.who
    );
    page.paragraph("", Style::Doubtful, &line);
}

/// Prints the messages that were sent earlier in the sequence.
pub fn earlier(page: &mut TextPage, sent: &[Sent]) {
    if sent.is_empty() {
        return;
    }
    page.heading("Earlier messages in this sequence");
    for sent in sent {
        let lead = format!("  {}  ", day(sent.at));
        page.hanging(&[(Style::Faint, &lead)], Style::Title, &sent.message.subject);
        page.quotation("    ", &sent.message.body);
    }
}

/// Returns the reason why no next message is prepared.
fn held(view: &AccountView) -> Option<&str> {
    match (&view.paused, view.row.state) {
        (Some(_), _) => Some("the account is paused"),
        (None, AccountState::Held) => view.row.reason.as_deref(),
        (None, _) => None,
    }
}

fn words(sequence: &SequenceView, held: Option<&str>) -> String {
    let Some(last) = sequence.sent.last() else { return String::new() };
    let most = sequence.touches_max.map_or(String::new(), |most| format!(" of {most}"));
    let sent = format!("touch {}{most} sent on {}", last.touch_number, day(last.at));
    let number = last.touch_number.saturating_add(1);
    let next = match (&sequence.next, sequence.due) {
        (Some(NextTouch { touch_number, package, state }), _) => {
            format!("touch {touch_number} is {state}: `baton show {}`", short(package))
        }
        (None, _) if sequence.is_over => "the sequence is over".to_owned(),
        (None, Some(due)) => format!("touch {number} from {}", day(due)),
        (None, None) => match held {
            Some(why) => format!("touch {number} is held: {why}"),
            None => format!("the next run checks whether touch {number} is due"),
        },
    };
    format!("{sent}; {next}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_model::package_state::PackageState;
    use baton_model::views::SentTouch;

    const NOW: i64 = 1_773_133_200;

    #[test]
    fn sequence_states() {
        let sent = |touch_number: u8| SentTouch { touch_number, at: NOW, package: "0123456789ab".into() };
        let base = SequenceView { sent: vec![sent(1)], touches_max: Some(4), next: None, due: None, is_over: false };
        let next = NextTouch { touch_number: 2, package: "9876543210ab".into(), state: PackageState::Queued };
        for (view, held, expected) in [
            (base.clone(), None, "touch 1 of 4 sent on 2026-03-10; the next run checks whether touch 2 is due"),
            (
                SequenceView { due: Some(NOW + 3 * 86_400), ..base.clone() },
                None,
                "touch 1 of 4 sent on 2026-03-10; touch 2 from 2026-03-13",
            ),
            (
                SequenceView { next: Some(next), ..base.clone() },
                None,
                "touch 1 of 4 sent on 2026-03-10; touch 2 is queued: `baton show 98765432`",
            ),
            (
                base.clone(),
                Some("in-conversation"),
                "touch 1 of 4 sent on 2026-03-10; touch 2 is held: in-conversation",
            ),
            (
                SequenceView { sent: vec![sent(3), sent(4)], touches_max: None, is_over: true, ..base },
                None,
                "touch 4 sent on 2026-03-10; the sequence is over",
            ),
        ] {
            assert_eq!(words(&view, held), expected);
        }
    }
}
