//! Clients that never read, never write or never leave, on real sockets with short limits.

use super::*;
use axum::routing::get;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio::sync::oneshot;

/// More than the buffers of both sockets hold.
const LARGE: usize = 32 << 20;

/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);

const SHORT: Duration = Duration::from_millis(100);

/// Long enough that another limit has to end the connection.
const LONG: Duration = Duration::from_secs(600);

fn limits() -> ConnectionLimits {
    let connections = 1;
    let per_network = 512;
    ConnectionLimits {
        connections,
        per_network,
        head: LONG,
        write: LONG,
        life: LONG,
        drain: LONG,
        ..Default::default()
    }
}

/// A server with these limits, which ends when `stop` is used.
struct Site {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: tokio::task::JoinHandle<()>,
}

impl Site {
    async fn new(limits: ConnectionLimits) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], listener.local_addr().unwrap().port()));
        let router =
            Router::new().route("/", get(|| async { "here" })).route("/large", get(|| async { "x".repeat(LARGE) }));
        let served = Served { router, tls: None, proxies: Vec::new(), limits };
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve_connections(listener, served, async {
            let _ = stopped.await;
        }));
        Self { address, stop, serving }
    }

    /// Connects from this address of the machine, and sends a request.
    async fn ask(&self, from: [u8; 4], path: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::from(from), 0).into()).unwrap();
        let mut stream = socket.connect(self.address).await.unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes()).await.unwrap();
        stream
    }

    /// Ends the server and waits until it has ended.
    async fn end(self) {
        self.stop.send(()).unwrap();
        timeout(PATIENCE, self.serving).await.expect("the server ends").unwrap();
    }
}

const HERE: [u8; 4] = [127, 0, 0, 1];

/// Whether the client gets an answer; `false` if the connection was closed without one.
async fn is_answered(stream: &mut TcpStream) -> bool {
    let mut answer = [0; 15];
    let read = timeout(PATIENCE, stream.read_exact(&mut answer)).await.expect("an answer or an end");
    read.is_ok() && &answer == b"HTTP/1.1 200 OK"
}

/// With a single place, another client is answered only after this one is cut off.
async fn check_cut_off(limits: ConnectionLimits, path: &str) {
    let site = Site::new(limits).await;
    let stuck = site.ask(HERE, path).await;
    assert!(is_answered(&mut site.ask(HERE, "/").await).await, "{path}");
    drop(stuck);
    site.end().await;
}

#[tokio::test]
async fn a_client_that_never_reads_is_cut_off() {
    check_cut_off(ConnectionLimits { write: SHORT, ..limits() }, "/large").await;
}

#[tokio::test]
async fn an_idle_client_is_cut_off() {
    check_cut_off(ConnectionLimits { head: SHORT, ..limits() }, "/").await;
}

#[tokio::test]
async fn a_connection_does_not_live_for_ever() {
    check_cut_off(ConnectionLimits { life: SHORT, ..limits() }, "/").await;
    // Also while a client reads too slowly for an answer to end.
    check_cut_off(ConnectionLimits { life: SHORT, request: SHORT, ..limits() }, "/large").await;
}

#[tokio::test]
async fn one_network_takes_only_its_share_of_the_places() {
    let site = Site::new(ConnectionLimits { connections: 8, per_network: 2, ..limits() }).await;
    let mut held = vec![site.ask(HERE, "/").await, site.ask(HERE, "/").await];
    for stream in &mut held {
        assert!(is_answered(stream).await);
    }
    assert!(!is_answered(&mut site.ask(HERE, "/").await).await, "beyond the share");
    assert!(is_answered(&mut site.ask([127, 0, 0, 2], "/").await).await, "another client");
    drop(held);
    // A place is free again as soon as the server notices that its client is gone.
    let again = async { while !is_answered(&mut site.ask(HERE, "/").await).await {} };
    timeout(PATIENCE, again).await.expect("a free place");
    site.end().await;
}

#[tokio::test]
async fn the_end_does_not_wait_for_a_client_that_never_reads() {
    let site = Site::new(ConnectionLimits { drain: SHORT, ..limits() }).await;
    let mut stuck = site.ask(HERE, "/large").await;
    assert!(is_answered(&mut stuck).await, "it is being answered");
    site.end().await;
}
