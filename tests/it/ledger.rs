//! The ledger: append-only lines that two parties confirm, contest and correct, and that nobody can rewrite unseen.

mod appending;
mod lines;
mod proving;
mod reading;
mod records;
mod rewriting;
mod scan;
mod taken_back;
mod tampering;
mod witnesses;
mod words;
