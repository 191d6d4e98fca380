//! The page with the three pictures, each explained in plain words, with its figures beside; printed on A4. Pure.

use maud::{Markup, html};

use super::rules::{Picture, Unit};
use super::svg::Drawn;
use super::{Asked, Seen, flows, months, network, words};
use crate::auth::rules::Of;
use crate::export::Figure;
use crate::http::words::Language;
use crate::paper;
use crate::paper::words::say;

/// What a picture is about: whose, when, in which unit, in which language.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// The name of the structure or the cooperation.
    pub name: &'a str,
    /// The period, in words.
    pub period: String,
    /// In which unit.
    pub unit: Unit,
    /// In which language.
    pub language: Language,
    /// Contributions that nobody measured in the unit.
    pub unmeasured: i64,
}

impl<'a> About<'a> {
    /// What these pictures are about.
    #[must_use]
    pub fn of(seen: &'a Seen, asked: &Asked) -> Self {
        Self {
            name: &seen.name,
            period: words::period(asked.language, asked.period),
            unit: asked.unit,
            language: asked.language,
            unmeasured: seen.unmeasured,
        }
    }

    /// The title of a picture.
    #[must_use]
    pub fn title(&self, what: &str) -> String {
        format!("{what}{} {}, {}, {}", self.colon(), self.name, self.period, self.unit())
    }

    /// A colon, as each language sets it.
    #[must_use]
    pub fn colon(&self) -> &'static str {
        say(self.language, "\u{a0}:", ":")
    }

    /// The unit, in words.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        words::unit(self.language, self.unit)
    }

    /// The unit at the head of a column.
    #[must_use]
    pub fn heading(&self) -> &'static str {
        match self.unit {
            Unit::Minutes => say(self.language, "Temps", "Time"),
            Unit::ItemDays => say(self.language, "Jours-matériel", "Item-days"),
            Unit::Occasions => say(self.language, "Fois", "Occasions"),
        }
    }

    /// So much of the unit.
    #[must_use]
    pub fn amount(&self, amount: i64) -> String {
        words::amount(self.language, self.unit, amount)
    }

    /// So much of the unit, with its name.
    #[must_use]
    pub fn so_much(&self, amount: i64) -> String {
        let words = match self.unit {
            Unit::Minutes => return self.amount(amount),
            Unit::ItemDays => say(self.language, ["jour-matériel", "jours-matériel"], ["item-day", "item-days"]),
            Unit::Occasions => say(self.language, ["fois", "fois"], ["occasion", "occasions"]),
        };
        paper::words::count(self.language, amount, words)
    }

    /// What is said of an empty period.
    #[must_use]
    pub fn nothing(&self) -> &'static str {
        say(self.language, "Rien n’est enregistré pour cette période.", "Nothing is recorded for this period.")
    }

    /// What the picture does not hold.
    #[must_use]
    pub fn left_out(&self) -> String {
        words::left_out(self.language, self.unmeasured)
    }
}

/// One picture.
#[must_use]
pub fn drawn(picture: Picture, seen: &Seen, about: &About<'_>) -> Drawn {
    match picture {
        Picture::Flows => flows::draw(&seen.graph, about),
        Picture::Network => network::draw(&seen.graph, about),
        Picture::Months => months::draw(&seen.months, about),
    }
}

/// Pictures as figures of another document.
#[must_use]
pub fn figures(pictures: &[Picture], seen: &Seen, asked: &Asked) -> Vec<Figure> {
    let about = About::of(seen, asked);
    let figure = |picture: &Picture| {
        let drawn = drawn(*picture, seen, &about);
        let title = format!("{}{} {}", heading(*picture, asked.language), about.colon(), about.unit());
        Figure { title, said: drawn.said, drawing: drawn.svg }
    };
    pictures.iter().map(figure).collect()
}

/// What a picture is called on a page.
fn heading(picture: Picture, language: Language) -> &'static str {
    match picture {
        Picture::Flows => say(language, "Qui a donné à qui", "Who gave to whom"),
        Picture::Network => say(language, "Le réseau et ses groupes", "The network and its groups"),
        Picture::Months => say(language, "Mois par mois", "Month by month"),
    }
}

/// The page.
#[must_use]
pub fn page(seen: &Seen, asked: &Asked) -> Markup {
    let (about, language) = (About::of(seen, asked), asked.language);
    let title = say(language, "Ce qui circule entre nous", "What flows between us");
    let content = html! {
        header {
            h1 { (title) }
            p.name { (about.name) }
            p.under { (about.period) ", " (about.unit()) }
        }
        p { (say(
            language,
            "Ces images se lisent ensemble, entre membres\u{a0}: elles montrent ce qui est noté au registre, pas ce que chacun vaut. \
             Personne n’y est classé, et aucune personne n’y est nommée.",
            "These pictures are read together, among members: they show what the ledger holds, not what anybody is worth. \
             Nobody is ranked in them, and no person is named.",
        )) }
        @if matches!(asked.scope, Of::Cooperation(_)) {
            p { (say(language, "Chaque membre voit les mêmes.", "Every member sees the same.")) }
        }
        @for picture in [Picture::Flows, Picture::Network, Picture::Months] {
            (section(picture, &drawn(picture, seen, &about), language))
        }
        footer { (say(language, "Registre Navette", "Navette register")) " · " (about.name) " · " (about.period) }
    };
    paper::page::page(language, "pictures", title, &content)
}

fn section(picture: Picture, drawn: &Drawn, language: Language) -> Markup {
    let explained = match picture {
        Picture::Flows => say(
            language,
            "Chaque bande va de qui donne à qui reçoit, d’autant plus large qu’il est passé plus. Une barre large d’un seul \
                 côté n’est ni une dette ni une faute\u{a0}: certains ont plus à prêter, d’autres plus à recevoir. Demandez-vous \
                 plutôt ce qui se passerait si la bande la plus large disparaissait.",
            "Each band goes from who gives to who receives, the wider the more has passed. A bar on one side alone is neither \
                 a debt nor a fault: some have more to lend, others more to receive. Ask rather what would happen if the \
                 widest band were gone.",
        ),
        Picture::Network => say(
            language,
            "Les structures sont rangées en cercle, groupe par groupe. Beaucoup de traits foncés\u{a0}: les groupes se parlent. \
                 Surtout des traits clairs, près du bord\u{a0}: chacun reste chez soi. Un groupe relié aux autres par un seul trait \
                 tient à ce trait.",
            "Structures stand in a circle, group by group. Many dark lines: the groups talk to one another. Mostly pale \
                 lines near the rim: each keeps to itself. A group tied to the others by a single line hangs on that line.",
        ),
        Picture::Months => say(
            language,
            "Une barre par mois, chaque nature avec son motif. Un prêt compte dans chaque mois les jours qui y tombent\u{a0}; le \
                 reste compte au mois de l’acte. Un mois vide peut vouloir dire que rien ne s’est passé, ou que personne ne l’a \
                 noté.",
            "A bar for each month, each kind with its pattern. A loan counts in each month the days that fall into it; all \
                 else counts in the month of the act. An empty month may mean that nothing happened, or that nobody wrote it \
                 down.",
        ),
    };
    html! {
        section.picture {
            h2 { (heading(picture, language)) }
            p { (explained) }
            figure { (drawn.svg) figcaption.small { (drawn.said) } }
            (drawn.table)
        }
    }
}
