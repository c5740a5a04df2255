//! The committed OpenAPI document is generated from the route table and the types. `BATON_BLESS=1` rewrites it.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

fn api_routes() -> impl Iterator<Item = baton_web::Route> {
    baton_web::routes().into_iter().filter(|route| route.path.starts_with("/api/v1/"))
}

/// Collects the names of all referenced schemas.
fn named(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str) {
                into.insert(name.rsplit('/').next().expect("a name").to_owned());
            }
            fields.values().for_each(|value| named(value, into));
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, into)),
        _ => {}
    }
}

#[test]
fn the_document_is_up_to_date() {
    let generated = baton_web::openapi::document(&baton_web::routes());
    let committed: Value = serde_json::from_str(baton_web::openapi::DOCUMENT).expect("the document is JSON");
    if generated != committed && std::env::var_os("BATON_BLESS").is_some() {
        let text = serde_json::to_string_pretty(&generated).expect("JSON") + "\n";
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/web/openapi.json");
        return std::fs::write(file, text).expect("it can be written");
    }
    assert!(generated == committed, "host/web/openapi.json is not up to date\nhint: run this test with BATON_BLESS=1");
}

#[test]
fn the_document_has_exactly_the_routes_of_the_server() {
    let routes: BTreeSet<_> = api_routes().map(|route| (route.path.to_owned(), route.method.to_lowercase())).collect();
    let document = baton_web::openapi::document(&baton_web::routes());
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            described.insert((path.clone(), method.clone()));
            assert!(operation["responses"]["200"].is_object() && operation["summary"].is_string(), "{method} {path}");
        }
    }
    assert_eq!(described, routes);
}

#[test]
fn every_schema_exists_and_is_referenced() {
    let document: Value = serde_json::from_str(baton_web::openapi::DOCUMENT).expect("the document is JSON");
    let mut wanted = BTreeSet::new();
    named(&document, &mut wanted);
    let there = document["components"]["schemas"].as_object().expect("schemas");
    assert_eq!(wanted, there.keys().cloned().collect());
}
