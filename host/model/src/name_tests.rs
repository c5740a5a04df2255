//! The derived names are the words that are serialized.

use crate::decision::RejectReason;
use crate::defect::{DefectKind, SeededDefectResult};
use crate::package_state::{AccountState, PackageState};
use crate::{MessagePart, Role};
use serde::Serialize;
use std::fmt::Debug;

#[track_caller]
fn check<T: Copy + Debug + PartialEq + Serialize>(
    all: &[T],
    name: fn(T) -> &'static str,
    named: fn(&str) -> Option<T>,
) {
    for value in all {
        let name = name(*value);
        assert_eq!(serde_json::to_value(value).unwrap(), name, "{value:?}");
        assert_eq!(named(name), Some(*value));
        assert_eq!(named(&name.to_uppercase()), None, "names are compared exactly");
    }
}

#[test]
fn names_are_the_serialized_words() {
    check(&Role::ALL, Role::name, Role::from_name);
    check(&PackageState::ALL, PackageState::name, PackageState::from_name);
    check(&MessagePart::ALL, MessagePart::name, MessagePart::from_name);
    check(&RejectReason::ALL, RejectReason::name, |name| name.parse().ok());
    check(&DefectKind::ALL, DefectKind::name, |name| DefectKind::ALL.into_iter().find(|kind| kind.name() == name));
    check(
        &[SeededDefectResult::Found, SeededDefectResult::Missed],
        SeededDefectResult::name,
        SeededDefectResult::from_name,
    );
    let states = [AccountState::Ready, AccountState::Held, AccountState::Disqualified, AccountState::Failed];
    check(&states, AccountState::name, AccountState::from_name);
}
