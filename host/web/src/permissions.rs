//! Permissions of the routes: the least role that each one requires. A route without a permission is refused.

use crate::route_table::Route;
use axum::http::Method;
use baton_desk::access::Role;
use std::collections::HashMap;

/// The permission that a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everyone, signed in or not.
    Public,
    /// A user with at least this role.
    Role(Role),
    /// No such path, or not with this method. Signed-in users get the 404 or 405.
    NotFound,
    /// The router has the path, but it has no permission. Refused for everyone.
    Unlisted,
}

/// Maps each path of the router to the permissions of its methods.
#[derive(Clone, Debug, Default)]
pub(crate) struct Permissions(HashMap<&'static str, Vec<(&'static str, Option<Role>)>>);

impl Permissions {
    pub fn new(routes: &[Route]) -> Self {
        let mut paths: HashMap<_, Vec<_>> = HashMap::new();
        for route in routes {
            paths.entry(route.path).or_default().push((route.method, route.least));
        }
        Self(paths)
    }

    /// Looks a request up by its method and by the path as the router has it: `/packages/{id}`.
    pub fn access(&self, method: &Method, path: Option<&str>) -> Access {
        let Some(path) = path else { return Access::NotFound };
        let Some(methods) = self.0.get(path) else { return Access::Unlisted };
        let wanted = if *method == Method::HEAD { "GET" } else { method.as_str() };
        match methods.iter().find(|(method, _)| *method == wanted) {
            Some((_, Some(least))) => Access::Role(*least),
            Some((_, None)) => Access::Public,
            None => Access::NotFound,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_needs_the_role_of_its_route() {
        let permissions = Permissions::new(&crate::routes());
        for (method, path, expected) in [
            (Method::GET, Some("/"), Access::Role(Role::Sdr)),
            (Method::HEAD, Some("/"), Access::Role(Role::Sdr)),
            (Method::POST, Some("/sending/stop"), Access::Role(Role::Sdr)),
            (Method::POST, Some("/sending/resume"), Access::Role(Role::Lead)),
            (Method::GET, Some("/sending/stop"), Access::NotFound),
            (Method::GET, Some("/sign-in"), Access::Public),
            (Method::DELETE, Some("/sign-in"), Access::NotFound),
            (Method::GET, Some("/forgotten"), Access::Unlisted),
            (Method::GET, None, Access::NotFound),
        ] {
            assert_eq!(permissions.access(&method, path), expected, "{method} {path:?}");
        }
    }
}
