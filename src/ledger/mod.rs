//! The ledger: append-only lines, chained by their hashes; two parties, one record.

pub mod accord;
mod accord_check;
pub mod accord_rows;
pub mod check;
mod computed;
pub mod content;
pub mod correction;
pub mod family;
pub mod heads;
pub(crate) mod lines;
pub mod people;
pub mod private;
pub mod proof;
pub mod rollups;
pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod scan;
pub mod tally;
pub mod tree;
pub mod verify;
pub mod view;
pub mod words;

use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::clock::{DAY_MINUTES, Day};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::text::Note;
use crate::{cooperation, structure};
use correction::CorrectionWish;
use family::Family;
use rows::{Draft, Recorded};
use rules::{Deed, Flow, Line, Private, State};

/// The two ends of a flow and its cooperation, with the names of the fields that say so.
#[derive(Debug, Clone, Copy)]
pub struct Ends<'a> {
    /// Who gave, if a structure.
    pub giver: Option<Id>,
    /// Its field.
    pub giver_field: &'a str,
    /// Who received, if a structure.
    pub receiver: Option<Id>,
    /// Its field.
    pub receiver_field: &'a str,
    /// In which cooperation.
    pub cooperation: Option<Id>,
    /// The day on which both have to be in it.
    pub day: Day,
}

impl Ends<'_> {
    /// Holds the parties against one another and against their cooperation.
    ///
    /// # Errors
    /// [`Fault::Missing`] without receiver and commons, [`Fault::SameParties`], [`Fault::Unknown`],
    /// [`Fault::Archived`], [`Fault::NotAMember`], [`Fault::Future`] at their fields.
    pub fn judge(&self, act: &Act<'_>) -> Result<(), Error> {
        let parties = [(self.giver, self.giver_field), (self.receiver, self.receiver_field)];
        for (party, field) in parties {
            if let Some(party) = party {
                structure::rows::require(act.db, party, field)?;
            }
        }
        if self.giver.is_some() && self.giver == self.receiver {
            return Err(Fault::SameParties.at(self.receiver_field));
        }
        let Some(cooperation) = self.cooperation else {
            return if self.receiver.is_some() { Ok(()) } else { Err(Fault::Missing.at(self.receiver_field)) };
        };
        if !cooperation::rows::is_open(act.db, cooperation)? {
            return Err(Fault::Unknown.at("/cooperation_id"));
        }
        for (party, field) in parties {
            if let Some(party) = party
                && !cooperation::rows::belongs(act.db, cooperation, party, self.day)?
            {
                return Err(Fault::NotAMember.at(field));
            }
        }
        Ok(())
    }

    /// The structure that declares: the giver if the caller records for it, else the receiver; for a
    /// gift of individual volunteers to the commons, a structure that facilitates the cooperation.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn declarer(&self, act: &Act<'_>) -> Result<Option<Id>, Error> {
        let parties: Vec<Id> = self.giver.into_iter().chain(self.receiver).collect();
        match self.cooperation {
            Some(cooperation) if parties.is_empty() => {
                act.require(Right::RecordForCommons, Whose::Cooperation(cooperation))?;
                act.speaker(&cooperation::rows::facilitators(act.db, cooperation, act.now.day())?)
            }
            _ => act.speaker(&parties),
        }
    }

    /// The structure that declares what is over: a party, or for two structures of a cooperation one that
    /// facilitates it. What the latter says is nobody's word yet: it waits for both.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn recorder(&self, act: &Act<'_>) -> Result<Option<Id>, Error> {
        match (self.declarer(act), self.giver, self.receiver) {
            (Err(Error::Forbidden), Some(giver), Some(receiver)) => {
                on_behalf(act, self.cooperation, &[giver, receiver])
            }
            (declarer, ..) => declarer,
        }
    }
}

/// The structure of the caller's that facilitates the cooperation today and is none of these ends.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn on_behalf(act: &Act<'_>, cooperation: Option<Id>, ends: &[Id]) -> Result<Option<Id>, Error> {
    let cooperation = cooperation.ok_or(Error::Forbidden)?;
    act.require(Right::RecordForCommons, Whose::Cooperation(cooperation))?;
    let facilitators = cooperation::rows::facilitators(act.db, cooperation, act.now.day())?;
    let third: Vec<Id> = facilitators.into_iter().filter(|facilitator| !ends.contains(facilitator)).collect();
    act.speaker(&third)
}

/// Refuses a day that has not begun anywhere on earth.
///
/// # Errors
/// [`Fault::Future`] at the field.
pub fn refuse_future(act: &Act<'_>, day: Day, field: &str) -> Result<(), Error> {
    if day > act.now.latest_day() { Err(Fault::Future.at(field)) } else { Ok(()) }
}

/// Appends a contribution.
///
/// # Errors
/// As [`rows::append`].
pub fn contribute(act: &Act<'_>, flow: Flow, spoken_for: Option<Id>, private: Private) -> Result<Line, Error> {
    let id = Id::fresh(act.now);
    rows::append(act, Draft { id, deed: Deed::Contribution, subject: None, flow: Some(flow), spoken_for, private })
}

/// The contribution or correction with this id, if the caller may see it: in a role of one of its
/// parties, or of a structure that facilitates its cooperation.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible(act: &Act<'_>, id: Id) -> Result<Recorded, Error> {
    let recorded = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    if is_seen(act, &recorded.flow)? { Ok(recorded) } else { Err(Error::NotFound) }
}

/// True when the caller may see this flow.
///
/// # Errors
/// What SQLite refuses.
pub fn is_seen(act: &Act<'_>, flow: &Flow) -> Result<bool, Error> {
    for party in flow.giver_id.into_iter().chain(flow.receiver_id) {
        if act.sees(party)? {
            return Ok(true);
        }
    }
    flow.cooperation_id.map_or(Ok(false), |cooperation| sees_all_of(act, cooperation))
}

/// True when the caller has a role in a structure that facilitates the cooperation today.
///
/// # Errors
/// What SQLite refuses.
pub fn sees_all_of(act: &Act<'_>, cooperation: Id) -> Result<bool, Error> {
    act.may(Right::ReadCommonRecords, Whose::Cooperation(cooperation))
}

/// A structure's word on a flow that another declared.
#[derive(Debug, Clone)]
pub struct Word {
    /// The identifier of its line.
    pub id: Option<Id>,
    /// Confirm, contest, attest or withdraw.
    pub deed: Deed,
    /// For which structure the caller speaks; the only one they can when left out.
    pub structure_id: Option<Id>,
    /// Why.
    pub reason: Option<Note>,
}

/// Confirms, contests, attests or takes back.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]; [`Error::WrongState`] when this structure declared it, already
/// said so, or has nothing to take back.
pub fn speak(act: &Act<'_>, subject: Id, word: Word) -> Result<Recorded, Error> {
    let recorded = visible(act, subject)?;
    let speaker = act.speaker(&named(voices_of(act, &recorded.flow, word.deed)?, word.structure_id)?)?;
    let speaker = speaker.ok_or(Error::Forbidden)?;
    let family = rows::family_of(act.db, recorded.line.seq)?;
    refuse_said(&family, &recorded, word.deed, speaker)?;
    let draft = Draft {
        id: word.id.unwrap_or_else(|| Id::fresh(act.now)),
        deed: word.deed,
        subject: Some(recorded.line.seq),
        flow: None,
        spoken_for: Some(speaker),
        private: Private { person_id: None, text: word.reason },
    };
    rows::append(act, draft)?;
    refuse_impossible(&rows::family_of(act.db, recorded.line.seq)?)?;
    rows::find(act.db, subject)?.ok_or(Error::NotFound)
}

/// Refuses a word that its structure has said already, or has no occasion to say.
fn refuse_said(family: &Family, recorded: &Recorded, deed: Deed, speaker: Id) -> Result<(), Error> {
    let own = |line: &&Line| line.spoken_for == Some(speaker);
    let mut words = family.words(recorded.line.seq).filter(own);
    let wrong = |state: &str| Err(Error::WrongState { state: state.to_owned() });
    if deed == Deed::Withdraw {
        return if words.next_back().is_some() { Ok(()) } else { wrong(recorded.state.into()) };
    }
    if own(&&recorded.line) {
        return wrong("declared");
    }
    // Once in all, even if it was taken back: an attestation is no switch, and a quarrel is not for witnesses.
    let attests = |line: &Line| line.deed == Deed::Attest && line.subject == Some(recorded.line.seq);
    match deed {
        Deed::Attest if family.lines().iter().filter(own).any(attests) => wrong("attested"),
        Deed::Attest => Ok(()),
        _ if words.rfind(|word| word.deed != Deed::Attest).is_some_and(|last| last.deed == deed) => {
            wrong(if deed == Deed::Confirm { State::Confirmed.into() } else { State::Contested.into() })
        }
        _ => Ok(()),
    }
}

/// Corrects: a further line holds the difference; the earlier one stays for ever.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], what [`CorrectionWish::difference`] refuses, and
/// [`Fault::MoreThanADay`] when it would bring a person beyond 24 hours of one day.
pub fn correct(act: &Act<'_>, subject: Id, id: Option<Id>, wish: CorrectionWish) -> Result<Recorded, Error> {
    let recorded = visible(act, subject)?;
    let speaker = act.speaker(&named(parties_of(act, &recorded.flow)?, wish.structure_id)?)?;
    let family = rows::family_of(act.db, recorded.line.seq)?;
    let root = family.lines().first().cloned().ok_or(Error::NotFound)?;
    let flow = root.flow.ok_or(Error::NotFound)?;
    let quantities = wish.difference(flow.kind, &family.net())?;
    let (day, more) = (flow.occurred_on, quantities.minutes.is_some_and(|minutes| minutes > 0));
    let id = id.unwrap_or_else(|| Id::fresh(act.now));
    let draft = Draft {
        id,
        deed: Deed::Correction,
        subject: Some(root.seq),
        flow: Some(Flow { quantities, ..flow }),
        spoken_for: speaker,
        private: Private { person_id: None, text: Some(wish.reason) },
    };
    rows::append(act, draft)?;
    refuse_impossible(&rows::family_of(act.db, root.seq)?)?;
    if let (Some(person), true) = (rows::private(act.db, root.seq)?.person_id, more)
        && rows::minutes_of_person(act.db, person, day)? > DAY_MINUTES
    {
        return Err(Fault::MoreThanADay.at("/minutes"));
    }
    rows::find(act.db, id)?.ok_or(Error::NotFound)
}

/// Corrections may take away no more than there is.
fn refuse_impossible(family: &Family) -> Result<(), Error> {
    if family.net().is_possible() { Ok(()) } else { Err(Error::WrongState { state: "corrected".to_owned() }) }
}

/// The structures that may speak about a flow: its ends, and for the commons those that facilitate.
fn parties_of(act: &Act<'_>, flow: &Flow) -> Result<Vec<Id>, Error> {
    let mut parties: Vec<Id> = flow.giver_id.into_iter().chain(flow.receiver_id).collect();
    if let (None, Some(cooperation)) = (flow.receiver_id, flow.cooperation_id) {
        let facilitators = cooperation::rows::facilitators(act.db, cooperation, act.now.day())?;
        parties.extend(facilitators.into_iter().filter(|facilitator| Some(*facilitator) != flow.giver_id));
    }
    Ok(parties)
}

/// The structures that may say this of a flow.
fn voices_of(act: &Act<'_>, flow: &Flow, deed: Deed) -> Result<Vec<Id>, Error> {
    match deed {
        Deed::Attest => witnesses_of(act, flow),
        Deed::Withdraw => Ok([parties_of(act, flow)?, witnesses_of(act, flow)?].concat()),
        _ => parties_of(act, flow),
    }
}

/// The structures that facilitate the cooperation of a flow today and are neither end of it.
fn witnesses_of(act: &Act<'_>, flow: &Flow) -> Result<Vec<Id>, Error> {
    let Some(cooperation) = flow.cooperation_id else { return Ok(Vec::new()) };
    let ends = [flow.giver_id, flow.receiver_id];
    let facilitators = cooperation::rows::facilitators(act.db, cooperation, act.now.day())?;
    Ok(facilitators.into_iter().filter(|facilitator| !ends.contains(&Some(*facilitator))).collect())
}

fn named(parties: Vec<Id>, wanted: Option<Id>) -> Result<Vec<Id>, Error> {
    match wanted {
        None => Ok(parties),
        Some(wanted) if parties.contains(&wanted) => Ok(vec![wanted]),
        Some(_) => Err(Fault::NotYours.at("/structure_id")),
    }
}

/// Refuses a list that names neither a structure nor a cooperation that the caller may look into.
///
/// # Errors
/// [`Fault::Missing`], [`Fault::Unknown`] at the parameters.
pub fn require_scope(act: &Act<'_>, structure: Option<Id>, cooperation: Option<Id>) -> Result<(), Error> {
    let refused = |name: &str, fault| Err(Error::Parameter(crate::error::FieldError::new(name, fault)));
    match (structure, cooperation) {
        (Some(structure), _) if act.sees(structure)? => Ok(()),
        (Some(_), _) => refused("structure_id", Fault::Unknown),
        (None, Some(cooperation)) if sees_all_of(act, cooperation)? => Ok(()),
        (None, Some(_)) => refused("cooperation_id", Fault::Unknown),
        (None, None) => refused("structure_id", Fault::Missing),
    }
}

/// What of a line's private part the caller may read: the person inside the person's own structure,
/// a note inside the structure that wrote it.
///
/// # Errors
/// What SQLite refuses.
pub fn private_as_seen(act: &Act<'_>, recorded: &Recorded) -> Result<Private, Error> {
    let kept = rows::private(act.db, recorded.line.seq)?;
    let person_id = match kept.person_id {
        Some(person) => match crate::person::rows::find(act.db, person)? {
            Some(found) if act.may(Right::ReadPeople, Whose::Structure(found.facts.structure_id))? => Some(person),
            _ => None,
        },
        None => None,
    };
    let wrote_it = match recorded.line.spoken_for {
        Some(structure) => act.sees(structure)?,
        None => false,
    };
    Ok(Private { person_id, text: kept.text.filter(|_| wrote_it) })
}

/// The person, if the caller may name them for this structure.
///
/// # Errors
/// [`Fault::Unknown`] at `/person_id`, [`Fault::Archived`].
pub fn judge_person(act: &Act<'_>, person: Option<Id>, structure: Option<Id>) -> Result<(), Error> {
    let Some(person) = person else { return Ok(()) };
    let structure = structure.ok_or_else(|| Fault::NotAllowed.at("/person_id"))?;
    match crate::person::rows::find(act.db, person)? {
        Some(found)
            if found.facts.structure_id == structure && act.may(Right::NamePeople, Whose::Structure(structure))? =>
        {
            if found.archived {
                Err(Fault::Archived.at("/person_id"))
            } else {
                Ok(())
            }
        }
        _ => Err(Fault::Unknown.at("/person_id")),
    }
}
