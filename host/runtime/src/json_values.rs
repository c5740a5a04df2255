//! Values of extensions as JSON, in the form that [`crate::Extension`] documents.

use serde_json::{Map, Number, Value};
use wasmtime::component::Val;
use wasmtime::component::types::Type;

/// Returns the value as JSON, or `None` if its type has no JSON form.
pub(crate) fn to_json(value: &Val) -> Option<Value> {
    let list = |values: &[Val]| values.iter().map(to_json).collect::<Option<Vec<_>>>().map(Value::Array);
    let payload = |value: &Option<Box<Val>>| value.as_ref().map_or(Some(Value::Null), |value| to_json(value));
    Some(match value {
        Val::Bool(x) => Value::Bool(*x),
        Val::S8(x) => (*x).into(),
        Val::U8(x) => (*x).into(),
        Val::S16(x) => (*x).into(),
        Val::U16(x) => (*x).into(),
        Val::S32(x) => (*x).into(),
        Val::U32(x) => (*x).into(),
        Val::S64(x) => (*x).into(),
        Val::U64(x) => (*x).into(),
        Val::Float32(x) => Value::Number(Number::from_f64(f64::from(*x))?),
        Val::Float64(x) => Value::Number(Number::from_f64(*x)?),
        Val::Char(x) => Value::String(x.to_string()),
        Val::String(x) => Value::String(x.clone()),
        Val::List(values) | Val::Tuple(values) => list(values)?,
        Val::Record(fields) => Value::Object(
            fields.iter().map(|(name, value)| Some((name.clone(), to_json(value)?))).collect::<Option<Map<_, _>>>()?,
        ),
        Val::Variant(name, None) | Val::Enum(name) => Value::String(name.clone()),
        Val::Variant(name, Some(value)) => case(name, to_json(value)?),
        Val::Option(None) => Value::Null,
        Val::Option(Some(value)) => match &**value {
            Val::Option(_) => return None,
            value => to_json(value)?,
        },
        Val::Result(Ok(value)) => case("ok", payload(value)?),
        Val::Result(Err(value)) => case("err", payload(value)?),
        Val::Flags(names) => Value::Array(names.iter().cloned().map(Value::String).collect()),
        _ => return None,
    })
}

/// Returns the JSON as a value of the type, or `None` if it is not one.
pub(crate) fn from_json(value: &Value, ty: &Type) -> Option<Val> {
    Some(match ty {
        Type::Bool => Val::Bool(value.as_bool()?),
        Type::S8 => Val::S8(value.as_i64()?.try_into().ok()?),
        Type::U8 => Val::U8(value.as_u64()?.try_into().ok()?),
        Type::S16 => Val::S16(value.as_i64()?.try_into().ok()?),
        Type::U16 => Val::U16(value.as_u64()?.try_into().ok()?),
        Type::S32 => Val::S32(value.as_i64()?.try_into().ok()?),
        Type::U32 => Val::U32(value.as_u64()?.try_into().ok()?),
        Type::S64 => Val::S64(value.as_i64()?),
        Type::U64 => Val::U64(value.as_u64()?),
        #[expect(clippy::cast_possible_truncation, reason = "the function takes the nearest float of its own width")]
        Type::Float32 => Val::Float32(value.as_f64()? as f32),
        Type::Float64 => Val::Float64(value.as_f64()?),
        Type::Char => {
            let mut characters = value.as_str()?.chars();
            let first = characters.next()?;
            characters.next().is_none().then_some(Val::Char(first))?
        }
        Type::String => Val::String(value.as_str()?.to_owned()),
        Type::List(list) => {
            Val::List(value.as_array()?.iter().map(|value| from_json(value, &list.ty())).collect::<Option<_>>()?)
        }
        Type::Tuple(tuple) => {
            let (values, types) = (value.as_array()?, tuple.types());
            if values.len() != types.len() {
                return None;
            }
            Val::Tuple(values.iter().zip(types).map(|(value, ty)| from_json(value, &ty)).collect::<Option<_>>()?)
        }
        Type::Record(record) => {
            let object = value.as_object()?;
            let fields = record.fields().map(|field| {
                // A missing field is an absent option, as serde writes one that it skips.
                let value = object.get(field.name).unwrap_or(&Value::Null);
                Some((field.name.to_owned(), from_json(value, &field.ty)?))
            });
            Val::Record(fields.collect::<Option<_>>()?)
        }
        Type::Variant(variant) => {
            let (name, payload) = named(value)?;
            let case = variant.cases().find(|case| case.name == name)?;
            let payload = match (case.ty, payload) {
                (None, None) => None,
                (Some(ty), Some(payload)) => Some(Box::new(from_json(payload, &ty)?)),
                _ => return None,
            };
            Val::Variant(name.to_owned(), payload)
        }
        Type::Enum(names) => {
            let name = value.as_str()?;
            names.names().any(|known| known == name).then(|| Val::Enum(name.to_owned()))?
        }
        Type::Option(option) => match (value, option.ty()) {
            (_, Type::Option(_)) => return None,
            (Value::Null, _) => Val::Option(None),
            (value, ty) => Val::Option(Some(Box::new(from_json(value, &ty)?))),
        },
        Type::Result(result) => {
            let (name, payload) = named(value)?;
            let payload = |ty: Option<Type>| match ty {
                Some(ty) => from_json(payload?, &ty).map(|value| Some(Box::new(value))),
                None => payload.is_none_or(Value::is_null).then_some(None),
            };
            Val::Result(match name {
                "ok" => Ok(payload(result.ok())?),
                "err" => Err(payload(result.err())?),
                _ => return None,
            })
        }
        Type::Flags(flags) => {
            let names = value.as_array()?.iter().map(|name| Some(name.as_str()?.to_owned()));
            let names = names.collect::<Option<Vec<_>>>()?;
            names.iter().all(|name| flags.names().any(|known| known == name)).then_some(Val::Flags(names))?
        }
        _ => return None,
    })
}

fn case(name: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}

/// Splits a case into its name and its payload.
fn named(value: &Value) -> Option<(&str, Option<&Value>)> {
    match value {
        Value::String(name) => Some((name, None)),
        Value::Object(object) if object.len() == 1 => object.iter().next().map(|(name, value)| (&**name, Some(value))),
        _ => None,
    }
}
