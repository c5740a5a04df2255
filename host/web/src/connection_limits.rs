//! The limits of the server's connections, and the places that clients share.
//!
//! Without them one client that never reads its answers, or many idle ones, would keep everybody else out and the
//! program from ending.

use baton_model::client_network;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The limits of one server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionLimits {
    /// Connections at a time. Further ones wait.
    pub connections: usize,
    /// Connections at a time from one network. Further ones are closed at once.
    pub per_network: usize,
    pub handshake: Duration,
    /// For the head of a request, and for the next request on an idle connection.
    pub head: Duration,
    /// For a whole request: a component may take 30 seconds, and a decision calls several.
    pub request: Duration,
    /// For a write that makes no progress, since the client does not read.
    pub write: Duration,
    /// For a whole connection. The request in progress is still answered.
    pub life: Duration,
    /// For the requests in progress at shutdown.
    pub drain: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 512,
            per_network: 128,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            request: Duration::from_secs(150),
            write: Duration::from_secs(30),
            life: Duration::from_secs(3600),
            drain: Duration::from_secs(10),
        }
    }
}

/// The places for connections.
pub(crate) struct ConnectionPlaces {
    free: Arc<Semaphore>,
    per_network: usize,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A free place, which is not yet used by a network.
pub(crate) struct FreePlace(OwnedSemaphorePermit);

/// A place in use. It becomes free when this is dropped.
pub(crate) struct ConnectionPlace {
    _place: OwnedSemaphorePermit,
    share: Option<NetworkShare>,
}

/// The part of a network's share that one connection uses.
struct NetworkShare {
    network: IpAddr,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl ConnectionPlaces {
    pub fn new(limits: &ConnectionLimits) -> Self {
        let free = Arc::new(Semaphore::new(limits.connections));
        Self { free, per_network: limits.per_network, taken: Arc::default() }
    }

    /// Waits for a free place. `None` if the server has ended.
    pub async fn free(&self) -> Option<FreePlace> {
        Arc::clone(&self.free).acquire_owned().await.ok().map(FreePlace)
    }

    /// Takes the place for a client. `None` if its network has its share already. A trusted proxy has no share, since
    /// its connections are those of many clients.
    pub fn take(&self, place: FreePlace, client: IpAddr, is_proxy: bool) -> Option<ConnectionPlace> {
        let FreePlace(place) = place;
        if is_proxy {
            return Some(ConnectionPlace { _place: place, share: None });
        }
        let network = client_network(client);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(network).or_default();
        if *count >= self.per_network {
            return None;
        }
        *count = count.saturating_add(1);
        drop(taken);
        Some(ConnectionPlace { _place: place, share: Some(NetworkShare { network, taken: Arc::clone(&self.taken) }) })
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        let Some(NetworkShare { network, taken }) = self.share.take() else { return };
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = taken.entry(network) {
            *count.get_mut() = count.get().saturating_sub(1);
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}
