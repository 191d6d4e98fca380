//! What a row records: its cells become the same wishes that the API takes.

use csv::StringRecord;

use super::cells::{self, CellError};
use super::mapping::{Creatable, Records};
use super::names::{Names, refused};
use super::sheet::Sheet;
use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::clock::Day;
use crate::equipment::rules::{Nature, Quantity, Tracking};
use crate::error::{Error, Fault};
use crate::hours::rules::HeadCount;
use crate::id::Id;
use crate::ledger::rules::Provenance;
use crate::skill::rules::{Participants, ReceiverWish, TaughtBy};
use crate::structure::rules::{Commune, Contact, Email, Kind, LegalCategory, Register, Rna, Siren, Siret};
use crate::text::{Name, Note};
use crate::{equipment, hours, loan, person, skill, structure};

/// What became of an item that was not refused.
pub enum Outcome {
    /// It was recorded.
    Created(Id),
    /// It, or the structure or person it names, had been recorded before.
    AlreadyThere(Id),
}

/// Records an item from its rows.
pub fn record(
    act: &Act<'_>,
    sheet: &Sheet,
    id: Id,
    rows: &[StringRecord],
    names: &mut Names,
) -> Result<Outcome, Error> {
    let rows: Vec<Row<'_>> = rows.iter().map(|row| Row { sheet, row }).collect();
    let Some(row) = rows.first() else { return Ok(Outcome::AlreadyThere(id)) };
    match sheet.mapping.records {
        Records::People => record_person(act, id, row, names),
        Records::Structures => record_structure(act, id, row, names),
        Records::Equipment => record_equipment(act, id, row, names),
        Records::Loans => record_loan(act, id, row, names),
        Records::Hours => record_hours(act, id, row, names),
        Records::Sessions => record_session(act, id, row, &rows, names),
    }
}

/// The cells of one row, by field.
struct Row<'a> {
    sheet: &'a Sheet,
    row: &'a StringRecord,
}

impl<'a> Row<'a> {
    fn text(&self, field: &str) -> Option<&'a str> {
        self.sheet.bound.get(self.row, field)
    }

    fn required(&self, field: &str) -> Result<&'a str, Error> {
        self.text(field).ok_or_else(|| refused(field, "empty"))
    }

    fn create(&self) -> &'a [Creatable] {
        &self.sheet.mapping.create
    }

    fn parsed<T>(&self, field: &str, parse: fn(&str) -> Result<T, Fault>) -> Result<Option<T>, Error> {
        self.text(field).map(|text| parse(text).map_err(|fault| refused(field, &fault.to_string()))).transpose()
    }

    fn name(&self, field: &str) -> Result<Name, Error> {
        Name::parse(self.required(field)?).map_err(|fault| refused(field, &fault.to_string()))
    }

    fn read<T>(&self, field: &str, read: impl FnOnce(&str) -> Result<T, CellError>) -> Result<Option<T>, Error> {
        self.text(field).map(|text| read(text).map_err(|error| refused(field, error.code()))).transpose()
    }

    fn day(&self, field: &str) -> Result<Option<Day>, Error> {
        let order = self.sheet.mapping.day_order;
        let day = self.read(field, |cell| cells::day(cell, order))?;
        day.map(|day| Day::new(day).map_err(|fault| refused(field, &fault.to_string()))).transpose()
    }

    fn required_day(&self, field: &str) -> Result<Day, Error> {
        self.day(field)?.ok_or_else(|| refused(field, "empty"))
    }

    fn minutes(&self) -> Result<Option<i64>, Error> {
        let bare = self.sheet.mapping.bare_number;
        self.read("minutes", |cell| cells::minutes(cell, bare))
    }

    fn counted<T: TryFrom<i64, Error = Fault>>(&self, field: &str) -> Result<Option<T>, Error> {
        let number = self.read(field, cells::integer)?;
        number.map(|number| T::try_from(number).map_err(|fault| refused(field, &fault.to_string()))).transpose()
    }

    /// A word of a closed list, in English or French.
    fn word<T: std::str::FromStr>(&self, field: &str) -> Result<Option<T>, Error> {
        let Some(text) = self.text(field) else { return Ok(None) };
        let lower = text.to_lowercase();
        let known = WORDS.iter().find(|(french, _)| *french == lower).map_or(lower.as_str(), |(_, word)| word);
        known.parse().map(Some).map_err(|_| refused(field, "unreadable"))
    }

    /// The giver, the receiver and the cooperation, members of what the row and the mapping say.
    fn parties(&self, act: &Act<'_>, names: &mut Names, day: Day) -> Result<Parties, Error> {
        let mut of = |field: &str, member_of: &str| -> Result<Option<Id>, Error> {
            let Some(text) = self.text(field) else { return Ok(None) };
            let structure = names.structure(act, self.create(), field, text)?;
            if let Some(text) = self.text(member_of) {
                let cooperation = names.cooperation(act, self.create(), member_of, text)?;
                names.membership(act, member_of, structure, cooperation, day)?;
            }
            Ok(Some(structure))
        };
        let giver = of("giver", "giver_member_of")?;
        let receiver = of("receiver", "receiver_member_of")?;
        let Some(text) = self.text("cooperation") else { return Ok(Parties { giver, receiver, cooperation: None }) };
        let cooperation = names.cooperation(act, self.create(), "cooperation", text)?;
        if self.create().contains(&Creatable::Memberships) {
            for (field, party) in [("giver", giver), ("receiver", receiver)] {
                party.map_or(Ok(()), |party| names.membership(act, field, party, cooperation, day))?;
            }
        }
        Ok(Parties { giver, receiver, cooperation: Some(cooperation) })
    }
}

struct Parties {
    giver: Option<Id>,
    receiver: Option<Id>,
    cooperation: Option<Id>,
}

/// French words of closed lists, and ours.
const WORDS: &[(&str, &str)] = &[
    ("intercommunalité", "intercommunality"),
    ("epci", "intercommunality"),
    ("exploitation", "farm"),
    ("exploitation agricole", "farm"),
    ("ferme", "farm"),
    ("coopérative", "cooperative"),
    ("école", "school"),
    ("entreprise", "company"),
    ("groupe informel", "informal"),
    ("informel", "informal"),
    ("autre", "other"),
    ("bénévole", "volunteer"),
    ("salarié", "staff"),
    ("mesuré", "measured"),
    ("mesurée", "measured"),
    ("déclaré", "declared"),
    ("déclarée", "declared"),
    ("estimé", "estimated"),
    ("estimée", "estimated"),
    ("matériel", "thing"),
    ("local", "premises"),
    ("locaux", "premises"),
];

fn record_person(act: &Act<'_>, id: Id, row: &Row<'_>, names: &mut Names) -> Result<Outcome, Error> {
    let structure_id = names.structure(act, row.create(), "structure", row.required("structure")?)?;
    let name = row.name("name")?;
    act.speaker(&[structure_id])?;
    if person::rows::find(act.db, id)?.is_some() {
        return Ok(Outcome::AlreadyThere(id));
    }
    // Two people may share a name; only a key of their own tells them apart.
    if row.text("key").is_none()
        && let Some(known) = person::rows::matching(act.db, structure_id, name.as_str())?.first()
    {
        return Ok(Outcome::AlreadyThere(*known));
    }
    let pseudonym = row.read("pseudonym", cells::yes)?.unwrap_or(false);
    let note = row.parsed("note", Note::parse)?;
    let facts = person::rules::Facts { pseudonym, note, ..person::rules::Facts::named(structure_id, name) };
    person::rows::insert(act.db, id, &facts, act.now)?;
    Ok(Outcome::Created(id))
}

fn record_structure(act: &Act<'_>, id: Id, row: &Row<'_>, names: &mut Names) -> Result<Outcome, Error> {
    act.require(Right::AddStructure, Whose::Instance)?;
    let register = match (row.parsed("register_name", Name::parse)?, row.parsed("register_number", Name::parse)?) {
        (Some(name), Some(number)) => Some(Register { name, number }),
        (None, None) => None,
        (Some(_), None) => return Err(refused("register_number", "missing-field")),
        (None, Some(_)) => return Err(refused("register_name", "missing-field")),
    };
    let contact = Contact {
        email: row.parsed("email", Email::parse)?,
        phone: row.parsed("phone", Name::parse)?,
        address: row.parsed("address", Name::parse)?,
    };
    let facts = structure::rules::Facts {
        name: row.name("name")?,
        kind: row.word("kind")?.unwrap_or(Kind::Other),
        legal_category: row.parsed("legal_category", LegalCategory::parse)?,
        siren: row.parsed("siren", Siren::parse)?,
        siret: row.parsed("siret", Siret::parse)?,
        rna: row.parsed("rna", Rna::parse)?,
        register,
        commune: row.parsed("commune", Commune::parse)?,
        contact: (contact != Contact::default()).then_some(contact),
        valuation: structure::rules::Valuation::default(),
    };
    facts.judge()?;
    let outcome = match known_structure(act, id, &facts)? {
        Some(known) => Outcome::AlreadyThere(known),
        None => Outcome::Created(structure::rows::insert(act.db, id, &facts, act.account(), act.now)?.id),
    };
    let (Outcome::Created(id) | Outcome::AlreadyThere(id)) = outcome;
    if let Some(text) = row.text("member_of") {
        let cooperation = names.cooperation(act, row.create(), "member_of", text)?;
        names.membership(act, "member_of", id, cooperation, act.now.day())?;
    }
    Ok(outcome)
}

/// The structure that a row describes, if it is recorded: by its numbers, or without any by its name.
fn known_structure(act: &Act<'_>, id: Id, facts: &structure::rules::Facts) -> Result<Option<Id>, Error> {
    if structure::rows::exists(act.db, id)? {
        return Ok(Some(id));
    }
    let numbers = [
        facts.siret.as_ref().map(Siret::as_str),
        facts.rna.as_ref().map(Rna::as_str),
        facts.siren.as_ref().filter(|_| facts.siret.is_none()).map(Siren::as_str),
    ];
    let known_by: Vec<&str> = numbers.into_iter().flatten().collect();
    let known_by = if known_by.is_empty() { vec![facts.name.as_str()] } else { known_by };
    for text in known_by {
        if let Some(known) = structure::rows::matching(act.db, text)?.first() {
            return Ok(Some(*known));
        }
    }
    Ok(None)
}

fn record_equipment(act: &Act<'_>, id: Id, row: &Row<'_>, names: &mut Names) -> Result<Outcome, Error> {
    let structure_id = names.structure(act, row.create(), "structure", row.required("structure")?)?;
    act.speaker(&[structure_id])?;
    if equipment::rows::find(act.db, id)?.is_some() {
        return Ok(Outcome::AlreadyThere(id));
    }
    let quantity: Quantity = row.counted("quantity")?.unwrap_or_default();
    let plain = equipment::rules::Facts::unit(structure_id, row.name("name")?, row.name("category")?);
    let facts = equipment::rules::Facts {
        nature: row.word("nature")?.unwrap_or_default(),
        tracking: if quantity.pieces() == 1 { Tracking::Unit } else { Tracking::Pool },
        quantity,
        identifier: row.parsed("identifier", Name::parse)?,
        place: row.parsed("place", Name::parse)?,
        note: row.parsed("note", Note::parse)?,
        ..plain
    };
    equipment::rows::insert(act.db, id, &facts, act.now)?;
    Ok(Outcome::Created(id))
}

fn record_loan(act: &Act<'_>, id: Id, row: &Row<'_>, names: &mut Names) -> Result<Outcome, Error> {
    if loan::rows::find(act.db, id)?.is_some() {
        return Ok(Outcome::AlreadyThere(id));
    }
    let from = row.required_day("from")?;
    // A thing lent and brought back within one day was lent for that day.
    let until = row.day("until")?.map(|until| if until == from { from.next() } else { until });
    let parties = row.parties(act, names, from)?;
    let lender = parties.giver.ok_or_else(|| refused("giver", "empty"))?;
    let nature: Option<Nature> = row.word("nature")?;
    let (category, create) = (row.text("category"), row.create());
    let equipment_id = row
        .text("equipment")
        .map(|text| Names::equipment(act, create, lender, text, category, nature.unwrap_or_default()))
        .transpose()?;
    let unlisted = equipment_id.is_none();
    let wish = loan::rules::Wish {
        equipment_id,
        kind: None,
        trained: true,
        lender_id: unlisted.then_some(lender),
        borrower_id: parties.receiver.ok_or_else(|| refused("receiver", "empty"))?,
        cooperation_id: parties.cooperation,
        category: if unlisted { Some(row.name("category")?) } else { None },
        nature: nature.filter(|_| unlisted),
        quantity: row.counted("quantity")?.unwrap_or_default(),
        from,
        until,
        recorded_afterwards: true,
        provenance: None,
        provenance_rule: None,
        note: row.parsed("note", Note::parse)?,
    };
    Ok(Outcome::Created(loan::open(act, id, wish)?.id))
}

fn record_hours(act: &Act<'_>, id: Id, row: &Row<'_>, names: &mut Names) -> Result<Outcome, Error> {
    if hours::rows::find(act.db, id)?.is_some() {
        return Ok(Outcome::AlreadyThere(id));
    }
    let day = row.required_day("day")?;
    let Parties { giver, receiver, cooperation } = row.parties(act, names, day)?;
    let known_to = giver.or(receiver);
    let person = |text: &str| {
        let structure = known_to.ok_or_else(|| refused("person", "not-allowed-here"))?;
        Names::person(act, row.create(), structure, text)
    };
    let wish = hours::rules::Wish {
        giver_id: giver,
        receiver_id: receiver,
        cooperation_id: cooperation,
        person_id: row.text("person").map(person).transpose()?,
        head_count: row.counted::<HeadCount>("head_count")?.unwrap_or_default(),
        day,
        minutes: row.minutes()?.ok_or_else(|| refused("minutes", "empty"))?,
        activity: row.name("activity")?,
        provenance: row.word::<Provenance>("provenance")?,
        provenance_rule: row.parsed("provenance_rule", Name::parse)?,
        note: row.parsed("note", Note::parse)?,
    };
    Ok(Outcome::Created(hours::record(act, id, wish)?.id))
}

fn record_session(act: &Act<'_>, id: Id, row: &Row<'_>, rows: &[Row<'_>], names: &mut Names) -> Result<Outcome, Error> {
    if skill::rows::find_session(act.db, id)?.is_some() {
        return Ok(Outcome::AlreadyThere(id));
    }
    let day = row.required_day("day")?;
    for field in ["giver", "day", "skill", "cooperation", "taught_by", "provenance", "provenance_rule", "note"] {
        if rows.iter().any(|other| other.text(field) != row.text(field)) {
            return Err(refused(field, "rows-disagree"));
        }
    }
    let minutes = row.minutes()?;
    for other in rows {
        if other.minutes()? != minutes {
            return Err(refused("minutes", "rows-disagree"));
        }
    }
    let parties = row.parties(act, names, day)?;
    let receivers = receivers(act, rows, names, day)?;
    let wish = skill::rules::Wish {
        giver_id: parties.giver.ok_or_else(|| refused("giver", "empty"))?,
        cooperation_id: parties.cooperation,
        skill_id: None,
        skill: Some(row.name("skill")?),
        taught_by: row.word::<TaughtBy>("taught_by")?.unwrap_or_default(),
        person_id: None,
        day,
        minutes,
        receivers,
        provenance: row.word::<Provenance>("provenance")?,
        provenance_rule: row.parsed("provenance_rule", Name::parse)?,
        note: row.parsed("note", Note::parse)?,
    };
    Ok(Outcome::Created(skill::record(act, id, &wish)?.id))
}

/// Those whom the rows of a session name, each once. A row stands for its participants: one, unless it
/// says how many.
fn receivers(act: &Act<'_>, rows: &[Row<'_>], names: &mut Names, day: Day) -> Result<Vec<ReceiverWish>, Error> {
    let mut people: Vec<(Option<Id>, i64)> = Vec::new();
    for row in rows {
        let receiver = row.parties(act, names, day)?.receiver;
        let participants = row.counted::<Participants>("participants")?.map_or(1, Participants::people);
        match people.iter_mut().find(|(known, _)| *known == receiver) {
            Some((_, sum)) => *sum += participants,
            None => people.push((receiver, participants)),
        }
    }
    let wish = |(structure_id, sum): (Option<Id>, i64)| {
        let participants = Participants::try_from(sum).map_err(|fault| refused("participants", &fault.to_string()))?;
        Ok(ReceiverWish { structure_id, participants })
    };
    people.into_iter().map(wish).collect()
}
