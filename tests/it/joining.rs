//! Who joins, and how: invitations, hand-overs, and what is said while all hangs on one person.

mod alone;
mod hand_over;
mod invitation;
mod proposal;
mod void;
