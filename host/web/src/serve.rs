//! Serving: connections in, requests to the router, over TLS where there is a certificate.
//!
//! Whoever connects is bounded: how many at a time, how long for a handshake, for the head of a request, for a whole
//! request. When the program stops, what is being answered then is answered.

use crate::door::Tls;
use crate::door::client::Peer;
use crate::site::{NotServed, Site, router};
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

/// Connections at a time. One more waits until another has ended.
const CONNECTIONS: usize = 512;

/// For a TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// For the head of a request, and for the next one on a connection that is kept.
const HEAD: Duration = Duration::from_secs(30);

/// For a request with all that it calls: a component may take 30 seconds, and a decision asks several.
const REQUEST: Duration = Duration::from_secs(150);

/// How often the certificate's file is looked at.
const REFRESH: Duration = Duration::from_secs(60);

/// Serves the site until `shutdown` comes; what is being answered then is answered.
///
/// # Errors
/// [`NotServed`] where others could reach it and nothing secures the line.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), NotServed> {
    site.door.may_be_served(listener.local_addr()?)?;
    let tls = site.door.tls().cloned();
    let router = router(site);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
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
            // The other end has left already, or there are too many open files: that passes.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        if let Some(tls) = &tls
            && refreshed.elapsed() >= REFRESH
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
    // Nobody listens where nothing is being answered.
    let _ = stop.send(true);
    while connections.join_next().await.is_some() {}
    Ok(())
}

async fn connection(stream: TcpStream, peer: Peer, tls: Option<Tls>, router: Router, stopped: watch::Receiver<bool>) {
    // Only costs time where it fails.
    let _ = stream.set_nodelay(true);
    match tls {
        None => requests(stream, peer, router, stopped).await,
        Some(tls) => {
            if let Ok(Ok(stream)) = timeout(HANDSHAKE, tls.acceptor().accept(stream)).await {
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
            let answer: Response = match timeout(REQUEST, router.call(request)).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(never)) => match never {},
                Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            };
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        // Whoever leaves in the middle has nobody to be told.
        _ = &mut connection => return,
        _ = stopped.wait_for(|stop| *stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}
