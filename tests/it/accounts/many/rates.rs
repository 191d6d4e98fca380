//! A grid at random that an assembly approved: general rates and those of a category, dated, by every method.

use navette::clock::{Day, Moment};
use navette::grid::rules::{Approval, Facts, Grid, Method, Per, Rate, Unit};
use navette::grid::value::Valuer;
use navette::id::Id;
use navette::ledger::rules::Kind;
use navette::text::{Name, Note};

use super::ledger::Dice;

/// The grid, ready to value lines of 2019 and later.
pub fn approved(dice: &mut Dice) -> Valuer {
    let kinds = [Kind::Equipment, Kind::Premises, Kind::VolunteerHours, Kind::SkillByVolunteer, Kind::SkillByStaff];
    let mut rates = Vec::new();
    for kind in kinds {
        for (category, from) in [
            (None, "2019-01-01"),
            (None, "2024-07-01"),
            (Some("Barnum"), "2023-03-05"),
            (Some("Coordination"), "2025-01-01"),
        ] {
            rates.push(rate(dice, kind, category, from));
        }
    }
    let facts = Facts {
        structure_id: Some(Id::of(&["structure"])),
        cooperation_id: None,
        name: Name::parse("Grille").unwrap(),
        unit: Unit::Euro,
        method: Method::ReplacementCost,
        source: Note::parse("Devis").unwrap(),
        replaces: None,
        rates,
    };
    facts.judge().unwrap();
    let (id, created_at) = (Id::of(&["grid"]), Moment::from_millis(0));
    let draft = Grid { id, facts, approval: None, digest: None, archived: false, version: 1, created_at };
    let on = Day::parse("2026-03-14").unwrap();
    let approval =
        Approval { body: Name::parse("Assemblée").unwrap(), on, reference: Name::parse("Résolution 4").unwrap() };
    Valuer::new(draft.approved(&approval).unwrap().0)
}

fn rate(dice: &mut Dice, kind: Kind, category: Option<&str>, from: &str) -> Rate {
    let thing = matches!(kind, Kind::Equipment | Kind::Premises);
    let (per, methods): (Per, &[Method]) = match (thing, dice.below(5)) {
        (_, 0) => (Per::Occasion, &[Method::CollectiveAgreement, Method::ReplacementCost]),
        (true, _) => (Per::ItemDay, &[Method::MarketRent, Method::Depreciation, Method::DescriptionOnly]),
        (false, _) => (Per::Hour, &[Method::Smic, Method::SmicCoefficient, Method::EmployerCost]),
    };
    let method = dice.pick(methods);
    let free = matches!(method, Method::Smic | Method::SmicCoefficient | Method::DescriptionOnly);
    Rate {
        kind,
        category: category.map(|category| Name::parse(category).unwrap()),
        from: Day::parse(from).unwrap(),
        per,
        method: Some(method),
        source: None,
        amount: (!free).then(|| dice.below(10_000)),
        coefficient: (method == Method::SmicCoefficient).then(|| 1 + dice.below(5000)),
    }
}
