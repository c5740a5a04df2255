//! The derived names are the words that are serialized.

use crate::decision::RejectReason;
use crate::defect::{DefectKind, Spotted};
use crate::package_state::{AccountState, State};
use crate::{Part, Role};
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
    check(&Role::ALL, Role::name, Role::named);
    check(&State::ALL, State::name, State::named);
    check(&Part::ALL, Part::name, Part::named);
    check(&RejectReason::ALL, RejectReason::name, |name| name.parse().ok());
    check(&DefectKind::ALL, DefectKind::name, |name| DefectKind::ALL.into_iter().find(|kind| kind.name() == name));
    check(&[Spotted::Found, Spotted::Missed], Spotted::name, Spotted::named);
    let states = [AccountState::Ready, AccountState::Held, AccountState::Disqualified, AccountState::Failed];
    check(&states, AccountState::name, AccountState::named);
}
