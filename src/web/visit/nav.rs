//! The places a person may go to: the modules, what looks after the firm, and what they may make.

use super::Member;
use crate::data::{AdminRight, Module, Permission, Query, Reading, Rights};
use crate::web::components::icon::Icon;
use crate::web::layout::{CreateLink, NavItem};

impl Member {
    fn item(&self, label: &str, href: &'static str, sign: Icon, count: Option<u64>) -> NavItem {
        let current = if href == "/" {
            self.path() == "/"
        } else {
            self.is_under(href)
        };
        NavItem {
            label: self.text(label),
            href,
            sign,
            count,
            current,
            alert: false,
        }
    }

    /// The modules that this person sees something of.
    pub(super) fn nav(&self, reading: &Reading) -> Vec<NavItem> {
        let mut items = vec![self.item("nav-dashboard", "/", Icon::Home, None)];
        for kind in self.state.vault.kinds() {
            if reading.rights().may(Permission::View(kind.module)) {
                let count = reading.count(kind, &Query::default()).ok();
                let (label, href, sign) = module_place(kind.module);
                items.push(self.item(label, href, sign, count));
            }
        }
        items
    }

    /// What looks after the firm and its data.
    pub(super) fn foot(&self, rights: &Rights) -> Vec<NavItem> {
        let mut items = Vec::new();
        if self
            .state
            .vault
            .kinds()
            .iter()
            .any(|kind| rights.may(Permission::Delete(kind.module)))
        {
            items.push(self.item("nav-trash", "/trash", Icon::Trash, None));
        }
        if rights.admin(AdminRight::Audit) {
            items.push(self.item("nav-audit", "/audit", Icon::Clock, None));
        }
        if AdminRight::ALL
            .iter()
            .any(|right| *right != AdminRight::Audit && rights.admin(*right))
        {
            items.push(self.item("nav-settings", "/settings", Icon::Settings, None));
        }
        items
    }

    /// What this person may make, for the button of new things.
    pub(super) fn can_create(&self, rights: &Rights) -> Vec<CreateLink> {
        let kinds = self
            .state
            .vault
            .kinds()
            .iter()
            .filter(|kind| rights.may(Permission::Create(kind.module)));
        kinds
            .map(|kind| {
                let (_, _, sign) = module_place(kind.module);
                let (label, href) = module_new(kind.module);
                CreateLink {
                    label: self.text(label),
                    href,
                    sign,
                }
            })
            .collect()
    }
}

/// Name, address and sign of a module's list.
pub(crate) fn module_place(module: Module) -> (&'static str, &'static str, Icon) {
    match module {
        Module::Clients => ("nav-clients", "/clients", Icon::Clients),
        Module::Deals => ("nav-deals", "/deals", Icon::Deals),
        Module::Tasks => ("nav-tasks", "/tasks", Icon::Tasks),
        Module::Mail => ("nav-mail", "/mail", Icon::Mail),
        Module::Articles => ("nav-articles", "/articles", Icon::Articles),
        Module::Invoices => ("nav-invoices", "/invoices", Icon::Finance),
    }
}

/// What a new record of a module is called, and where it is made.
pub(crate) fn module_new(module: Module) -> (&'static str, &'static str) {
    match module {
        Module::Clients => ("clients-new", "/clients/new"),
        Module::Deals => ("deals-new", "/deals/new"),
        Module::Tasks => ("tasks-new", "/tasks/new"),
        Module::Mail => ("mail-new", "/mail/new"),
        Module::Articles => ("articles-new", "/articles/new"),
        Module::Invoices => ("invoices-new", "/invoices/new"),
    }
}
