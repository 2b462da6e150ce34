//! Records that are there twice: groups of those that look the same, found by walking the index of values that several
//! records carry, never by comparing records with one another.
//!
//! The identity fields come first in their order, then the names. A group shown by a stronger field is not shown again by a
//! weaker one. A page looks at a bounded number of index entries and records, so it is quick at any size; where it ends
//! without a full page there may be more behind it.

mod place;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use roaring::RoaringBitmap;

use super::apart::are_apart;
use super::error::{AccessError, Permission};
use super::reading::Reading;
use super::seen::Seen;
use super::twins::belong_together;
use crate::data::records::alike;
use crate::data::records::field::{Field, FieldNo, RecordType};
use crate::data::records::index::term;
use crate::data::store::postings;
pub use place::DuplicatesPlace;
use place::Place;

/// Why records look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// They share a value of this field.
    Same(FieldNo),
    /// Their names are alike and they are in one place.
    NameAndPlace,
    /// Their names are alike.
    Name,
}

/// Records that look the same.
#[derive(Debug)]
pub struct DuplicateGroup {
    /// They themselves, at least two.
    pub members: Vec<Seen>,
    /// How likely it is that they are one, in percent.
    pub score: u8,
    /// Why, the strongest first.
    pub reasons: Vec<Likeness>,
}

/// A page of groups.
#[derive(Debug)]
pub struct Duplicates {
    /// The groups.
    pub groups: Vec<DuplicateGroup>,
    /// Where the next page begins, unless everything was looked through.
    pub next: Option<DuplicatesPlace>,
}

/// Entries of the index that one page looks at.
const TERMS_A_PAGE: usize = 150_000;
/// Records that one page reads, about.
const RECORDS_A_PAGE: usize = 2_000;
/// Records of one value that are compared; more is a switchboard, not a duplicate.
const MEMBERS: usize = 50;
/// Entries that a name counts as: it is cut into words to be compared.
const NAME_COST: usize = 5;
/// Names that begin with one word and are compared together.
const NAMES_OF_A_WORD: usize = 5_000;

/// What a page may still do.
struct Budget {
    terms: usize,
    records: usize,
}

/// Documents that may be one record, with the term they share; names that are alike share none.
struct Candidate {
    documents: RoaringBitmap,
    term: Option<Vec<u8>>,
}

impl Reading {
    /// Groups of records that look the same among those the actor sees, about `limit` of them. A place that is not one of
    /// theirs is the beginning.
    pub fn duplicates(
        &self,
        kind: &'static RecordType,
        from: Option<&DuplicatesPlace>,
        limit: usize,
    ) -> Result<Duplicates, AccessError> {
        self.rights()
            .require(Permission::Option(kind.module, "merge"))?;
        let kind = self.today(kind);
        let within = self.within(kind)?;
        let fields: Vec<&'static Field> = kind
            .identity
            .iter()
            .chain([&kind.title])
            .filter_map(|no| kind.field(*no))
            .filter(|field| self.rights().sees_field(kind, field))
            .collect();
        let mut from = from.and_then(|sealed| self.opened(kind, sealed, &fields));
        let first = from.as_ref().map_or(0, |from| {
            fields
                .iter()
                .position(|field| field.no == from.field)
                .unwrap_or(0)
        });
        let mut budget = Budget {
            terms: TERMS_A_PAGE,
            records: RECORDS_A_PAGE,
        };
        let mut groups = Vec::new();
        for (place, field) in fields.iter().enumerate().skip(first) {
            let mut at = from.take().unwrap_or(Place {
                field: field.no,
                skip: 0,
                after: Vec::new(),
            });
            loop {
                let after = Some(at.after.as_slice()).filter(|after| !after.is_empty());
                let (candidates, reached) =
                    self.candidates(kind, field, after, within.as_ref(), &mut budget)?;
                for (number, candidate) in candidates.iter().enumerate().skip(at.skip.into()) {
                    let stronger = &fields[..place];
                    groups.extend(self.groups_in(kind, stronger, field, candidate, &mut budget)?);
                    if groups.len() < limit && budget.records > 0 {
                        continue;
                    }
                    let next = match &candidate.term {
                        Some(term) => (term.clone(), 0),
                        None => (at.after, u16::try_from(number + 1).unwrap_or(u16::MAX)),
                    };
                    let (after, skip) = next;
                    let next = Place {
                        field: field.no,
                        skip,
                        after,
                    };
                    let next = Some(self.sealed(kind, &next));
                    return Ok(Duplicates { groups, next });
                }
                let Some(after) = reached else { break };
                at = Place {
                    field: field.no,
                    skip: 0,
                    after,
                };
                if budget.terms == 0 {
                    let next = Some(self.sealed(kind, &at));
                    return Ok(Duplicates { groups, next });
                }
            }
        }
        Ok(Duplicates { groups, next: None })
    }

    /// The next values that several records carry, and how far the index was read; nothing at its end.
    fn candidates(
        &self,
        kind: &'static RecordType,
        field: &Field,
        after: Option<&[u8]>,
        within: Option<&RoaringBitmap>,
        budget: &mut Budget,
    ) -> Result<(Vec<Candidate>, Option<Vec<u8>>), AccessError> {
        let prefix = term::value(field.no, "");
        let is_name = field.no == kind.title;
        let mut candidates = Vec::new();
        let mut reached = None;
        let mut word = String::new();
        let mut names: BTreeMap<String, RoaringBitmap> = BTreeMap::new();
        let mut ended = true;
        postings::terms_after(
            self.snapshot(),
            kind.module.code(),
            &prefix,
            after,
            &mut |term, documents| {
                let Some(text) = term.strip_prefix(prefix.as_slice()) else {
                    return ControlFlow::Break(());
                };
                let text = String::from_utf8_lossy(text).into_owned();
                let documents =
                    within.map_or_else(|| documents.clone(), |within| within & documents);
                if is_name {
                    let begins = text.split_whitespace().next().unwrap_or_default();
                    if (begins != word
                        && !names.is_empty()
                        && (budget.terms == 0 || has_groups(&names)))
                        || names.len() >= NAMES_OF_A_WORD
                    {
                        ended = false;
                        return ControlFlow::Break(());
                    }
                    if begins != word {
                        names.clear();
                        word = begins.to_owned();
                    }
                    if !documents.is_empty() {
                        *names.entry(alike::key(&text)).or_default() |= documents;
                    }
                } else if documents.len() > 1 {
                    candidates.push(Candidate {
                        documents,
                        term: Some(term.to_vec()),
                    });
                }
                reached = Some(term.to_vec());
                let cost = if is_name { NAME_COST } else { 1 };
                budget.terms = budget.terms.saturating_sub(cost);
                if !is_name && (budget.terms == 0 || candidates.len() >= 50) {
                    ended = false;
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            },
        )?;
        candidates.extend(joined(names).into_iter().map(|documents| Candidate {
            documents,
            term: None,
        }));
        Ok((candidates, reached.filter(|_| !ended)))
    }

    /// The groups that a candidate holds, without those that a stronger field has shown.
    fn groups_in(
        &self,
        kind: &'static RecordType,
        stronger: &[&'static Field],
        field: &'static Field,
        candidate: &Candidate,
        budget: &mut Budget,
    ) -> Result<Vec<DuplicateGroup>, AccessError> {
        let mut members = Vec::new();
        for document in candidate.documents.iter().take(MEMBERS) {
            if let Some(record) = self.by_document(kind, document)? {
                members.extend(self.see(kind, record));
            }
        }
        budget.records = budget.records.saturating_sub(members.len());
        let identity = self.visible_identity(kind);
        let new = self
            .components(kind, field, members)?
            .into_iter()
            .filter(|members| !stronger.iter().any(|field| shared(field, members)));
        Ok(new
            .map(|members| judged(kind, &identity, members))
            .collect())
    }

    fn visible_identity(&self, kind: &'static RecordType) -> Vec<&'static Field> {
        kind.identity
            .iter()
            .filter_map(|no| kind.field(*no))
            .filter(|field| self.rights().sees_field(kind, field))
            .collect()
    }

    /// The parts of some records that hang together, each of two or more.
    fn components(
        &self,
        kind: &'static RecordType,
        field: &Field,
        members: Vec<Seen>,
    ) -> Result<Vec<Vec<Seen>>, AccessError> {
        let strongest = self.visible_identity(kind).first().copied();
        let mut part: Vec<usize> = (0..members.len()).collect();
        for one in 0..members.len() {
            for other in one + 1..members.len() {
                if part[one] != part[other]
                    && self.same(kind, field, &members[one], &members[other])?
                {
                    let (to, from) = (part[one], part[other]);
                    // One that says nothing must not join two that contradict each other.
                    let of = |wanted: usize| {
                        let part = part.clone();
                        (0..members.len()).filter(move |place| part[*place] == wanted)
                    };
                    let contradict = strongest.is_some_and(|strongest| {
                        of(to).any(|a| {
                            of(from)
                                .any(|b| agree(strongest, &members[a], &members[b]) == Some(false))
                        })
                    });
                    if contradict {
                        continue;
                    }
                    part.iter_mut()
                        .filter(|part| **part == from)
                        .for_each(|part| *part = to);
                }
            }
        }
        let mut parts: BTreeMap<usize, Vec<Seen>> = BTreeMap::new();
        for (place, seen) in members.into_iter().enumerate() {
            parts.entry(part[place]).or_default().push(seen);
        }
        Ok(parts
            .into_values()
            .filter(|members| members.len() > 1)
            .collect())
    }

    /// Whether nothing speaks against two records that met at a value of a field.
    fn same(
        &self,
        kind: &'static RecordType,
        field: &Field,
        one: &Seen,
        other: &Seen,
    ) -> Result<bool, AccessError> {
        let identity = self.visible_identity(kind);
        if identity
            .first()
            .is_some_and(|strongest| agree(strongest, one, other) == Some(false))
            || belong_together(kind, one, other)
        {
            return Ok(false);
        }
        if field.no == kind.title {
            if alike::likeness(one.title(), other.title()).is_none_or(|score| score < alike::ALIKE)
            {
                return Ok(false);
            }
            let place = alike::place(kind).and_then(|place| agree(place, one, other));
            let mut compared = identity
                .iter()
                .filter_map(|field| agree(field, one, other))
                .peekable();
            let contradicted = compared.peek().is_some() && compared.all(|agree| !agree);
            if place == Some(false) || (place.is_none() && contradicted) {
                return Ok(false);
            }
        }
        Ok(!are_apart(self.snapshot(), kind, one.id(), other.id())?)
    }
}

fn has_groups(names: &BTreeMap<String, RoaringBitmap>) -> bool {
    let mut last: Option<&String> = None;
    for (key, documents) in names {
        if documents.len() > 1 || last.is_some_and(|last| is_slip(last, key)) {
            return true;
        }
        last = Some(key);
    }
    false
}

fn is_slip(one: &str, other: &str) -> bool {
    alike::likeness(one, other).is_some_and(|score| score >= alike::ALIKE)
}

/// Documents of the same name, and of names that are a slip apart and so stand beside one another.
fn joined(names: BTreeMap<String, RoaringBitmap>) -> Vec<RoaringBitmap> {
    let mut joined: Vec<RoaringBitmap> = Vec::new();
    let mut last: Option<String> = None;
    for (key, documents) in names {
        match joined.last_mut() {
            Some(before) if last.as_ref().is_some_and(|last| is_slip(last, &key)) => {
                *before |= documents;
            }
            _ => joined.push(documents),
        }
        last = Some(key);
    }
    joined.retain(|documents| documents.len() > 1);
    joined
}

fn forms(field: &Field, seen: &Seen) -> Vec<String> {
    seen.value(field.no)
        .map(|value| field.kind.filter_values(&value))
        .unwrap_or_default()
}

/// Whether two records share a value of a field; nothing where one of them has none.
fn agree(field: &Field, one: &Seen, other: &Seen) -> Option<bool> {
    let (ours, theirs) = (forms(field, one), forms(field, other));
    (!ours.is_empty() && !theirs.is_empty()).then(|| ours.iter().any(|form| theirs.contains(form)))
}

/// Whether all of them share a value of a field.
fn shared(field: &Field, members: &[Seen]) -> bool {
    let Some((first, rest)) = members.split_first() else {
        return false;
    };
    forms(field, first)
        .iter()
        .any(|form| rest.iter().all(|seen| forms(field, seen).contains(form)))
}

/// What speaks for the members of a group being one, and how much.
fn judged(
    kind: &'static RecordType,
    identity: &[&'static Field],
    members: Vec<Seen>,
) -> DuplicateGroup {
    let mut reasons = Vec::new();
    // The part of doubt that each reason leaves.
    let mut doubt = 1.0_f64;
    for (place, field) in identity.iter().enumerate() {
        if shared(field, &members) {
            reasons.push(Likeness::Same(field.no));
            doubt *= if place == 0 { 0.08 } else { 0.3 };
        }
    }
    let names_alike = members
        .windows(2)
        .all(|pair| is_slip(pair[0].title(), pair[1].title()));
    let together = alike::place(kind).is_some_and(|place| shared(place, &members));
    match (names_alike, together) {
        (true, true) => {
            reasons.push(Likeness::NameAndPlace);
            doubt *= 0.35;
        }
        (true, false) => {
            reasons.push(Likeness::Name);
            doubt *= 0.6;
        }
        _ => {}
    }
    DuplicateGroup {
        members,
        score: ((1.0 - doubt) * 100.0).round().min(99.0) as u8,
        reasons,
    }
}
