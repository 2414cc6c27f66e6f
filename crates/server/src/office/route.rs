//! A route of the back office, which says what it asks of whoever comes: so that none can be without it, and all can be listed.

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use super::{Office, gate};

pub(super) use super::needs::Needs;

/// A screen, or an action of one.
pub(super) struct Route {
    /// The path below the office's own.
    pub(super) path: &'static str,
    /// Whether it changes something.
    pub(super) acts: bool,
    /// What it asks for.
    pub(super) needs: Needs,
    handler: MethodRouter<Office>,
}

impl Route {
    /// A screen.
    pub(super) fn shows<H, T>(path: &'static str, needs: Needs, handler: H) -> Self
    where
        H: Handler<T, Office>,
        T: 'static,
    {
        Route { path, acts: false, needs, handler: get(handler) }
    }

    /// An action.
    pub(super) fn acts<H, T>(path: &'static str, needs: Needs, handler: H) -> Self
    where
        H: Handler<T, Office>,
        T: 'static,
    {
        Route { path, acts: true, needs, handler: post(handler) }
    }

    /// The router with this route, behind the gate.
    pub(super) fn add_to(self, router: Router<Office>, office: &Office) -> Router<Office> {
        let gate = from_fn_with_state((office.clone(), self.needs), gate::pass);
        router.route(self.path, self.handler.layer(gate))
    }
}
