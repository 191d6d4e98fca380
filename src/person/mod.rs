//! People: volunteers and trainers, known to their own structure only.

pub(crate) mod routes;
pub mod rows;
pub mod rules;
