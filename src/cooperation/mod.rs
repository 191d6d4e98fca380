//! Cooperations: common undertakings on a territory, and the structures in them.

pub(crate) mod routes;
pub mod rows;
pub mod rules;
