//! Skills, needs, and the sessions on which a skill is passed on.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::Act;
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::ledger::rules::{Basis, Flow, Private, Quantities, SourceKind};
use crate::ledger::{self, Ends};
use crate::text::Name;
use rows::Kept;
use rules::{Receiver, ReceiverWish, Session, Side, Wish, shares};

/// Records a session and appends one contribution for each receiver.
///
/// # Errors
/// What the wish or its parties refuse.
pub fn record(act: &Act<'_>, id: Id, wish: &Wish) -> Result<Session, Error> {
    let basis = wish.judge()?;
    ledger::refuse_future(act, wish.day, "/day")?;
    judge_ends(act, wish)?;
    let declarer = declarer(act, wish)?;
    ledger::judge_person(act, wish.person_id, Some(wish.giver_id))?;
    let skill = skill_of(act, wish)?;
    let session = Kept {
        id,
        giver_id: wish.giver_id,
        cooperation_id: wish.cooperation_id,
        skill_id: wish.skill_id,
        skill,
        taught_by: wish.taught_by,
        day: wish.day,
        minutes: wish.minutes,
        created_at: act.now,
    };
    rows::insert_session(act.db, &session)?;
    let participants: Vec<i64> = wish.receivers.iter().map(|receiver| receiver.participants.people()).collect();
    let minutes = wish.minutes.map(|minutes| shares(minutes, &participants));
    for (position, receiver) in wish.receivers.iter().enumerate() {
        let share = minutes.as_ref().and_then(|shares| shares.get(position).copied());
        let private = Private { person_id: wish.person_id, text: wish.note.clone() };
        ledger::contribute(act, flow(&session, receiver, share, &basis), declarer, private)?;
    }
    shown(act, session)
}

fn judge_ends(act: &Act<'_>, wish: &Wish) -> Result<(), Error> {
    for (position, receiver) in wish.receivers.iter().enumerate() {
        let ends = Ends {
            giver: Some(wish.giver_id),
            giver_field: "/giver_id",
            receiver: receiver.structure_id,
            receiver_field: &format!("/receivers/{position}/structure_id"),
            cooperation: wish.cooperation_id,
            day: wish.day,
        };
        ends.judge(act)?;
    }
    Ok(())
}

/// The giver declares; a receiver may, of a session that it alone received; and of one among structures of a
/// cooperation, a structure that facilitates it and took no part.
fn declarer(act: &Act<'_>, wish: &Wish) -> Result<Option<Id>, Error> {
    let party = match wish.receivers.as_slice() {
        [ReceiverWish { structure_id: Some(only), .. }] => act.speaker(&[wish.giver_id, *only]),
        _ => act.speaker(&[wish.giver_id]),
    };
    let receivers: Option<Vec<Id>> = wish.receivers.iter().map(|receiver| receiver.structure_id).collect();
    match (party, receivers) {
        (Err(Error::Forbidden), Some(receivers)) => {
            ledger::on_behalf(act, wish.cooperation_id, &[receivers, vec![wish.giver_id]].concat())
        }
        (party, _) => party,
    }
}

fn skill_of(act: &Act<'_>, wish: &Wish) -> Result<Name, Error> {
    if let Some(name) = &wish.skill {
        return Ok(name.clone());
    }
    let id = wish.skill_id.ok_or_else(|| Fault::Missing.at("/skill"))?;
    match rows::find_skill(act.db, Side::Offer, id)? {
        Some(skill) if skill.facts.structure_id == wish.giver_id => Ok(skill.facts.name),
        _ => Err(Fault::Unknown.at("/skill_id")),
    }
}

fn flow(session: &Kept, receiver: &ReceiverWish, minutes: Option<i64>, basis: &Basis) -> Flow {
    Flow {
        kind: session.taught_by.into(),
        source_kind: SourceKind::Session,
        source_id: session.id,
        giver_id: Some(session.giver_id),
        receiver_id: receiver.structure_id,
        cooperation_id: session.cooperation_id,
        category: session.skill.clone(),
        occurred_on: session.day,
        occurred_until: None,
        quantities: Quantities {
            minutes,
            participants: Some(receiver.participants.people()),
            occasions: 1,
            ..Quantities::default()
        },
        basis: basis.clone(),
    }
}

/// A session as the caller sees it: with the receivers whose contributions the caller may see.
///
/// # Errors
/// [`Error::NotFound`] when the caller may see none of it.
pub fn shown(act: &Act<'_>, session: Kept) -> Result<Session, Error> {
    let mut receivers = Vec::new();
    let mut seen = None;
    for recorded in ledger::rows::of_source(act.db, session.id)? {
        if !ledger::is_seen(act, &recorded.flow)? {
            continue;
        }
        receivers.push(Receiver {
            structure_id: recorded.flow.receiver_id,
            participants: recorded.flow.quantities.participants.unwrap_or(0),
            minutes: recorded.flow.quantities.minutes,
            contribution_id: recorded.line.id,
            state: recorded.state,
        });
        seen.get_or_insert(recorded);
    }
    let first = seen.ok_or(Error::NotFound)?;
    let private = ledger::private_as_seen(act, &first)?;
    Ok(Session {
        id: session.id,
        giver_id: session.giver_id,
        cooperation_id: session.cooperation_id,
        skill_id: session.skill_id,
        skill: session.skill,
        taught_by: session.taught_by,
        person_id: private.person_id,
        day: session.day,
        minutes: session.minutes,
        provenance: first.flow.basis.provenance,
        provenance_rule: first.flow.basis.rule,
        note: private.text,
        receivers,
        created_at: session.created_at,
    })
}
