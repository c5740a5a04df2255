//! The table that routes are registered in: each one with its permission and, for the API, its description.
//!
//! One registration makes the route of the router, its permission and its entry in the OpenAPI document, so the three
//! cannot differ.

use crate::app_state::AppState;
use crate::operation::Operation;
use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};
use baton_desk::access::Role;
use std::sync::Arc;

pub(crate) const PUBLIC: Option<Role> = None;
pub(crate) const SDR: Option<Role> = Some(Role::Sdr);
pub(crate) const LEAD: Option<Role> = Some(Role::Lead);
pub(crate) const ADMIN: Option<Role> = Some(Role::Admin);

/// Whether the path belongs to the API.
pub(crate) fn is_api(path: &str) -> bool {
    path == "/api/v1" || path.starts_with("/api/v1/")
}

/// A registered route.
#[derive(Clone, Debug)]
pub struct Route {
    /// `GET`, which includes `HEAD`, or `POST`.
    pub method: &'static str,
    /// As the router has it: `/packages/{id}`.
    pub path: &'static str,
    /// The least role that the route requires. `None` if no sign-in is needed.
    pub least: Option<Role>,
    pub(crate) operation: Option<Operation>,
}

/// Routes with their handlers.
#[derive(Default)]
pub(crate) struct RouteTable {
    router: Router<Arc<AppState>>,
    routes: Vec<Route>,
}

impl RouteTable {
    pub fn get<H, T>(self, path: &'static str, least: Option<Role>, handler: H) -> Self
    where
        H: Handler<T, Arc<AppState>>,
        T: 'static,
    {
        self.add("GET", path, least, get(handler))
    }

    pub fn post<H, T>(self, path: &'static str, least: Option<Role>, handler: H) -> Self
    where
        H: Handler<T, Arc<AppState>>,
        T: 'static,
    {
        self.add("POST", path, least, post(handler))
    }

    /// Describes the route that was added last.
    pub fn describe(mut self, operation: Operation) -> Self {
        if let Some(route) = self.routes.last_mut() {
            route.operation = Some(operation);
        }
        self
    }

    /// Returns the router and what is registered in it.
    pub fn into_parts(self) -> (Router<Arc<AppState>>, Vec<Route>) {
        (self.router, self.routes)
    }

    fn add(
        mut self,
        method: &'static str,
        path: &'static str,
        least: Option<Role>,
        handler: MethodRouter<Arc<AppState>>,
    ) -> Self {
        self.routes.push(Route { method, path, least, operation: None });
        Self { router: self.router.route(path, handler), ..self }
    }
}
