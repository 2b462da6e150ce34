//! What a module says about how its records look; a module that says nothing looks plain.

use maud::{Markup, html};

use super::showing::Showing;
use crate::data::records::field::Setter;
use crate::data::{AccessError, Field, Filter, Module, RecordType, Seen};
use crate::names::OWN_SECTION;
use crate::web::components::chip::Tone;
use crate::web::components::facts::FactGroup;

/// How a module's records look where the record type alone does not say it.
pub(crate) struct Look {
    /// The parts of the form in their order. Fields that stand in none are added at the end, by their group.
    pub(crate) sections: &'static [SectionLook],
    /// The colour of a value of a choice that is a state; none where the choice is no state.
    pub(crate) tone: fn(&Field, &str) -> Option<Tone>,
    /// What the records offered for a reference must also be.
    pub(crate) narrow: fn(&Field) -> Option<Filter>,
    /// Words under an input, as a key of the texts.
    pub(crate) hint: fn(&Field) -> Option<&'static str>,
    /// The facts of a card; by section where a module has no own.
    pub(crate) facts: fn(&Showing<'_>, &Seen) -> Result<Vec<FactGroup>, AccessError>,
    /// Panels under the facts.
    pub(crate) related: fn(&Showing<'_>, &Seen) -> Result<Markup, AccessError>,
    /// Ways to reach the person or firm of a card.
    pub(crate) reach: fn(&Showing<'_>, &Seen) -> Markup,
}

/// A part of a form: its title is the text `MODULE-group-ID`.
pub(crate) struct SectionLook {
    pub(crate) id: &'static str,
    pub(crate) fields: &'static [&'static str],
    /// Folded until it holds something.
    pub(crate) folded: bool,
}

static PLAIN: Look = Look {
    sections: &[],
    tone: |_, _| None,
    narrow: |_| None,
    hint: |_| None,
    facts: plain_facts,
    related: |_, _| Ok(html! {}),
    reach: |_, _| html! {},
};

/// The look of a module's records.
pub(crate) fn look(module: Module) -> &'static Look {
    match module {
        Module::Clients => &crate::clients::pages::LOOK,
        _ => &PLAIN,
    }
}

/// A part of a form with its fields.
pub(crate) struct Section {
    pub(crate) id: String,
    pub(crate) fields: Vec<&'static Field>,
    pub(crate) folded: bool,
}

/// The parts of a record type's form, with every field that people set in one of them.
pub(crate) fn sections(kind: &'static RecordType) -> Vec<Section> {
    let look = look(kind.module);
    let mut sections: Vec<Section> = look
        .sections
        .iter()
        .map(|section| Section {
            id: section.id.to_owned(),
            fields: section
                .fields
                .iter()
                .filter_map(|name| kind.named(name))
                .collect(),
            folded: section.folded,
        })
        .collect();
    for field in kind.fields {
        let placed = sections
            .iter()
            .any(|section| section.fields.iter().any(|known| known.no == field.no));
        if placed || field.setter == Setter::Program {
            continue;
        }
        let id = if field.group.is_empty() {
            if field.own.is_some() {
                OWN_SECTION
            } else {
                "basic"
            }
        } else {
            field.group
        };
        match sections.iter_mut().find(|section| section.id == id) {
            Some(section) => section.fields.push(field),
            None => sections.push(Section {
                id: id.to_owned(),
                fields: vec![field],
                folded: !field.group.is_empty(),
            }),
        }
    }
    sections
}

fn plain_facts(showing: &Showing<'_>, seen: &Seen) -> Result<Vec<FactGroup>, AccessError> {
    let kind = seen.kind();
    let mut groups = Vec::new();
    for section in sections(kind) {
        let fields = section.fields.iter();
        let fields = fields.filter(|field| field.no != kind.title && field.own.is_none());
        groups.push(showing.group(seen, &section.id, fields.copied())?);
    }
    groups.retain(|group| !group.facts.is_empty());
    Ok(groups)
}
