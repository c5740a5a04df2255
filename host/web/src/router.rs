//! The routes of the pages, and the router that serves them and the API.
//!
//! A route names its permission where it is registered. Any user may stop sending or a stream at once; resuming takes a
//! lead.

use crate::api;
use crate::app_state::AppState;
use crate::auth::operator_link;
use crate::middleware::{Guard, guard};
use crate::permissions::Permissions;
use crate::route_table::{ADMIN, LEAD, PUBLIC, Route, RouteTable, SDR};
use crate::{actions, assets, pages};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use std::sync::Arc;

/// The largest form, in bytes: the longest text the desk accepts, three times as long when encoded, plus the other fields.
const MAX_FORM: usize = 128 << 10;

/// Returns the router of all pages, actions and API operations.
pub fn router(app: AppState) -> Router {
    let app = Arc::new(app);
    let (router, routes) = table().into_parts();
    let checks = Guard::new(Arc::clone(&app), Permissions::new(&routes));
    router.layer(from_fn_with_state(checks, guard)).layer(DefaultBodyLimit::max(MAX_FORM)).with_state(app)
}

/// Returns all routes with their permissions.
pub fn routes() -> Vec<Route> {
    table().into_parts().1
}

fn table() -> RouteTable {
    api::routes::add(pages())
}

fn pages() -> RouteTable {
    RouteTable::default()
        .get("/", SDR, pages::queue::show)
        .get("/packages/{id}", SDR, pages::package::show)
        .get("/packages/{id}/audit-log", SDR, pages::audit_log::show)
        .post("/packages/{id}/check", SDR, actions::decide::check)
        .post("/packages/{id}/inspect", SDR, actions::inspect::inspect)
        // The last part of the path names the decision.
        .post("/packages/{id}/approve", SDR, actions::decide::decide)
        .post("/packages/{id}/edit", SDR, actions::decide::decide)
        .post("/packages/{id}/reject", SDR, actions::decide::decide)
        .post("/packages/{id}/snooze", SDR, actions::decide::decide)
        .post("/packages/{id}/redraft", SDR, actions::decide::decide)
        .post("/packages/{id}/undo", SDR, actions::undo::undo)
        .post("/packages/{id}/verdict", SDR, actions::verdict::give)
        .post("/packages/{id}/assign", LEAD, actions::bulk::assign)
        .post("/several", SDR, actions::bulk::act)
        .get("/checks", SDR, pages::checks::show)
        .get("/replies", SDR, pages::replies::show)
        .post("/replies/{id}/take", SDR, actions::replies::take)
        .post("/replies/{id}/not-yet", SDR, actions::replies::not_yet)
        .get("/quality", SDR, pages::quality::list)
        .get("/quality/{id}", SDR, pages::quality::show)
        .post("/quality/{id}/stop", SDR, actions::streams::stop)
        .post("/quality/{id}/resume", LEAD, actions::streams::resume)
        .get("/outbox", SDR, pages::outbox::list)
        .get("/outbox/{id}", SDR, pages::outbox::show)
        .post("/outbox/{id}/withdraw", SDR, actions::outbox::withdraw)
        .post("/outbox/{id}/settle", SDR, actions::outbox::settle)
        .get("/dashboard", LEAD, pages::dashboard::show)
        .get("/dashboard/{figure}", LEAD, pages::dashboard::figure)
        .get("/calibration", SDR, pages::calibration::show)
        .post("/sending/stop", SDR, actions::sending::stop)
        .post("/sending/resume", LEAD, actions::sending::resume)
        .get("/assets/{name}", PUBLIC, assets::serve)
        .get(crate::operator_link::ROUTE, PUBLIC, operator_link::open)
        .get("/sign-in", PUBLIC, pages::sign_in::show)
        .post("/sign-in", PUBLIC, actions::sign_in::sign_in)
        .get("/sign-in/sso", PUBLIC, actions::sso::begin)
        .get("/sign-in/sso/callback", PUBLIC, actions::sso::callback)
        .post("/sign-out", SDR, actions::sign_in::sign_out)
        .post("/sign-out/everywhere", SDR, actions::sign_in::sign_out_everywhere)
        .get("/invitation/{token}", PUBLIC, pages::invitation::show)
        .post("/invitation/{token}", PUBLIC, actions::sign_in::accept)
        .get("/users", ADMIN, pages::users::show)
        .post("/users", ADMIN, actions::users::add)
        .post("/users/{id}/invite", ADMIN, actions::users::invite)
        .post("/users/{id}/role", ADMIN, actions::users::set_role)
        .post("/users/{id}/disable", ADMIN, actions::users::disable)
        .post("/users/{id}/enable", ADMIN, actions::users::enable)
        // The token in the path authenticates the user; see `auth/panel.rs`.
        .get("/panel", PUBLIC, pages::package::panel::open)
        .get("/panel/{token}", PUBLIC, pages::package::panel::show)
        .get("/panel/{token}/{id}", PUBLIC, pages::package::panel::show)
        .post("/panel/{token}/{id}/check", PUBLIC, actions::panel::check)
        .post("/panel/{token}/{id}/approve", PUBLIC, actions::panel::decide)
        .post("/panel/{token}/{id}/edit", PUBLIC, actions::panel::decide)
        .post("/panel/{token}/{id}/reject", PUBLIC, actions::panel::decide)
        .post("/panel/{token}/{id}/snooze", PUBLIC, actions::panel::decide)
        .post("/panel/{token}/{id}/undo", PUBLIC, actions::panel::undo)
        .get("/api", SDR, pages::api::show)
        .get("/api/openapi.json", SDR, pages::api::document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_route_is_registered_once() {
        let routes = routes();
        let once: BTreeSet<_> = routes.iter().map(|route| (route.method, route.path)).collect();
        assert_eq!(routes.len(), once.len());
    }

    #[test]
    fn only_these_routes_need_no_sign_in() {
        let routes = routes();
        let public: BTreeSet<_> = routes.iter().filter(|route| route.least.is_none()).map(|route| route.path).collect();
        let sign_in = [
            "/start/{token}",
            "/sign-in",
            "/sign-in/sso",
            "/sign-in/sso/callback",
            "/invitation/{token}",
            "/assets/{name}",
        ];
        let (panel, other): (BTreeSet<_>, BTreeSet<_>) =
            public.into_iter().partition(|path| path.starts_with("/panel"));
        assert_eq!(other, sign_in.into_iter().collect());
        assert_eq!(panel.len(), 9);
    }

    #[test]
    fn the_api_is_described_and_takes_a_token() {
        for route in routes() {
            let is_api = crate::route_table::is_api(route.path);
            assert_eq!(route.operation.is_some(), is_api, "{route:?}");
            assert!(!is_api || route.least.is_some(), "{route:?}");
        }
    }
}
