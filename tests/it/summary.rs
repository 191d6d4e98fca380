//! The yearly summary: what was given and received, broken down one way at a time, the same for every member.

mod concordance;
mod figures;
mod formats;
mod readers;
