//! The review time that counts: at most what the server itself observed.
//!
//! A surface reports how long somebody looked at a package. For a program that acts for a user, the server must have
//! shown the program this very text, and the time since then is the most that counts. The times of one person never
//! overlap, whether they come from pages or from programs: seconds spent on several packages at once count once.

use crate::access::queries::tokens;
use crate::access::sign_in::active_user;
use crate::access::tokens::program_name;
use crate::audit;
use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::ReadTx;
use crate::desk::{Desk, DeskResult};
use crate::users;
use baton_facts::types::Timestamp;
use baton_model::decision::DecisionRequest;
use baton_model::{PackageId, ReportedTime};

/// A review as a surface reports it.
#[derive(Clone, Copy)]
pub(crate) struct ReportedReview<'a> {
    pub package: &'a PackageId,
    /// The digest of the text that the reviewer was shown.
    pub shown: &'a str,
    pub seconds: Option<u32>,
}

impl<'a> From<&'a DecisionRequest> for ReportedReview<'a> {
    fn from(request: &'a DecisionRequest) -> Self {
        Self { package: &request.package, shown: &request.shown, seconds: request.seconds }
    }
}

/// Returns the text of an audit entry about a view of this digest.
pub(crate) fn view_detail(digest: &str) -> String {
    format!("digest {}", digest.get(..8).unwrap_or(digest))
}

impl Desk {
    /// Returns the request with the review time that counts.
    pub(crate) async fn with_observed_time(
        &self,
        tx: &mut ReadTx,
        request: &DecisionRequest,
        now: Timestamp,
    ) -> DeskResult<DecisionRequest> {
        let seconds = self.observed_seconds(tx, request.into(), now).await?;
        Ok(DecisionRequest { seconds, ..request.clone() })
    }

    /// Returns the seconds that count of a reported review. `None` if none was observed.
    pub(crate) async fn observed_seconds(
        &self,
        tx: &mut ReadTx,
        review: ReportedReview<'_>,
        now: Timestamp,
    ) -> DeskResult<Option<u32>> {
        let Some(reported) = review.seconds else { return Ok(None) };
        let since = match self.actor.reported_time() {
            ReportedTime::None => return Ok(None),
            ReportedTime::Trusted => return Ok(Some(reported)),
            ReportedTime::SinceView => {
                let shown = view_detail(review.shown);
                match audit::last_at(tx, review.package, self.actor.name(), "viewed", &shown).await? {
                    Some(viewed) => viewed,
                    None => return Ok(None),
                }
            }
            ReportedTime::Measured => now.saturating_sub(reported.into()),
        };
        let mut since = since;
        for name in self.reviewer_names(tx).await? {
            since = since.max(last_decision(tx, &name, since).await?.unwrap_or(since));
        }
        let observed = u32::try_from(now.saturating_sub(since)).unwrap_or(0);
        Ok(Some(reported.min(observed)))
    }

    /// Returns the names under which the actor's own reviews are recorded: the user's, and those of programs that act
    /// for the user.
    async fn reviewer_names(&self, tx: &mut ReadTx) -> DeskResult<Vec<String>> {
        let mut names = vec![self.actor.name().to_owned()];
        let Some(id) = self.actor.user_id() else { return Ok(names) };
        let Some(user) = users::get(tx, id).await?.as_ref().and_then(active_user) else { return Ok(names) };
        let programs = tokens::all(tx).await?.into_iter().filter(|token| token.of_user.as_deref() == Some(id));
        names.extend(programs.map(|token| program_name(&token.name, Some(&user.name))));
        names.push(user.name);
        Ok(names)
    }
}

/// Returns the time of a person's last decision or verdict after the given time.
async fn last_decision(tx: &mut ReadTx, who: &str, after: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    sqlx::query_scalar(
        "SELECT max(at) FROM (
             SELECT max(at) AS at FROM decisions WHERE who = $1 AND at > $2
             UNION ALL
             SELECT max(at) FROM seeded_defect_decisions WHERE who = $1 AND at > $2
             UNION ALL
             SELECT max(at) FROM checks WHERE at > $2 AND who = $1
         )",
    )
    .bind(who)
    .bind(after)
    .fetch_one(tx.connection())
    .await
    .at(tx.keys())
}
