//! Who may do what: every route with the least role that it takes. A route that is not here takes nobody.

use axum::http::Method;
use baton_desk::desk::Role;

/// What is asked with which method at which path, and who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// `GET`, which takes `HEAD` as well, or `POST`.
    pub method: &'static str,
    /// As the router has it: `/packages/{id}`.
    pub path: &'static str,
    /// The least role; none where nobody needs to be signed in.
    pub least: Option<Role>,
}

const fn route(method: &'static str, path: &'static str, least: Option<Role>) -> Route {
    Route { method, path, least }
}

const SDR: Option<Role> = Some(Role::Sdr);
const LEAD: Option<Role> = Some(Role::Lead);
const ADMIN: Option<Role> = Some(Role::Admin);

/// Every route there is. Whoever sees something wrong may stop it at once; letting it go on takes a lead.
pub const ROUTES: &[Route] = &[
    route("GET", "/", SDR),
    route("GET", "/packages/{id}", SDR),
    route("GET", "/packages/{id}/trail", SDR),
    route("POST", "/packages/{id}/check", SDR),
    route("POST", "/packages/{id}/approve", SDR),
    route("POST", "/packages/{id}/edit", SDR),
    route("POST", "/packages/{id}/reject", SDR),
    route("POST", "/packages/{id}/snooze", SDR),
    route("POST", "/packages/{id}/inspect", SDR),
    route("POST", "/packages/{id}/redraft", SDR),
    route("POST", "/packages/{id}/undo", SDR),
    route("POST", "/packages/{id}/verdict", SDR),
    route("POST", "/packages/{id}/assign", LEAD),
    route("POST", "/several", SDR),
    route("GET", "/checks", SDR),
    route("GET", "/replies", SDR),
    route("POST", "/replies/{id}/take", SDR),
    route("POST", "/replies/{id}/not-yet", SDR),
    route("GET", "/quality", SDR),
    route("GET", "/quality/{id}", SDR),
    route("POST", "/quality/{id}/stop", SDR),
    route("POST", "/quality/{id}/resume", LEAD),
    route("GET", "/dashboard", LEAD),
    route("GET", "/dashboard/{figure}", LEAD),
    route("GET", "/calibration", SDR),
    route("GET", "/outbox", SDR),
    route("GET", "/outbox/{id}", SDR),
    route("POST", "/outbox/{id}/withdraw", SDR),
    route("POST", "/outbox/{id}/settle", SDR),
    route("POST", "/sending/stop", SDR),
    route("POST", "/sending/resume", LEAD),
    route("POST", "/sign-out", SDR),
    route("POST", "/sign-out/everywhere", SDR),
    route("GET", "/sign-in", None),
    route("POST", "/sign-in", None),
    route("GET", "/users", ADMIN),
    route("POST", "/users", ADMIN),
    route("POST", "/users/{id}/invite", ADMIN),
    route("POST", "/users/{id}/role", ADMIN),
    route("POST", "/users/{id}/disable", ADMIN),
    route("POST", "/users/{id}/enable", ADMIN),
    route("GET", "/sign-in/sso", None),
    route("GET", "/sign-in/sso/callback", None),
    route("GET", "/invitation/{token}", None),
    route("POST", "/invitation/{token}", None),
    route("GET", "/assets/{name}", None),
    // The path itself says who asks; see `door/panel.rs`.
    route("GET", "/panel", None),
    route("GET", "/panel/{token}", None),
    route("GET", "/panel/{token}/{id}", None),
    route("POST", "/panel/{token}/{id}/check", None),
    route("POST", "/panel/{token}/{id}/approve", None),
    route("POST", "/panel/{token}/{id}/edit", None),
    route("POST", "/panel/{token}/{id}/reject", None),
    route("POST", "/panel/{token}/{id}/snooze", None),
    route("POST", "/panel/{token}/{id}/undo", None),
    route("GET", "/api/v1/packages", SDR),
    route("GET", "/api/v1/packages/{id}", SDR),
    route("GET", "/api/v1/packages/{id}/trail", SDR),
    route("POST", "/api/v1/packages/{id}/decisions", SDR),
    route("POST", "/api/v1/packages/{id}/undo", SDR),
    route("POST", "/api/v1/packages/{id}/assign", LEAD),
    route("POST", "/api/v1/packages/{id}/inspect", SDR),
    route("POST", "/api/v1/packages/{id}/verdict", SDR),
    route("GET", "/api/v1/checks", SDR),
    route("GET", "/api/v1/outbox", SDR),
    route("GET", "/api/v1/outbox/{id}", SDR),
    route("POST", "/api/v1/outbox/{id}/withdraw", SDR),
    route("GET", "/api/v1/streams", SDR),
    route("GET", "/api/v1/streams/{id}", SDR),
    route("GET", "/api/v1/streams/{id}/evidence", SDR),
    route("POST", "/api/v1/streams/{id}/stop", SDR),
    route("POST", "/api/v1/streams/{id}/resume", LEAD),
    route("GET", "/api/v1/calibration", SDR),
    route("GET", "/api/v1/sending", SDR),
    route("POST", "/api/v1/sending/stop", SDR),
    route("POST", "/api/v1/sending/resume", LEAD),
    route("GET", "/api/v1/replies", SDR),
    route("POST", "/api/v1/replies/{id}/take", SDR),
    route("POST", "/api/v1/replies/{id}/not-yet", SDR),
    route("POST", "/api/v1/suppressions", LEAD),
    route("GET", "/api", SDR),
    route("GET", "/api/openapi.json", SDR),
];

/// What a request takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Anybody may ask.
    Nobody,
    /// Somebody with this role at least.
    Least(Role),
    /// There is nothing at this path, or not with this method. Whoever is signed in may know that.
    NotThere,
    /// There is something that the table does not know.
    NotListed,
}

/// What a request takes, by the router's own name for its path.
pub(crate) fn needs(method: &Method, path: Option<&str>) -> Needs {
    let Some(path) = path else { return Needs::NotThere };
    let asked = if *method == Method::HEAD { "GET" } else { method.as_str() };
    let mut known = ROUTES.iter().filter(|route| route.path == path).peekable();
    if known.peek().is_none() {
        return Needs::NotListed;
    }
    match known.find(|route| route.method == asked) {
        Some(Route { least: Some(least), .. }) => Needs::Least(*least),
        Some(Route { least: None, .. }) => Needs::Nobody,
        None => Needs::NotThere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The router's routes, as they are written down.
    fn written() -> BTreeSet<(String, String)> {
        let source = include_str!("../site.rs");
        let lines = source.lines().filter_map(|line| line.trim().strip_prefix(".route("));
        let mut routes = BTreeSet::new();
        for line in lines {
            let (path, rest) = line.strip_prefix('"').and_then(|line| line.split_once('"')).expect("a path");
            for method in ["get", "post", "put", "patch", "delete", "any"] {
                if rest.contains(&format!(" {method}(")) || rest.contains(&format!(").{method}(")) {
                    routes.insert((method.to_uppercase(), path.to_owned()));
                }
            }
        }
        routes
    }

    #[test]
    fn every_route_is_in_the_table_once() {
        let listed: Vec<_> = ROUTES.iter().map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
        let once: BTreeSet<_> = listed.iter().cloned().collect();
        assert_eq!(listed.len(), once.len());
        assert_eq!(once, written());
    }

    #[test]
    fn a_route_takes_what_the_table_says() {
        for (method, path, expected) in [
            (Method::GET, Some("/"), Needs::Least(Role::Sdr)),
            (Method::HEAD, Some("/"), Needs::Least(Role::Sdr)),
            (Method::POST, Some("/sending/stop"), Needs::Least(Role::Sdr)),
            (Method::POST, Some("/sending/resume"), Needs::Least(Role::Lead)),
            (Method::GET, Some("/sending/stop"), Needs::NotThere),
            (Method::GET, Some("/sign-in"), Needs::Nobody),
            (Method::DELETE, Some("/sign-in"), Needs::NotThere),
            (Method::GET, Some("/forgotten"), Needs::NotListed),
            (Method::GET, None, Needs::NotThere),
        ] {
            assert_eq!(needs(&method, path), expected, "{method} {path:?}");
        }
    }
}
