//! How one comes in and stays in: passwords, log-in, tokens and the keys that sign them.

pub mod guessable;
pub mod password;
pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod throttle;
pub mod token;
