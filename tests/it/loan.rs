//! Loans: from request to return, never two at once, counted in days.

mod afterwards;
mod calendar;
mod counting;
mod life;
mod pool;
