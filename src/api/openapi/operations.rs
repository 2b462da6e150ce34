//! Operations with their parameters and answers.

use serde_json::{Map, Value as Json, json};

use super::{schema, schema_name};
use crate::api::audit;
use crate::api::paging::MOST;
use crate::data::{Kind, RecordType};

/// Answers with an error, by status.
const ERRORS: [(&str, &str); 13] = [
    ("400", "The body is not JSON."),
    ("401", "No token, or one that is not good any more."),
    (
        "403",
        "The role lacks a permission, which the answer names.",
    ),
    ("404", "Not there, or not within the role's reach."),
    ("405", "The path does not know this method."),
    ("409", "It cannot be done in the present state."),
    ("412", "If-Match does not hold any more."),
    (
        "413",
        "The body is larger than 1 MiB, or a file larger than the server takes.",
    ),
    ("415", "The body is not of the type that is asked for."),
    (
        "422",
        "Fields or parameters cannot be taken; errors names each.",
    ),
    (
        "429",
        "Too many requests; Retry-After says how many seconds to wait.",
    ),
    ("500", "A fault of the server."),
    ("507", "The server's disk is full; reading goes on."),
];

pub(super) fn error_responses() -> Json {
    let response = |(status, text): (&str, &str)| {
        let content = json!({"application/problem+json": {"schema": schema("Problem")}});
        (
            status.to_owned(),
            json!({"description": text, "content": content}),
        )
    };
    Json::Object(ERRORS.into_iter().map(response).collect())
}

/// An operation being described.
struct Operation(Json);

impl Operation {
    fn new(id: String, summary: &str) -> Self {
        Self(json!({"operationId": id, "summary": summary, "parameters": [], "responses": {}}))
            .fails(&["401", "403", "429", "500"])
    }

    fn parameter(mut self, place: &str, name: &str, schema: Json, text: &str) -> Self {
        let parameter = json!({"in": place, "name": name, "required": place == "path", "schema": schema, "description": text});
        if let Some(parameters) = self.0["parameters"].as_array_mut() {
            parameters.push(parameter);
        }
        self
    }

    fn id(self) -> Self {
        self.parameter(
            "path",
            "id",
            json!({"type": "string", "format": "uuid"}),
            "",
        )
        .fails(&["404"])
    }

    fn if_match(self) -> Self {
        self.parameter(
            "header",
            "If-Match",
            json!({"type": "string"}),
            "The ETag that must still hold.",
        )
        .fails(&["412"])
    }

    fn pages(self) -> Self {
        self.parameter(
            "query",
            "limit",
            json!({"type": "integer", "minimum": 1, "maximum": MOST, "default": 50}),
            "Items of a page.",
        )
        .parameter(
            "query",
            "cursor",
            json!({"type": "string"}),
            "next of the page before, with the same query.",
        )
        .fails(&["422"])
    }

    fn body(mut self, name: &str) -> Self {
        self.0["requestBody"] =
            json!({"required": true, "content": {"application/json": {"schema": schema(name)}}});
        self.fails(&["400", "409", "413", "415", "422", "507"])
    }

    fn gives(mut self, status: &str, text: &str, name: Option<&str>) -> Self {
        let mut response = json!({"description": text});
        if let Some(name) = name {
            response["content"] = json!({"application/json": {"schema": schema(name)}});
        }
        self.0["responses"][status] = response;
        self
    }

    fn fails(mut self, statuses: &[&str]) -> Self {
        for status in statuses {
            self.0["responses"][*status] =
                json!({"$ref": format!("#/components/responses/{status}")});
        }
        self
    }

    fn at(self, paths: &mut Map<String, Json>, method: &str, path: &str) {
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method] = self.0;
    }
}

/// The operations of a module.
pub(super) fn of_module(kind: &RecordType, paths: &mut Map<String, Json>) {
    let (module, name) = (kind.module.name(), schema_name(kind));
    let all = format!("/api/v1/{module}");
    let one = format!("{all}/{{id}}");
    let sorts: Vec<String> = kind
        .fields
        .iter()
        .filter(|field| field.sortable)
        .flat_map(|field| [field.name.to_owned(), format!("-{}", field.name)])
        .collect();
    let text = json!({"type": "string"});
    let mut list = Operation::new(format!("list_{module}"), "A page of records.")
        .parameter(
            "query",
            "q",
            text.clone(),
            "Words to search; each begins a word of the record.",
        )
        .parameter(
            "query",
            "sort",
            json!({"enum": sorts}),
            "By name where not given.",
        )
        .parameter("query", "id", many(&text), "Only these records.")
        .pages();
    for field in kind.fields.iter().filter(|field| field.filterable) {
        let name = if field.kind == Kind::Tags {
            "tag"
        } else {
            field.name
        };
        list = list.parameter("query", name, many(&text), "Any of these values.");
        if field.kind.has_range() {
            for end in ["from", "to"] {
                list = list.parameter("query", &format!("{}_{end}", field.name), text.clone(), "");
            }
        }
        let empty = format!("{}_empty", field.name);
        list = list.parameter(
            "query",
            &empty,
            json!({"type": "boolean"}),
            "Without a value, or with one.",
        );
    }
    list.gives("200", "The page.", Some(&format!("{name}List")))
        .at(paths, "get", &all);
    Operation::new(format!("create_{module}"), "Makes a record.")
        .parameter(
            "header",
            "Idempotency-Key",
            json!({"type": "string", "minLength": 1, "maxLength": 200}),
            "The same key and body give the first answer again; kept for a day.",
        )
        .body(&format!("{name}New"))
        .gives("201", "Made; Location and ETag are given.", Some(&name))
        .at(paths, "post", &all);
    Operation::new(format!("get_{module}"), "A record with its ETag.")
        .id()
        .parameter("header", "If-None-Match", text, "An ETag that is known.")
        .gives("200", "The record.", Some(&name))
        .gives("304", "It is as it was.", None)
        .at(paths, "get", &one);
    Operation::new(format!("change_{module}"), "Changes the given fields.")
        .id()
        .if_match()
        .body(&format!("{name}Change"))
        .gives("200", "The record as it is now.", Some(&name))
        .at(paths, "patch", &one);
    Operation::new(format!("delete_{module}"), "Moves a record to the trash.")
        .id()
        .if_match()
        .fails(&["507"])
        .gives("204", "It is in the trash.", None)
        .at(paths, "delete", &one);
    Operation::new(
        format!("restore_{module}"),
        "Brings a record back from the trash.",
    )
    .id()
    .fails(&["507"])
    .gives("200", "The record.", Some(&name))
    .at(paths, "post", &format!("{one}/restore"));
}

/// The operations on files of a module's records.
pub(super) fn of_files(kind: &RecordType, paths: &mut Map<String, Json>) {
    if !kind.files {
        return;
    }
    let module = kind.module.name();
    let all = format!("/api/v1/{module}/{{id}}/files");
    let one = format!("{all}/{{file}}");
    let of_file = |operation: Operation| {
        let id = json!({"type": "string", "format": "uuid"});
        operation.id().parameter("path", "file", id, "")
    };
    Operation::new(
        format!("list_{module}_files"),
        "The files of a record, the newest first.",
    )
    .id()
    .gives("200", "All of them.", Some("FileList"))
    .at(paths, "get", &all);
    let mut add = Operation::new(
        format!("add_{module}_files"),
        "Adds files, all of them or none.",
    )
    .id()
    .fails(&["400", "413", "415", "422", "507"]);
    let file = json!({"type": "string", "contentMediaType": "application/octet-stream"});
    add.0["requestBody"] = json!({"required": true, "content": {"multipart/form-data": {"schema": {
        "type": "object",
        "required": ["files"],
        "properties": {
            "files": {"type": "array", "items": file, "minItems": 1, "maxItems": 20},
            "finance": {"type": "boolean", "description": "Marks them as financial: only those see them who see the field group finance."},
        },
    }}}});
    add.gives("201", "The files that were added.", Some("FileList"))
        .at(paths, "post", &all);
    let mut content = of_file(Operation::new(
        format!("get_{module}_file"),
        "The content of a file, to be saved.",
    ));
    let bytes = json!({"description": "The content.", "content": {"application/octet-stream": {}}});
    content.0["responses"]["200"] = bytes;
    content.at(paths, "get", &one);
    of_file(Operation::new(
        format!("delete_{module}_file"),
        "Removes a file; it can be put back for as long as the trash is kept.",
    ))
    .fails(&["507"])
    .gives("204", "It is removed.", None)
    .at(paths, "delete", &one);
    of_file(Operation::new(
        format!("restore_{module}_file"),
        "Puts a removed file back.",
    ))
    .fails(&["507"])
    .gives("200", "The file.", Some("File"))
    .at(paths, "post", &format!("{one}/restore"));
}

fn many(item: &Json) -> Json {
    json!({"type": "array", "items": item})
}

/// The operations on people, teams, roles, oneself and the log.
pub(super) fn of_staff(paths: &mut Map<String, Json>) {
    for (plural, name, new) in [
        ("users", "User", "UserNew"),
        ("teams", "Team", "Team"),
        ("roles", "Role", "Role"),
    ] {
        let all = format!("/api/v1/{plural}");
        let one = format!("{all}/{{id}}");
        Operation::new(format!("list_{plural}"), "A page of them.")
            .parameter("query", "q", json!({"type": "string"}), "Part of the name.")
            .parameter("query", "sort", json!({"enum": ["name", "-name"]}), "")
            .pages()
            .gives("200", "The page.", Some(&format!("{name}List")))
            .at(paths, "get", &all);
        Operation::new(format!("create_{plural}"), "Makes one.")
            .body(new)
            .gives("201", "Made; Location and ETag are given.", Some(name))
            .at(paths, "post", &all);
        Operation::new(format!("get_{plural}"), "One of them with its ETag.")
            .id()
            .gives("200", "As it is.", Some(name))
            .at(paths, "get", &one);
        Operation::new(format!("change_{plural}"), "Changes the given parts.")
            .id()
            .if_match()
            .body(name)
            .gives("200", "As it is now.", Some(name))
            .at(paths, "patch", &one);
        Operation::new(
            format!("delete_{plural}"),
            "Deletes one that nothing depends on.",
        )
        .id()
        .if_match()
        .fails(&["409", "507"])
        .gives("204", "It is gone.", None)
        .at(paths, "delete", &one);
    }
    Operation::new(
        "get_me".to_owned(),
        "Whose token this is, and what they may do.",
    )
    .gives("200", "Oneself.", Some("Me"))
    .at(paths, "get", "/api/v1/me");
    Operation::new(
        "change_me".to_owned(),
        "Changes one's own name or language.",
    )
    .body("Me")
    .gives("200", "Oneself.", Some("Me"))
    .at(paths, "patch", "/api/v1/me");
    let mut log = Operation::new(
        "list_audit".to_owned(),
        "A page of the audit log, the newest first.",
    )
    .pages();
    for name in audit::FILTERS {
        let text = json!({"type": "string"});
        log = log.parameter(
            "query",
            name,
            if name == "kind" { many(&text) } else { text },
            "",
        );
    }
    log.gives("200", "The page.", Some("AuditEntryList"))
        .at(paths, "get", "/api/v1/audit");
    Operation::new("get_openapi".to_owned(), "This description.")
        .gives("200", "OpenAPI 3.1.", None)
        .at(paths, "get", "/api/v1/openapi.json");
}
