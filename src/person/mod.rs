//! People: volunteers and trainers, known to their own structure only.

pub mod routes;
pub mod rows;
pub mod rules;
