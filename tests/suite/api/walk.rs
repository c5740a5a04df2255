//! Validates answers against the OpenAPI document, without allowing fields that the document does not name.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(baton_web::openapi::DOCUMENT).expect("the document is JSON"));

/// Asserts that an answer conforms to the document.
pub fn fits(method: &str, path: &str, status: StatusCode, headers: &HeaderMap, body: &Value) {
    let kind = headers.get(CONTENT_TYPE).expect("a content type");
    if status != StatusCode::OK {
        assert_eq!(kind, "application/problem+json", "{method} {path}");
        assert_eq!(body["status"], status.as_u16());
        return valid(&json!({ "$ref": "#/components/schemas/ProblemDetails" }), body)
            .unwrap_or_else(|at| panic!("{path}: {at}"));
    }
    assert_eq!(kind, "application/json", "{method} {path}");
    let asked: Vec<_> = path.split('?').next().expect("a path").split('/').collect();
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    let (_, operations) = paths
        .iter()
        .filter_map(|(path, operations)| Some((path.strip_prefix("/api/v1/")?, operations)))
        .find(|(path, _)| {
            let parts: Vec<_> = path.split('/').collect();
            parts.len() == asked.len() && parts.iter().zip(&asked).all(|(part, asked)| part == asked || *part == "{id}")
        })
        .unwrap_or_else(|| panic!("{path} is not in the document"));
    let operation = &operations[method.to_lowercase()];
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{method} {path} is not in the document");
    valid(schema, body).unwrap_or_else(|at| panic!("{method} {path}: {at}"));
}

/// The document with stricter schemas: it tells programs that fields may be added, but here unknown fields fail.
static STRICT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = DOCUMENT.clone();
    closed(&mut document["components"]["schemas"]);
    document
});

fn closed(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let shared = fields.contains_key("properties") && !fields.contains_key("additionalProperties");
            if fields.get("properties").is_some_and(|fields| !fields.get("type").is_some_and(Value::is_string))
                && shared
            {
                fields.insert("unevaluatedProperties".into(), false.into());
            }
            fields.values_mut().for_each(closed);
        }
        Value::Array(items) => items.iter_mut().for_each(closed),
        _ => {}
    }
}

/// Returns where the value does not match the schema.
fn valid(schema: &Value, value: &Value) -> Result<(), String> {
    let whole = json!({ "allOf": [schema], "components": STRICT["components"] });
    let validator = jsonschema::draft202012::new(&whole).map_err(|error| format!("the document: {error}"))?;
    let wrong: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

#[test]
fn values_outside_the_schema_are_reported() {
    for (name, value, fits) in [
        ("SendingStatus", json!({ "stopped": null }), true),
        ("SendingStatus", json!({ "stopped": { "who": "a", "at": 5, "why": "b" } }), true),
        ("SendingStatus", json!({ "stopped": { "who": "a", "at": "5", "why": "b" } }), false),
        ("SendingStatus", json!({ "stopped": null, "more": 1 }), false),
        ("SendingStatus", json!({}), false),
        ("Decision", json!({ "decision": "snooze", "until": 5 }), true),
        ("Decision", json!({ "decision": "snooze" }), false),
        ("Decision", json!({ "decision": "send" }), false),
        ("Decision", json!({ "decision": "snooze", "until": 5, "then": 6 }), false),
    ] {
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        assert_eq!(valid(&schema, &value).is_ok(), fits, "{name} {value}: {:?}", valid(&schema, &value));
    }
}
