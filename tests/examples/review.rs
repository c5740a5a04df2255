//! Serves the review page over the pilot's packages, to look at and to take pictures of: `review [PORT] [empty]`.
//! Nothing is transmitted, and everything is forgotten at the end.

use baton_tests::review::Review;
use std::net::{Ipv4Addr, SocketAddr};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let port = arguments.first().map_or(0, |port| port.parse().expect("a port"));
    let review = if arguments.iter().any(|word| word == "empty") { Review::empty() } else { Review::pilot() };
    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads start");
    threads.block_on(async {
        let listener = tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await;
        let listener = listener.expect("the port is free");
        println!("http://{}", listener.local_addr().expect("it is bound"));
        baton_web::serve(listener, review.site(), std::future::pending()).await.expect("it is served");
    });
}
