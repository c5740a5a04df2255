//! Whether an answer is what the document says: the part of JSON Schema that the document uses, and no more.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(baton_web::api::DOCUMENT).expect("the document is JSON"));

/// Holds an answer to the document.
pub fn fits(method: &str, path: &str, status: StatusCode, headers: &HeaderMap, body: &Value) {
    let kind = headers.get(CONTENT_TYPE).expect("a content type");
    if status != StatusCode::OK {
        assert_eq!(kind, "application/problem+json", "{method} {path}");
        assert_eq!(body["status"], status.as_u16());
        return valid(&DOCUMENT["components"]["schemas"]["Problem"], body).unwrap_or_else(|at| panic!("{path}: {at}"));
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

/// Says where the value is not what the schema says.
fn valid(schema: &Value, value: &Value) -> Result<(), String> {
    let rules = schema.as_object().ok_or("a schema is an object")?;
    for (rule, said) in rules {
        match rule.as_str() {
            "description" | "properties" | "additionalProperties" | "format" => {}
            "$ref" => {
                let name = said.as_str().and_then(|name| name.strip_prefix("#/components/schemas/")).ok_or("a name")?;
                valid(&DOCUMENT["components"]["schemas"][name], value).map_err(|at| format!("{name}: {at}"))?;
            }
            "anyOf" => {
                let tried: Vec<_> =
                    said.as_array().ok_or("a list")?.iter().filter_map(|one| valid(one, value).err()).collect();
                if tried.len() == said.as_array().map_or(0, Vec::len) {
                    return Err(tried.join("; or "));
                }
            }
            "type" => {
                let one = |kind: &Value| match kind.as_str() {
                    Some("null") => value.is_null(),
                    Some("string") => value.is_string(),
                    Some("boolean") => value.is_boolean(),
                    Some("integer") => value.is_i64() || value.is_u64(),
                    Some("number") => value.is_number(),
                    Some("array") => value.is_array(),
                    Some("object") => value.is_object(),
                    _ => false,
                };
                if !said.as_array().map_or_else(|| one(said), |kinds| kinds.iter().any(one)) {
                    return Err(format!("not {said}: {value}"));
                }
            }
            "enum" => {
                if !said.as_array().ok_or("a list")?.contains(value) {
                    return Err(format!("none of {said}: {value}"));
                }
            }
            "const" => {
                if said != value {
                    return Err(format!("not {said}: {value}"));
                }
            }
            "minimum" | "maximum" => {
                let within = match (rule.as_str(), value.as_i64(), said.as_i64()) {
                    ("minimum", Some(value), Some(said)) => value >= said,
                    (_, Some(value), Some(said)) => value <= said,
                    _ => true,
                };
                if !within {
                    return Err(format!("{rule} {said}: {value}"));
                }
            }
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    valid(said, item).map_err(|why| format!("[{at}] {why}"))?;
                }
            }
            "required" => {
                let absent =
                    |name: &&Value| value.is_object() && value.get(name.as_str().unwrap_or_default()).is_none();
                if let Some(name) = said.as_array().ok_or("a list")?.iter().find(absent) {
                    return Err(format!("{name} is absent"));
                }
            }
            other => return Err(format!("the document uses `{other}`, which nothing here holds an answer to")),
        }
    }
    for (name, field) in value.as_object().into_iter().flatten() {
        match rules.get("properties").and_then(|fields| fields.get(name)) {
            Some(schema) => valid(schema, field).map_err(|at| format!(".{name} {at}"))?,
            None if rules.get("additionalProperties") == Some(&Value::Bool(false)) => {
                return Err(format!("`{name}` is not in the document"));
            }
            None => {}
        }
    }
    Ok(())
}
