//! Links the extensions that a vendor opened, and answers their calls.
//!
//! A call is counted, limited and recorded like one of the contract's own imports.

use crate::component::Component;
use crate::error::AbortReason;
use crate::extension::Extension as _;
use crate::json_values::{from_json, to_json};
use crate::recording::{Exchange, ExtensionAnswer};
use crate::runtime::Runtime;
use crate::state::{AnswerSource, CallState};
use serde_json::Value;
use std::sync::Arc;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Linker, Val};
use wasmtime::{Result, StoreContextMut};

/// Links each function that the component imports through an extension.
pub(crate) fn link(linker: &mut Linker<CallState>, runtime: &Runtime, component: &Component) -> Result<()> {
    let engine = runtime.wasmtime();
    for (interface, item) in component.compiled.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
        if !runtime.is_extension(interface) {
            continue;
        }
        let mut target = linker.instance(interface)?;
        for (function, item) in instance.exports(engine) {
            if !matches!(item.ty, ComponentItem::ComponentFunc(_)) {
                continue;
            }
            let name: Arc<(String, String)> = Arc::new((interface.to_owned(), function.to_owned()));
            target.func_new_async(function, move |context, ty, arguments, results| {
                let name = Arc::clone(&name);
                Box::new(async move { call(context, &name.0, &name.1, (ty, arguments, results)).await })
            })?;
        }
    }
    Ok(())
}

async fn call(
    mut context: StoreContextMut<'_, CallState>,
    interface: &str,
    function: &str,
    (ty, arguments, results): (ComponentFunc, &[Val], &mut [Val]),
) -> Result<()> {
    let state = context.data_mut();
    state.begin_import()?;
    let Some(arguments) = arguments.iter().map(to_json).collect::<Option<Vec<Value>>>() else {
        return Err(state.end(AbortReason::Extension));
    };
    let answer = match &mut state.answers {
        AnswerSource::Live(grants) => match grants.extension(interface) {
            None => ExtensionAnswer::NotGranted,
            Some(extension) => match extension.call(&state.call, function, &arguments).await {
                Ok(value) => ExtensionAnswer::Value(value),
                Err(cause) => {
                    tracing::warn!(interface, function, %cause, "an extension failed");
                    ExtensionAnswer::Failed
                }
            },
        },
        AnswerSource::InOrder(rest) => match rest.pop_front() {
            Some(Exchange::Extension { interface: i, function: f, arguments: a, answer })
                if i == interface && f == function && a == arguments =>
            {
                answer
            }
            _ => return Err(state.end(AbortReason::Diverged)),
        },
        AnswerSource::ByQuestion(recorded) => match recorded.extension(interface, function, &arguments) {
            Some(answer) => answer,
            None => return Err(state.end(AbortReason::Unrecorded)),
        },
    };
    let reason = write(&ty, &answer, results).err();
    if reason.is_some() && matches!(answer, ExtensionAnswer::Value(_)) {
        tracing::warn!(interface, function, "an extension answered with a value of another type");
    }
    state.end_import(Exchange::Extension {
        interface: interface.to_owned(),
        function: function.to_owned(),
        arguments,
        answer,
    })?;
    reason.map_or(Ok(()), |reason| Err(state.end(reason)))
}

/// Writes the answer into the function's result.
fn write(ty: &ComponentFunc, answer: &ExtensionAnswer, results: &mut [Val]) -> std::result::Result<(), AbortReason> {
    let value = match answer {
        ExtensionAnswer::Value(value) => value,
        ExtensionAnswer::Failed => return Err(AbortReason::Extension),
        ExtensionAnswer::NotGranted => return Err(AbortReason::ExtensionNotGranted),
    };
    for (slot, ty) in results.iter_mut().zip(ty.results()) {
        *slot = from_json(value, &ty).ok_or(AbortReason::Extension)?;
    }
    Ok(())
}
