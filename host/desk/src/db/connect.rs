//! Opening the store's file: schema, key and connection pools.
//!
//! Only one connection writes, so that writers queue instead of failing; a few others read at the same time. A commit
//! returns after its data is on disk (`synchronous = FULL`), and erased data is overwritten (`secure_delete`).

use crate::db::change_log::{ChangeLog, StoreBehindLog};
use crate::db::encryption::{KeyRing, StoreResultExt as _};
use crate::db::error::{StoreError, StoreErrorKind, error_kind};
use crate::db::{key, store_files, stored_domains};
use baton_facts::types::Timestamp;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqlSafeStr as _, Sqlite, SqlitePool, Transaction};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The application id in SQLite's file header, which identifies Baton's files: "Btn1".
const APPLICATION: i64 = 0x4274_6e31;

/// Maximum wait for another program's transaction.
const PATIENCE: Duration = Duration::from_secs(10);

const READERS: u32 = 4;

/// A handle to the store. Clones are cheap and share the connections.
#[derive(Clone)]
pub struct Store {
    write: SqlitePool,
    read: SqlitePool,
    key_ring: Arc<KeyRing>,
    change_log: Arc<ChangeLog>,
    /// Set while the store is an older copy whose messages are not settled yet.
    behind: Arc<Mutex<Option<StoreBehindLog>>>,
    in_use: Arc<Mutex<Option<File>>>,
}

impl Store {
    /// Opens the store. Creates it with its key if the file does not exist. `key` is the path of the private file with
    /// the host's key.
    ///
    /// # Errors
    /// [`StoreError`] if the file, its schema or the key cannot be used; nothing is changed then.
    pub async fn open(path: &Path, key: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let failed = |kind| StoreError { path: path.to_owned(), kind };
        store_files::create_folder(path)
            .map_err(|error| failed(StoreErrorKind::Open(format!("cannot create its folder: {error}"))))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            .pragma("secure_delete", "ON");
        let in_use = store_files::lock_in_use(path).map_err(failed)?;
        let _opening = store_files::lock_opening(path).await;
        let is_there = std::fs::metadata(path).is_ok_and(|metadata| metadata.len() > 0);
        if !is_there && key.exists() {
            return Err(failed(StoreErrorKind::Missing(key.to_owned())));
        }
        store_files::keep_private(path).map_err(|error| failed(StoreErrorKind::Open(error.to_string())))?;
        let found = check_file(path, options.clone()).await.map_err(failed)?;
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE * 3)
            // When the disk is full, SQLite ends the transaction itself, but the driver still counts it as open. Such a
            // connection would refuse every later transaction.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.clone())
            .await
            .map_err(|error| failed(error_kind(&error)))?;
        migrate(&write, found).await.map_err(failed)?;
        let vault = Arc::new(unlock(&write, path, key, now).await?);
        stored_domains::compare_stored_domains(&write).await.at(&vault)?;
        let change_log = ChangeLog::of(path, &vault);
        let behind = compare_with_log(&write, &change_log, &vault, now).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(PATIENCE * 3)
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .at(&vault)?;
        let (change_log, behind) = (Arc::new(change_log), Arc::new(Mutex::new(behind)));
        Ok(Self { write, read, key_ring: vault, change_log, behind, in_use: Arc::new(Mutex::new(in_use)) })
    }

    pub fn path(&self) -> &Path {
        &self.key_ring.path
    }

    /// Waits for running operations and closes the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
        *self.in_use.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Begins a write transaction. Dropping it without a commit discards its changes.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.write.begin_with("BEGIN IMMEDIATE").await.at(&self.key_ring)
    }

    /// Begins a read transaction, which sees one state of the store.
    pub(crate) async fn view(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.read.begin().await.at(&self.key_ring)
    }

    /// Returns the writing connection, without a transaction.
    pub(crate) async fn writer(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.write.acquire().await.at(&self.key_ring)
    }

    pub(crate) fn key_ring(&self) -> &KeyRing {
        &self.key_ring
    }

    pub(crate) fn change_log(&self) -> Arc<ChangeLog> {
        Arc::clone(&self.change_log)
    }

    /// Returns the difference to the change log if the store is an older copy that is not settled yet.
    pub(crate) fn behind(&self) -> Option<StoreBehindLog> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records that the older copy is settled.
    pub(crate) fn caught_up(&self) {
        *self.behind.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn shared_key_ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.key_ring)
    }
}

/// Returns all migrations, oldest first. A released migration is never changed.
fn migrator() -> Migrator {
    let desk = include_str!("../../migrations/0001_desk.sql").into_sql_str();
    let sequences = include_str!("../../migrations/0002_sequences.sql").into_sql_str();
    let reasons = include_str!("../../migrations/0003_reasons.sql").into_sql_str();
    let planted = include_str!("../../migrations/0004_planted.sql").into_sql_str();
    let carried = include_str!("../../migrations/0005_carried.sql").into_sql_str();
    let calibration = include_str!("../../migrations/0006_calibration.sql").into_sql_str();
    let tiers = include_str!("../../migrations/0007_tiers.sql").into_sql_str();
    let signin = include_str!("../../migrations/0008_signin.sql").into_sql_str();
    let queue = include_str!("../../migrations/0009_queue.sql").into_sql_str();
    let webhooks = include_str!("../../migrations/0012_webhooks.sql").into_sql_str();
    let dashboard = include_str!("../../migrations/0013_dashboard.sql").into_sql_str();
    let oidc = include_str!("../../migrations/0014_oidc.sql").into_sql_str();
    let tokens = include_str!("../../migrations/0015_tokens.sql").into_sql_str();
    let replies = include_str!("../../migrations/0016_replies.sql").into_sql_str();
    let each_reviewed = include_str!("../../migrations/0017_each_reviewed.sql").into_sql_str();
    let stretches = include_str!("../../migrations/0018_stretches.sql").into_sql_str();
    let recent = include_str!("../../migrations/0019_recent.sql").into_sql_str();
    let names = include_str!("../../migrations/0020_names.sql").into_sql_str();
    let audited_packages = include_str!("../../migrations/0021_audited_packages.sql").into_sql_str();
    let crm_export = include_str!("../../migrations/0025_crm_export.sql").into_sql_str();
    let generation = include_str!("../../migrations/0026_generation.sql").into_sql_str();
    let of = |number, name: &'static str, sql| Migration::new(number, name.into(), MigrationType::Simple, sql, false);
    Migrator::with_migrations(vec![
        of(1, "desk", desk),
        of(2, "sequences", sequences),
        of(3, "reasons", reasons),
        of(4, "planted", planted),
        of(5, "carried", carried),
        of(6, "calibration", calibration),
        of(7, "tiers", tiers),
        of(8, "signin", signin),
        of(9, "queue", queue),
        of(12, "webhooks", webhooks),
        of(13, "dashboard", dashboard),
        of(14, "oidc", oidc),
        of(15, "tokens", tokens),
        of(16, "replies", replies),
        of(17, "each-reviewed", each_reviewed),
        of(18, "stretches", stretches),
        of(19, "recent", recent),
        of(20, "names", names),
        of(21, "audited-packages", audited_packages),
        of(25, "crm-export", crm_export),
        of(26, "generation", generation),
    ])
}

/// Checks, without changing anything, that this program can open the file. Returns the file's schema version.
pub(crate) async fn check_file(path: &Path, options: SqliteConnectOptions) -> Result<i64, StoreErrorKind> {
    use sqlx::ConnectOptions as _;
    if std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().readonly()) {
        return Err(StoreErrorKind::ReadOnly);
    }
    let mut connection = options.connect().await.map_err(|error| error_kind(&error))?;
    let looked = async {
        let application: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut connection).await?;
        let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut connection).await?;
        let known: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut connection)
            .await?;
        let schema: i64 = match known {
            0 => 0,
            _ => {
                sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
                    .fetch_one(&mut connection)
                    .await?
            }
        };
        Ok::<_, sqlx::Error>((application, tables, schema))
    }
    .await;
    let _ = connection.close().await;
    let (application, tables, schema) = looked.map_err(|error| error_kind(&error))?;
    if tables > 0 && application != APPLICATION {
        return Err(StoreErrorKind::Corrupt("it is the database of another program".into()));
    }
    let known = migrator().iter().map(|migration| migration.version).max().unwrap_or(0);
    if schema > known {
        return Err(StoreErrorKind::Newer { found: schema, known });
    }
    Ok(schema)
}

async fn migrate(pool: &SqlitePool, found: i64) -> Result<(), StoreErrorKind> {
    use sqlx::migrate::MigrateError;
    if found == 0 {
        // The literal is `APPLICATION`: a pragma takes no parameters.
        sqlx::query("PRAGMA application_id = 1114926641").execute(pool).await.map_err(|error| error_kind(&error))?;
    }
    migrator().run(pool).await.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error_kind(&error),
        MigrateError::VersionMismatch(version) => {
            StoreErrorKind::Corrupt(format!("migration {version} differs from the released one"))
        }
        MigrateError::Dirty(version) => StoreErrorKind::Corrupt(format!("migration {version} is incomplete")),
        other => StoreErrorKind::Other(other.to_string()),
    })
}

/// Compares the store with its change log. Begins the log of a new store, and of the store of an earlier version.
async fn compare_with_log(
    pool: &SqlitePool,
    log: &ChangeLog,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<Option<StoreBehindLog>, StoreError> {
    let failed = |error: std::io::Error| StoreError {
        path: log.path.clone(),
        kind: StoreErrorKind::Open(format!("cannot use the change log: {error}")),
    };
    // The log first: another process may add to both in between, and adds to the store first.
    let logged = log.read().map_err(failed)?;
    let (generation, counted_since): (i64, Option<Timestamp>) =
        sqlx::query_as("SELECT generation, counted_since FROM host").fetch_one(pool).await.at(keys)?;
    let behind = match logged {
        Some(logged) if logged.latest > generation => {
            let missed = logged.changes.into_iter().filter(|(number, _)| *number > generation);
            let missed = missed.map(|(_, change)| change).collect();
            Some(StoreBehindLog { latest: logged.latest, missed, log_missing: false })
        }
        Some(_) => None,
        // The log was begun together with counting, so it was lost, or the store was copied without it.
        None if counted_since.is_some() => {
            Some(StoreBehindLog { latest: generation, missed: Vec::new(), log_missing: true })
        }
        None => {
            log.create(generation).map_err(failed)?;
            None
        }
    };
    if counted_since.is_none() {
        sqlx::query("UPDATE host SET counted_since = $1").bind(now).execute(pool).await.at(keys)?;
    }
    Ok(behind)
}

/// Opens the key file and checks that the store was created with this key.
async fn unlock(pool: &SqlitePool, path: &Path, file: &Path, now: Timestamp) -> Result<KeyRing, StoreError> {
    let store = |error: sqlx::Error| StoreError { path: path.to_owned(), kind: error_kind(&error) };
    let of_key = |kind| StoreError { path: PathBuf::from(file), kind };
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(store)?;
    let check: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT key_check FROM host").fetch_optional(&mut *transaction).await.map_err(store)?;
    let host = key::open(file, check.is_none()).map_err(of_key)?;
    let vault = KeyRing::new(path.to_owned(), &host);
    match check {
        Some(check) if check != vault.check() => {
            return Err(of_key(StoreErrorKind::Key("the store was created with another key".into())));
        }
        Some(_) => {}
        None => {
            let random = key::random().map_err(of_key)?;
            let seed: [u8; 8] = std::array::from_fn(|index| random[index]);
            sqlx::query("INSERT INTO host (id, key_check, created, seed) VALUES (1, $1, $2, $3)")
                .bind(vault.check())
                .bind(now)
                .bind(i64::from_le_bytes(seed))
                .execute(&mut *transaction)
                .await
                .map_err(store)?;
        }
    }
    transaction.commit().await.map_err(store)?;
    Ok(vault)
}

impl Store {
    /// Copies the write-ahead log into the file and empties it, because the log may still contain erased data. If
    /// readers prevent that, later transactions do it.
    pub(crate) async fn checkpoint(&self) -> Result<(), StoreError> {
        let mut connection = self.writer().await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(&mut *connection).await.at(&self.key_ring)?;
        Ok(())
    }
}

#[cfg(test)]
impl Store {
    /// Creates a file with the migrations up to this version, as an earlier release did.
    pub(crate) async fn make_earlier(path: &Path, schema: i64) {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true).foreign_keys(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("a file");
        let earlier = migrator().iter().filter(|migration| migration.version <= schema).cloned().collect();
        sqlx::query("PRAGMA application_id = 1114926641").execute(&pool).await.expect("a pragma");
        Migrator::with_migrations(earlier).run(&pool).await.expect("a schema");
        pool.close().await;
    }

    pub(crate) async fn writer_for_tests(&self) -> PoolConnection<Sqlite> {
        self.writer().await.expect("a connection")
    }

    /// Returns the steps of SQLite's query plan, one per line.
    pub(crate) async fn plan(&self, sql: String) -> String {
        let mut connection = self.writer_for_tests().await;
        let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let rows: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explained).fetch_all(&mut *connection).await.expect(&sql);
        rows.into_iter().map(|(.., step)| step).collect::<Vec<_>>().join("\n")
    }
}
