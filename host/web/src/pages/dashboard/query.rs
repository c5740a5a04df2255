//! The campaign and period that the dashboard's numbers are about, read from the address.

use crate::app_state::RequestState;
use crate::error::WebError;
use crate::extract::{QueryFields, with_query};
use axum::http::StatusCode;
use baton_desk::dashboard::DashboardPeriod;
use baton_facts::types::Timestamp;
use chrono::NaiveDate;

/// The periods to choose from, in days. The second one is the default.
pub(super) const PERIODS: [u32; 3] = [7, 30, 90];

/// The campaign and period of the numbers.
pub(super) struct DashboardQuery {
    pub span: DashboardPeriod,
    /// Review capacity on a working day; `None` if it is not configured.
    pub per_day: Option<u32>,
}

impl DashboardQuery {
    /// Reads the days from `from` to `to`, or the last `days` days.
    pub fn new(app: &RequestState, asked: &QueryFields, now: Timestamp) -> Result<Self, WebError> {
        let campaign = asked.get("campaign");
        let of = |name: &str| app.capacity.get(name);
        let known: Vec<_> = match campaign {
            Some(name) => of(name).into_iter().collect(),
            None => app.capacity.values().collect(),
        };
        // All campaigns use the time zone of the settings.
        let zone = known.first().copied().or(app.capacity.values().next()).map(|capacity| capacity.zone);
        let span = match (asked.get("from"), asked.get("to")) {
            (None, None) => {
                let days = asked.get("days").unwrap_or("30");
                let days = PERIODS.into_iter().find(|period| period.to_string() == days);
                DashboardPeriod::until(now, days.ok_or_else(|| wrong("period"))?, zone, campaign)
            }
            (from, to) => {
                let day = |text: Option<&str>| text.and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
                let (Some(from), Some(to)) = (day(from), day(to)) else { return Err(wrong("day")) };
                DashboardPeriod::between(from, to, zone, campaign)?
            }
        };
        let per_day = known.iter().map(|capacity| capacity.per_day).reduce(u32::saturating_add);
        Ok(Self { span, per_day })
    }

    /// Returns the address of a figure's rows or CSV, for all days or those of one bin.
    pub fn to(&self, name: &str, bin: Option<(NaiveDate, NaiveDate)>, fields: &[(&str, Option<&str>)]) -> String {
        let (first, last) = bin.unwrap_or((self.span.first(), self.span.last()));
        let (first, last) = (first.to_string(), last.to_string());
        let mut all =
            vec![("campaign", self.span.campaign.as_deref()), ("from", Some(first.as_str())), ("to", Some(&last))];
        all.extend(fields);
        with_query(&format!("/dashboard/{name}"), &all)
    }
}

pub(super) fn wrong(what: &str) -> WebError {
    WebError::new(StatusCode::UNPROCESSABLE_ENTITY, format!("This {what} does not exist"))
        .hint("choose it on the dashboard; write days as 2026-03-10")
}
