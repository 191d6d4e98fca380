//! Volunteer hours: whole minutes of people, known to their own structure only.

mod lists;
mod people;
mod recording;
