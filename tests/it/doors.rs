//! The door: who comes in, from where, how often, and what every answer says to browsers.

mod address;
mod bodies;
mod cors;
mod crowd;
mod overload;
mod patience;
mod places;
mod rates;
mod seals;
