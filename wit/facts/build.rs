//! Generates one Rust type per record of the contract.
//!
//! Types of *exported* interfaces are generated anew for every world, so all records live in type-only interfaces,
//! generated once here; guests and hosts map to them with `with`. The feature `host` adds wasmtime's derives, `schema` those of JSON Schema.

use wit_bindgen_core::{
    Files, WorldGenerator,
    wit_parser::{Resolve, TypeDefKind, TypeOwner},
};

const RECORDS: [&str; 6] = ["types", "policy", "packages", "quality", "mail", "errors"];

fn main() {
    println!("cargo::rerun-if-changed=..");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path("..").expect("the contract parses");
    let world = resolve.select_world(&[package], Some("facts")).expect("the world `facts` is there");

    let mut options = wit_bindgen_rust::Opts {
        generate_all: true,
        additional_derive_attributes: ["PartialEq", "serde::Serialize", "serde::Deserialize"]
            .map(String::from)
            .to_vec(),
        ..Default::default()
    };

    for (_, ty) in &resolve.types {
        let TypeOwner::Interface(interface) = ty.owner else { continue };
        let (Some(interface), Some(name)) = (&resolve.interfaces[interface].name, &ty.name) else { continue };
        if !RECORDS.contains(&interface.as_str()) {
            continue;
        }
        let path = format!("baton:handoff/{interface}@0.1.0/{name}");
        let (kind, members): (&str, Vec<&String>) = match &ty.kind {
            TypeDefKind::Record(x) => ("record", x.fields.iter().map(|member| &member.name).collect()),
            TypeDefKind::Enum(x) => ("enum", x.cases.iter().map(|member| &member.name).collect()),
            TypeDefKind::Variant(x) => ("variant", x.cases.iter().map(|member| &member.name).collect()),
            _ => continue,
        };
        let derive = "wasmtime::component::ComponentType, wasmtime::component::Lift, wasmtime::component::Lower";
        let host = format!("#[cfg_attr(feature = \"host\", derive({derive}), component({kind}))]");
        options.additional_type_attributes.push((path.clone(), host));
        let schema = "#[cfg_attr(feature = \"schema\", derive(schemars::JsonSchema))]";
        options.additional_type_attributes.push((path.clone(), schema.into()));
        options.additional_type_attributes.push((path.clone(), "#[serde(rename_all = \"kebab-case\")]".into()));
        for member in members {
            options.additional_member_attributes.push((
                format!("{path}.{member}"),
                format!("#[cfg_attr(feature = \"host\", component(name = \"{member}\"))]"),
            ));
        }
    }

    // A new stream's evidence, as the contract says it.
    let tally = "baton:handoff/quality@0.1.0/tally".to_owned();
    options.additional_type_attributes.push((tally, "#[derive(Default)]".into()));

    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files).expect("the records generate");
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    for (_, body) in files.iter() {
        std::fs::write(format!("{out}/facts.rs"), body).expect("OUT_DIR is writable");
    }
}
