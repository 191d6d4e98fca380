//! Whatever random parties do, in whatever order: the ledger holds, nothing overlaps, and the summaries add up.

mod accord;
mod commands;
mod lending;
mod moments;
mod parties;
mod standing;
mod sums;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::deeds;
use crate::world::World;
use commands::Command;
use moments::Said;
use parties::Model;

/// Sequences tried.
const CASES: u32 = 30;
/// Attempts at a shorter sequence that fails as well.
const SHORTER_ATTEMPTS_MAX: u32 = 300;

#[test]
fn whatever_the_parties_do_the_ledger_holds_and_the_summaries_add_up() {
    let config =
        Config { cases: CASES, failure_persistence: None, max_shrink_iters: SHORTER_ATTEMPTS_MAX, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let played = runner.run(&commands::sequences(), |commands| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(&commands));
        Ok(())
    });
    played.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Plays a sequence on a world of its own, and holds the world against the model after each step.
async fn play(commands: &[Command]) {
    let world = World::new().await;
    let mut model = Model::new(&world).await;
    let mut said = Vec::new();
    for (step, command) in commands.iter().enumerate() {
        model.take(&world, command).await;
        model.assert_possible();
        let report = world.app.store.read(navette::ledger::verify::verify).await.unwrap();
        assert_eq!((report.faults, report.lines), (vec![], model.lines()), "after {command:?}");
        let (scope, year) = ([None, Some(0), Some(1), Some(2), Some(3)][step % 5], 2026 - i32::from(step % 7 == 0));
        let summary = sums::assert_summary(&world, &model, scope, year).await;
        said.push(Said { scope, year, summary });
    }
    for said in &said {
        moments::assert_said_again(&world, &model, said).await;
    }
    for (step, (from, until)) in sums::PERIODS.into_iter().enumerate() {
        sums::assert_period(&world, &model, [None, Some(0), Some(1), Some(2)][step % 4], from, until).await;
    }
    for year in [2025, 2026] {
        for scope in [None, Some(0), Some(1), Some(2), Some(3)] {
            sums::assert_summary(&world, &model, scope, year).await;
        }
    }
    for party in 0..4 {
        accord::assert_inbox(&world, &model, party).await;
    }
    for flow in model.flows() {
        let by = flow.giver.or(flow.receiver).unwrap_or(0);
        let read = world.contribution(&flow.id, &model.party(by).manager).await;
        deeds::says(&read, &flow.as_read(&model));
    }
    for loan in &model.loans {
        let read = world.get(format!("/v1/loans/{}", loan.id)).by(&model.party(loan.borrower).manager).await.ok();
        deeds::says(&read, &loan.as_read());
    }
}
