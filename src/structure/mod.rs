//! Structures: the organisations that give and receive.

pub mod routes;
pub mod rows;
pub mod rules;
