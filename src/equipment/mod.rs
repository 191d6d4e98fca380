//! Equipment: the things and places that structures make available.

pub(crate) mod routes;
pub mod rows;
pub mod rules;
