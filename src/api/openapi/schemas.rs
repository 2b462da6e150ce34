//! Schemas of what goes in and out.

use serde_json::{Map, Value as Json, json};

use super::{schema, schema_name};
use crate::data::{AdminRight, AuditKind, Field, Kind, Module, OwnChoice, RecordType, Setter};

/// The schemas of a module: the record, and what may be sent of it.
pub(super) fn of_module(kind: &RecordType, schemas: &mut Map<String, Json>) {
    let name = schema_name(kind);
    let every: Vec<&Field> = kind.fields.iter().collect();
    let mut record = object(&every, false);
    record["description"] = format!("A record of {}.", kind.module).into();
    schemas.insert(name.clone(), record);
    let set: Vec<&Field> = kind
        .fields
        .iter()
        .filter(|field| field.setter == Setter::People)
        .collect();
    let required: Vec<&str> = set
        .iter()
        .filter(|field| field.required)
        .map(|field| field.name)
        .collect();
    let mut new = object(&set, true);
    new["required"] = json!(required);
    schemas.insert(format!("{name}New"), new);
    let mut change = object(&every, true);
    change["description"] = "Only the fields given are changed; null clears one. What only the program sets may be sent \
        back as it was read."
        .into();
    schemas.insert(format!("{name}Change"), change);
    schemas.insert(format!("{name}List"), list(&name));
}

/// An object of fields, nested by the dots in their names.
fn object(fields: &[&Field], input: bool) -> Json {
    let mut properties = Map::new();
    for field in fields {
        let value = property(field, input);
        match field.name.split_once('.') {
            None => drop(properties.insert(field.name.to_owned(), value)),
            Some((outer, inner)) => {
                let nested = properties.entry(outer).or_insert_with(
                    || json!({"type": "object", "properties": {}, "additionalProperties": false}),
                );
                nested["properties"][inner] = value;
            }
        }
    }
    let custom = properties.entry("custom").or_insert_with(
        || json!({"type": "object", "properties": {}, "additionalProperties": false}),
    );
    custom["description"] = "Fields of the firm's own making.".into();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn property(field: &Field, input: bool) -> Json {
    let mut value = of_kind(&field.kind);
    let never_empty = field.required || matches!(field.kind, Kind::Id | Kind::Time);
    if !never_empty && (input || !field.kind.is_list()) {
        value = nullable(value);
    }
    if let Some(labels) = field.labels() {
        value["title"] = labels.en.into();
    }
    if let Some(default) = field.default.filter(|_| input) {
        value["default"] = default.into();
    }
    if !field.group.is_empty() {
        value["description"] = format!("Field group: {}.", field.group).into();
    }
    if field.setter == Setter::Program {
        value["readOnly"] = true.into();
    }
    value
}

fn nullable(value: Json) -> Json {
    if let Some(choices) = value.get("enum").and_then(Json::as_array) {
        let mut choices = choices.clone();
        choices.push(Json::Null);
        return json!({"enum": choices});
    }
    match value.get("type").cloned() {
        Some(kind) => {
            let mut value = value;
            value["type"] = json!([kind, "null"]);
            value
        }
        None => json!({"anyOf": [value, {"type": "null"}]}),
    }
}

fn of_kind(kind: &Kind) -> Json {
    let texts = |format: &str, what: &str| {
        let mut item = json!({"type": "string"});
        if !format.is_empty() {
            item["format"] = format.into();
        }
        json!({"type": "array", "items": item, "maxItems": 40, "description": what})
    };
    match kind {
        Kind::Id => json!({"type": "string", "format": "uuid"}),
        Kind::Owner => {
            json!({"type": "string", "format": "uuid", "description": "The id of a person."})
        }
        Kind::Reference(module) => {
            json!({"type": "string", "format": "uuid", "description": format!("The id of a record of {module}.")})
        }
        Kind::Time => json!({"type": "string", "format": "date-time"}),
        Kind::Text(most) => json!({"type": "string", "maxLength": most}),
        Kind::LongText(most) => {
            json!({"type": "string", "maxLength": most, "description": "Several lines."})
        }
        Kind::Choice(choices) => json!({"type": "string", "enum": choices}),
        Kind::Date => json!({"type": "string", "format": "date"}),
        Kind::YesNo => json!({"type": "boolean"}),
        Kind::Pick(choices) => json!({"type": "string", "description": named_choices(choices)}),
        Kind::Picks(choices) => {
            json!({"type": "array", "items": {"type": "string"}, "description": named_choices(choices)})
        }
        Kind::TaxId => {
            json!({"type": "string", "description": "A Polish NIP, or an EU VAT number with its country."})
        }
        Kind::Emails => texts("email", "E-mail addresses."),
        Kind::Phones => texts("", "Phone numbers, kept as they are written."),
        Kind::Tags => texts("", "Labels."),
        Kind::Link => json!({"type": "string", "format": "uri", "description": "http or https."}),
        Kind::Country => {
            json!({"type": "string", "description": "ISO 3166-1 alpha-2; names are understood too."})
        }
        Kind::Iban => json!({"type": "string", "description": "A bank account as IBAN."}),
        Kind::Money => schema("Money"),
        Kind::Number { scale, least, most } => {
            let base = 10_f64.powi(i32::from(*scale));
            let number = |value: i64| match scale {
                0 => json!(value),
                _ => json!(value as f64 / base),
            };
            json!({"type": if *scale == 0 { "integer" } else { "number" }, "minimum": number(*least),
                "maximum": number(*most), "multipleOf": number(1)})
        }
    }
}

/// Choices are given by their Polish name; what they are taken by is wider than an enumeration of those.
fn named_choices(choices: &[OwnChoice]) -> String {
    let offered = choices.iter().filter(|choice| !choice.retired);
    let each: Vec<String> = offered
        .map(|choice| {
            let names: Vec<&str> = choice.labels.all().collect();
            format!("{} ({})", names.join(" / "), choice.id)
        })
        .collect();
    format!(
        "By its Polish name; its English name and its id are understood too: {}.",
        each.join(", ")
    )
}

/// The envelope of a list.
fn list(item: &str) -> Json {
    json!({
        "type": "object",
        "required": ["items", "next", "total"],
        "properties": {
            "items": {"type": "array", "items": schema(item)},
            "next": {"type": ["string", "null"], "description": "The cursor of the next page; null on the last."},
            "total": {"type": ["integer", "null"], "description": "Items of the whole list, where it is known."},
        },
    })
}

/// A file of a record.
fn file() -> Json {
    json!({
        "type": "object",
        "required": ["id", "name", "size", "media_type", "blake3", "added_at", "added_by"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "name": {"type": "string"},
            "size": {"type": "integer", "minimum": 0, "description": "Bytes."},
            "media_type": {"type": "string", "description": "As its content is sent."},
            "blake3": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "The hash of its content."},
            "added_at": {"type": "string", "format": "date-time"},
            "added_by": {"type": ["string", "null"], "format": "uuid"},
            "finance": {"type": "boolean", "description": "Only those see it who see the field group finance, and only they are told."},
        },
    })
}

/// The schemas that every firm has.
pub(super) fn common(kinds: &[&'static RecordType]) -> Map<String, Json> {
    let id = json!({"type": "string", "format": "uuid", "readOnly": true});
    let time = json!({"type": ["string", "null"], "format": "date-time", "readOnly": true});
    let user = json!({
        "type": "object",
        "properties": {
            "id": id, "email": {"type": "string", "format": "email"}, "name": {"type": "string", "maxLength": 80},
            "role": {"type": "string", "format": "uuid"}, "team": {"type": ["string", "null"], "format": "uuid"},
            "active": {"type": "boolean"}, "two_step": {"type": "boolean"}, "email_verified": {"type": "boolean"}, "created_at": time,
            "last_login_at": time, "allowed_ips": ranges(), "hours": hours(),
            "exceptions": {
                "type": "array",
                "description": "Each lifts all rules of address and hour for this person until its end.",
                "items": {
                    "type": "object",
                    "required": ["until"],
                    "additionalProperties": false,
                    "properties": {
                        "from": {"type": ["string", "null"], "description": "A range; from anywhere where null."},
                        "until": {"type": "string", "format": "date-time"},
                    },
                },
            },
        },
    });
    let mut new_user = user.clone();
    new_user["properties"]["password"] = json!({"type": "string", "minLength": crate::auth::SHORTEST,
        "maxLength": crate::auth::LONGEST, "writeOnly": true});
    new_user["required"] = json!(["email", "name", "role", "password"]);
    let mut schemas = Map::new();
    let mut add = |name: &str, schema: Json| drop(schemas.insert(name.to_owned(), schema));
    add(
        "Money",
        json!({
            "type": "object",
            "required": ["amount", "currency"],
            "additionalProperties": false,
            "properties": {
                "amount": {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,2})?$"},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            },
        }),
    );
    add("File", file());
    add("FileList", list("File"));
    add("User", user);
    add("UserNew", new_user);
    add("UserList", list("User"));
    add(
        "Team",
        json!({
            "type": "object",
            "required": ["name"],
            "properties": {"id": id, "name": {"type": "string", "maxLength": 80}},
        }),
    );
    add("TeamList", list("Team"));
    add("Role", role(&id, kinds));
    add("RoleList", list("Role"));
    add(
        "Me",
        json!({
            "type": "object",
            "properties": {
                "id": id, "email": {"type": "string"}, "name": {"type": "string"},
                "language": {"type": ["string", "null"], "enum": ["pl", "en", null]}, "role": schema("Role"),
                "team": {"type": ["string", "null"]}, "permissions": {"type": "array", "items": {"type": "string"}},
            },
        }),
    );
    add("AuditEntry", audit_entry());
    add("AuditEntryList", list("AuditEntry"));
    add("Problem", problem());
    schemas
}

fn role(id: &Json, kinds: &[&'static RecordType]) -> Json {
    let yes = json!({"type": "boolean"});
    let scope = json!({"enum": ["none", "own", "team", "all"]});
    let group = json!({"enum": ["hidden", "read", "write"]});
    let of_module = |module: Module| {
        let kind = kinds.iter().find(|kind| kind.module == module);
        let groups: Vec<&str> = match kind {
            Some(kind) => kind.group_names().collect(),
            None => module.groups().to_vec(),
        };
        let groups: Map<String, Json> = named(&groups, &group);
        let options: Map<String, Json> = named(module.options(), &yes);
        let part = |properties: Map<String, Json>| json!({"type": "object", "properties": properties, "additionalProperties": false});
        let access = json!({
            "view": scope, "unassigned": yes, "create": yes, "edit": scope, "delete": scope, "export": yes, "import": yes,
            "groups": part(groups), "options": part(options),
        });
        let access = json!({"type": "object", "properties": access, "additionalProperties": false});
        (module.name().to_owned(), access)
    };
    let modules: Map<String, Json> = Module::ALL.into_iter().map(of_module).collect();
    let rights: Vec<&str> = AdminRight::ALL.iter().map(|right| right.name()).collect();
    json!({
        "type": "object",
        "required": ["name"],
        "properties": {
            "id": id, "name": {"type": "string", "maxLength": 80},
            "built_in": {"type": "boolean", "readOnly": true},
            "modules": {"type": "object", "properties": modules, "additionalProperties": false},
            "admin": {"type": "object", "properties": named(&rights, &yes), "additionalProperties": false},
            "two_step": {"enum": ["free", "required"]},
            "limits": {"type": "object", "additionalProperties": false, "properties": {
                "export_per_day": {"type": ["integer", "null"], "minimum": 1, "maximum": 1_000_000},
                "view_per_day": {"type": ["integer", "null"], "minimum": 1, "maximum": 1_000_000},
            }},
            "allowed_ips": ranges(), "hours": hours(),
        },
    })
}

fn ranges() -> Json {
    json!({
        "type": "array",
        "description": "Addresses or ranges in CIDR form, each with a label after a space where wanted. None: anywhere.",
        "items": {"type": "string"},
    })
}

fn hours() -> Json {
    let day = json!({"type": "array", "items": {"type": "string", "examples": ["08:00-16:00"]}});
    json!({
        "type": "object",
        "description": "Hours by day in the firm's zone. Empty: always; a day left out: never; an end before the start \
                        runs past midnight.",
        "properties": named(&crate::data::DAYS, &day),
        "additionalProperties": false,
    })
}

fn named(names: &[&str], schema: &Json) -> Map<String, Json> {
    let pair = |name: &&str| ((*name).to_owned(), schema.clone());
    names.iter().map(pair).collect()
}

fn audit_entry() -> Json {
    let kinds: Vec<String> = AuditKind::ALL.iter().map(|kind| kind.name()).collect();
    json!({
        "type": "object",
        "properties": {
            "id": {"type": "string"}, "at": {"type": "string", "format": "date-time"},
            "user": {"type": ["string", "null"]}, "kind": {"enum": kinds},
            "address": {"type": ["string", "null"]}, "office": {"type": "boolean"},
            "channel": {"enum": ["web", "api", "command", "import", "program"]},
            "record": {"type": ["object", "null"], "properties": {"sort": {"type": "string"}, "id": {"type": "string"}}},
            "details": {"type": "object"},
            "prev": {"type": "string", "description": "SHA-256 of the entry before, in hexadecimal."},
        },
    })
}

fn problem() -> Json {
    json!({
        "type": "object",
        "description": "RFC 9457.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
            "detail": {"type": "string"},
            "permission": {"type": "string", "description": "The permission that is missing (403)."},
            "errors": {"type": "array", "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            }},
        },
    })
}
