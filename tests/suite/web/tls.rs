//! The page over TLS, with a real handshake. The certificate belongs to the tests and has a name that does not resolve.

use baton_desk::access::Role;
use baton_identity::WebOptions;
use baton_tests::DeskExt as _;
use baton_tests::run;
use baton_tests::server::TestServer;
use baton_web::{AppState, AuthConfig};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

const NAME: &str = "baton.relayforge.example";

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/web/tls").join(name)
}

fn settings() -> WebOptions {
    WebOptions {
        public_url: Some(format!("https://{NAME}").try_into().expect("an address")),
        tls_certificate: Some(file("chain.pem")),
        tls_key: Some(file("key.pem")),
        ..WebOptions::default()
    }
}

async fn answer(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin, request: &str) -> String {
    let mut said = Vec::new();
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    // A refused client may get no answer.
    let _ = stream.read_to_end(&mut said).await;
    String::from_utf8_lossy(&said).into_owned()
}

async fn secured(address: SocketAddr, request: &str) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(file("chain.pem")).expect("a certificate")).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.expect("a connection");
    let name = ServerName::try_from(NAME).expect("a name");
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a handshake");
    answer(stream, request).await
}

#[test]
fn others_can_use_it_over_tls_and_sign_in() {
    let server = TestServer::pilot();
    run(server.desk.by("admin").add_user("mara@relayforge.example", "Mara Lindqvist", Role::Sdr, server.now()))
        .expect("a user");
    let site = AppState { auth: AuthConfig::new(&settings()).expect("sign-in settings"), ..server.app_state() };
    let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    threads.block_on(async {
        // Other machines can reach this address.
        let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.expect("a port");
        let address = SocketAddr::from(([127, 0, 0, 1], listener.local_addr().expect("an address").port()));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(baton_web::serve(listener, site, async {
            let _ = stopped.await;
        }));
        let get = |host: &str, path: &str| format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let said = secured(address, &get(NAME, "/outbox")).await.to_lowercase();
        assert!(said.starts_with("http/1.1 303 ") && said.contains("location: /sign-in?next=%2foutbox\r\n"), "{said}");
        assert!(said.contains("strict-transport-security: max-age=31536000\r\n"), "{said}");
        let said = secured(address, &get(NAME, "/sign-in")).await;
        assert!(said.starts_with("HTTP/1.1 200 ") && said.contains("<h1>Sign in</h1>"), "{said}");
        let said = secured(address, &get("127.0.0.1", "/sign-in")).await;
        assert!(said.starts_with("HTTP/1.1 421 "), "{said}");
        // A client without TLS gets nothing, and the page still serves the others.
        let plain = TcpStream::connect(address).await.expect("a connection");
        let said = answer(plain, &get(NAME, "/sign-in")).await;
        assert!(!said.contains("HTTP/"), "{said}");
        let said = secured(address, &get(NAME, "/")).await;
        assert!(said.starts_with("HTTP/1.1 303 "), "{said}");
        stop.send(()).expect("it exists");
        serving.await.expect("no panic").expect("it ends well");
    });
}

#[test]
fn an_unusable_certificate_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").expect("a file");
    for (certificate, key, named) in [
        (empty.clone(), file("key.pem"), &empty),
        (file("chain.pem"), empty.clone(), &empty),
        (folder.path().join("nowhere.pem"), file("key.pem"), &folder.path().join("nowhere.pem")),
        (file("key.pem"), file("key.pem"), &file("key.pem")),
    ] {
        let web = WebOptions { tls_certificate: Some(certificate), tls_key: Some(key), ..settings() };
        let said = AuthConfig::new(&web).expect_err("it cannot be used").to_string();
        assert!(said.starts_with(&named.display().to_string()) && said.contains("\nhint: "), "{said}");
    }
}
