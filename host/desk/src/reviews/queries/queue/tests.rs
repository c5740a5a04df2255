//! SQLite serves every filter of the queue and its counts from indexes.

use super::*;
use crate::accounts::queries::capacity;
use crate::db::connect::Store;

const NOW: Timestamp = 1_767_225_600;

#[tokio::test]
async fn queue_pages_never_scan_all_packages() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("desk.db"), &folder.path().join("desk.key"), NOW).await.unwrap();
    let place = |before| QueueKey { tier_rank: 1, deadline: NOW, score: 80, id: "x".into(), before };
    let some = |text: &str| Some(text.to_owned());
    let words = search_index::search_words(store.key_ring(), "north a");
    for sought in [
        QueueConditions::default(),
        QueueConditions { campaign: some("pilot"), ..QueueConditions::default() },
        QueueConditions { tier: some("named"), kind: some("funding"), ..QueueConditions::default() },
        QueueConditions { assignees: vec![some("mara"), None], campaign: some("pilot"), ..QueueConditions::default() },
        QueueConditions { states: State::ALL.to_vec(), ..QueueConditions::default() },
        QueueConditions { words, ..QueueConditions::default() },
    ] {
        for place in [None, Some(place(false)), Some(place(true))] {
            for few in [None, Some("[\"x\"]")] {
                if few.is_some() && sought.words.is_empty() {
                    continue;
                }
                for query in index_ranges(&sought, few, place.as_ref(), 51, NOW) {
                    let plan = store.plan(query.into_string()).await;
                    assert!(!plan.contains("SCAN packages"), "{sought:?}: {plan}");
                    if few.is_some() {
                        // Lookup by id, whatever other index the planner could prefer.
                        assert!(plan.contains("(id=?)") && !plan.contains("packages_became"), "{sought:?}: {plan}");
                    } else {
                        // In index order: only the rows of the page are read.
                        assert!(!plan.contains("TEMP B-TREE"), "{sought:?}: {plan}");
                    }
                }
            }
        }
    }
    for sql in capacity::QUERIES {
        let plan = store.plan(sql.to_owned()).await;
        assert!(!plan.contains("SCAN packages") && !plan.contains("packages_kind"), "{sql}: {plan}");
    }
    for sql in [MOVED_BY_TIME, OVERDUE, NEAR, CHECKS_NEAR] {
        let plan = store.plan(sql.to_owned()).await;
        // A full scan of an index that contains only snoozed packages is fine.
        let read = plan.replace("SCAN packages USING INDEX packages_snoozed", "");
        assert!(!read.contains("SCAN packages") && plan.contains("SEARCH packages"), "{sql}: {plan}");
    }
}

#[test]
fn page_keys_round_trip() {
    for before in [false, true] {
        let place = QueueKey { tier_rank: 2, deadline: -5, score: 80, id: "a.b".into(), before };
        assert_eq!(QueueKey::from_text(&place.to_text()), Some(place));
    }
    for nonsense in ["", "b", "bb1.2.3.x", "1.2.3", "x.2.3.4", "1.99999999999999999999.3.x"] {
        assert_eq!(QueueKey::from_text(nonsense), None, "{nonsense}");
    }
}
