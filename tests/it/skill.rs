//! Skills that can be passed on, needs that are their mirror, and the sessions on which they meet.

mod offers;
mod sessions;
