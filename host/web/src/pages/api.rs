//! The API reference for people, rendered from the OpenAPI document so that the two cannot differ.

use super::{Layout, NavSection, render};
use crate::app_state::RequestState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use crate::openapi::DOCUMENT;
use askama::Template;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use std::sync::LazyLock;

static READ: LazyLock<ApiReference> = LazyLock::new(ApiReference::read);

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    layout: Layout,
    reference: &'static ApiReference,
}

/// The parts of the document that people read.
struct ApiReference {
    about: DocText,
    /// Grouped by the first segment of their paths.
    groups: Vec<(String, Vec<DocOperation>)>,
    schemas: Vec<DocSchema>,
}

struct DocOperation {
    id: String,
    method: String,
    path: String,
    role: String,
    what: DocText,
    takes: Vec<DocField>,
    body: Option<DocText>,
    answer: Option<DocText>,
    /// An example request; `None` for a GET, which needs only its path.
    example: Option<String>,
}

struct DocSchema {
    name: String,
    what: DocText,
    shape: DocText,
    fields: Vec<DocField>,
}

struct DocField {
    name: String,
    optional: bool,
    shape: DocText,
    what: DocText,
}

type DocText = Vec<DocSpan>;

/// Part of a sentence.
enum DocSpan {
    Plain(String),
    Code(String),
    /// The name of a schema.
    Shape(String),
}

/// `GET /api`
pub(crate) async fn show(app: RequestState, by: CurrentUser) -> Result<Response, WebError> {
    let layout = Layout::new(&app, &by, "API", NavSection::Elsewhere, app.now()).await?;
    render(StatusCode::OK, &ApiPage { layout, reference: &READ })
}

/// `GET /api/openapi.json`
pub(crate) async fn document() -> Response {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}

impl ApiReference {
    fn read() -> Self {
        let document: Value = serde_json::from_str(DOCUMENT).unwrap_or_default();
        let none = serde_json::Map::new();
        let paths = document["paths"].as_object().unwrap_or(&none);
        let mut groups: Vec<(String, Vec<DocOperation>)> = Vec::new();
        for (path, methods) in paths {
            let group = path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default();
            if groups.last().is_none_or(|(last, _)| last != group) {
                groups.push((group.to_owned(), Vec::new()));
            }
            let of = methods.as_object().into_iter().flatten();
            let read = of.map(|(method, operation)| DocOperation::read(path, method, operation));
            if let Some((_, group)) = groups.last_mut() {
                group.extend(read);
            }
        }
        let schemas = document["components"]["schemas"].as_object().unwrap_or(&none);
        Self {
            about: words(&document["info"]["description"]),
            groups,
            schemas: schemas.iter().map(|(name, schema)| DocSchema::read(name, schema)).collect(),
        }
    }
}

impl DocOperation {
    fn read(path: &str, method: &str, operation: &Value) -> Self {
        let given = operation["parameters"].as_array().into_iter().flatten();
        // Path parameters are visible in the path.
        let takes = given.filter(|one| one["in"] != "path").map(|one| DocField {
            name: text(&one["name"]),
            optional: one["required"] != true,
            shape: shape(&one["schema"]),
            what: words(&one["description"]),
        });
        let body = &operation["requestBody"]["content"]["application/json"];
        let answer = &operation["responses"]["200"]["content"]["application/json"];
        let method = method.to_uppercase();
        let mut example =
            format!("curl -H \"Authorization: Bearer $BATON_TOKEN\" \"$BATON{}\"", path.replace("{id}", "$ID"));
        if body.get("example").is_none() {
            example.push_str(" -X POST");
        }
        let takes: Vec<DocField> = takes.collect();
        if takes.iter().any(|field| field.name == "Idempotency-Key") {
            example.push_str(" \\\n  -H \"Idempotency-Key: $(uuidgen)\"");
        }
        if let Some(body) = body.get("example") {
            example.push_str(&format!(" \\\n  -H \"Content-Type: application/json\" -d '{body}'"));
        }
        Self {
            id: text(&operation["operationId"]),
            role: text(&operation["x-least-role"]),
            what: words(&operation["summary"]),
            body: body.get("schema").map(shape),
            answer: answer.get("schema").map(shape),
            path: path.to_owned(),
            example: (method == "POST").then_some(example),
            method,
            takes,
        }
    }
}

impl DocSchema {
    fn read(name: &str, schema: &Value) -> Self {
        let needed = |field: &str| {
            schema["required"].as_array().is_some_and(|required| required.iter().any(|name| name == field))
        };
        let fields = schema["properties"].as_object().into_iter().flatten().map(|(field, schema)| DocField {
            name: field.clone(),
            optional: !needed(field),
            shape: shape(schema),
            what: words(&schema["description"]),
        });
        let fields: Vec<DocField> = fields.collect();
        let shape = if fields.is_empty() { shape(schema) } else { Vec::new() };
        Self { name: name.to_owned(), what: words(&schema["description"]), shape, fields }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Parses text in which names are between backquotes.
fn words(value: &Value) -> DocText {
    let pieces = value.as_str().unwrap_or_default().split('`').enumerate();
    let word = |(i, text): (usize, &str)| if i % 2 == 0 { plain(text) } else { DocSpan::Code(text.to_owned()) };
    pieces.filter(|(_, text)| !text.is_empty()).map(word).collect()
}

fn plain(text: impl Into<String>) -> DocSpan {
    DocSpan::Plain(text.into())
}

/// Describes a schema in words.
fn shape(schema: &Value) -> DocText {
    if let Some(name) = schema["$ref"].as_str() {
        return vec![DocSpan::Shape(name.rsplit('/').next().unwrap_or_default().to_owned())];
    }
    let code = |value: &Value| vec![DocSpan::Code(value.to_string().replace('"', ""))];
    if let Some(names) = schema["enum"].as_array() {
        return joined(names.iter().map(code), ", ");
    }
    if let Some(value) = schema.get("const") {
        return code(value);
    }
    for several in ["anyOf", "oneOf"] {
        if let Some(cases) = schema[several].as_array() {
            return joined(cases.iter().map(shape), " or ");
        }
    }
    match &schema["type"] {
        Value::Array(kinds) => vec![plain(kinds.iter().map(text).collect::<Vec<_>>().join(" or "))],
        Value::String(kind) if kind == "array" => {
            let mut list = vec![plain("list of ")];
            list.extend(shape(&schema["items"]));
            list
        }
        Value::String(kind) if kind == "object" => {
            let fields = schema["properties"].as_object().into_iter().flatten().map(|(name, schema)| {
                let mut field = vec![DocSpan::Code(name.clone()), plain(": ")];
                field.extend(shape(schema));
                field
            });
            let mut object = vec![plain("{ ")];
            object.extend(joined(fields, "; "));
            object.push(plain(" }"));
            object
        }
        kind => vec![plain(text(kind))],
    }
}

fn joined(parts: impl Iterator<Item = DocText>, between: &str) -> DocText {
    let mut all = Vec::new();
    for part in parts {
        if !all.is_empty() {
            all.push(plain(between));
        }
        all.extend(part);
    }
    all
}
