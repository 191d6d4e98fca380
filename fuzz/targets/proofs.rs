//! Proofs and heads that somebody kept: the checker ends, whatever it is given.
#![no_main]

use libfuzzer_sys::fuzz_target;
use navette::ledger::check;
use navette::ledger::heads::Kept;

fuzz_target!(|text: &str| {
    let kept: Vec<Kept> = text.lines().filter_map(|line| line.parse().ok()).take(3).collect();
    let _verdict = check::check(text, &kept);
});
