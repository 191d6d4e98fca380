//! One structure, three, a hundred and sixty-five: what is drawn, what is gathered, and that nothing overlaps.

use navette::calendar::rules::Period;
use navette::clock::Day;
use navette::http::words::Language;
use navette::id::Id;
use navette::picture::page::About;
use navette::picture::rules::{Flow, Graph, Member, Month, Party, Unit, months};
use navette::picture::svg::Drawn;
use navette::picture::{flows, months as bars, network, words};

use super::{is_legible, is_sound, texts};

/// So many structures in so many groups; each gives to some others, in a way that never changes.
fn crowd(structures: usize, groups: usize) -> Graph {
    let id = |number: usize| Party::Structure(Id::of(&["crowd", &number.to_string()]));
    let member = |number: usize| Member {
        party: id(number),
        name: format!("Comité des fêtes de la commune numéro {number}"),
        group: number * groups / structures,
    };
    let members: Vec<Member> = (0..structures).map(member).collect();
    let arcs = (0..structures).flat_map(|giver| (1..6).map(move |step| (giver, giver * 7 + step * step, step)));
    let flows = arcs.filter(|(giver, other, _)| *giver != other % structures).map(|(giver, other, step)| Flow {
        giver: id(giver),
        receiver: id(other % structures),
        amount: i64::try_from((giver * 31 + step * 17) % 97 + 1).unwrap(),
    });
    let names = (0..groups).map(|group| format!("Groupe {group}")).collect();
    Graph::new(names, &members, &flows.collect::<Vec<_>>())
}

fn about() -> About<'static> {
    let period = Period { from: Day::parse("2026-01-01").unwrap(), until: Day::parse("2027-01-01").unwrap() };
    About {
        name: "Vallée partagée",
        period: words::period(Language::Fr, period),
        unit: Unit::Occasions,
        language: Language::Fr,
        unmeasured: 0,
    }
}

#[track_caller]
fn holds(drawn: &Drawn) -> String {
    let svg = drawn.svg.clone().into_string();
    is_sound(&svg);
    is_legible(&svg);
    assert!(svg.contains(&format!("-description\">{}</desc>", drawn.said)), "{svg}");
    svg
}

#[test]
fn pictures_hold_any_number_of_structures() {
    for (structures, groups) in
        [(0, 1), (1, 1), (2, 1), (3, 3), (7, 2), (12, 12), (16, 5), (17, 5), (40, 1), (165, 7), (165, 13), (600, 12)]
    {
        let graph = crowd(structures.max(1), groups);
        let graph = if structures == 0 { Graph::default() } else { graph };
        holds(&flows::draw(&graph, &about()));
        holds(&network::draw(&graph, &about()));
    }
}

#[test]
fn of_many_structures_the_largest_are_drawn_and_the_others_gathered_by_group() {
    let graph = crowd(165, 7);
    let drawn = flows::draw(&graph, &about());
    let svg = holds(&drawn);
    assert!(texts(&svg).len() <= 2 + 2 * 2 * (14 + 7), "{}", texts(&svg).len());
    assert!(drawn.said.contains("les 151 autres sont réunis"), "{}", drawn.said);
    let gathered = graph.clone().gathered(20, 14);
    assert_eq!((gathered.nodes.len(), gathered.total()), (21, graph.total()), "nothing is lost");
    assert_eq!(gathered.nodes.iter().map(|node| node.parties).sum::<usize>(), 165);
    let least = |drawn: bool| gathered.nodes.iter().filter(move |node| (node.parties == 1) == drawn);
    assert_eq!((least(true).count(), least(false).count()), (14, 7));
    // The order is that of groups and names: it ranks nobody.
    let order: Vec<_> = gathered.nodes.iter().map(|node| (node.group, node.parties > 1)).collect();
    assert!(order.is_sorted(), "{order:?}");
    let of_all = crowd(165, 12).gathered(20, 14);
    assert_eq!((of_all.nodes.len(), of_all.nodes.last().unwrap().group), (15, None));
}

#[test]
fn the_table_holds_what_the_picture_holds() {
    let drawn = flows::draw(&crowd(165, 7), &about());
    let (svg, table) = (drawn.svg.into_string(), drawn.table.into_string());
    let bands = svg.matches(" → ").count();
    assert_eq!(table.matches("<tr>").count(), 1 + bands + usize::from(table.contains("Flux plus petits")), "{table}");
    let drawn = network::draw(&crowd(165, 7), &about());
    assert_eq!(drawn.table.into_string().matches("<tr>").count(), 166);
}

#[test]
fn names_of_marks_are_whole_in_their_titles() {
    let graph = crowd(3, 3);
    let svg = holds(&network::draw(&graph, &about()));
    assert!(svg.contains("<title>Comité des fêtes de la commune numéro 2, donné"), "{svg}");
}

#[test]
fn a_year_and_three_years_of_months_stand_side_by_side() {
    for (from, until) in [("2026-01-01", "2027-01-01"), ("2026-03-10", "2026-03-11"), ("2024-02-29", "2027-02-28")] {
        let mut shown: Vec<Month> = months(Day::parse(from).unwrap(), Day::parse(until).unwrap());
        for (number, month) in (1_i64..).zip(&mut shown) {
            month.amounts =
                words::FLOWS.into_iter().zip([7, 200, 3, 1, 90]).map(|(kind, n)| (kind, n * number)).collect();
        }
        assert_eq!(shown.first().unwrap().from.to_string(), from);
        assert_eq!(shown.last().unwrap().until.to_string(), until);
        for unit in [Unit::Occasions, Unit::Minutes, Unit::ItemDays] {
            holds(&bars::draw(&shown, &About { unit, ..about() }));
        }
        for month in &mut shown {
            month.amounts.values_mut().for_each(|amount| *amount = i64::MAX / 3);
        }
        holds(&bars::draw(&shown, &about()));
    }
}
