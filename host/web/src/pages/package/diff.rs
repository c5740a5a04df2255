//! Word-by-word differences between a draft and an edited or newer text.

use crate::format::lines;
use baton_facts::types::Message;
use similar::{ChangeTag, TextDiff};
use std::time::Duration;

/// Time limit for comparing two texts. Text not compared by then counts as rewritten.
const COMPARING: Duration = Duration::from_millis(50);

/// A span of text that was added, removed, or kept.
pub(crate) struct Change {
    tag: ChangeTag,
    pub text: String,
}

impl Change {
    pub fn is_new(&self) -> bool {
        self.tag == ChangeTag::Insert
    }

    pub fn is_gone(&self) -> bool {
        self.tag == ChangeTag::Delete
    }
}

/// Returns the words that were removed and added. Empty if both texts are equal.
pub(crate) fn changes(draft: &Message, edited: &Message) -> Vec<Change> {
    let whole = |message: &Message| format!("{}\n\n{}", message.subject, message.body);
    let (before, after) = (whole(draft), whole(edited));
    if before == after {
        return Vec::new();
    }
    let compared = TextDiff::configure().timeout(COMPARING).diff_words(&before, &after);
    let mut changes: Vec<Change> = Vec::new();
    for change in compared.iter_all_changes() {
        match changes.last_mut() {
            Some(last) if last.tag == change.tag() => last.text.push_str(change.value()),
            _ => changes.push(Change { tag: change.tag(), text: change.value().to_owned() }),
        }
    }
    for change in &mut changes {
        change.text = lines(&change.text);
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_found_by_word() {
        let message = |body: &str| Message { to: String::new(), subject: "Hi".into(), body: body.into() };
        let shown = |before, after| -> String {
            let said = changes(&message(before), &message(after));
            said.into_iter().map(|change| format!("{:?}[{}]", change.tag, change.text)).collect()
        };
        assert_eq!(shown("same", "same"), "");
        assert_eq!(shown("one two three", "one 2 three"), "Equal[Hi\n\none ]Delete[two]Insert[2]Equal[ three]");
    }
}
