//! The OpenAPI document, generated from the table of routes.
//!
//! Descriptions stand with the routes, and schemas come from the types by `schemars`. `utoipa` would need a schema derive
//! of its own on every type of the desk, beside the one that the commands and the store already use.

use crate::route_table::Route;
use crate::schemas::Schemas;
use serde_json::{Map, Value, json};

/// The OpenAPI 3.1 document as it is committed and served. A test compares it with [`document`].
pub const DOCUMENT: &str = include_str!("../openapi.json");

const ABOUT: &str = "Programs authenticate with a token and act in its name: create one with `baton tokens add NAME` and \
                     send it as `Authorization: Bearer`. Bodies and responses are JSON, as `baton … --json` prints it. \
                     Times are seconds since 1970 in UTC; shares are basis points. Deleted personal data is null. \
                     Unknown fields are refused. Errors are problem documents (RFC 9457).";

/// Generates the document from the routes and their types.
pub fn document(routes: &[Route]) -> Value {
    let mut schemas = Schemas::new();
    let mut paths = Map::new();
    for route in routes {
        if let Some(operation) = &route.operation {
            let described = operation.describe(route.path, route.least, &mut schemas);
            paths.entry(route.path).or_insert_with(|| json!({}))[route.method.to_lowercase()] = described;
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Baton", "version": "1", "description": ABOUT },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas.finish(),
        },
    })
}
