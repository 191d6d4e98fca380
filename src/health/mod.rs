//! How the service is: ready or not, in words for people, in figures for programs.

mod exposition;
pub mod requests;
pub mod routes;
pub mod rules;
mod words;
