//! What parties may try, sensible or not, as proptest makes it up.

use proptest::prelude::*;
use proptest::sample::Index;

/// Who tries: mostly a party to it, sometimes somebody else.
#[derive(Debug, Clone, Copy)]
pub enum Who {
    /// Who gives or lends.
    Giver,
    /// Who receives or borrows.
    Receiver,
    /// One of the four managers.
    Any(usize),
}

/// What a correction says is right.
#[derive(Debug, Clone, Copy)]
pub enum Right {
    /// None of it happened.
    Nothing,
    /// So much of what its kind is measured in.
    Measure(i64),
    /// So many times.
    Occasions(i64),
    /// So many people.
    Participants(i64),
}

/// What somebody tries. Parties are 0 to 3, of which 3 is in no cooperation; days count from the first one.
#[derive(Debug, Clone)]
pub enum Command {
    Hours {
        by: Who,
        giver: Option<usize>,
        receiver: Option<usize>,
        within: bool,
        day: i32,
        minutes: i64,
    },
    Session {
        by: Who,
        giver: usize,
        receivers: Vec<(Option<usize>, i64)>,
        within: bool,
        day: i32,
        minutes: Option<i64>,
    },
    Lent {
        by: Who,
        lender: usize,
        borrower: usize,
        within: bool,
        from: i32,
        days: Option<i32>,
        pieces: i64,
    },
    Ask {
        by: Who,
        thing: usize,
        borrower: usize,
        within: bool,
        from: i32,
        days: i32,
        pieces: i64,
        over: bool,
    },
    /// Without an event: the next one.
    Happen {
        by: Who,
        loan: Index,
        event: Option<&'static str>,
        on: i32,
    },
    Speak {
        by: Who,
        line: Index,
        word: &'static str,
    },
    Correct {
        by: Who,
        line: Index,
        right: Right,
    },
    Wait {
        days: i32,
    },
}

/// The first day of [`Command`]s; the clock stands [`TODAY`] days later.
pub const FIRST_DAY: &str = "2025-12-20";
/// Where the clock stands at first, in days after the first one.
pub const TODAY: i32 = 84;

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        5 => Just(Who::Giver),
        5 => Just(Who::Receiver),
        2 => (0..4_usize).prop_map(Who::Any),
        1 => Just(Who::Any(0)), // who facilitates
    ]
}

fn party() -> impl Strategy<Value = usize> {
    prop_oneof![9 => 0..3_usize, 1 => Just(3)]
}

/// Mostly two different ones.
fn pair() -> impl Strategy<Value = (usize, usize)> {
    prop_oneof![9 => (0..3_usize, 1..3_usize).prop_map(|(one, further)| (one, (one + further) % 3)), 1 => (party(), party())]
}

/// Mostly in the past, around the new year and today.
fn day() -> impl Strategy<Value = i32> {
    prop_oneof![4 => 0..20_i32, 6 => 60..=TODAY, 1 => TODAY..TODAY + 4]
}

fn hours() -> impl Strategy<Value = Command> {
    let minutes = prop_oneof![9 => 1..600_i64, 1 => -1..1500_i64];
    let nobody = (prop::bool::weighted(0.15), prop::bool::weighted(0.15));
    (who(), pair(), nobody, any::<bool>(), day(), minutes).prop_map(|(by, pair, nobody, within, day, minutes)| {
        let (giver, receiver) = (Some(pair.0).filter(|_| !nobody.0), Some(pair.1).filter(|_| !nobody.1));
        Command::Hours { by, giver, receiver, within, day, minutes }
    })
}

fn session() -> impl Strategy<Value = Command> {
    // Mostly the others of the cooperation, and the commons.
    let others = prop::sample::subsequence(vec![Some(1), Some(2), None], 1..4);
    let others = (others, prop::collection::vec(1..9_i64, 3));
    let anybody = prop::collection::vec((prop::option::weighted(0.9, party()), 1..9_i64), 0..3);
    let minutes = prop::option::weighted(0.8, 1..200_i64);
    let by = prop_oneof![6 => Just(Who::Giver), 1 => who()];
    (by, 0..3_usize, others, prop::option::weighted(0.1, anybody), prop::bool::weighted(0.8), day(), minutes).prop_map(
        |(by, giver, (others, people), anybody, within, day, minutes)| {
            let others = others.into_iter().zip(people);
            let others = others.map(|(other, people)| (other.map(|further| (giver + further) % 3), people)).collect();
            Command::Session { by, giver, receivers: anybody.unwrap_or(others), within, day, minutes }
        },
    )
}

fn lent() -> impl Strategy<Value = Command> {
    let days = prop::option::weighted(0.8, 1..25_i32);
    (who(), pair(), any::<bool>(), 0..70_i32, days, 1..4_i64).prop_map(
        |(by, (lender, borrower), within, from, days, pieces)| Command::Lent {
            by,
            lender,
            borrower,
            within,
            from,
            days,
            pieces,
        },
    )
}

fn ask() -> impl Strategy<Value = Command> {
    let from = TODAY - 10..TODAY + 4;
    let over = prop::bool::weighted(0.2);
    let thing = prop_oneof![3 => Just(0_usize), 1 => Just(1), 2 => Just(2)];
    (who(), thing, party(), any::<bool>(), from, 1..8_i32, 1..6_i64, over).prop_map(
        |(by, thing, borrower, within, from, days, pieces, over)| Command::Ask {
            by,
            thing,
            borrower: if borrower == 3 { 3 } else { (thing + borrower % 2) % 3 },
            within,
            from,
            days,
            pieces: if thing == 2 { pieces } else { 1 + pieces / 5 },
            over,
        },
    )
}

fn happen() -> impl Strategy<Value = Command> {
    let event = prop::sample::select(vec!["approve", "hand_over", "return", "decline", "cancel"]);
    let by = prop_oneof![8 => Just(Who::Giver), 3 => Just(Who::Receiver), 1 => (0..4_usize).prop_map(Who::Any)];
    (by, any::<Index>(), prop::option::weighted(0.2, event), TODAY - 10..TODAY + 3)
        .prop_map(|(by, loan, event, on)| Command::Happen { by, loan, event, on })
}

fn speak() -> impl Strategy<Value = Command> {
    let word = prop_oneof![
        6 => Just("confirm"),
        4 => Just("contest"),
        3 => Just("withdraw"),
        1 => Just("attest"),
    ];
    (who(), any::<Index>(), word).prop_map(|(by, line, word)| Command::Speak { by, line, word })
}

fn correct() -> impl Strategy<Value = Command> {
    let right = prop_oneof![
        1 => Just(Right::Nothing),
        6 => (0..120_i64).prop_map(Right::Measure),
        1 => (0..3_i64).prop_map(Right::Occasions),
        1 => (0..9_i64).prop_map(Right::Participants),
    ];
    (who(), any::<Index>(), right).prop_map(|(by, line, right)| Command::Correct { by, line, right })
}

/// Sequences of commands.
pub fn sequences() -> impl Strategy<Value = Vec<Command>> {
    let command = prop_oneof![
        4 => hours(),
        2 => session(),
        2 => lent(),
        4 => ask(),
        8 => happen(),
        8 => speak(),
        5 => correct(),
        1 => (1..4_i32).prop_map(|days| Command::Wait { days }),
    ];
    prop::collection::vec(command, 1..50)
}
