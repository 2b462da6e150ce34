//! What a role can do, in plain sentences made from the role itself.
//!
//! The texts mark what weighs with asterisks (`Widzi i edytuje *tylko swoich klientów.*`); a sentence comes out as its
//! parts in order, the weighty ones flagged.

use crate::data::{AdminRight, BuiltIn, GroupAccess, Module, ModuleAccess, Role, Scope};
use crate::i18n::{Lang, text, text_with};

/// Parts of sentences, to be joined by spaces; `true` marks the weighty ones.
pub(crate) type Parts = Vec<(bool, String)>;

/// The name of a role: the firm's own as it was given, a built-in one in the reader's language.
pub(crate) fn role_name(lang: Lang, role: &Role) -> String {
    match role.built_in {
        Some(built_in) => text(
            lang,
            &format!("role-name-{}", built_in.name().to_lowercase()),
        ),
        None => role.name.clone(),
    }
}

/// The one sentence about a role that holds everything, or nothing.
pub(crate) fn whole(lang: Lang, role: &Role) -> Option<Parts> {
    if role.covers(&BuiltIn::Owner.role()) {
        return Some(marked(&text(lang, "role-says-everything")));
    }
    let nothing = Role {
        admin: [].into(),
        modules: [].into(),
        ..role.clone()
    };
    nothing
        .covers(role)
        .then(|| marked(&text(lang, "role-says-nothing")))
}

/// What a role can do in one module. Edit and delete never reach further than view, so that is how they are told.
pub(crate) fn module_sentence(lang: Lang, module: Module, access: &ModuleAccess) -> Parts {
    let words = Words { lang, module };
    if access.view == Scope::None && !access.unassigned {
        let mut parts = words.say("sees-none", "none");
        parts.extend(
            access
                .create
                .then(|| words.plain("create"))
                .into_iter()
                .flatten(),
        );
        return parts;
    }
    let mut parts = words.seen_and_edited(access);
    parts.extend(words.deleted(access));
    if module.groups().contains(&"finance") {
        let writes = access.create || access.edit > Scope::None;
        parts.extend(words.plain(match access.group("finance") {
            GroupAccess::Hidden => "finance-hidden",
            GroupAccess::Write if writes => "finance-write",
            GroupAccess::Read | GroupAccess::Write => "finance-read",
        }));
    }
    parts.extend(words.plain(if access.export { "export" } else { "no-export" }));
    parts.extend(words.plain(if access.import { "import" } else { "no-import" }));
    parts.extend(words.plain(if access.create { "create" } else { "no-create" }));
    parts.extend(words.options(access));
    parts
}

/// Which parts of the program a role runs.
pub(crate) fn admin_sentence(lang: Lang, role: &Role) -> Parts {
    let held = AdminRight::ALL
        .into_iter()
        .filter(|right| role.admin.contains(right));
    let rights: Vec<String> = held
        .map(|right| text(lang, &format!("role-admin-{}", right.name())))
        .collect();
    if rights.is_empty() {
        return marked(&text(lang, "role-says-no-admin"));
    }
    marked(&text_with(
        lang,
        "role-says-admin",
        &[("rights", rights.join(", ").into())],
    ))
}

struct Words {
    lang: Lang,
    module: Module,
}

impl Words {
    /// The module's records in a case: `clients-own` is "tylko swoich klientów".
    fn whose(&self, which: &str) -> String {
        text(self.lang, &format!("role-whose-{}-{which}", self.module))
    }

    fn say(&self, sentence: &str, which: &str) -> Parts {
        let whose = self.whose(which);
        marked(&text_with(
            self.lang,
            &format!("role-says-{sentence}"),
            &[("whose", whose.into())],
        ))
    }

    fn plain(&self, sentence: &str) -> Parts {
        marked(&text(self.lang, &format!("role-says-{sentence}")))
    }

    fn seen_and_edited(&self, access: &ModuleAccess) -> Parts {
        let edits_unowned = access.edit == Scope::All;
        if access.view == Scope::None {
            return self.say(
                if edits_unowned {
                    "sees-edits-only"
                } else {
                    "sees-only"
                },
                "unassigned",
            );
        }
        let edit = access.edit.min(access.view);
        let mut parts = if edit == access.view {
            self.say("sees-edits", access.view.name())
        } else if edit == Scope::None {
            self.say("sees", access.view.name())
        } else {
            let both = [
                ("whose", self.whose(access.view.name()).into()),
                (
                    "edited",
                    self.whose(&format!("{}-short", edit.name())).into(),
                ),
            ];
            marked(&text_with(self.lang, "role-says-sees-edits-other", &both))
        };
        if access.unassigned && access.view != Scope::All {
            parts.extend(self.say(
                if edits_unowned {
                    "sees-edits-also"
                } else {
                    "sees-also"
                },
                "unassigned",
            ));
        }
        parts
    }

    fn deleted(&self, access: &ModuleAccess) -> Parts {
        if access.view == Scope::None {
            return self.plain(if access.delete == Scope::All {
                "delete"
            } else {
                "no-delete"
            });
        }
        match access.delete.min(access.view) {
            Scope::None => self.plain("no-delete"),
            same if same == access.view => self.plain("delete"),
            narrower => self.say("delete-some", &format!("{}-short", narrower.name())),
        }
    }

    fn options(&self, access: &ModuleAccess) -> Parts {
        let granted = self
            .module
            .options()
            .iter()
            .filter(|option| access.options.contains(*option));
        let named: Vec<String> = granted
            .map(|option| text(self.lang, &option_key(option)))
            .collect();
        if named.is_empty() {
            return Vec::new();
        }
        marked(&text_with(
            self.lang,
            "role-says-options",
            &[("options", named.join(", ").into())],
        ))
    }
}

/// The text that names a single option.
pub(crate) fn option_key(option: &str) -> String {
    format!("role-option-{}", option.replace('_', "-"))
}

/// Cuts a text at its asterisks.
fn marked(text: &str) -> Parts {
    let parts = text
        .split('*')
        .enumerate()
        .map(|(place, part)| (place % 2 == 1, part.trim().to_owned()));
    parts.filter(|(_, part)| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(parts: &Parts) -> String {
        parts
            .iter()
            .map(|(_, part)| part.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Everything a role can do: the modules in the order of the menu, then the program itself.
    fn role_sentence(lang: Lang, role: &Role) -> Parts {
        if let Some(whole) = whole(lang, role) {
            return whole;
        }
        let mut parts: Parts = Module::ALL
            .into_iter()
            .flat_map(|module| module_sentence(lang, module, &role.module(module)))
            .collect();
        parts.extend(admin_sentence(lang, role));
        parts
    }

    fn about(lang: Lang, built_in: BuiltIn, module: Module) -> String {
        said(&module_sentence(
            lang,
            module,
            &built_in.role().module(module),
        ))
    }

    #[test]
    fn the_model_salesperson() {
        let english = about(Lang::En, BuiltIn::Salesperson, Module::Clients);
        assert!(
            english.starts_with(
                "Sees and edits own clients. Cannot delete. Sees no financial data. Cannot export."
            ),
            "{english}"
        );
        let polish = about(Lang::Pl, BuiltIn::Salesperson, Module::Clients);
        assert!(
            polish.starts_with(
                "Widzi i edytuje tylko swoich klientów. Nie może usuwać. Nie widzi danych finansowych. Nie może eksportować."
            ),
            "{polish}"
        );
        assert_eq!(
            about(Lang::Pl, BuiltIn::Salesperson, Module::Invoices),
            "Nie widzi faktur."
        );
        let tasks = about(Lang::Pl, BuiltIn::Salesperson, Module::Tasks);
        assert!(
            tasks.starts_with(
                "Widzi zadania swojego zespołu, edytuje tylko swoje. Może usuwać tylko swoje."
            ),
            "{tasks}"
        );
    }

    #[test]
    fn the_other_built_in_roles() {
        assert_eq!(
            said(&role_sentence(Lang::En, &BuiltIn::Owner.role())),
            "Sees and may do everything, running the program included."
        );
        let manager = about(Lang::En, BuiltIn::Manager, Module::Clients);
        assert!(manager.starts_with("Sees and edits the team's clients. Also sees clients without an owner. Can delete. Sees financial data but cannot change it. Can export."), "{manager}");
        let accounting = about(Lang::Pl, BuiltIn::Accounting, Module::Clients);
        assert!(accounting.starts_with("Widzi wszystkich klientów, ale ich nie edytuje. Nie może usuwać. Widzi dane finansowe, ale ich nie zmienia."), "{accounting}");
        let support = about(Lang::Pl, BuiltIn::Support, Module::Mail);
        assert!(
            support.starts_with("Widzi i edytuje wszystkie wiadomości. Może usuwać tylko swoje."),
            "{support}"
        );
        let reader = about(Lang::En, BuiltIn::ReadOnly, Module::Articles);
        assert_eq!(
            reader,
            "Sees all articles but edits none. Cannot delete. Cannot export. Cannot import. Cannot add new ones."
        );
        assert!(
            said(&role_sentence(Lang::Pl, &BuiltIn::ReadOnly.role()))
                .ends_with("Nie zarządza programem.")
        );
    }

    #[test]
    fn a_role_that_holds_nothing() {
        let role = Role {
            modules: [].into(),
            admin: [].into(),
            built_in: None,
            ..BuiltIn::Support.role()
        };
        assert_eq!(
            said(&role_sentence(Lang::En, &role)),
            "Has no access to any module."
        );
    }

    fn any_access(module: Module) -> impl Strategy<Value = ModuleAccess> {
        let scope = || prop::sample::select(Scope::ALL.to_vec());
        let level = prop::sample::select(GroupAccess::ALL.to_vec());
        let bits = any::<[bool; 5]>();
        (scope(), scope(), scope(), level, bits).prop_map(
            move |(view, edit, delete, level, bits)| ModuleAccess {
                view,
                edit,
                delete,
                unassigned: bits[0],
                create: bits[1],
                export: bits[2],
                import: bits[3],
                groups: module
                    .groups()
                    .iter()
                    .map(|group| (*group, level))
                    .collect(),
                every_group: false,
                options: module
                    .options()
                    .iter()
                    .copied()
                    .filter(|_| bits[4])
                    .collect(),
            },
        )
    }

    proptest! {
        #[test]
        fn every_role_can_be_told_without_a_bare_key(
            accesses in Module::ALL.map(any_access),
            admin in prop::sample::subsequence(AdminRight::ALL.to_vec(), 0..=6),
        ) {
            let modules = Module::ALL.into_iter().zip(accesses).collect();
            let role = Role { modules, admin: admin.into_iter().collect(), built_in: None, ..BuiltIn::Support.role() };
            for lang in Lang::ALL {
                let text = said(&role_sentence(lang, &role));
                prop_assert!(!text.contains(['⟦', '*']) && !text.contains("  ") && text.ends_with('.'), "{}", text);
            }
        }
    }
}
