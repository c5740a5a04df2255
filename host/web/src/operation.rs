//! The description of an API operation, which its route is registered with.

use crate::schemas::Schemas;
use baton_desk::access::Role;
use schemars::JsonSchema;
use serde_json::{Value, json};

/// The description of an API route.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    id: &'static str,
    summary: &'static str,
    query: &'static [Parameter],
    needs_key: bool,
    body: Option<Body>,
    response: fn(&mut Schemas) -> Value,
}

#[derive(Clone, Debug)]
struct Body {
    schema: fn(&mut Schemas) -> Value,
    example: Value,
}

/// A field of a query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub name: &'static str,
    pub kind: ParameterKind,
    pub description: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum ParameterKind {
    Text,
    Boolean,
    /// A whole number in this range.
    Number(u32, u32),
}

impl Operation {
    /// Describes a route that responds with a `T`.
    pub fn new<T: JsonSchema>(id: &'static str, summary: &'static str) -> Self {
        let response = Schemas::response::<T>;
        Self { id, summary, query: &[], needs_key: false, body: None, response }
    }

    pub fn query(self, query: &'static [Parameter]) -> Self {
        Self { query, ..self }
    }

    /// The request needs an `Idempotency-Key`.
    pub fn with_key(self) -> Self {
        Self { needs_key: true, ..self }
    }

    pub fn body<T: JsonSchema>(self, example: Value) -> Self {
        Self { body: Some(Body { schema: Schemas::body::<T>, example }), ..self }
    }

    pub fn describe(&self, path: &str, least: Option<Role>, schemas: &mut Schemas) -> Value {
        let mut parameters = Vec::new();
        if path.contains("{id}") {
            parameters.push(json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" },
                                    "description": "The id of the package, outbox entry, stream or reply." }));
        }
        parameters.extend(self.query.iter().map(Parameter::describe));
        if self.needs_key {
            let schema = json!({ "type": "string", "minLength": 8, "maxLength": 100 });
            let description = "A new key for each decision. A repeated request with the same key gets the first \
                               response again; another request with it is refused.";
            parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "required": true, "schema": schema,
                                    "description": description }));
        }
        let problem =
            json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemDetails" } } });
        let response = json!({ "application/json": { "schema": (self.response)(schemas) } });
        let mut operation = json!({
            "operationId": self.id,
            "summary": self.summary,
            "responses": {
                "200": { "description": "The request succeeded.", "content": response },
                "default": { "description": "The request failed.", "content": problem },
            },
            "x-least-role": least.map(Role::name),
        });
        if !parameters.is_empty() {
            operation["parameters"] = parameters.into();
        }
        if let Some(body) = &self.body {
            let schema = (body.schema)(schemas);
            let content = json!({ "application/json": { "schema": schema, "example": body.example } });
            operation["requestBody"] = json!({ "required": true, "content": content });
        }
        operation
    }
}

impl Parameter {
    fn describe(&self) -> Value {
        let schema = match self.kind {
            ParameterKind::Text => json!({ "type": "string" }),
            ParameterKind::Boolean => json!({ "type": "boolean" }),
            ParameterKind::Number(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        };
        json!({ "name": self.name, "in": "query", "required": false, "schema": schema,
                "description": self.description })
    }
}
