//! Generates one Rust type per record of the contract.
//!
//! Types of *exported* interfaces are generated again for every world, so all records are in type-only interfaces and
//! generated once here; components and hosts map to them with `with`. The feature `host` adds wasmtime's derives, `schema`
//! those of JSON Schema.

use wit_bindgen_core::{
    Files, WorldGenerator,
    wit_parser::{Resolve, Type, TypeDefKind, TypeId, TypeOwner},
};

const RECORDS: [&str; 7] =
    ["types", "policy-types", "package-types", "quality-types", "mail-types", "error-types", "description-types"];

/// The enums with a default: the case that states nothing or allows least.
const NEUTRAL: [(&str, &str); 6] = [
    ("types@0.2.0/relation", "none"),
    ("types@0.2.0/verification", "unknown"),
    ("types@0.2.0/engagement", "none"),
    ("types@0.2.0/channel", "other"),
    ("policy-types@0.2.0/handoff-model", "review-and-approve"),
    ("quality-types@0.2.0/standing", "pilot"),
];

/// Lists that earlier stores lack, and that are written only if they have entries.
const ADDED: [&str; 3] = ["types@0.2.0/account.unclear", "types@0.2.0/contact.unclear", "types@0.2.0/contact.doubts"];

/// Records whose neutral values would allow more than a forgotten field should: here any address counts as verified.
const WITHOUT: [&str; 1] = ["campaign"];

fn main() {
    let folder = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    println!("cargo::metadata=wit={folder}");
    println!("cargo::rerun-if-changed=facts/build.rs");
    for file in std::fs::read_dir(&folder).expect("the folder of the contract is readable").flatten() {
        if file.path().extension().is_some_and(|extension| extension == "wit") {
            println!("cargo::rerun-if-changed={}", file.path().display());
        }
    }
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(&folder).expect("the contract parses");
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
        let path = format!("baton:handoff/{interface}@0.2.0/{name}");
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

    for name in with_default(&resolve) {
        options.additional_type_attributes.push((name, "#[derive(Default)]".into()));
    }
    for field in ADDED {
        let attribute = "#[serde(default, skip_serializing_if = \"Vec::is_empty\")]";
        options.additional_member_attributes.push((format!("baton:handoff/{field}"), attribute.into()));
    }
    for (item, case) in NEUTRAL {
        let case = format!("baton:handoff/{item}.{case}");
        options.additional_member_attributes.push((case, "#[default]".into()));
    }

    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files).expect("the records generate");
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    for (_, body) in files.iter() {
        std::fs::write(format!("{out}/facts.rs"), body).expect("OUT_DIR is writable");
    }
}

/// Returns the paths of the types whose every part has a default.
fn with_default(resolve: &Resolve) -> Vec<String> {
    fn total(resolve: &Resolve, ty: &Type) -> bool {
        match ty {
            Type::Id(id) => defined(resolve, *id),
            _ => true,
        }
    }
    fn defined(resolve: &Resolve, id: TypeId) -> bool {
        let ty = &resolve.types[id];
        match &ty.kind {
            TypeDefKind::Record(record) => {
                !ty.name.as_deref().is_some_and(|name| WITHOUT.contains(&name))
                    && record.fields.iter().all(|field| total(resolve, &field.ty))
            }
            TypeDefKind::Enum(_) => path(resolve, id)
                .is_some_and(|path| NEUTRAL.iter().any(|(item, _)| path.strip_prefix("baton:handoff/") == Some(item))),
            TypeDefKind::Option(_) | TypeDefKind::List(_) => true,
            TypeDefKind::Tuple(tuple) => tuple.types.iter().all(|ty| total(resolve, ty)),
            TypeDefKind::Type(ty) => total(resolve, ty),
            _ => false,
        }
    }
    let own = resolve.types.iter().filter(|(_, ty)| matches!(ty.kind, TypeDefKind::Record(_) | TypeDefKind::Enum(_)));
    own.filter(|(id, _)| defined(resolve, *id)).filter_map(|(id, _)| path(resolve, id)).collect()
}

/// Returns the path of a named type in an interface, as the generator's options expect it.
fn path(resolve: &Resolve, id: TypeId) -> Option<String> {
    let ty = &resolve.types[id];
    let TypeOwner::Interface(interface) = ty.owner else { return None };
    Some(format!("baton:handoff/{}@0.2.0/{}", resolve.interfaces[interface].name.as_ref()?, ty.name.as_ref()?))
}
