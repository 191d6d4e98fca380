//! The summary: what was given and received, broken down one way at a time, of any days and as known at any moment.

mod concordance;
mod figures;
mod formats;
mod known;
mod people;
mod period;
mod readers;
