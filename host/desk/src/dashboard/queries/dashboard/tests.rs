//! SQLite counts along indexes for all spans: it reads no package or decision outside the days, and sorts none.

use super::*;
use crate::db::connect::Store;

#[tokio::test]
async fn rows_outside_the_days_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("desk.db"), &folder.path().join("desk.key"), 0).await.unwrap();
    for (sql, days) in [
        (PACKAGES, "packages_became (<expr>=? AND prepared>? AND prepared<?)"),
        (DECISIONS, "decisions_at (at>? AND at<?)"),
        (TIMES, "decisions_who (who=? AND at>? AND at<?)"),
        (RATES, "decisions_of (of_kind=? AND of_angle=? AND kind=? AND at>? AND at<?)"),
        (OF_STREAMS, "packages_stream (stream=? AND prepared>? AND prepared<?)"),
    ] {
        let plan = store.plan(sql.to_owned()).await;
        assert!(plan.contains(&format!("USING COVERING INDEX {days}")), "{sql}: {plan}");
        for costly in ["SCAN packages", "SCAN decisions", "TEMP B-TREE"] {
            assert!(!plan.contains(costly), "{sql}: {plan}");
        }
    }
}
