//! Import interfaces of a vendor's own, such as enrichment or pricing.
//!
//! Closed by default: an engine that imports an interface outside its world is refused unless the vendor opened that
//! interface with [`crate::RuntimeOptions::with_extension`], and its calls are answered only for a tenant whose
//! [`crate::Grants`] contain an implementation. Drafters, governors and readers never get one. Calls are recorded and
//! replayed like those of the contract.

use crate::capability::CallContext;
use crate::error::Cause;
use serde_json::Value;

/// An implementation of one import interface of the vendor's own.
///
/// Values are JSON: a record is an object with the kebab-case names of its fields, an enum case its name, a variant case
/// with a payload `{"name": payload}` (without one its name), flags a list of names, an option `null` or the value, a
/// result `{"ok": value}` or `{"err": value}`, a tuple or list an array. serde's externally tagged enums with
/// `rename_all = "kebab-case"` have this form. Nested options, resources, futures and streams are not supported.
pub trait Extension: Send + Sync {
    /// Answers one call of `function`. Authorize by `call`: ids in the arguments are not authority.
    ///
    /// # Errors
    /// An error ends the call of the component. Errors that the component should handle belong in the function's own
    /// `result` type.
    fn call(
        &self,
        call: &CallContext,
        function: &str,
        arguments: &[Value],
    ) -> impl Future<Output = Result<Value, Cause>> + Send;
}
