//! However the queue is narrowed, SQLite finds a page and its counts by indexes alone.

use super::*;
use crate::accounts::queries::capacity;
use crate::db::connect::Store;

const NOW: Timestamp = 1_767_225_600;

#[tokio::test]
async fn no_page_of_the_queue_reads_every_package() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("desk.db"), &folder.path().join("desk.key"), NOW).await.unwrap();
    let place = |before| QueuePlace { tier_rank: 1, deadline: NOW, score: 80, id: "x".into(), before };
    let some = |text: &str| Some(text.to_owned());
    let words = search_index::sought(store.vault(), "north a");
    for sought in [
        Sought::default(),
        Sought { campaign: some("pilot"), ..Sought::default() },
        Sought { tier: some("named"), kind: some("funding"), ..Sought::default() },
        Sought { whose: vec![some("mara"), None], campaign: some("pilot"), ..Sought::default() },
        Sought { states: State::ALL.to_vec(), ..Sought::default() },
        Sought { words, ..Sought::default() },
    ] {
        for place in [None, Some(place(false)), Some(place(true))] {
            for few in [None, Some("[\"x\"]")] {
                if few.is_some() && sought.words.is_empty() {
                    continue;
                }
                for query in stretches(&sought, few, place.as_ref(), 51, NOW) {
                    let plan = store.plan(query.into_string()).await;
                    assert!(!plan.contains("SCAN packages"), "{sought:?}: {plan}");
                    if few.is_some() {
                        // The few are looked up, whatever else an index would say of them.
                        assert!(plan.contains("(id=?)") && !plan.contains("packages_became"), "{sought:?}: {plan}");
                    } else {
                        // In the index's own order: nothing is read that is not among the first.
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
        // An index that has the snoozed alone may be read whole.
        let read = plan.replace("SCAN packages USING INDEX packages_snoozed", "");
        assert!(!read.contains("SCAN packages") && plan.contains("SEARCH packages"), "{sql}: {plan}");
    }
}

#[test]
fn a_place_is_what_it_says() {
    for before in [false, true] {
        let place = QueuePlace { tier_rank: 2, deadline: -5, score: 80, id: "a.b".into(), before };
        assert_eq!(QueuePlace::from_text(&place.to_text()), Some(place));
    }
    for nonsense in ["", "b", "bb1.2.3.x", "1.2.3", "x.2.3.4", "1.99999999999999999999.3.x"] {
        assert_eq!(QueuePlace::from_text(nonsense), None, "{nonsense}");
    }
}
