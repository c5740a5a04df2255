//! What the API is, for people: made of the document that programs read, so the two cannot say different things.

use super::{Frame, Here, render};
use crate::api::DOCUMENT;
use crate::app_state::AppState;
use crate::auth::CurrentUser;
use crate::error::WebError;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use std::sync::Arc;
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
    about: Words,
    /// Under the first part of their paths.
    groups: Vec<(String, Vec<Operation>)>,
    schemas: Vec<Schema>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    role: String,
    what: Words,
    takes: Vec<Field>,
    body: Option<Words>,
    answer: Option<Words>,
    /// How it is asked for; what only reads is asked for by its path alone.
    example: Option<String>,
}

struct Schema {
    name: String,
    what: Words,
    shape: Words,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    optional: bool,
    shape: Words,
    what: Words,
}

type Words = Vec<Word>;

/// A piece of a sentence.
enum Word {
    Plain(String),
    Code(String),
    /// The name of a shape.
    Shape(String),
}

/// `GET /api`
pub(crate) async fn show(State(app): State<Arc<AppState>>, by: CurrentUser) -> Result<Response, WebError> {
    let frame = Frame::new(&app, &by, "API", Here::Elsewhere, app.now()).await?;
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
        let mut groups: Vec<(String, Vec<Operation>)> = Vec::new();
        for (path, methods) in paths {
            let group = path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default();
            if groups.last().is_none_or(|(last, _)| last != group) {
                groups.push((group.to_owned(), Vec::new()));
            }
            let of = methods.as_object().into_iter().flatten();
            let read = of.map(|(method, operation)| Operation::read(path, method, operation));
            if let Some((_, group)) = groups.last_mut() {
                group.extend(read);
            }
        }
        let schemas = document["components"]["schemas"].as_object().unwrap_or(&none);
        Self {
            about: words(&document["info"]["description"]),
            groups,
            schemas: schemas.iter().map(|(name, schema)| Schema::read(name, schema)).collect(),
        }
    }
}

impl Operation {
    fn read(path: &str, method: &str, operation: &Value) -> Self {
        let given = operation["parameters"].as_array().into_iter().flatten();
        // What stands in the path is seen there.
        let takes = given.filter(|one| one["in"] != "path").map(|one| Field {
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
        let takes: Vec<Field> = takes.collect();
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

impl Schema {
    fn read(name: &str, schema: &Value) -> Self {
        let needed = |field: &str| {
            schema["required"].as_array().is_some_and(|required| required.iter().any(|name| name == field))
        };
        let fields = schema["properties"].as_object().into_iter().flatten().map(|(field, schema)| Field {
            name: field.clone(),
            optional: !needed(field),
            shape: shape(schema),
            what: words(&schema["description"]),
        });
        let fields: Vec<Field> = fields.collect();
        let shape = if fields.is_empty() { shape(schema) } else { Vec::new() };
        Self { name: name.to_owned(), what: words(&schema["description"]), shape, fields }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A text in which names stand between backquotes.
fn words(value: &Value) -> Words {
    let pieces = value.as_str().unwrap_or_default().split('`').enumerate();
    let word = |(i, text): (usize, &str)| if i % 2 == 0 { plain(text) } else { Word::Code(text.to_owned()) };
    pieces.filter(|(_, text)| !text.is_empty()).map(word).collect()
}

fn plain(text: impl Into<String>) -> Word {
    Word::Plain(text.into())
}

/// A schema in words.
fn shape(schema: &Value) -> Words {
    if let Some(name) = schema["$ref"].as_str() {
        return vec![Word::Shape(name.rsplit('/').next().unwrap_or_default().to_owned())];
    }
    let code = |value: &Value| vec![Word::Code(value.to_string().replace('"', ""))];
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
                let mut field = vec![Word::Code(name.clone()), plain(": ")];
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

fn joined(parts: impl Iterator<Item = Words>, between: &str) -> Words {
    let mut all = Vec::new();
    for part in parts {
        if !all.is_empty() {
            all.push(plain(between));
        }
        all.extend(part);
    }
    all
}
