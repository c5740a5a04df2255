//! The server: accepts connections, with TLS if there is a certificate, and passes their requests to the router.
//!
//! Clients are limited; `connection_limits.rs` has the limits. On shutdown, requests in progress are answered, within a
//! bound.

use crate::app_state::AppState;
use crate::auth::client::Peer;
use crate::connection_limits::{ConnectionLimits, ConnectionPlaces};
use crate::router::router;
use crate::serve_error::ServeError;
use crate::tls::Tls;
use axum::Router;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use baton_identity::TrustedProxy;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tower_service::Service as _;

/// The interval between checks of the certificate's file.
const CERTIFICATE_REFRESH: Duration = Duration::from_secs(60);

/// Serves the pages and the API until `shutdown` completes. Requests in progress are answered, within a bound.
///
/// # Errors
/// [`ServeError`] if other machines can reach the address and the connection is not secured, or the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    app.auth.check_address(listener.local_addr()?)?;
    let (tls, proxies) = (app.auth.tls().cloned(), app.auth.proxies().to_vec());
    let served = Served { router: router(app), tls, proxies, limits: ConnectionLimits::default() };
    serve_connections(listener, served, shutdown).await;
    Ok(())
}

/// The parts of a server that its connections share.
struct Served {
    router: Router,
    tls: Option<Tls>,
    proxies: Vec<TrustedProxy>,
    limits: ConnectionLimits,
}

async fn serve_connections(listener: TcpListener, served: Served, shutdown: impl Future<Output = ()>) {
    let Served { router, tls, proxies, limits } = served;
    let places = ConnectionPlaces::new(&limits);
    let (stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    let mut refreshed = Instant::now();
    loop {
        while connections.try_join_next().is_some() {}
        let next = async {
            let place = places.free().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut shutdown => break,
        };
        let (Some(place), Ok((stream, address))) = (place, accepted) else {
            // The client disconnected, or too many files are open. Both are temporary.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let is_proxy = proxies.iter().any(|proxy| proxy.contains(address.ip().to_canonical()));
        let Some(place) = places.take(place, address.ip(), is_proxy) else { continue };
        if let Some(tls) = &tls
            && refreshed.elapsed() >= CERTIFICATE_REFRESH
        {
            refreshed = Instant::now();
            tls.refresh();
        }
        let peer = Peer { address, tls: tls.is_some() };
        let client = Connection { peer, router: router.clone(), limits, stopped: stopped.clone() };
        let tls = tls.clone();
        connections.spawn(async move {
            client.run(stream, tls).await;
            drop(place);
        });
    }
    drop(listener);
    // Sending fails if no connection is open.
    let _ = stop.send(true);
    let drained = timeout(limits.drain, async { while connections.join_next().await.is_some() {} });
    if drained.await.is_err() {
        connections.shutdown().await;
    }
}

/// A connection of a client.
struct Connection {
    peer: Peer,
    router: Router,
    limits: ConnectionLimits,
    stopped: watch::Receiver<bool>,
}

impl Connection {
    async fn run(self, stream: TcpStream, tls: Option<Tls>) {
        // A failure only costs time.
        let _ = stream.set_nodelay(true);
        // Below TLS, so that its own writes are limited too.
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.limits.write));
        let stream = Box::pin(stream);
        match tls {
            None => self.requests(stream).await,
            Some(tls) => {
                if let Ok(Ok(stream)) = timeout(self.limits.handshake, tls.acceptor().accept(stream)).await {
                    self.requests(stream).await;
                }
            }
        }
    }

    async fn requests(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Self { peer, router, limits, mut stopped } = self;
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            let mut router = router.clone();
            async move {
                // A router is always ready.
                let answer: Response = match timeout(limits.request, router.call(request)).await {
                    Ok(Ok(answer)) => answer,
                    Ok(Err(never)) => match never {},
                    Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
                };
                Ok::<_, Infallible>(answer)
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        tokio::select! {
            // If the client disconnected, there is no one to report the error to.
            _ = &mut connection => return,
            _ = stopped.wait_for(|stop| *stop) => {}
            () = sleep(limits.life) => {}
        }
        connection.as_mut().graceful_shutdown();
        // A client that reads a byte now and then makes progress, but its answer never ends.
        let _ = timeout(limits.request, connection).await;
    }
}

#[cfg(test)]
mod tests;
