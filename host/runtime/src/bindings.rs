//! The exports of the four worlds as typed calls, over the records of `baton_facts`.
//!
//! `imports.rs` links the imports with functions by hand, so that a capability's answer can be
//! shared instead of copied.

/// The type-only interfaces as the bindings expect them: with an empty `Host`, and an instance to link.
pub mod records {
    macro_rules! records {
        ($($interface:ident = $name:literal),* $(,)?) => {$(
            #[allow(dead_code, reason = "the worlds differ in what they use")]
            pub mod $interface {
                use wasmtime::component::{HasData, Linker};

                pub use baton_facts::$interface::*;

                pub trait Host {}

                impl<T: ?Sized> Host for T {}

                pub trait HostWithStore<T>: HasData {}

                impl<T, D: HasData> HostWithStore<T> for D {}

                pub fn add_to_linker<T: 'static, D: HasData>(
                    linker: &mut Linker<T>,
                    _: fn(&mut T) -> D::Data<'_>,
                ) -> wasmtime::Result<()> {
                    linker.instance($name).map(drop)
                }
            }
        )*};
    }

    records! {
        types = "baton:handoff/types@0.2.0",
        policy = "baton:handoff/policy-types@0.2.0",
        packages = "baton:handoff/package-types@0.2.0",
        quality = "baton:handoff/quality-types@0.2.0",
        mail = "baton:handoff/mail-types@0.2.0",
        errors = "baton:handoff/error-types@0.2.0",
        description = "baton:handoff/description-types@0.2.0",
    }
}

/// Generates the bindings of each world from the WIT files in this folder.
macro_rules! contract {
    ($wit:tt) => {
        pub mod engine {
            wasmtime::component::bindgen!({
                path: $wit,
                world: "engine",
                imports: { default: async | trappable },
                exports: { default: async },
                with: {
                    "baton:handoff/types": crate::bindings::records::types,
                    "baton:handoff/policy-types": crate::bindings::records::policy,
                    "baton:handoff/package-types": crate::bindings::records::packages,
                    "baton:handoff/error-types": crate::bindings::records::errors,
                    "baton:handoff/sending.permit": crate::permit::Permit,
                    "baton:handoff/description-types": crate::bindings::records::description,
                },
            });
        }

        pub(crate) mod drafter {
            wasmtime::component::bindgen!({
                path: $wit,
                world: "drafter",
                exports: { default: async },
                with: {
                    "baton:handoff/types": crate::bindings::records::types,
                    "baton:handoff/policy-types": crate::bindings::records::policy,
                    "baton:handoff/package-types": crate::bindings::records::packages,
                    "baton:handoff/error-types": crate::bindings::records::errors,
                    "baton:handoff/description-types": crate::bindings::records::description,
                },
            });
        }

        pub(crate) mod governor {
            wasmtime::component::bindgen!({
                path: $wit,
                world: "governor",
                exports: { default: async },
                with: {
                    "baton:handoff/types": crate::bindings::records::types,
                    "baton:handoff/policy-types": crate::bindings::records::policy,
                    "baton:handoff/package-types": crate::bindings::records::packages,
                    "baton:handoff/quality-types": crate::bindings::records::quality,
                },
            });
        }

        pub(crate) mod reader {
            wasmtime::component::bindgen!({
                path: $wit,
                world: "reader",
                exports: { default: async },
                with: {
                    "baton:handoff/types": crate::bindings::records::types,
                    "baton:handoff/policy-types": crate::bindings::records::policy,
                    "baton:handoff/package-types": crate::bindings::records::packages,
                    "baton:handoff/error-types": crate::bindings::records::errors,
                    "baton:handoff/mail-types": crate::bindings::records::mail,
                },
            });
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/contract.rs"));
