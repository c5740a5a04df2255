//! JSON Schemas of request bodies and responses, generated from the types.

use crate::problem::ProblemDetails;
use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

/// The place of the schemas in the document.
const PLACE: &str = "/components/schemas";

/// Collects the schemas that the document refers to.
pub(crate) struct Schemas {
    settings: SchemaSettings,
    responses: SchemaGenerator,
    bodies: Map<String, Value>,
}

impl Schemas {
    pub fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = PLACE.into());
        let responses = settings.clone().for_serialize().into_generator();
        Self { settings, responses, bodies: Map::new() }
    }

    /// Adds the schema of a response and returns a reference to it.
    pub fn response<T: JsonSchema>(&mut self) -> Value {
        self.responses.subschema_for::<T>().to_value()
    }

    /// Adds the schema of a request body and returns a reference to it.
    ///
    /// It contains the schemas of its parts: a field that is optional in a body is always present in a response, so the
    /// two cannot share a definition.
    pub fn body<T: JsonSchema>(&mut self) -> Value {
        let settings = self.settings.clone().for_deserialize().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        });
        let mut schema = settings.into_generator().into_root_schema_for::<T>();
        schema.remove("title");
        let name = T::schema_name().into_owned();
        let reference = json!({ "$ref": format!("#{PLACE}/{name}") });
        self.bodies.insert(name, schema.to_value());
        reference
    }

    /// Returns all schemas by name, with that of problem documents.
    pub fn finish(mut self) -> Map<String, Value> {
        self.response::<ProblemDetails<'_>>();
        let mut all = self.responses.take_definitions(true);
        all.append(&mut self.bodies);
        all.sort_keys();
        all
    }
}
