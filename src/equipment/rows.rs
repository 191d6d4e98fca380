//! Equipment in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Code, Days, Document, Equipment, Facts, Nature, Part, Quantity, Sha256Text, Tracking, Url};
use crate::auth::rows::SEEN_STRUCTURES;
use crate::clock::{Day, Moment};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::store::values::{Word, optional, required};
use crate::text::{Name, Note};

/// Codes tried before giving up: each is taken once in billions.
const CODE_ATTEMPTS: u8 = 8;

/// Records equipment.
///
/// # Errors
/// [`Error::IdTaken`]; [`Fault::NotAPart`] for what no kit can be made of.
pub fn insert(db: &Connection, id: Id, facts: &Facts, now: Moment) -> Result<Equipment, Error> {
    let code = free_code(db, id)?;
    let mut statement = db.prepare_cached(
        "insert into equipment (id, structure_id, name, kind, category, nature, tracking, quantity, code, identifier, place,
           pick_up, condition, note, training, lends_to, approval, buffer_before_days, buffer_after_days, longest_days,
           notice_days, value_cents, created_at)
         values (:id, :structure, :name, :kind, :category, :nature, :tracking, :quantity, :code, :identifier, :place,
           :pick_up, :condition, :note, :training, :lends_to, :approval, :buffer_before, :buffer_after, :longest,
           :notice, :value, :now)",
    )?;
    statement.execute(named_params! {
        ":id": id, ":structure": facts.structure_id, ":name": facts.name.as_str(),
        ":kind": facts.kind.as_ref().map(Name::as_str), ":category": facts.category.as_str(),
        ":nature": Word(facts.nature), ":tracking": Word(facts.tracking), ":quantity": facts.quantity.pieces(),
        ":code": code.as_str(), ":identifier": facts.identifier.as_ref().map(Name::as_str),
        ":place": facts.place.as_ref().map(Name::as_str), ":pick_up": facts.pick_up.as_ref().map(Note::as_str),
        ":condition": facts.condition.as_ref().map(Note::as_str), ":note": facts.note.as_ref().map(Note::as_str),
        ":training": facts.training.as_ref().map(Name::as_str), ":lends_to": Word(facts.lends_to),
        ":approval": Word(facts.approval), ":buffer_before": facts.buffer_before_days.count(),
        ":buffer_after": facts.buffer_after_days.count(), ":longest": facts.longest_days,
        ":notice": facts.notice_days.count(), ":value": facts.value_cents, ":now": now,
    })?;
    insert_lists(db, id, facts)?;
    insert_parts(db, id, facts)?;
    Ok(Equipment { id, facts: facts.clone().in_order(), code, archived: false, version: 1, created_at: now })
}

fn free_code(db: &Connection, id: Id) -> Result<Code, Error> {
    let mut taken = db.prepare_cached("select 1 from equipment where code = :code")?;
    for attempt in 0..CODE_ATTEMPTS {
        let code = Code::of(id, attempt);
        if !taken.exists(named_params! { ":code": code.as_str() })? {
            return Ok(code);
        }
    }
    Err(Error::Internal("no code is free".to_owned()))
}

/// Changes equipment to what is stated now.
///
/// # Errors
/// [`Error::InUse`] when more pieces are promised than would be left, or a kit would change while it is.
pub fn update(db: &Connection, before: &Facts, equipment: &Equipment) -> Result<(), Error> {
    let facts = &equipment.facts;
    let mut statement = db.prepare_cached(
        "update equipment set name = :name, kind = :kind, category = :category, nature = :nature, quantity = :quantity,
           identifier = :identifier, place = :place, pick_up = :pick_up, condition = :condition, note = :note,
           training = :training, lends_to = :lends_to, approval = :approval, buffer_before_days = :buffer_before,
           buffer_after_days = :buffer_after, longest_days = :longest, notice_days = :notice, value_cents = :value,
           archived = :archived, version = :version
         where id = :id",
    )?;
    statement.execute(named_params! {
        ":id": equipment.id, ":name": facts.name.as_str(), ":kind": facts.kind.as_ref().map(Name::as_str),
        ":category": facts.category.as_str(), ":nature": Word(facts.nature), ":quantity": facts.quantity.pieces(),
        ":identifier": facts.identifier.as_ref().map(Name::as_str), ":place": facts.place.as_ref().map(Name::as_str),
        ":pick_up": facts.pick_up.as_ref().map(Note::as_str), ":condition": facts.condition.as_ref().map(Note::as_str),
        ":note": facts.note.as_ref().map(Note::as_str), ":training": facts.training.as_ref().map(Name::as_str),
        ":lends_to": Word(facts.lends_to), ":approval": Word(facts.approval),
        ":buffer_before": facts.buffer_before_days.count(), ":buffer_after": facts.buffer_after_days.count(),
        ":longest": facts.longest_days, ":notice": facts.notice_days.count(), ":value": facts.value_cents,
        ":archived": equipment.archived, ":version": equipment.version,
    })?;
    for sql in ["delete from accessory where equipment_id = :id", "delete from document where equipment_id = :id"] {
        db.prepare_cached(sql)?.execute(named_params! { ":id": equipment.id })?;
    }
    insert_lists(db, equipment.id, facts)?;
    if before.parts != facts.clone().in_order().parts {
        db.prepare_cached("delete from kit_part where kit_id = :id")?.execute(named_params! { ":id": equipment.id })?;
        insert_parts(db, equipment.id, facts)?;
    }
    Ok(())
}

fn insert_lists(db: &Connection, id: Id, facts: &Facts) -> Result<(), Error> {
    let place = |position: usize| i64::try_from(position).unwrap_or(i64::MAX);
    let mut accessory =
        db.prepare_cached("insert into accessory (equipment_id, position, name) values (:id, :position, :name)")?;
    for (position, name) in facts.accessories.iter().enumerate() {
        accessory.execute(named_params! { ":id": id, ":position": place(position), ":name": name.as_str() })?;
    }
    let mut document = db.prepare_cached(
        "insert into document (equipment_id, position, name, url, sha256) values (:id, :position, :name, :url, :sha256)",
    )?;
    for (position, Document { name, url, sha256 }) in facts.documents.iter().enumerate() {
        document.execute(named_params! {
            ":id": id, ":position": place(position), ":name": name.as_str(), ":url": url.as_str(),
            ":sha256": sha256.as_str(),
        })?;
    }
    Ok(())
}

fn insert_parts(db: &Connection, id: Id, facts: &Facts) -> Result<(), Error> {
    let mut statement =
        db.prepare_cached("insert into kit_part (kit_id, part_id, pieces) values (:id, :part, :pieces)")?;
    for (position, part) in facts.parts.iter().enumerate() {
        let field = format!("/parts/{position}/equipment_id");
        let whole = find(db, part.equipment_id)?.ok_or_else(|| Fault::Unknown.at(&field))?.facts;
        let enough = part.quantity.pieces() <= whole.quantity.pieces();
        if whole.structure_id != facts.structure_id || whole.tracking == Tracking::Kit || !enough {
            return Err(Fault::NotAPart.at(&field));
        }
        statement.execute(named_params! {
            ":id": id, ":part": part.equipment_id, ":pieces": part.quantity.pieces(),
        })?;
    }
    Ok(())
}

/// Equipment by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Equipment>, Error> {
    let mut statement = db.prepare_cached("select * from equipment where id = :id")?;
    let found = statement.query_row(named_params! { ":id": id }, equipment).optional()?;
    found.map(|equipment| with_lists(db, equipment)).transpose()
}

/// The units of a structure that go by one kind, by their identifiers.
///
/// # Errors
/// What SQLite refuses.
pub fn of_kind(db: &Connection, structure: Id, kind: &str) -> Result<Vec<Equipment>, Error> {
    let mut statement = db.prepare_cached(
        "select * from equipment where structure_id = :structure and kind = :kind and archived = 0 order by id",
    )?;
    let rows = statement.query_map(named_params! { ":structure": structure, ":kind": kind }, equipment)?;
    let found = rows.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(|equipment| with_lists(db, equipment)).collect()
}

fn with_lists(db: &Connection, mut equipment: Equipment) -> Result<Equipment, Error> {
    let id = equipment.id;
    let mut accessories = db.prepare_cached("select name from accessory where equipment_id = :id order by position")?;
    let rows = accessories.query_map(named_params! { ":id": id }, |row| required(row, "name", Name::parse))?;
    equipment.facts.accessories = rows.collect::<Result<_, _>>()?;
    let mut documents =
        db.prepare_cached("select name, url, sha256 from document where equipment_id = :id order by position")?;
    let rows = documents.query_map(named_params! { ":id": id }, |row| {
        let (name, url) = (required(row, "name", Name::parse)?, required(row, "url", Url::parse)?);
        Ok(Document { name, url, sha256: required(row, "sha256", Sha256Text::parse)? })
    })?;
    equipment.facts.documents = rows.collect::<Result<_, _>>()?;
    let mut parts = db.prepare_cached("select part_id, pieces from kit_part where kit_id = :id order by part_id")?;
    let rows = parts.query_map(named_params! { ":id": id }, |row| {
        Ok(Part { equipment_id: row.get("part_id")?, quantity: pieces(row.get("pieces")?)? })
    })?;
    equipment.facts.parts = rows.collect::<Result<_, _>>()?;
    Ok(equipment)
}

fn pieces(pieces: i64) -> rusqlite::Result<Quantity> {
    Quantity::try_from(pieces).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, pieces))
}

/// The equipment of a structure with exactly this name or identifier, two at most.
///
/// # Errors
/// What SQLite refuses.
pub fn matching(db: &Connection, structure: Id, text: &str) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached(
        "select id from equipment where structure_id = :structure and archived = 0
           and (name = :text or identifier = :text) limit 2",
    )?;
    let rows = statement.query_map(named_params! { ":structure": structure, ":text": text }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Which equipment a list is to hold.
pub struct Filter {
    /// Part of the name, category or identifier, in any case.
    pub q: Option<String>,
    /// Only this structure's.
    pub structure_id: Option<Id>,
    /// Only this category.
    pub category: Option<String>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Part of the place, in any case.
    pub place: Option<String>,
    /// The one with this code.
    pub code: Option<Code>,
    /// Only this nature.
    pub nature: Option<Nature>,
    /// Only what this account may see on `day`; all when none.
    pub seen_by: Option<Id>,
    /// Of the account's structures, only this one counts.
    pub only: Option<Id>,
    /// The day.
    pub day: Day,
    /// Archived ones instead of those in use.
    pub archived: bool,
}

/// A page of equipment, by id; with a first day and a first day after, only what is free between them,
/// buffers included.
///
/// # Errors
/// What SQLite refuses.
pub fn list(
    db: &Connection,
    filter: &Filter,
    free: Option<(Day, Day)>,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Equipment>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "select * from equipment
         where archived = :archived and id > ifnull(:after, x'')
           and (:structure is null or structure_id = :structure)
           and (:category is null or category = :category)
           and (:kind is null or kind = :kind)
           and (:place is null or instr(fold(ifnull(place, '')), fold(:place)) > 0)
           and (:code is null or code = :code)
           and (:free_from is null or not exists (
             select 1 from equipment_part need join equipment part on part.id = need.part_id
             where need.whole_id = equipment.id and need.pieces > part.quantity - (
               select ifnull(max((select sum(pieces) from hold where equipment_id = part.id
                                    and starts_on <= peak.day and ends_on > peak.day)), 0)
               from (select date(:free_from, '-' || equipment.buffer_before_days || ' days') as day
                     union select starts_on from hold
                     where equipment_id = part.id and ends_on > date(:free_from, '-' || equipment.buffer_before_days || ' days')
                       and starts_on > date(:free_from, '-' || equipment.buffer_before_days || ' days')
                       and starts_on < date(:free_until, '+' || equipment.buffer_after_days || ' days')) as peak)))
           and (:nature is null or nature = :nature)
           and (:q is null or instr(fold(name || char(10) || category || char(10) || ifnull(identifier, '')), fold(:q)) > 0)
           and (:account is null or lends_to = 'everyone' or structure_id in (
{SEEN_STRUCTURES}))
         order by id limit :limit"
    ))?;
    let rows = statement.query_map(
        named_params! {
            ":archived": filter.archived, ":after": after, ":structure": filter.structure_id, ":category": filter.category, ":kind": filter.kind, ":place": filter.place,
            ":code": filter.code.as_ref().map(Code::as_str), ":free_from": free.map(|(from, _)| from),
            ":free_until": free.map(|(_, until)| until),
            ":nature": filter.nature.map(Word), ":q": filter.q, ":account": filter.seen_by, ":only": filter.only, ":day": filter.day, ":limit": limit,
        },
        equipment,
    )?;
    let found = rows.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(|equipment| with_lists(db, equipment)).collect()
}

fn equipment(row: &Row<'_>) -> rusqlite::Result<Equipment> {
    let (Word(nature), Word(tracking)) = (row.get("nature")?, row.get("tracking")?);
    let (Word(lends_to), Word(approval)) = (row.get("lends_to")?, row.get("approval")?);
    let days = |column: &str| {
        let days: i64 = row.get(column)?;
        Days::try_from(days).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, days))
    };
    let code: String = row.get("code")?;
    Ok(Equipment {
        id: row.get("id")?,
        facts: Facts {
            structure_id: row.get("structure_id")?,
            name: required(row, "name", Name::parse)?,
            kind: optional(row, "kind", Name::parse)?,
            category: required(row, "category", Name::parse)?,
            nature,
            tracking,
            quantity: pieces(row.get("quantity")?)?,
            parts: Vec::new(),
            identifier: optional(row, "identifier", Name::parse)?,
            place: optional(row, "place", Name::parse)?,
            pick_up: optional(row, "pick_up", Note::parse)?,
            condition: optional(row, "condition", Note::parse)?,
            note: optional(row, "note", Note::parse)?,
            accessories: Vec::new(),
            documents: Vec::new(),
            training: optional(row, "training", Name::parse)?,
            lends_to,
            approval,
            buffer_before_days: days("buffer_before_days")?,
            buffer_after_days: days("buffer_after_days")?,
            longest_days: row.get("longest_days")?,
            notice_days: days("notice_days")?,
            value_cents: row.get("value_cents")?,
        },
        code: Code::parse(&code).ok_or(rusqlite::Error::InvalidQuery)?,
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
