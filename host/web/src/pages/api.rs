//! What the API is, for people: made of the document that programs read, so the two cannot say different things.

use super::{Frame, Here, render};
use crate::api::DOCUMENT;
use crate::door::By;
use crate::site::Web;
use crate::trouble::Trouble;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use std::sync::LazyLock;

static READ: LazyLock<Reference> = LazyLock::new(Reference::read);

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    frame: Frame,
    reference: &'static Reference,
}

/// All of the document that a person reads.
struct Reference {
    about: String,
    operations: Vec<Operation>,
    schemas: Vec<Schema>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    role: String,
    what: String,
    takes: Vec<Field>,
    body: Option<String>,
    answer: Option<String>,
    example: String,
}

struct Schema {
    name: String,
    what: String,
    shape: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    shape: String,
    what: String,
}

/// `GET /api`
pub(crate) async fn show(State(web): State<Web>, by: By) -> Result<Response, Trouble> {
    let frame = Frame::new(&web, &by, "API", Here::Elsewhere, web.now()).await?;
    render(StatusCode::OK, &ApiPage { frame, reference: &READ })
}

/// `GET /api/openapi.json`
pub(crate) async fn document() -> Response {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}

impl Reference {
    fn read() -> Self {
        let document: Value = serde_json::from_str(DOCUMENT).unwrap_or_default();
        let none = serde_json::Map::new();
        let paths = document["paths"].as_object().unwrap_or(&none);
        let operations = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| Operation::read(path, method, operation))
        });
        let schemas = document["components"]["schemas"].as_object().unwrap_or(&none);
        Self {
            about: text(&document["info"]["description"]),
            operations: operations.collect(),
            schemas: schemas.iter().map(|(name, schema)| Schema::read(name, schema)).collect(),
        }
    }
}

impl Operation {
    fn read(path: &str, method: &str, operation: &Value) -> Self {
        let takes = operation["parameters"].as_array().into_iter().flatten().map(|one| Field {
            name: format!("{} ({})", text(&one["name"]), text(&one["in"])),
            shape: shape(&one["schema"]),
            what: text(&one["description"]),
        });
        let body = &operation["requestBody"]["content"]["application/json"];
        let answer = &operation["responses"]["200"]["content"]["application/json"];
        let method = method.to_uppercase();
        let mut example = format!("curl -H \"Authorization: Bearer $BATON_TOKEN\" \"$BATON{path}\"");
        if method == "POST" {
            example.push_str(" -X POST");
        }
        let takes: Vec<Field> = takes.collect();
        if takes.iter().any(|field| field.name.starts_with("Idempotency-Key")) {
            example.push_str(" \\\n  -H \"Idempotency-Key: $(uuidgen)\"");
        }
        if let Some(body) = body.get("example") {
            example.push_str(&format!(" \\\n  -H \"Content-Type: application/json\" -d '{body}'"));
        }
        Self {
            id: text(&operation["operationId"]),
            role: text(&operation["x-least-role"]),
            what: text(&operation["summary"]),
            body: body.get("schema").map(shape),
            answer: answer.get("schema").map(shape),
            path: path.to_owned(),
            method,
            takes,
            example,
        }
    }
}

impl Schema {
    fn read(name: &str, schema: &Value) -> Self {
        let needed = |field: &str| {
            schema["required"].as_array().is_some_and(|required| required.iter().any(|name| name == field))
        };
        let fields = schema["properties"].as_object().into_iter().flatten().map(|(field, schema)| Field {
            name: field.clone(),
            shape: if needed(field) { shape(schema) } else { format!("{}, may be left out", shape(schema)) },
            what: text(&schema["description"]),
        });
        let fields: Vec<Field> = fields.collect();
        let shape = if fields.is_empty() { shape(schema) } else { String::new() };
        Self { name: name.to_owned(), what: text(&schema["description"]), shape, fields }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A schema in words.
fn shape(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(names) = schema["enum"].as_array() {
        return names.iter().map(|name| name.to_string().replace('"', "`")).collect::<Vec<_>>().join(", ");
    }
    for several in ["anyOf", "oneOf"] {
        if let Some(cases) = schema[several].as_array() {
            return cases.iter().map(shape).collect::<Vec<_>>().join(" or ");
        }
    }
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(" or "),
        Value::String(kind) if kind == "array" => format!("list of {}", shape(&schema["items"])),
        Value::String(kind) if kind == "object" => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let fields: Vec<_> = fields.map(|(name, schema)| format!("{name}: {}", shape(schema))).collect();
            format!("{{ {} }}", fields.join("; "))
        }
        kind => text(kind),
    }
}
