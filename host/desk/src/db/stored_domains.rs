//! Conversion of what earlier versions stored as it was typed: suppressed addresses and domains.

use baton_model::address::Domain;
use sqlx::SqlitePool;

/// The value of `PRAGMA user_version` once the stored domains have the form in which they are compared.
const DOMAINS_COMPARED: i64 = 1;

/// Gives domains that an earlier version stored the form in which they are compared: lower case, A-labels, no final dot.
/// A stored suppression of something that is not a domain matches nobody; the audit log names it.
pub(crate) async fn compare_stored_domains(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(pool).await?;
    if version >= DOMAINS_COMPARED {
        return Ok(());
    }
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let stored: Vec<(i64, String)> = sqlx::query_as("SELECT id, value FROM suppressions WHERE scope = 'domain'")
        .fetch_all(&mut *transaction)
        .await?;
    for (id, value) in stored {
        let Ok(domain) = value.parse::<Domain>() else {
            sqlx::query(
                "INSERT INTO audit (at, who, what, package, detail)
                 VALUES (unixepoch(), 'baton', 'suppression-unreadable', NULL, 'the domain ' || $1 || ' matches nobody')",
            )
            .bind(value)
            .execute(&mut *transaction)
            .await?;
            continue;
        };
        let domain = domain.without_www();
        if domain.as_str() == value {
            continue;
        }
        // Of two suppressions of one domain, the one that lasts longer applies.
        let merged = sqlx::query(
            "UPDATE suppressions SET until = (SELECT CASE WHEN suppressions.until IS NULL OR other.until IS NULL THEN NULL
                                                          ELSE max(suppressions.until, other.until) END
                                              FROM suppressions AS other WHERE other.id = $2)
             WHERE scope = 'domain' AND value = $1",
        )
        .bind(domain.as_str())
        .bind(id)
        .execute(&mut *transaction)
        .await?;
        if merged.rows_affected() > 0 {
            sqlx::query("DELETE FROM suppressions WHERE id = $1").bind(id).execute(&mut *transaction).await?;
        } else {
            sqlx::query("UPDATE suppressions SET value = $1 WHERE id = $2")
                .bind(domain.as_str())
                .bind(id)
                .execute(&mut *transaction)
                .await?;
        }
    }
    for column in ["account_domain", "recipient_domain"] {
        let of_packages: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT DISTINCT {column} FROM packages WHERE {column} GLOB '*[^a-z0-9.-]*' OR {column} GLOB '*.'"
        )))
        .fetch_all(&mut *transaction)
        .await?;
        for value in of_packages {
            if let Ok(domain) = value.parse::<Domain>() {
                sqlx::query(sqlx::AssertSqlSafe(format!("UPDATE packages SET {column} = $1 WHERE {column} = $2")))
                    .bind(domain.as_str())
                    .bind(value)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
    }
    // A pragma takes no parameters; the number is `DOMAINS_COMPARED`.
    sqlx::query("PRAGMA user_version = 1").execute(&mut *transaction).await?;
    transaction.commit().await
}
