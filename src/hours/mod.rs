//! Volunteer hours: time that people freely give.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::Act;
use crate::clock::DAY_MINUTES;
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::ledger::rules::{Basis, Flow, Kind, Line, Private, Quantities, SourceKind, State};
use crate::ledger::{self, Ends};
use rules::{HeadCount, Hours, Wish};

/// Records hours and appends their contribution.
///
/// # Errors
/// What the wish or its parties refuse; [`Fault::MoreThanADay`] beyond 24 hours of one person and day.
pub fn record(act: &Act<'_>, id: Id, wish: Wish) -> Result<Hours, Error> {
    let basis = wish.judge()?;
    ledger::refuse_future(act, wish.day, "/day")?;
    let ends = Ends {
        giver: wish.giver_id,
        giver_field: "/giver_id",
        receiver: wish.receiver_id,
        receiver_field: "/receiver_id",
        cooperation: wish.cooperation_id,
        day: wish.day,
    };
    ends.judge(act)?;
    let declarer = ends.recorder(act)?;
    ledger::judge_person(act, wish.person_id, wish.giver_id.or(wish.receiver_id))?;
    if let Some(person) = wish.person_id
        && ledger::rows::minutes_of_person(act.db, person, wish.day)? + wish.minutes > DAY_MINUTES
    {
        return Err(Fault::MoreThanADay.at("/minutes"));
    }
    let private = Private { person_id: wish.person_id, text: wish.note.clone() };
    let head_count = wish.head_count;
    let flow = flow(id, wish, basis);
    let line = ledger::contribute(act, flow.clone(), declarer, private.clone())?;
    rows::insert(act.db, id, line.seq, head_count.people())?;
    // Whoever may record it may see it; a note is its structure's own, and the operator speaks for none.
    let private = Private { text: private.text.filter(|_| line.spoken_for.is_some()), ..private };
    Ok(told(id, head_count, &line, flow, State::Declared, private))
}

fn flow(id: Id, wish: Wish, basis: Basis) -> Flow {
    Flow {
        kind: Kind::VolunteerHours,
        source_kind: SourceKind::Hours,
        source_id: id,
        giver_id: wish.giver_id,
        receiver_id: wish.receiver_id,
        cooperation_id: wish.cooperation_id,
        category: wish.activity,
        occurred_on: wish.day,
        occurred_until: None,
        quantities: Quantities { minutes: Some(wish.minutes), occasions: 1, ..Quantities::default() },
        basis,
    }
}

/// The hours with this id, if the caller may see them.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(act: &Act<'_>, id: Id) -> Result<Hours, Error> {
    let (contribution, head_count) = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    shown(act, id, contribution, HeadCount::try_from(head_count).unwrap_or_default())
}

/// Hours as the caller sees them.
///
/// # Errors
/// [`Error::NotFound`] when the caller may not see their contribution.
pub fn shown(act: &Act<'_>, id: Id, contribution: Id, head_count: HeadCount) -> Result<Hours, Error> {
    let recorded = ledger::visible(act, contribution)?;
    let private = ledger::private_as_seen(act, &recorded)?;
    Ok(told(id, head_count, &recorded.line, recorded.flow, recorded.state, private))
}

fn told(id: Id, head_count: HeadCount, line: &Line, flow: Flow, state: State, private: Private) -> Hours {
    Hours {
        id,
        giver_id: flow.giver_id,
        receiver_id: flow.receiver_id,
        cooperation_id: flow.cooperation_id,
        person_id: private.person_id,
        head_count: head_count.people(),
        day: flow.occurred_on,
        minutes: flow.quantities.minutes.unwrap_or(0),
        activity: flow.category,
        provenance: flow.basis.provenance,
        provenance_rule: flow.basis.rule,
        note: private.text,
        contribution_id: line.id,
        state,
        created_at: line.recorded_at,
    }
}
