//! Roles come back from their JSON, and cover what they are said to.

use super::*;

#[test]
fn every_role_comes_back_from_its_json() {
    for built_in in BuiltIn::ALL {
        let mut role = built_in.role();
        // What a firm's own role cannot be given.
        for access in role.modules.values_mut() {
            access.every_group = false;
        }
        let json = role.to_json();
        let mut copy = Role {
            modules: BTreeMap::new(),
            admin: BTreeSet::new(),
            name: String::new(),
            ..role.clone()
        };
        copy.take_json(json.as_object().expect("an object"))
            .expect("valid");
        assert_eq!(copy, role);
    }
}

#[test]
fn the_owner_covers_all_and_nobody_covers_the_owner() {
    let owner = BuiltIn::Owner.role();
    for built_in in BuiltIn::ALL {
        assert!(owner.covers(&built_in.role()));
        assert_eq!(built_in.role().covers(&owner), built_in == BuiltIn::Owner);
    }
}

#[test]
fn the_model_salesperson_is_as_promised() {
    let clients = BuiltIn::Salesperson.role().module(Module::Clients);
    assert_eq!(
        (clients.view, clients.edit, clients.delete),
        (Scope::Own, Scope::Own, Scope::None)
    );
    assert!(clients.create && !clients.export && !clients.import && !clients.unassigned);
    assert_eq!(clients.group("finance"), GroupAccess::Hidden);
    assert!(clients.options.is_empty());
}
