//! Sent messages of a sequence.

use crate::db::tx::ReadTx;
use crate::desk::{Desk, DeskResult};
use crate::outbox::queries::{outbox, sequences};
use crate::packages::queries::packages::PackageRow;
use crate::suppression::suppressions;
use baton_facts::packages::Sent;
use baton_model::Erasable;
use baton_model::views::Pause;

impl Desk {
    /// Returns the messages sent in the sequence before this package, oldest first.
    pub(crate) async fn earlier_messages(&self, tx: &mut ReadTx, row: &PackageRow) -> DeskResult<Erasable<Vec<Sent>>> {
        if row.touch <= 1 {
            return Ok(Erasable::Open(Vec::new()));
        }
        let mut left = sequences::sent_messages(tx, &row.campaign, &row.target.account).await?;
        left.retain(|(sent, _)| sent.target.contact_tag == row.target.contact_tag && sent.touch < row.touch);
        self.sent_messages(tx, &left).await
    }

    /// Returns the account's pause, if there is one.
    pub(crate) async fn pause_at(&self, tx: &mut ReadTx, account: &str) -> DeskResult<Option<Pause>> {
        Ok(suppressions::pause(tx, account).await?)
    }

    /// Returns the sent messages with their signals and angles. `Erased` if the person was erased.
    pub(crate) async fn sent_messages(
        &self,
        tx: &mut ReadTx,
        left: &[(PackageRow, outbox::OutboxRow)],
    ) -> DeskResult<Erasable<Vec<Sent>>> {
        let mut sent = Vec::with_capacity(left.len());
        for (row, entry) in left {
            let mail = entry.mail(tx).await?;
            let content = row.content(tx).await?;
            let (Erasable::Open(mail), Erasable::Open(content)) = (mail, content) else { return Ok(Erasable::Erased) };
            let package = content.package;
            let (signal, signal_kind) = package
                .signals
                .into_iter()
                .next()
                .map_or_else(Default::default, |ranked| (ranked.signal.id, ranked.signal.kind));
            let at = entry.ended.unwrap_or(entry.approved);
            sent.push(Sent { at, message: mail.message, signal, signal_kind, angle_version: package.angle.version });
        }
        Ok(Erasable::Open(sent))
    }
}
