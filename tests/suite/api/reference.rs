//! `host/web/API.md`: the reference of the HTTP API for people, written from the OpenAPI document.
//!
//! `UPDATE_EXPECT=1` writes it anew.

use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

const HEAD: &str = "# HTTP API\n\nThis page is generated from the [OpenAPI document](openapi.json), which has every \
                    field of every answer.\nYour server shows the same at `/api`, with an example of each request.\n\n";

const ROLES: &str = "\n## Roles\n\nA token has a role, and each operation names the least role that may call it: `sdr`, \
                     `lead` or `admin`.\nA lead may call all that an SDR may, and an admin all that a lead may.\n\n\
                     ## Answers\n\nAn operation that succeeds answers with status 200 and JSON.\nAny other status comes \
                     with a problem document, `application/problem+json`: `status`, `title`, `detail`, `hint`, and \
                     `refusal` if the request was understood and refused.\n";

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Text for a cell of a table.
fn cell(value: &Value) -> String {
    text(value).replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Describes a schema in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return format!("`{}`", name.rsplit('/').next().unwrap_or_default());
    }
    if let Some(names) = schema["enum"].as_array() {
        return names.iter().map(|name| format!("`{}`", text(name))).collect::<Vec<_>>().join(", ");
    }
    if let Some(value) = schema.get("const") {
        return format!("`{}`", text(value));
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(cases) = schema[several].as_array() {
            let mut kinds: Vec<String> = cases.iter().map(kind).collect();
            kinds.dedup();
            return kinds.join(" or ");
        }
    }
    match (&schema["type"], schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
        (Value::Array(kinds), ..) => kinds.iter().map(text).collect::<Vec<_>>().join(" or "),
        (Value::String(kind_), ..) if kind_ == "array" => format!("list of {}", kind(&schema["items"])),
        (Value::String(kind), Some(least), Some(most)) => format!("{kind}, {least} to {most}"),
        (kind, ..) => text(kind).to_owned(),
    }
}

fn parameters(page: &mut String, operation: &Value) {
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if parameters.is_empty() {
        return;
    }
    page.push_str("\n| parameter | in | type | meaning |\n| --- | --- | --- | --- |\n");
    for parameter in parameters {
        let needed = if parameter["required"] == true { ", required" } else { "" };
        let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
        let (kind, what) = (kind(&parameter["schema"]), cell(&parameter["description"]));
        writeln!(page, "| `{name}` | {place}{needed} | {kind} | {what} |").expect("a string");
    }
}

fn body(page: &mut String, operation: &Value, schemas: &Value) {
    let content = &operation["requestBody"]["content"]["application/json"];
    let Some(reference) = content["schema"]["$ref"].as_str() else { return };
    let schema = &schemas[reference.rsplit('/').next().expect("a name")];
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    page.push_str("\n| field of the body | type | meaning |\n| --- | --- | --- |\n");
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let optional = if required.iter().any(|needed| needed == name) { "" } else { ", optional" };
        writeln!(page, "| `{name}` | {}{optional} | {} |", cell(&kind(field).into()), cell(&field["description"]))
            .expect("a string");
    }
    // One field can hold one of several objects, which a table does not show.
    let example = serde_json::to_string_pretty(&content["example"]).expect("JSON");
    writeln!(page, "\n```json\n{example}\n```").expect("a string");
}

fn page(document: &Value) -> String {
    let mut page = HEAD.to_owned();
    page.push_str(&text(&document["info"]["description"]).replace(". ", ".\n"));
    page.push('\n');
    page.push_str(ROLES);
    let mut group = "";
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let of = path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default();
        if of != group {
            group = of;
            writeln!(page, "\n## {}{}", of[..1].to_uppercase(), &of[1..]).expect("a string");
        }
        for (method, operation) in methods.as_object().expect("operations") {
            let summary = text(&operation["summary"]).replace(". ", ".\n");
            writeln!(page, "\n### {} {path}\n\n{summary}\n", method.to_uppercase()).expect("a string");
            let answer = kind(&operation["responses"]["200"]["content"]["application/json"]["schema"]);
            writeln!(page, "Least role: `{}`. Answer: {answer}.", text(&operation["x-least-role"])).expect("a string");
            parameters(&mut page, operation);
            body(&mut page, operation, &document["components"]["schemas"]);
        }
    }
    page
}

#[test]
fn the_reference_is_what_the_document_says() {
    let document = baton_web::openapi::document(&baton_web::routes());
    let (file, page) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/web/API.md"), page(&document));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &page).expect("it can be written");
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(page == committed, "host/web/API.md is not up to date\nhint: run this test with UPDATE_EXPECT=1");
}
