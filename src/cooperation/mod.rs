//! Cooperations: common undertakings on a territory, and the structures in them.

pub mod routes;
pub mod rows;
pub mod rules;
