//! The measured cost of one call.
//!
//! Bytes are counted by walking the values with a serializer that adds up sizes and writes nothing, so that measuring
//! allocates nothing.

use crate::recording::Exchange;
use serde::ser::{self, Serialize};
use std::fmt;
use std::time::Duration;

/// The measured cost of one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallCost {
    /// Wall-clock time, including the wait for a free instance and for capabilities.
    pub wall_time: Duration,
    /// The highest use of linear memory, in bytes.
    pub memory_high_water: usize,
    /// Payload passed to the component, in bytes: arguments of the call and answers of the host.
    pub bytes_in: u64,
    /// Payload received from the component, in bytes: arguments of imported calls and the result.
    pub bytes_out: u64,
    /// Imported calls.
    pub imported_calls: u32,
}

/// Returns the payload of the imported calls, to and from the component.
pub(crate) fn exchanged(exchanges: &[Exchange]) -> (u64, u64) {
    let (mut to, mut from) = (0, 0);
    for exchange in exchanges {
        let (asked, answered) = match exchange {
            Exchange::Search { customer, cursor, answer } => (payload(&(customer, cursor)), payload(answer)),
            Exchange::LookUp { account, since, answer } => (payload(&(account, since)), payload(answer)),
            Exchange::Find { account, answer } => (payload(account), payload(answer)),
            Exchange::Write { brief, answer, .. } => (payload(brief), payload(answer)),
            Exchange::Send { message, answer } => (payload(message), payload(answer)),
            Exchange::Extension { arguments, answer, .. } => (payload(arguments), payload(answer)),
        };
        to += answered;
        from += asked;
    }
    (to, from)
}

/// Returns the size of a value: the bytes of its strings and scalars, four for the length of a string or list, one for
/// an option's or case's tag.
pub(crate) fn payload<T: Serialize + ?Sized>(value: &T) -> u64 {
    let mut counter = Counter(0);
    // A value that refuses to be serialized counts as far as it got: this is a measurement, not a limit.
    let _ = value.serialize(&mut counter);
    counter.0
}

/// Returns the size of a value in a recording, which is JSON.
pub(crate) fn recorded<T: Serialize + ?Sized>(value: &T) -> u64 {
    struct Length(u64);
    impl std::io::Write for Length {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len() as u64;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut length = Length(0);
    // A value that cannot be written exceeds every limit.
    serde_json::to_writer(&mut length, value).map_or(u64::MAX, |()| length.0)
}

struct Counter(u64);

impl Counter {
    #[expect(clippy::unnecessary_wraps, reason = "the form of a serializer's methods")]
    fn add(&mut self, bytes: usize) -> Result<(), Never> {
        self.0 += bytes as u64;
        Ok(())
    }
}

/// The error of [`Counter`], which itself never fails.
#[derive(Debug)]
struct Never;

impl fmt::Display for Never {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not serializable")
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! scalars {
    ($($method:ident: $scalar:ty),* $(,)?) => {$(
        fn $method(self, _: $scalar) -> Result<(), Never> {
            self.add(size_of::<$scalar>())
        }
    )*};
}

impl ser::Serializer for &mut Counter {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    scalars! {
        serialize_bool: bool, serialize_char: char,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64,
    }

    fn serialize_str(self, text: &str) -> Result<(), Never> {
        self.add(4 + text.len())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Never> {
        self.add(4 + bytes.len())
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.add(1)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        self.add(1)?;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Never> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Never> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Never> {
        self.add(1)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.add(1)?;
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Never> {
        self.add(4)?;
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self, Never> {
        self.add(1)?;
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Never> {
        self.add(4)?;
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self, Never> {
        self.add(1)?;
        Ok(self)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Never> {
        use fmt::Write as _;
        self.add(4)?;
        write!(self, "{value}").map_err(|_| Never)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

impl fmt::Write for Counter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len() as u64;
        Ok(())
    }
}

macro_rules! compounds {
    ($($compound:ident: $method:ident($($name:ident: $ty:ty),*)),* $(,)?) => {$(
        impl ser::$compound for &mut Counter {
            type Ok = ();
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, $($name: $ty,)* value: &T) -> Result<(), Never> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Never> {
                Ok(())
            }
        }
    )*};
}

compounds! {
    SerializeSeq: serialize_element(),
    SerializeTuple: serialize_element(),
    SerializeTupleStruct: serialize_field(),
    SerializeTupleVariant: serialize_field(),
    SerializeStruct: serialize_field(_key: &'static str),
    SerializeStructVariant: serialize_field(_key: &'static str),
}

impl ser::SerializeMap for &mut Counter {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Never> {
        Ok(())
    }
}
