//! The server: accepts connections, with TLS if there is a certificate, and passes their requests to the router.
//!
//! Clients are limited: the number of connections, and the time for a handshake, for the head of a request and for a
//! whole request. On shutdown, requests in progress are answered.

use crate::app_state::AppState;
use crate::auth::client::Peer;
use crate::router::router;
use crate::serve_error::ServeError;
use crate::tls::Tls;
use axum::Router;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tower_service::Service as _;

/// Connections at a time. Further ones wait.
const MAX_CONNECTIONS: usize = 512;

const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// For the head of a request, and for the next request on an idle connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// For a whole request: a component may take 30 seconds, and a decision calls several.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(150);

/// The interval between checks of the certificate's file.
const CERTIFICATE_REFRESH: Duration = Duration::from_secs(60);

/// Serves the pages and the API until `shutdown` completes. Requests in progress are answered.
///
/// # Errors
/// [`ServeError`] if other machines can reach the address and the connection is not secured, or the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    app.auth.check_address(listener.local_addr()?)?;
    let tls = app.auth.tls().cloned();
    let router = router(app);
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let (stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    let mut refreshed = Instant::now();
    loop {
        while connections.try_join_next().is_some() {}
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut shutdown => break,
        };
        let Ok((stream, address)) = accepted else {
            // The client disconnected, or too many files are open. Both are temporary.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        if let Some(tls) = &tls
            && refreshed.elapsed() >= CERTIFICATE_REFRESH
        {
            refreshed = Instant::now();
            tls.refresh();
        }
        let (tls, router, stopped) = (tls.clone(), router.clone(), stopped.clone());
        connections.spawn(async move {
            connection(stream, Peer { address, tls: tls.is_some() }, tls, router, stopped).await;
            drop(place);
        });
    }
    drop(listener);
    // Sending fails if no connection is open.
    let _ = stop.send(true);
    while connections.join_next().await.is_some() {}
    Ok(())
}

async fn connection(stream: TcpStream, peer: Peer, tls: Option<Tls>, router: Router, stopped: watch::Receiver<bool>) {
    // A failure only costs time.
    let _ = stream.set_nodelay(true);
    match tls {
        None => requests(stream, peer, router, stopped).await,
        Some(tls) => {
            if let Ok(Ok(stream)) = timeout(HANDSHAKE_TIMEOUT, tls.acceptor().accept(stream)).await {
                requests(stream, peer, router, stopped).await;
            }
        }
    }
}

async fn requests(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let mut router = router.clone();
        async move {
            // A router is always ready.
            let answer: Response = match timeout(REQUEST_TIMEOUT, router.call(request)).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(never)) => match never {},
                Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            };
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        // If the client disconnected, there is no one to report the error to.
        _ = &mut connection => return,
        _ = stopped.wait_for(|stop| *stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}
