//! The shapes of what the API answers, read where they are written down: the contract's records in `wit/*.wit`, the desk's
//! views in its source. Nothing of them is typed a second time.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use wit_parser::{Resolve, Type, TypeDefKind, TypeOwner};

/// Every shape by its name in Rust. A name that several have is kept for each, and may not be asked for.
#[derive(Default)]
pub struct Shapes(BTreeMap<String, Vec<Value>>);

impl Shapes {
    pub fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut desk = Self::default();
        desk.folder(&root.join("host/desk/src"));
        // The contract's own name counts where both have one.
        let mut shapes = contract(&root.join("wit"));
        for (name, found) in desk.0 {
            shapes.0.entry(name).or_insert(found);
        }
        shapes
    }

    /// The shape of this name, with what is flattened into it in its place.
    pub fn get(&self, name: &str) -> Value {
        if let Some(row) = name.strip_prefix("PageOf") {
            return json!({
                "type": "object",
                "description": "A page of a list.",
                "properties": {
                    "rows": { "type": "array", "items": to(row), "description": "In order." },
                    "next": { "type": ["string", "null"], "description": "`after` of the next page; none on the last one." },
                },
                "required": ["rows", "next"],
                "additionalProperties": false,
            });
        }
        let found = self.0.get(name).map_or(&[][..], Vec::as_slice);
        let [found] = found else { panic!("{} shapes are named {name}", found.len()) };
        let mut found = found.clone();
        let flat = found.as_object_mut().and_then(|found| found.remove("x-flat"));
        for inner in flat.iter().flat_map(|flat| flat.as_array()).flatten() {
            let inner = self.get(inner.as_str().expect("a name"));
            for (field, shape) in inner["properties"].as_object().expect("a record") {
                found["properties"][field] = shape.clone();
            }
            let needed = inner["required"].as_array().expect("a list").clone();
            found["required"].as_array_mut().expect("a list").extend(needed);
        }
        found
    }

    fn folder(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                if !path.ends_with("tests") {
                    self.folder(&path);
                }
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                self.source(&std::fs::read_to_string(&path).expect("a text"));
            }
        }
    }

    /// Public types that are written as JSON, as `cargo fmt` lays them out.
    fn source(&mut self, source: &str) {
        let (mut docs, mut attributes) = (Vec::new(), String::new());
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            if let Some(doc) = line.strip_prefix("///") {
                docs.push(doc.trim());
            } else if line.starts_with("#[") {
                attributes.push_str(line);
            } else {
                let name = |start| line.strip_prefix(start).and_then(|rest: &str| rest.strip_suffix(" {"));
                let mut body = || lines.by_ref().take_while(|line| *line != "}").map(str::trim).collect::<Vec<_>>();
                let found = match (name("pub struct "), name("pub enum ")) {
                    _ if !attributes.contains("Serialize") => None,
                    (Some(name), _) => Some((name, record(&body()))),
                    (_, Some(name)) => {
                        let tag = attributes.split_once("tag = \"").and_then(|(_, rest)| rest.split('"').next());
                        Some((name, cases(&body(), tag)))
                    }
                    _ => None,
                };
                if let Some((name, mut shape)) = found {
                    shape["description"] = docs.join(" ").into();
                    self.0.entry(name.to_owned()).or_default().push(shape);
                }
                docs.clear();
                attributes.clear();
            }
        }
    }
}

/// A reference to a shape.
pub fn to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn record(lines: &[&str]) -> Value {
    let (mut fields, mut needed, mut flat) = (Map::new(), Vec::new(), Vec::new());
    let (mut docs, mut attributes) = (Vec::new(), String::new());
    for line in lines {
        if let Some(doc) = line.strip_prefix("///") {
            docs.push(doc.trim());
        } else if line.starts_with("#[") {
            attributes.push_str(line);
        } else if let Some((name, kind)) = line.split_once(": ") {
            let (name, kind) = (name.trim_start_matches("pub ").replace('_', "-"), kind.trim_end_matches(','));
            if attributes.contains("flatten") {
                flat.push(kind.to_owned());
            } else {
                if !attributes.contains("skip_serializing_if") {
                    needed.push(name.clone());
                }
                fields.insert(name, described(rust(kind), &docs.join(" ")));
            }
            docs.clear();
            attributes.clear();
        }
    }
    let mut shape = object(fields, needed);
    if !flat.is_empty() {
        shape["x-flat"] = flat.into();
    }
    shape
}

fn object(fields: Map<String, Value>, needed: Vec<String>) -> Value {
    json!({ "type": "object", "properties": fields, "required": needed, "additionalProperties": false })
}

/// An enum's cases: names alone, or as serde tags them.
fn cases(lines: &[&str], tag: Option<&str>) -> Value {
    let mut found: Vec<(String, Option<Value>)> = Vec::new();
    let mut lines = lines.iter();
    while let Some(line) = lines.next() {
        if line.starts_with("///") || line.starts_with("#[") || line.starts_with("//") {
            continue;
        }
        if let Some(name) = line.strip_suffix(" {") {
            let body: Vec<&str> = lines.by_ref().copied().take_while(|line| *line != "},").collect();
            found.push((kebab(name), Some(record(&body))));
        } else if let Some((name, inner)) = line.split_once('(') {
            found.push((kebab(name), Some(rust(inner.trim_end_matches([',', ')'])))));
        } else {
            found.push((kebab(line.trim_end_matches(',')), None));
        }
    }
    variant(found, tag)
}

fn variant(cases: Vec<(String, Option<Value>)>, tag: Option<&str>) -> Value {
    if let Some(tag) = tag {
        let of = |(name, shape): (String, Option<Value>)| {
            let mut shape = shape.unwrap_or_else(|| object(Map::new(), Vec::new()));
            shape["properties"][tag] = json!({ "const": name });
            shape["required"].as_array_mut().expect("a list").insert(0, tag.into());
            shape
        };
        return json!({ "anyOf": cases.into_iter().map(of).collect::<Vec<_>>() });
    }
    let names: Vec<_> = cases.iter().filter(|(_, shape)| shape.is_none()).map(|(name, _)| name.clone()).collect();
    let mut all = Vec::new();
    if !names.is_empty() {
        all.push(json!({ "type": "string", "enum": names }));
    }
    for (name, shape) in cases {
        if let Some(shape) = shape {
            all.push(object(Map::from_iter([(name.clone(), shape)]), vec![name]));
        }
    }
    if all.len() == 1 { all.remove(0) } else { json!({ "anyOf": all }) }
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

fn camel(name: &str) -> String {
    name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

fn described(shape: Value, docs: &str) -> Value {
    let mut shape = shape;
    if !docs.is_empty() {
        shape["description"] = docs.into();
    }
    shape
}

fn nullable(mut shape: Value) -> Value {
    if shape["type"].is_array() || shape.get("anyOf").is_some() {
        return shape;
    }
    match shape["type"].as_str() {
        Some(kind) if shape.get("enum").is_none() => {
            shape["type"] = json!([kind, "null"]);
            shape
        }
        _ => {
            shape.as_object_mut().expect("a schema").remove("type");
            json!({ "anyOf": [shape, { "type": "null" }] })
        }
    }
}

fn number(least: i64, most: Option<i64>) -> Value {
    let mut shape = json!({ "type": "integer", "minimum": least });
    if let Some(most) = most {
        shape["maximum"] = most.into();
    }
    shape
}

/// A type of the desk's source.
fn rust(kind: &str) -> Value {
    if let Some((outer, inner)) = kind.strip_suffix('>').and_then(|kind| kind.split_once('<')) {
        return match outer {
            "Option" | "Sealed" => nullable(rust(inner)),
            "Vec" => json!({ "type": "array", "items": rust(inner) }),
            "Arc" | "Box" => rust(inner),
            _ => panic!("{kind}: how is it written?"),
        };
    }
    match kind {
        "String" | "PackageId" => json!({ "type": "string" }),
        "bool" => json!({ "type": "boolean" }),
        "Timestamp" => json!({ "type": "integer", "format": "unix-seconds" }),
        "u8" => number(0, Some(255)),
        "u16" | "BasisPoints" => number(0, Some(65_535)),
        "u32" | "u64" | "usize" => number(0, None),
        "i16" | "i32" | "i64" => json!({ "type": "integer" }),
        "f32" | "f64" => json!({ "type": "number" }),
        name => to(name.rsplit("::").next().expect("a name")),
    }
}

/// The contract's records, enums and variants.
fn contract(folder: &Path) -> Shapes {
    let mut resolve = Resolve::default();
    resolve.push_path(folder).expect("the contract parses");
    let mut shapes = Shapes::default();
    for (_, kind) in &resolve.types {
        let (TypeOwner::Interface(_), Some(name)) = (kind.owner, &kind.name) else { continue };
        let docs = |docs: &Option<String>| {
            docs.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let shape = match &kind.kind {
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter().map(|field| {
                    (field.name.clone(), described(wit(&resolve, &field.ty), &docs(&field.docs.contents)))
                });
                object(fields.collect(), record.fields.iter().map(|field| field.name.clone()).collect())
            }
            TypeDefKind::Enum(of) => {
                json!({ "type": "string", "enum": of.cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>() })
            }
            TypeDefKind::Variant(of) => {
                let case = |ty: &Option<Type>| ty.as_ref().map(|ty| wit(&resolve, ty));
                variant(of.cases.iter().map(|of| (of.name.clone(), case(&of.ty))).collect(), None)
            }
            _ => continue,
        };
        shapes.0.entry(camel(name)).or_default().push(described(shape, &docs(&kind.docs.contents)));
    }
    shapes
}

fn wit(resolve: &Resolve, kind: &Type) -> Value {
    match kind {
        Type::Bool => json!({ "type": "boolean" }),
        Type::U8 => number(0, Some(255)),
        Type::U16 => number(0, Some(65_535)),
        Type::U32 | Type::U64 => number(0, None),
        Type::S8 | Type::S16 | Type::S32 | Type::S64 => json!({ "type": "integer" }),
        Type::F32 | Type::F64 => json!({ "type": "number" }),
        Type::Char | Type::String => json!({ "type": "string" }),
        Type::Id(id) => {
            let of = &resolve.types[*id];
            match &of.kind {
                TypeDefKind::Option(inner) => nullable(wit(resolve, inner)),
                TypeDefKind::List(inner) => json!({ "type": "array", "items": wit(resolve, inner) }),
                TypeDefKind::Type(inner) => wit(resolve, inner),
                _ => to(&camel(of.name.as_deref().expect("a name"))),
            }
        }
        other => panic!("{other:?}: how is it written?"),
    }
}
