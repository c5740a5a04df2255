//! The committed document is made of what is written down once: the paths by hand, every shape by the types. `BATON_BLESS=1` writes it anew.

use baton_web::api::shapes::shapes;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

fn made() -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let base = std::fs::read_to_string(root.join("api/openapi.base.json")).expect("the paths are there");
    let mut document: Value = serde_json::from_str(&base).expect("they are JSON");
    document["components"]["schemas"] = shapes().into();
    for route in of_the_router() {
        let operation = &mut document["paths"][route.path][route.method.to_lowercase()];
        let least = route.least.expect("every path takes a token");
        operation["x-least-role"] = least.name().into();
        let problem = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
        operation["responses"]["default"] = json!({ "description": "It came to nothing.", "content": problem });
        if route.path.contains("{id}") {
            let id = json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" },
                             "description": "Of the package, the entry or the stream." });
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            operation["parameters"] = [vec![id], parameters].concat().into();
        }
    }
    document
}

fn of_the_router() -> impl Iterator<Item = &'static baton_web::Route> {
    baton_web::ROUTES.iter().filter(|route| route.path.starts_with("/api/v1/"))
}

/// Every shape that is referred to.
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
    let made = made();
    let committed: Value = serde_json::from_str(baton_web::api::DOCUMENT).expect("the document is JSON");
    if made != committed && std::env::var_os("BATON_BLESS").is_some() {
        let text = serde_json::to_string_pretty(&made).expect("JSON") + "\n";
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/web/openapi.json");
        return std::fs::write(file, text).expect("it can be written");
    }
    assert!(made == committed, "host/web/openapi.json is not up to date\nhint: run this test with BATON_BLESS=1");
}

#[test]
fn every_route_is_in_the_document_and_no_other() {
    let routes: BTreeSet<_> =
        of_the_router().map(|route| (route.path.to_owned(), route.method.to_lowercase())).collect();
    let base = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("api/openapi.base.json"));
    let base: Value = serde_json::from_str(&base.expect("the paths are there")).expect("they are JSON");
    let mut described = BTreeSet::new();
    for (path, operations) in base["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            described.insert((path.clone(), method.clone()));
            assert!(operation["responses"]["200"].is_object() && operation["summary"].is_string(), "{method} {path}");
        }
    }
    assert_eq!(described, routes);
}

#[test]
fn every_shape_is_there_and_referred_to() {
    let document: Value = serde_json::from_str(baton_web::api::DOCUMENT).expect("the document is JSON");
    let mut wanted = BTreeSet::new();
    named(&document, &mut wanted);
    let there = document["components"]["schemas"].as_object().expect("schemas");
    assert_eq!(wanted, there.keys().cloned().collect());
}
