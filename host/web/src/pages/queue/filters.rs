//! The filters of the queue, as the address has them, and the choices for each.

use super::tabs::{TABS, weight};
use super::team::Member;
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::extract::{QueryFields, with_query};
use crate::format::{line, number};
use axum::extract::Query;
use baton_desk::access::Role;
use baton_desk::reviews::{AssigneeFilter, QueueCount, QueueFilter};
use baton_model::package_state::PackageState as Life;
use std::collections::BTreeMap;

/// The longest filter value, in bytes. Longer ones are ignored.
const LONGEST: usize = 200;

/// The longest query that a form or an address passes along, in bytes.
const LONGEST_WITHIN: usize = 1000;

/// Means "no tier" in an address, where an empty value means any tier.
const NO_TIER: &str = "-";

/// An option of a filter.
pub(crate) struct FilterOption {
    pub value: String,
    pub label: String,
    pub href: String,
    pub chosen: bool,
}

/// A filter with its options.
pub(super) struct FilterField {
    pub name: &'static str,
    pub label: &'static str,
    pub choices: Vec<FilterOption>,
}

/// The filters of the queue. An empty filter matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct QueueQuery {
    pub campaign: Option<String>,
    pub tier: Option<String>,
    pub kind: Option<String>,
    /// `me`, `nobody` or a user's id.
    pub assignee: Option<String>,
    pub search: String,
    /// The name of the tab.
    pub state: &'static str,
}

impl QueueQuery {
    /// Reads the filters from an address. Returns `None` if the tab does not exist.
    pub fn from_fields(asked: &QueryFields) -> Option<Self> {
        Self::read(|name| asked.get(name).map(str::to_owned))
    }

    /// Reads the filters that a package page passes along: a campaign name, or a query that starts with a question mark.
    pub fn within(text: Option<&str>) -> Self {
        let text = text.filter(|text| text.len() <= LONGEST_WITHIN).unwrap_or_default();
        let Some(query) = text.strip_prefix('?') else {
            return Self { campaign: Some(text.to_owned()).filter(|text| !text.is_empty()), ..Self::default() };
        };
        let read =
            format!("/?{query}").parse().ok().and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
        let fields = read.map(|Query(fields)| fields).unwrap_or_default();
        let get = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
        Self::read(|name| get(name).filter(|value| !value.is_empty())).unwrap_or_default()
    }

    fn read(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let short = |name: &str| get(name).filter(|value| value.len() <= LONGEST);
        let state = get("state").unwrap_or_default();
        Some(Self {
            campaign: short("campaign"),
            tier: short("tier"),
            kind: short("kind"),
            assignee: short("assignee"),
            search: short("q").map(|text| text.trim().to_owned()).unwrap_or_default(),
            state: TABS.iter().find(|tab| tab.0 == state)?.0,
        })
    }

    /// Returns the selected tab.
    pub(super) fn tab(&self) -> &'static (&'static str, &'static str, &'static [Life]) {
        TABS.iter().find(|tab| tab.0 == self.state).unwrap_or(&TABS[0])
    }

    /// Returns a changed copy.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.clone();
        change(&mut other);
        other
    }

    /// Returns whether a filter other than the tab is set.
    pub fn is_narrowed(&self) -> bool {
        *self != Self { state: self.state, ..Self::default() }
    }

    /// Returns the filter for the desk.
    pub fn filter(&self, by: &CurrentUser) -> QueueFilter {
        let me = || by.session.as_ref().map(|session| session.user.id.clone());
        QueueFilter {
            campaign: self.campaign.clone(),
            states: self.tab().2.to_vec(),
            tier: self.tier.as_ref().map(|tier| if tier == NO_TIER { String::new() } else { tier.clone() }),
            signal_kind: self.kind.clone(),
            assignee: match self.assignee.as_deref() {
                None => AssigneeFilter::All,
                Some("nobody") => AssigneeFilter::Unassigned,
                Some("me") => me().map_or(AssigneeFilter::Unassigned, AssigneeFilter::User),
                Some(user) => AssigneeFilter::User(user.to_owned()),
            },
            search: self.search.clone(),
        }
    }

    fn fields(&self) -> [(&'static str, Option<&str>); 6] {
        let some = |text: &'static str| Some(text).filter(|text| !text.is_empty());
        [
            ("campaign", self.campaign.as_deref()),
            ("tier", self.tier.as_deref()),
            ("kind", self.kind.as_deref()),
            ("assignee", self.assignee.as_deref()),
            ("q", Some(self.search.as_str()).filter(|text| !text.is_empty())),
            ("state", some(self.state)),
        ]
    }

    /// Returns an address with these filters.
    pub fn href(&self, path: &str, more: &[(&str, Option<&str>)]) -> String {
        with_query(path, &[&self.fields()[..], more].concat())
    }

    /// Returns the filters for a package page to pass along, or `None` if none are set. Leaves out the tab, because the next
    /// package is always one to review.
    pub fn carried(&self) -> Option<String> {
        let waits = Self { state: "", ..self.clone() };
        let only = Self { campaign: self.campaign.clone(), ..Self::default() };
        if waits == only && !self.campaign.as_ref().is_some_and(|name| name.starts_with('?')) {
            return self.campaign.clone();
        }
        Some(waits.href("", &[])).filter(|query| !query.is_empty())
    }

    /// Returns the filters with their options, and the number of packages for each option.
    pub(super) fn fields_of(
        &self,
        app: &RequestState,
        by: &CurrentUser,
        filter: &QueueFilter,
        counts: &[QueueCount],
        team: &BTreeMap<String, Member>,
    ) -> Vec<FilterField> {
        let states = self.tab().2;
        let tally = |wider: QueueFilter, of: fn(&QueueCount) -> (i64, String)| -> BTreeMap<(i64, String), u64> {
            let mut there = BTreeMap::new();
            for count in counts.iter().filter(|count| wider.has(count)) {
                *there.entry(of(count)).or_default() += weight(count, states);
            }
            there
        };
        let mut campaigns = tally(QueueFilter { campaign: None, ..filter.clone() }, |of| (0, of.campaign.clone()));
        for name in &app.campaigns {
            campaigns.entry((0, name.clone())).or_default();
        }
        let tiers = tally(QueueFilter { tier: None, ..filter.clone() }, |of| (of.tier_rank, of.tier.clone()));
        // The same tier may have another rank in another campaign.
        let mut named: Vec<((i64, String), u64)> = Vec::new();
        for ((rank, tier), there) in tiers {
            let value = if tier.is_empty() { NO_TIER.to_owned() } else { tier };
            match named.iter_mut().find(|((_, known), _)| *known == value) {
                Some(known) => known.1 += there,
                None => named.push(((rank, value), there)),
            }
        }
        let kinds = tally(QueueFilter { signal_kind: None, ..filter.clone() }, |of| (0, of.signal_kind.clone()));
        let counted = self.search.is_empty();
        let mut fields = vec![
            field("campaign", "Campaign", "All campaigns", self.campaign.as_deref(), counted, campaigns),
            field("tier", "Tier", "All tiers", self.tier.as_deref(), counted, named),
            field("kind", "Signal", "All signals", self.kind.as_deref(), counted, kinds),
        ];
        if let Some(session) = &by.session {
            let whose = tally(QueueFilter { assignee: AssigneeFilter::All, ..filter.clone() }, |of| {
                (0, of.assignee.clone().unwrap_or_default())
            });
            let there = |user: &str| whose.get(&(0, user.to_owned())).copied().unwrap_or_default();
            let all = if by.role == Role::Sdr { "Mine and unassigned" } else { "Everyone" };
            let mut choices =
                vec![((0, "me".to_owned()), there(&session.user.id)), ((1, "nobody".to_owned()), there(""))];
            for user in team.keys().filter(|user| **user != session.user.id) {
                choices.push(((2, user.clone()), there(user)));
            }
            let mut field = field("assignee", "Assignee", all, self.assignee.as_deref(), counted, choices);
            for choice in &mut field.choices {
                let name = match choice.value.as_str() {
                    "" => continue,
                    "me" => "Mine",
                    "nobody" => "Unassigned",
                    user => team.get(user).map_or("Unknown user", |member| &member.name),
                };
                let rest = choice.label.strip_prefix(&line(&choice.value)).unwrap_or_default();
                choice.label = format!("{name}{rest}");
            }
            fields.push(field);
        }
        fields
    }
}

fn field(
    name: &'static str,
    label: &'static str,
    all: &str,
    chosen: Option<&str>,
    counted: bool,
    there: impl IntoIterator<Item = ((i64, String), u64)>,
) -> FilterField {
    let choice = |value: &str, label: String| FilterOption {
        value: value.to_owned(),
        label,
        href: String::new(),
        chosen: chosen.unwrap_or_default() == value,
    };
    let mut choices = vec![choice("", all.to_owned())];
    for ((_, value), packages) in there {
        let shown = if value == NO_TIER { "No tier".to_owned() } else { line(&value) };
        choices.push(choice(&value, if counted { format!("{shown} ({})", number(packages)) } else { shown }));
    }
    // The value from the address stays selected even if no package has it.
    if let Some(chosen) = chosen.filter(|chosen| !choices.iter().any(|choice| choice.value == *chosen)) {
        choices.push(choice(chosen, line(chosen)));
    }
    FilterField { name, label, choices }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_survive_the_round_trip_through_a_package_page() {
        let pilot = Some("pilot".to_owned());
        for (narrow, expected) in [
            (QueueQuery::default(), None),
            (QueueQuery { campaign: pilot.clone(), ..QueueQuery::default() }, Some("pilot")),
            (QueueQuery { campaign: pilot.clone(), state: "sent", ..QueueQuery::default() }, Some("pilot")),
            (
                QueueQuery {
                    campaign: pilot,
                    tier: Some("a&b".into()),
                    search: "Nørd ?".into(),
                    ..QueueQuery::default()
                },
                Some("?campaign=pilot&tier=a%26b&q=N%C3%B8rd%20%3F"),
            ),
            (QueueQuery { campaign: Some("?odd".into()), ..QueueQuery::default() }, Some("?campaign=%3Fodd")),
        ] {
            let carried = narrow.carried();
            assert_eq!(carried.as_deref(), expected);
            assert_eq!(QueueQuery::within(carried.as_deref()), QueueQuery { state: "", ..narrow });
        }
        for nonsense in ["?", "?%", "?state=nonsense", &"?q=".repeat(900)] {
            assert_eq!(QueueQuery::within(Some(nonsense)), QueueQuery::default(), "{nonsense}");
        }
    }
}
