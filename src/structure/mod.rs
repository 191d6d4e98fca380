//! Structures: the organisations that give and receive.

pub(crate) mod routes;
pub mod rows;
pub mod rules;
