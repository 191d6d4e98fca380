//! Equipment: the things and places that structures make available.

pub mod routes;
pub mod rows;
pub mod rules;
