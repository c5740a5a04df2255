//! Bounds on stored attempts and sessions, and their encryption.

use crate::access::queries::login_attempts::{Attempt, account, account_from, address, record};
use crate::access::queries::sessions;
use crate::db::connect::Store;
use crate::db::tx::Tx;
use crate::tests::fixture::{DAY, NOW};
use crate::users;
use baton_model::Actor;
use std::sync::Arc;

async fn store(folder: &std::path::Path) -> Store {
    Store::open(&folder.join("desk.db"), &folder.join("desk.key"), NOW).await.unwrap()
}

#[tokio::test]
async fn attempts_with_new_names_displace_only_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let vault = store.key_ring();
    let actor = Arc::new(Actor::system());
    let mut tx = Tx::begin(&store, &actor, NOW).await.unwrap();
    let one = || [account_from(vault, "mara@north.example", "192.0.2.1")];
    for number in 1..=6 {
        assert_eq!(record(&mut tx, &one(), NOW).await.unwrap(), Attempt::Allowed(number));
    }
    sqlx::query(
        "WITH RECURSIVE names (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM names WHERE number < 20000)
         INSERT INTO sign_in_tries SELECT randomblob(32), 1, $1, $1 FROM names",
    )
    .bind(NOW)
    .execute(tx.connection())
    .await
    .unwrap();
    record(&mut tx, &[address(vault, "192.0.2.9")], NOW).await.unwrap();
    let count = "SELECT count(*) FROM sign_in_tries";
    let rows: i64 = sqlx::query_scalar(count).fetch_one(tx.connection()).await.unwrap();
    assert!(rows <= 20_000, "{rows}");
    assert_eq!(record(&mut tx, &one(), NOW).await.unwrap(), Attempt::BlockedUntil(NOW + 2));
    // The count starts again after a day.
    assert_eq!(record(&mut tx, &one(), NOW + DAY).await.unwrap(), Attempt::Allowed(1));
}

/// One network cannot lock a person out of the others; only more failures than any person makes do, wherever they come
/// from.
#[tokio::test]
async fn failures_from_many_networks_count_together_only_above_a_hundred() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let vault = store.key_ring();
    let actor = Arc::new(Actor::system());
    let mut tx = Tx::begin(&store, &actor, NOW).await.unwrap();
    let email = "mara@north.example";
    for number in 0..101 {
        let all = [account_from(vault, email, &format!("192.0.2.{}", number / 5)), account(vault, email)];
        assert_eq!(record(&mut tx, &all, NOW).await.unwrap(), Attempt::Allowed(1 + number % 5), "{number}");
    }
    let all = [account_from(vault, email, "192.0.2.99"), account(vault, email)];
    assert_eq!(record(&mut tx, &all, NOW).await.unwrap(), Attempt::BlockedUntil(NOW + 2));
}

#[tokio::test]
async fn sessions_per_user_are_limited() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let actor = Arc::new(Actor::system());
    let mut tx = Tx::begin(&store, &actor, NOW).await.unwrap();
    let named = users::UserName { name: "Mara Lind".into(), email: "mara@north.example".into() };
    assert!(users::add(&mut tx, "mara", &named, "sdr", NOW).await.unwrap());
    for number in 0..25 {
        tx.now = NOW + number;
        sessions::begin(&mut tx, &format!("token{number}"), "mara", "a browser").await.unwrap();
    }
    for (number, there) in [(0, false), (4, false), (5, true), (24, true)] {
        let user = sessions::user_of(&mut tx, &format!("token{number}"), NOW + 25).await.unwrap();
        assert_eq!(user.is_some(), there, "{number}");
    }
    tx.commit().await.unwrap();
    store.close().await;
    // The file contains neither the name nor the address nor a token in clear text.
    let file = std::fs::read(folder.path().join("desk.db")).unwrap();
    for text in ["Mara Lind", "mara@north", "token24"] {
        assert!(!file.windows(text.len()).any(|bytes| bytes == text.as_bytes()), "{text}");
    }
}
