//! Whom and what a row names: found by name or number, or created when the mapping says so.

use std::collections::HashMap;

use super::mapping::Creatable;
use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::clock::Day;
use crate::cooperation::rules::{Facts as CooperationFacts, Membership, MembershipFacts, Part};
use crate::equipment::rules::{Facts as EquipmentFacts, Nature};
use crate::error::{Error, Fault, FieldError};
use crate::id::Id;
use crate::person::rules::Facts as PersonFacts;
use crate::structure::rules::{Facts as StructureFacts, Kind, Rna, Siren, Siret, Valuation};
use crate::text::{Name, Note};
use crate::{cooperation, equipment, person, proposal, structure};

/// Stands as the intention of a cooperation that an import had to create.
const INTENTION: &str = "Créée par un import ; ses membres ont encore à dire pourquoi et pour qui. \
                         (Created by an import; its members have yet to say why and for whom.)";

/// What was found before in this run.
#[derive(Default)]
pub struct Names {
    structures: HashMap<String, Id>,
    cooperations: HashMap<String, Id>,
    memberships: HashMap<(Id, Id), (Day, Day)>,
}

/// A fault of a field of the row.
pub fn refused(field: &str, text: &str) -> Error {
    Error::Invalid(vec![FieldError::from_text(field, text)])
}

fn only(field: &str, matching: &[Id]) -> Result<Option<Id>, Error> {
    match matching {
        [] => Ok(None),
        [only] => Ok(Some(*only)),
        _ => Err(refused(field, "several-of-that-name")),
    }
}

fn name(field: &str, text: &str) -> Result<Name, Error> {
    Name::parse(text).map_err(|fault| refused(field, &fault.to_string()))
}

impl Names {
    /// The structure that a row names.
    pub fn structure(&mut self, act: &Act<'_>, create: &[Creatable], field: &str, text: &str) -> Result<Id, Error> {
        if let Some(id) = self.structures.get(text) {
            return Ok(*id);
        }
        let wanted = name(field, text)?;
        let found = only(field, &structure::rows::matching(act.db, wanted.as_str())?)?;
        let is_number = Siren::parse(text).is_ok() || Siret::parse(text).is_ok() || Rna::parse(text).is_ok();
        let id = match found {
            Some(id) => id,
            // A number alone does not say what the structure is called.
            None if create.contains(&Creatable::Structures) && !is_number => create_structure(act, wanted)?,
            None => return Err(refused(field, &Fault::Unknown.to_string())),
        };
        self.structures.insert(text.to_owned(), id);
        Ok(id)
    }

    /// The cooperation that a row names.
    pub fn cooperation(&mut self, act: &Act<'_>, create: &[Creatable], field: &str, text: &str) -> Result<Id, Error> {
        if let Some(id) = self.cooperations.get(text) {
            return Ok(*id);
        }
        let wanted = name(field, text)?;
        let mut matching = cooperation::rows::matching(act.db, wanted.as_str())?;
        matching.retain(|id| cooperation::seen(act, *id).unwrap_or(false));
        let may_create = create.contains(&Creatable::Cooperations) && act.account().is_none();
        let id = match only(field, &matching)? {
            Some(id) => id,
            None if may_create => create_cooperation(act, wanted)?,
            None => return Err(refused(field, &Fault::Unknown.to_string())),
        };
        self.cooperations.insert(text.to_owned(), id);
        Ok(id)
    }

    /// Makes sure that a structure is in a cooperation on a day: a membership begins that day, or an
    /// earlier beginning is recorded for the one that follows it.
    pub fn membership(
        &mut self,
        act: &Act<'_>,
        field: &str,
        structure_id: Id,
        cooperation_id: Id,
        day: Day,
    ) -> Result<(), Error> {
        if let Some((from, until)) = self.memberships.get(&(structure_id, cooperation_id))
            && *from <= day
            && day < *until
        {
            return Ok(());
        }
        let present = cooperation::rows::memberships_of(act.db, structure_id, cooperation_id)?;
        if !present.iter().any(|one| covers(one, day)) {
            if !proposal::may_take_in(act, cooperation_id, structure_id)? {
                return Err(refused(field, &Fault::NotAMember.to_string()));
            }
            let next = present.iter().filter(|one| one.facts.starts_on > day).min_by_key(|one| one.facts.starts_on);
            begin(act, cooperation_id, structure_id, day, next)?;
        }
        let kept = cooperation::rows::memberships_of(act.db, structure_id, cooperation_id)?
            .into_iter()
            .find(|one| covers(one, day));
        if let Some(kept) = kept {
            let until = kept.facts.ends_on.unwrap_or_else(|| act.now.latest_day().next());
            self.memberships.insert((structure_id, cooperation_id), (kept.facts.starts_on, until));
        }
        Ok(())
    }

    /// The person of a structure that a row names.
    pub fn person(act: &Act<'_>, create: &[Creatable], structure_id: Id, text: &str) -> Result<Id, Error> {
        let wanted = name("person", text)?;
        if !act.may(Right::NamePeople, Whose::Structure(structure_id))? {
            return Err(refused("person", &Fault::NotYours.to_string()));
        }
        match only("person", &person::rows::matching(act.db, structure_id, wanted.as_str())?)? {
            Some(id) => Ok(id),
            None if create.contains(&Creatable::People) => {
                let facts = PersonFacts::named(structure_id, wanted);
                Ok(person::rows::insert(act.db, Id::fresh(act.now), &facts, act.now)?.id)
            }
            None => Err(refused("person", &Fault::Unknown.to_string())),
        }
    }

    /// The equipment of a structure that a row names; the category is for one that has to be created.
    pub fn equipment(
        act: &Act<'_>,
        create: &[Creatable],
        structure_id: Id,
        text: &str,
        category: Option<&str>,
        nature: Nature,
    ) -> Result<Id, Error> {
        let wanted = name("equipment", text)?;
        match only("equipment", &equipment::rows::matching(act.db, structure_id, wanted.as_str())?)? {
            Some(id) => Ok(id),
            None if create.contains(&Creatable::Equipment) => {
                act.speaker(&[structure_id])?;
                let category = name("category", category.unwrap_or(text))?;
                let facts = EquipmentFacts { nature, ..EquipmentFacts::unit(structure_id, wanted, category) };
                Ok(equipment::rows::insert(act.db, Id::fresh(act.now), &facts, act.now)?.id)
            }
            None => Err(refused("equipment", &Fault::Unknown.to_string())),
        }
    }
}

fn create_structure(act: &Act<'_>, name: Name) -> Result<Id, Error> {
    act.require(Right::AddStructure, Whose::Instance)?;
    let facts = StructureFacts {
        name,
        kind: Kind::Other,
        legal_category: None,
        siren: None,
        siret: None,
        rna: None,
        register: None,
        commune: None,
        contact: None,
        valuation: Valuation::default(),
    };
    Ok(structure::rows::insert(act.db, Id::fresh(act.now), &facts, act.account(), act.now)?.id)
}

fn create_cooperation(act: &Act<'_>, name: Name) -> Result<Id, Error> {
    let intention = Note::parse(INTENTION).map_err(|fault| Error::Internal(fault.to_string()))?;
    let facts = CooperationFacts {
        name,
        intention,
        territory: None,
        starts_on: None,
        ends_on: None,
        phases: Vec::new(),
        valuation: Valuation::default(),
    };
    Ok(cooperation::rows::insert(act.db, Id::fresh(act.now), &facts, act.now)?.id)
}

fn covers(membership: &Membership, day: Day) -> bool {
    membership.facts.starts_on <= day && membership.facts.ends_on.is_none_or(|end| day < end)
}

fn begin(
    act: &Act<'_>,
    cooperation_id: Id,
    structure_id: Id,
    day: Day,
    next: Option<&Membership>,
) -> Result<(), Error> {
    if let Some(next) = next {
        let mut earlier = next.clone();
        earlier.facts.starts_on = day;
        earlier.version += 1;
        return cooperation::rows::update_membership(act.db, &earlier);
    }
    let facts = MembershipFacts { cooperation_id, structure_id, role: Part::Member, starts_on: day, ends_on: None };
    cooperation::rows::insert_membership(act.db, Id::fresh(act.now), &facts, act.now)?;
    Ok(())
}
