//! The audit trail: acts that touch security, for those concerned to read.

pub mod rows;
pub mod rules;
