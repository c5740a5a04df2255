//! The shapes of bodies and answers as JSON Schema, made of the types themselves: nothing of them is written twice.

use super::outbox::{Sending, Why};
use super::packages::{Deciding, Giving, Inspecting, SpotCheck, Undoing};
use super::people::{Suppressed, Suppressing};
use super::problem::Problem;
use baton_desk::desk::{Assignment, CheckView, EvidenceView, QueuePage, ReplyView, StreamDetail, StreamView};
use baton_facts::packages::Check;
use baton_model::decision::Decided;
use baton_model::views::{AuditRow, OutboxView, PackageView, Page};
use baton_quality::calibration::Calibration;
use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value};

/// Where the document keeps them.
const PLACE: &str = "/components/schemas";

/// Every shape that a path of the document names, and those within them, by name.
pub fn shapes() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = PLACE.into());
    let mut answers = settings.clone().for_serialize().into_generator();
    answer::<Assignment>(&mut answers);
    answer::<Calibration>(&mut answers);
    answer::<Check>(&mut answers);
    answer::<CheckView>(&mut answers);
    answer::<Decided>(&mut answers);
    answer::<OutboxView>(&mut answers);
    answer::<PackageView>(&mut answers);
    answer::<Page<AuditRow>>(&mut answers);
    answer::<Page<EvidenceView>>(&mut answers);
    answer::<Page<OutboxView>>(&mut answers);
    answer::<Page<ReplyView>>(&mut answers);
    answer::<Problem<'_>>(&mut answers);
    answer::<QueuePage>(&mut answers);
    answer::<Sending>(&mut answers);
    answer::<StreamDetail>(&mut answers);
    answer::<StreamView>(&mut answers);
    answer::<Suppressed>(&mut answers);
    let mut all = answers.take_definitions(true);
    // What may be left out of a body is there in an answer, so a body's shape holds those within it in full.
    let bodies = settings.for_deserialize().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    body::<Deciding>(&bodies, &mut all);
    body::<Giving>(&bodies, &mut all);
    body::<Inspecting>(&bodies, &mut all);
    body::<SpotCheck>(&bodies, &mut all);
    body::<Suppressing>(&bodies, &mut all);
    body::<Undoing>(&bodies, &mut all);
    body::<Why>(&bodies, &mut all);
    all.sort_keys();
    all
}

fn answer<T: JsonSchema>(generator: &mut SchemaGenerator) {
    generator.subschema_for::<T>();
}

fn body<T: JsonSchema>(settings: &SchemaSettings, all: &mut Map<String, Value>) {
    let mut schema = settings.clone().into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    all.insert(T::schema_name().into_owned(), schema.to_value());
}
