# Texts of the interface in English. Sections by place; both locale files hold the same keys in the same order.

### time: how moments are said

time-today-at = today, { $time }
time-yesterday = yesterday
time-yesterday-at = yesterday, { $time }
time-tomorrow = tomorrow
time-tomorrow-at = tomorrow, { $time }
time-days-ago =
    { $count ->
        [one] { $count } day ago
       *[other] { $count } days ago
    }
time-days-ahead =
    { $count ->
        [one] in { $count } day
       *[other] in { $count } days
    }
time-week-ago = a week ago
time-week-ahead = in a week
time-weeks-ago =
    { $count ->
        [one] { $count } week ago
       *[other] { $count } weeks ago
    }
time-weeks-ahead =
    { $count ->
        [one] in { $count } week
       *[other] in { $count } weeks
    }
time-month-ago = a month ago
time-month-ahead = in a month
time-months-ago =
    { $count ->
        [one] { $count } month ago
       *[other] { $count } months ago
    }
time-months-ahead =
    { $count ->
        [one] in { $count } month
       *[other] in { $count } months
    }
time-half-year-ago = half a year ago
time-half-year-ahead = in half a year
time-year-ago = a year ago
time-year-ahead = in a year
time-years-ago =
    { $count ->
        [one] { $count } year ago
       *[other] { $count } years ago
    }
time-years-ahead =
    { $count ->
        [one] in { $count } year
       *[other] in { $count } years
    }

### nav: the frame of every page

nav-skip = Skip to content
nav-main = Main navigation
nav-breadcrumbs = Breadcrumbs
nav-neighbours = Neighbouring records
nav-more = More
nav-search = Search client, tax id, phone…
nav-search-label = Search everything
nav-person = Your account
nav-profile = Profile
nav-sign-out = Sign out
nav-dashboard = Dashboard
nav-clients = Clients
nav-deals = Deals
nav-tasks = Tasks
nav-mail = Mail
nav-articles = Knowledge base
nav-invoices = Invoices
nav-trash = Trash
nav-audit = Audit log
nav-settings = Settings
nav-users = Users
nav-roles = Roles
nav-teams = Teams
nav-security = Security
nav-backups = Backups
theme-label = Appearance
theme-auto = System
theme-light = Light
theme-dark = Dark
keys-title = Keyboard shortcuts
keys-search = Search
keys-new = New record
keys-rows = Next and previous row
keys-open = Open the row
keys-palette = Command palette
keys-edit = Edit the row or card
keys-select = Select the row
keys-select-range = Select a run of rows
keys-save = Save the form
keys-close = Close a dialog or menu
keys-help = Show these keys
script-offline = No connection to the server. Nothing was changed; try again.
script-failed = That did not work. Reload the page and try again.
script-leave = You have unsaved changes. Leave without saving?

### action: words on buttons

action-new = New
action-save = Save
action-save-changes = Save changes
action-cancel = Cancel
action-continue = Yes, continue
action-close = Close
action-edit = Edit
action-delete = Delete
action-delete-forever = Delete for good
action-undo = Undo
action-restore = Restore
action-export = Export
action-import = Import
action-add = Add
action-create = Create
action-copy = Copy
action-copied = Copied
action-duplicate = Make a copy
action-change = Change
action-apply = Apply
action-stop = Stop
action-more = More actions
action-back = Back
action-call = Call
action-write = Write
action-merge = Merge
action-revoke = Revoke
action-disable = Disable account
action-enable = Enable account
action-yes = yes
action-no = no

### form: around fields

form-errors =
    { $count ->
        [one] Correct { $count } field to save:
       *[other] Correct { $count } fields to save:
    }
form-required = required
form-one-per-line = One a line
form-tags-hint = Separate with commas
form-not-set = not given
form-no-choice = —
form-optional-section = More fields

### list: lists of records

list-search = Search the list
list-views = Views
list-view-all = All
list-view-mine = Mine
list-view-unassigned = Without an owner
list-filter = Filter
list-filter-apply = Show
list-all-filters = All filters
list-filter-whether = { $field }: given or empty
list-remove-filter = Remove filter: { $filter }
list-clear = Clear
list-filter-any = any
list-filter-from = from
list-filter-to = to
list-filter-empty = empty
list-sorted-by = Sorted by { $column }
list-select = Select { $name }
list-select-all = Select all on this page
list-select-none = Clear selection
list-selected = Selected
list-bulk = Actions on selected
list-nothing-found = Nothing matches
list-nothing-found-advice = Check the spelling, shorten the text or remove a filter.
list-clear-filters = Clear filters

columns-menu = Columns
columns-title = Columns of the list
columns-up = Earlier: { $column }
columns-down = Later: { $column }
columns-save = Show these columns
columns-usual = Back to the usual
export-as-shown = Columns as shown
export-all-columns = All columns

view-menu = View
views-title = Saved views
view-name = Name of the view
view-new = New view
view-new-hint = Keeps the filters, order and columns you see now.
view-save-new = Save as new
view-shared = Who sees it
view-shared-own = Only me
view-shared-team = My team
view-shared-all = Everybody
view-rename = Save name and sharing
view-update = Save changes to the view
view-delete = Delete the view
view-first = Open the list with this view
view-not-first = Do not open the list with this view
view-changed = changed
view-made-by = shared by { $person }
view-left-out = This view also asks about data your role does not include. That part is left out, so the list may be longer or in another order.
error-too-many-views =
    { $most ->
        [one] You can have { $most } view at most. Delete one to save another.
       *[other] You can have { $most } views at most. Delete one to save another.
    }
notice-view-saved = View saved.
notice-view-deleted = View deleted.

card-previous = ‹ Previous
card-next = Next ›
clients-group-notes = Notes
tags-add = Add a tag
tags-remove = Remove the tag: { $tag }

palette-label = Client, page or command…
palette-offers = Suggestions
palette-keys = ↑ ↓ choose, Enter opens, Esc closes
palette-search = Search everywhere: { $words }
palette-import = { $module }: import a file
palette-duplicates = { $module }: duplicates
pager-label = Pages of the list
pager-range = { $range } of { $total }
pager-per-page = Per page
pager-previous = Previous
pager-next = Next

### timeline: history of a record

timeline-title = Timeline
timeline-empty = Nothing has happened yet.
timeline-older = Show older
timeline-nothing = empty
timeline-added = added
timeline-before = previous text
timeline-note = Note
timeline-note-placeholder = Add a note…
timeline-note-add = Add note
timeline-created = Record created
timeline-deleted = Moved to the trash
timeline-file-added = File “{ $name }” added
timeline-file-removed = File “{ $name }” removed
timeline-merged = Records merged
timeline-unmerged = Merge undone
timeline-restored = Restored from the trash
timeline-imported = Imported from { $file }
timeline-system = Kartoteka
place-office = in the office
place-elsewhere = outside the office

### conflict: two people changed the same record

conflict-title = { $person } changed this record too and saved before you.
conflict-advice = Nothing is lost. Choose what each field should hold.
conflict-mine = Your version
conflict-theirs = Saved by { $person }
conflict-save = Save chosen
conflict-discard = Discard my changes

### secret: shown once

secret-shown-once = Copy it and keep it now. For safety it will not be shown again.

### error: pages and messages

error-go-home = Go to the dashboard
error-not-found-title = Page not found
error-not-found = The address is wrong, the record was deleted, or your role does not include it.
error-forbidden-title = Not permitted
error-forbidden = Your role does not include this permission: { $permission }. Whoever manages roles can grant it.
error-broken-title = Something went wrong
error-broken = This is a fault on our side. What you saved is safe. Try again; if it happens again, give your administrator the number { $id }.
error-stale-form-title = The form is out of date
error-stale-form = It was open too long, or was sent from another site. Nothing was changed.
error-stale-form-back = Open it again
error-throttled-title = Too many attempts
error-throttled =
    { $seconds ->
        [one] Try again in { $seconds } second.
       *[other] Try again in { $seconds } seconds.
    }
error-too-large-title = The file is too large
error-too-large = The file is larger than allowed. Split it into smaller ones and try again.
error-read-only-title = Saving is not possible right now
error-read-only = The server's disk is full or reports errors. You can still read everything; tell your administrator.
error-required = Fill this in.
error-too-long =
    { $most ->
        [one] At most { $most } character.
       *[other] At most { $most } characters.
    }

error-tax-id = Check the tax id: its check digit does not match.
error-email = Check the address: “{ $value }” does not look like an e-mail.
error-phone = Check the number: “{ $value }” does not look like a phone number.
error-link = A web address begins with http:// or https://.
error-bank-account = Check the account number: its check digits do not match.
error-money = Give an amount, such as 1234.50.
error-number = Give a whole number.
error-range = Give a number from { $min } to { $max }.
error-date = Give a date, such as 2026-11-24.
error-choice = Choose one of the options.
error-taken = This value already exists.
error-email-taken = Another account has this address.
error-own-grant = You cannot grant more than you hold. Your role lacks this permission: { $permission }.
error-last-owner = This is the last active owner. Give the role to someone else first.
error-role-in-use =
    { $count ->
        [one] { $count } person has this role. Change theirs first.
       *[other] { $count } people have this role. Change theirs first.
    }
error-password-short =
    { $least ->
        [one] A password needs at least { $least } character.
       *[other] A password needs at least { $least } characters.
    }

error-password-common = This password is on lists attackers try first. Choose another.
error-password-again = The passwords differ. Type the same one twice.
error-password-used = This password was used lately. Choose another.
error-password-current = That is not your current password.
error-duplicate = A similar client already exists:

error-twin-taken = The client “{ $name }” already has this number. The firm does not allow a second one with the same.
error-twin-taken-hidden = This number is taken. Ask a manager.
error-merge-two = Merging takes at least two different records.
error-merge-too-many = At most { $most } records can be merged at once.
error-merge-too-linked = More than { $most } others are linked to these records. That is too many for one merge.
error-merge-form = This form is incomplete. Open the merge again.
error-merged-away = This record was merged into another. To have it back, undo the merge.
error-unmerge-kept-gone = The record it was merged into is in the trash, or was merged into another itself. Bring that back first.
error-unmerge-purged = This merge can no longer be undone: the merged records have left the trash for good.
error-apart-count = Between 2 and { $most } records can be marked.

### duplicates and merging

twins-save-anyway = Save anyway: it is not the same record
duplicates-title = Duplicates
duplicates-lead = Records that look the same. Merge them, or say that they are not duplicates.
duplicates-empty-title = No duplicates
duplicates-empty = No two records that you see look the same.
duplicates-none-here = No duplicates in this part
duplicates-look-on = A part of the records was looked through. Look on.
duplicates-next = Look on
duplicates-score = { $score }% match
duplicates-same = same { $field }
duplicates-name-place = similar name, same town
duplicates-name = similar name
duplicates-compare = Compare and merge
duplicates-not = Not duplicates
duplicates-apart = Pairs set aside
duplicates-apart-empty-title = Nothing set aside
duplicates-apart-empty = Pairs marked as “not duplicates” appear here.
duplicates-again = Duplicates after all
duplicates-back = Back to duplicates
merge-title = Merge records
merge-with = Merge with another…
merge-with-title = Merge “{ $name }” with another
merge-search = Search
merge-nothing-found = Nothing similar. Search by name, tax id or phone.
merge-records =
    { $count ->
        [one] Merge { $count } record
       *[other] Merge { $count } records
    }
merge-lead = Choose which record stays and which values to keep. The others go to the trash, and what led to them will lead to the one that stays. The merge can be undone.
merge-which-stays = Which record stays
merge-united = Together
merge-joined = Joined
merge-alike = The same everywhere:
merge-not-yours = Not yours to change; kept from the record that stays:
merge-submit = Merge
merge-changed = Somebody changed one of these records. Check the values and merge again.
merge-undo = Undo the merge
unmerge-left = Changed after the merge, therefore left as it is:
trash-merged-into = merged into

### field: fields that stand in several places

field-email = E-mail
field-password = Password
field-new-password = New password
field-new-password-hint = At least 15 characters; a sentence will do.
field-password-again = Repeat the password
field-current-password = Current password
field-person-name = Full name
field-language = Language
field-owner = Owner
field-no-owner = no owner
field-tags = Tags
field-status = Status
field-notes = Notes
field-created-at = Created
field-updated-at = Changed
field-updated-by = Changed by

### login: sign-in

login-title = Sign in
login-submit = Sign in
login-forgot = Forgotten?
login-address = You connect from { $address }
login-office = office
login-failed = The address or the password is not right.
login-throttled =
    { $seconds ->
        [one] Too many attempts. Try again in { $seconds } second.
       *[other] Too many attempts. Try again in { $seconds } seconds.
    }
login-signed-out = You are signed out.
login-expired = Your session has ended. Sign in and you will be back where you were.
login-set-up = The firm is ready. Sign in.

### setup: first start

setup-title = First start
setup-lead = Set up the firm and its owner's account. It takes a minute.
setup-code = Setup code
setup-code-hint = Printed where the server was started, in the line “setup code”.
setup-code-wrong = This is not the code of this start of the server.
setup-firm = Name of the firm
setup-submit = Set up the firm

### profile: one's own account

profile-title = Profile
profile-account = Account
profile-saved = Profile saved.
profile-language-auto = As the browser
profile-role = Role
profile-password-title = Change password
profile-password-hint = Your other open sessions will end.
profile-password-changed = Password changed. Other sessions have ended.
profile-sessions-title = Open sessions
profile-session-current = this session
profile-session-end = End
profile-sessions-end-others = End all others
profile-session-device = Device
profile-session-address = Address
profile-session-last-used = Last used
profile-session-ended = Session ended.

### tokens: for programs

tokens-title = API tokens
tokens-lead = A token lets another program act as you, with your role.
tokens-name = Name
tokens-name-hint = What tells the program apart, such as “shop”.
tokens-expires = Valid until
tokens-never = no end
tokens-last-used = Last used
tokens-never-used = never used
tokens-create = Create token
tokens-created = Token “{ $name }” is ready
tokens-revoked = Token revoked.
tokens-revoke-question = Revoke the token “{ $name }”?
tokens-revoke-consequence = The program that uses it loses access at once.
tokens-empty = You have no tokens.

### clients: the clients module

clients-title = Clients
clients-new = New client
clients-edit-title = Edit { $name }
clients-count =
    { $count ->
        [one] { $count } client
       *[other] { $count } clients
    }
clients-empty-title = Your clients will be here
clients-empty = The companies and people you work with: details, agreements and history in one place.
clients-empty-create = Add a client
clients-empty-import = Import from Excel
clients-field-id = Identifier
clients-field-kind = Kind
clients-field-name = Name
clients-field-company = Company
clients-field-tax-id = Tax id
clients-field-emails = E-mail
clients-field-phones = Phone
clients-field-website = Website
clients-field-address = Address
clients-field-address-street = Street and number
clients-field-address-postal-code = Postal code
clients-field-address-city = City
clients-field-address-country = Country
clients-field-status = Status
clients-field-tags = Tags
clients-field-owner = Owner
clients-field-notes = Notes
clients-field-custom = Custom fields
clients-field-created-at = Created
clients-field-updated-at = Changed
clients-field-bank-account = Bank account
clients-field-credit-limit = Credit limit
clients-field-payment-days = Payment term, days
clients-field-discount-percent = Discount, %
clients-field-balance = Balance
clients-kind-company = company
clients-kind-person = person
clients-status-lead = lead
clients-status-active = client
clients-status-former = former
clients-group-basic = Details
clients-group-contact = Contact
clients-group-address = Address
clients-group-finance = Finance
clients-group-care = Care
clients-people = People
clients-people-empty = No people added.
files-title = Files
files-all = All ({ $count })
files-empty = No files added.
files-choose = Files from your computer
files-limit = Up to { $limit } MB each, at most 20 at once
files-finance = These are financial files: only people whose role covers financial data see them
files-financial = financial
files-add = Add files
files-mark = Mark as financial
files-unmark = Unmark
files-remove = Remove
files-removed = Removed files
files-removed-lead = They can be put back for as long as records stay in the trash.
files-removed-by = Removed by
files-put-back = Put back
clients-since = client since { $date }
clients-created = Client “{ $name }” added.
clients-saved = Changes saved.
clients-unchanged = Nothing changed.
clients-deleted = “{ $name }” is in the trash.
clients-restored = “{ $name }” restored.
clients-bulk-deleted =
    { $count ->
        [one] { $count } client is in the trash.
       *[other] { $count } clients are in the trash.
    }
clients-bulk-changed =
    { $count ->
        [one] { $count } client changed.
       *[other] { $count } clients changed.
    }
clients-in-trash = This client is in the trash.

### role: roles and their editor

role-new = New role
role-name = Name of the role
role-title-list = Roles
role-list-lead = A role says what a person sees and may do. A change counts from their next click.
role-built-in = built in
role-built-in-locked = This role cannot be changed. Make a copy and adapt it.
role-save =
    { $count ->
        [one] Save for { $count } person
       *[other] Save for { $count } people
    }
role-takes-effect = Counts from these people's next click, in open sessions too.
role-saved = Role “{ $name }” saved.
role-created = Role “{ $name }” created.
role-deleted = Role “{ $name }” deleted.
role-delete = Delete role
role-delete-question = Delete the role “{ $name }”?
role-delete-consequence = Nobody has it now. This cannot be undone.
role-copy-name = { $name } (copy)
role-module = Module
role-module-clients = Clients
role-module-deals = Deals
role-module-tasks = Tasks
role-module-mail = Mail
role-module-articles = Knowledge base
role-module-invoices = Invoices
role-action-view = Views
role-action-create = Creates
role-action-edit = Edits
role-action-delete = Deletes
role-action-export = Exports
role-action-import = Imports
role-scope-none = none
role-scope-own = own
role-scope-team = team's
role-scope-all = all
role-group-finance = Finance
role-access-hidden = hidden
role-access-read = sees
role-access-write = changes
role-cell = { $module }: { $action }
role-options-in-force = Options: { $count }
role-option-unassigned = records without an owner
role-option-import = import
role-option-change-owner = changing the owner
role-option-merge = merging duplicates (those it may edit and delete)
role-option-bulk-edit = bulk changes
role-admin = Administration
role-admin-hint = Rights over the program itself. Give them only to those who run it.
role-admin-users = users and teams
role-admin-roles = roles
role-admin-security = security
role-admin-backups = backups
role-admin-settings = settings of the firm
role-admin-audit = audit log
role-name-owner = Owner
role-name-manager = Manager
role-name-salesperson = Salesperson
role-name-accounting = Accounting
role-name-support = Support
role-name-read-only = Read-only

### role-says: the plain sentences about a role; asterisks mark what weighs

role-says-everything = Sees and may do *everything,* running the program included.
role-says-nothing = Has *no access* to any module.
role-says-sees-none = Sees no { $whose }.
role-says-sees = Sees { $whose } *but edits none.*
role-says-sees-edits = Sees and edits *{ $whose }.*
role-says-sees-edits-other = Sees { $whose }, edits *{ $edited }.*
role-says-sees-also = Also sees { $whose }.
role-says-sees-edits-also = Also sees and edits { $whose }.
role-says-sees-only = Sees *only { $whose }.*
role-says-sees-edits-only = Sees and edits *only { $whose }.*
role-says-delete = Can delete.
role-says-delete-some = Can delete *{ $whose }.*
role-says-no-delete = *Cannot delete.*
role-says-finance-hidden = *Sees no financial data.*
role-says-finance-read = Sees financial data but cannot change it.
role-says-finance-write = Sees and changes financial data.
role-says-export = Can export.
role-says-no-export = *Cannot export.*
role-says-import = Can import.
role-says-no-import = Cannot import.
role-says-create = Can add new ones.
role-says-no-create = Cannot add new ones.
role-says-options = In addition: { $options }.
role-says-admin = Runs: { $rights }.
role-says-no-admin = Does not run the program.

### role-whose: a module's records, as the sentences about a role need them

role-whose-clients-none = clients
role-whose-clients-own = own clients
role-whose-clients-team = the team's clients
role-whose-clients-all = all clients
role-whose-clients-own-short = only own ones
role-whose-clients-team-short = only the team's
role-whose-clients-unassigned = clients without an owner
role-whose-deals-none = deals
role-whose-deals-own = own deals
role-whose-deals-team = the team's deals
role-whose-deals-all = all deals
role-whose-deals-own-short = only own ones
role-whose-deals-team-short = only the team's
role-whose-deals-unassigned = deals without an owner
role-whose-tasks-none = tasks
role-whose-tasks-own = own tasks
role-whose-tasks-team = the team's tasks
role-whose-tasks-all = all tasks
role-whose-tasks-own-short = only own ones
role-whose-tasks-team-short = only the team's
role-whose-tasks-unassigned = tasks without an assignee
role-whose-mail-none = mail
role-whose-mail-own = own mail
role-whose-mail-team = the team's mail
role-whose-mail-all = all mail
role-whose-mail-own-short = only own mail
role-whose-mail-team-short = only the team's
role-whose-mail-unassigned = mail without an owner
role-whose-articles-none = articles
role-whose-articles-own = own articles
role-whose-articles-team = the team's articles
role-whose-articles-all = all articles
role-whose-articles-own-short = only own ones
role-whose-articles-team-short = only the team's
role-whose-articles-unassigned = articles without an author
role-whose-invoices-none = invoices
role-whose-invoices-own = own invoices
role-whose-invoices-team = the team's invoices
role-whose-invoices-all = all invoices
role-whose-invoices-own-short = only own ones
role-whose-invoices-team-short = only the team's
role-whose-invoices-unassigned = invoices without an owner

### users: accounts

users-title = Users
users-new = Add a user
users-name = Full name
users-email = E-mail
users-role = Role
users-team = Team
users-no-team = no team
users-active = Active account
users-active-hint = Switched off, the person loses access at once. Their records stay, or go to whoever is named.
users-status-active = active
users-status-disabled = disabled
users-last-login = Last sign-in
users-never = never
users-role-holders =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
users-created = Account added: { $name }.
users-saved = Account saved: { $name }.
users-password-hint = Give it to the person by other means than e-mail. They change it in their profile.
users-records-of = This person's records

### teams

teams-title = Teams
teams-lead = The scope “team's” of a role covers the records of everyone in the same team.
teams-name = Name of the team
teams-new = Add a team
teams-members =
    { $count ->
        [one] { $count } member
       *[other] { $count } members
    }
teams-empty = There are no teams yet.
teams-created = Team “{ $name }” added.
teams-saved = Team “{ $name }” saved.
teams-deleted = Team “{ $name }” deleted.

### audit: the log of who did what

audit-title = Audit log
audit-lead = Who did what, when and from where. Entries cannot be changed or removed.
audit-when = When
audit-who = Who
audit-what = What
audit-where = From where
audit-record = Record
audit-details = Details
audit-nobody = unknown person
audit-empty = There are no entries.
audit-kind-sign_in = signed in
audit-kind-sign_in_failed = failed sign-in
audit-kind-sign_out = signed out
audit-kind-refused = refused
audit-kind-created = created
audit-kind-changed = changed
audit-kind-deleted = deleted
audit-kind-restored = restored
audit-kind-merged = merged
audit-kind-unmerged = merge undone
audit-kind-purged = deleted for good
audit-kind-exported = exported
audit-kind-imported = imported
audit-kind-token_made = token made
audit-kind-token_revoked = token revoked
audit-kind-password_changed = password changed
audit-kind-role_changed = role changed
audit-kind-user_changed = account changed
audit-kind-backup_made = backup made
audit-kind-backup_downloaded = backup downloaded
audit-kind-backup_key_changed = backup key changed
audit-kind-system = act of the program
audit-kind-alarm = alarm

### mail-out: outgoing mail, confirmed addresses, recovery, invitations

mail-settings-title = Outgoing mail
mail-settings-about = The server by which links, codes and notices go out.
mail-off-server = Sending mail is off, because no mail server is set.
mail-off-address = Letters with links are off, because the server's own address (public_url) is not set in kartoteka.toml.
mail-state-on = Mail works
mail-state-on-about = Letters wait in a queue and go out as soon as the mail server takes them.
mail-state-demo-about = This is a demo: without a server, letters go only to the page “Sent letters”.
mail-state-off = Mail is off
mail-state-off-about = Without a mail server there is no password recovery, no invitation and no confirming of addresses. Enter one below.
mail-state-no-links = Letters go out, but without links
mail-state-no-links-about = Password recovery, invitations and confirming addresses are off until the server's own address (public_url) stands in kartoteka.toml.
mail-locked = The mail server is set in kartoteka.toml, in the table [smtp]. Here it can only be looked at and tested.
mail-empty-host = An empty server turns mail off.
mail-host = Server
mail-host-hint = For example smtp.company.com
mail-port = Port
mail-security = Protection
mail-security-starttls = STARTTLS
mail-security-tls = TLS
mail-security-none = None
mail-user = User
mail-password-hint = Empty keeps the present one. Enter it again when the server, port, protection or user changes.
mail-from = Sender
mail-from-hint = For example CRM <crm@company.com>
mail-ca = Additional certificate authority (PEM)
mail-ca-hint = Only where the server's certificate is from the firm's own authority.
mail-test-title = Test
mail-test-about = The test letter goes to { $email }.
mail-test-send = Send a test letter
mail-test-off = Enter a server and save it first.
mail-test-failed = The test letter was not sent. The mail server:
mail-queue-title = Queue
mail-queue-waiting =
    { $count ->
        [0] Nothing waits to be sent.
        [one] { $count } letter waits to be sent.
       *[other] { $count } letters wait to be sent.
    }
mail-unsent-title = Not sent
mail-unsent-none = There are no letters that could not be sent.
mail-unsent-to = To
mail-unsent-when = When
mail-unsent-why = Why
mail-letter-confirm-address = confirming an address
mail-letter-address-changed = changed address
mail-letter-recovery = password recovery
mail-letter-invitation = invitation
mail-letter-code = sign-in code
mail-letter-password-changed = changed password
mail-letter-second-step-changed = changed second step
mail-letter-new-device = new device
mail-letter-unfinished-sign-in = unfinished sign-in
mail-letter-barred-sign-in = sign-in from a forbidden place
mail-letter-password-expires = expiring password
mail-letter-alarm = alarm
mail-letter-test = test letter
notice-mail-test-sent = The test letter was sent.
notice-letter-sent = The letter is on its way.
notice-letters-sent =
    { $count ->
        [0] No letter was sent: everyone has had theirs.
        [one] { $count } letter is on its way.
       *[other] { $count } letters are on their way.
    }
notice-email-confirmed = Address confirmed.
notice-invited = The invitation is on its way.
notice-password-set = Password set. Sign in with it.
email-confirmed = confirmed
email-unconfirmed = not confirmed
confirm-title = Confirm e-mail
confirm-lead = We will send a letter with a link to { $email }. Open it in this browser and press the button.
confirm-why = With a confirmed address you can recover your password when you forget it.
confirm-send = Send the letter
confirm-done = The address { $email } is confirmed.
confirm-question = Do you confirm that { $email } is your address?
confirm-act = I confirm the address
confirm-over = This link does not work: it was used, a newer one took its place, a day has passed, or it is another account's. Ask for a new one.
### The second step of signing in

notice-attempt-over = Signing in took too long, or was ended. Start again.
notice-app-added = App added. From now on signing in asks for its code.
notice-token-approved = Token approved.
code-title = Second step
code-field = Code
code-submit = Continue
code-lead-app = Enter the six digits from your authenticator app.
code-lead-email = The code is in a letter to { $email }. It works for 10 minutes.
code-lead-email-send = We will send a code to { $email }.
code-lead-recovery = Enter one of the recovery codes you kept. Each works once.
code-send = Send the code
code-send-again = Send a new code
code-sent-again = A new code is on its way. The one before does not work any more.
code-too-many = Several codes went out already. Use the last one, choose another way, or try again in an hour.
code-off = Ask your administrator for help.
code-other-ways = Other ways:
code-back = Back to sign-in
code-trust =
    { $count ->
        [one] Do not ask on this device for { $count } day
       *[other] Do not ask on this device for { $count } days
    }
code-wrong =
    { $count ->
        [one] This is not the code. { $count } try is left.
       *[other] This is not the code. { $count } tries are left.
    }
code-wait =
    { $seconds ->
        [one] Too many wrong codes. Try again in { $seconds } second, or choose another way.
       *[other] Too many wrong codes. Try again in { $seconds } seconds, or choose another way.
    }
code-ended = The code was wrong five times. Start with the password.
method-app = Authenticator app
method-app-strength = strong
method-app-about = Your phone shows a new code every half minute, without a network too. A strong way that works everywhere.
method-email = Code by e-mail
method-email-strength = weaker
method-email-about = A weaker way: whoever reads your mail has the code as well. Add a passkey or an app if you can.
method-recovery = Recovery code
method-recovery-strength = for when the phone is lost
method-recovery-about = Ten codes for when you have nothing else at hand. Each works once.
two-step-title = Two-step sign-in
two-step-ways = Ways and codes
two-step-box = Two-step sign-in
two-step-hint = After the password, signing in asks for a second step: a passkey, or a code from an app, a text message or a letter.
two-step-on = on
two-step-required = The firm requires it, so it cannot be turned off.
two-step-required-from = From { $date } on the firm requires it of everybody.
two-step-off-password = Needed to turn it off.
two-step-stale = You signed in a while ago, so enter your password once more.
two-step-must = Signing in to this firm takes a second step. Set up one of these ways, then you can go on.
two-step-app-add = Add an app
two-step-app-replace = Change the app
two-step-app-remove = Remove the app
two-step-app-since = Added:
two-step-email-forbidden = The firm does not allow codes by mail.
two-step-devices = Trusted devices
two-step-device-until = until
two-step-devices-forget = Forget all
app-lead = Scan the code with an authenticator app (such as Aegis, 2FAS, Google Authenticator) and enter the six digits it shows.
app-qr = QR code with the secret for the app
app-by-hand = Cannot scan? Type the secret:
app-address = The otpauth address
app-code = Code from the app
app-code-hint = Six digits. The phone's clock must be right.
app-submit = Add the app
recovery-title = Recovery codes
recovery-left =
    { $count ->
        [0] You have no codes.
        [one] { $count } code is left.
       *[other] { $count } codes are left.
    }
recovery-make = Make ten codes
recovery-replaces = The codes you have now will stop working.
recovery-made = Your new codes
recovery-keep = Write them down now and keep them apart from your password. We will not show them again.
tokens-waits = waits for approval
tokens-approve = Approve
tokens-waits-hint = Tokens from before the second step wait until you approve them, signed in by two steps.
users-two-step = Require two-step sign-in
users-two-step-hint = After the password, signing in asks for a code. This person's open sessions end.
users-reset-second-step = Reset the second step
users-reset-second-step-about = For somebody who lost their phone: removes their ways and codes and ends their sessions. Make sure first that it is they who ask.
role-two-step = People with this role must sign in by two steps
role-export-per-day = Records taken out a day, at most
role-view-per-day = Records opened a day, at most
role-limit-hint = Empty: no limit. Owners learn by mail when it is reached.
error-daily-limit-title = Daily limit reached
error-daily-limit = Your role allows { $most } records a day, and no more today. It counts anew at midnight; an administrator can change it.
api-daily-limit-title = Daily limit reached
second-steps-title = Second step of signing in
settings-second-steps-about = Of whom it is required, and which ways are allowed.
second-steps-required = Require it of everybody
second-steps-from = From
second-steps-from-hint = Whoever has set nothing up by that day does so when signing in, before anything else.
second-steps-no-email = Do not allow codes by e-mail
second-steps-no-email-hint = An app is stronger: a mailbox gives new passwords as well.
second-steps-trust = Days a device is trusted
second-steps-trust-hint = 0: ask every time. At most 90.
second-steps-password = Changing the rules takes your password.
error-two-step-no-way = Add a passkey or an app first, or confirm your e-mail address: without that there would be no way to take the second step.
error-two-step-required = The firm requires the second step, so it cannot be turned off.
error-two-step-last-way = This is your last way, and the second step is on. Add another first.
error-two-step-own-first = Sign in by two steps yourself first: otherwise this change could shut you out.
error-two-step-own-app-first = Add a passkey or an app to your own account first: this change would take your only way.
error-two-step-own-profile = One's own second step is changed in the profile, with the password.
error-two-step-sign-in-again = Tokens can be approved after signing in by two steps. Sign out and in again.
error-code-wrong = This is not the code. Wait for the next one and check the phone's clock.
audit-kind-second_step_changed = second step changed
audit-sort-security = sign-in rules
audit-says-second-step-on = Turned the second step on: { $what }
audit-says-second-step-off = Turned the second step off: { $what }
audit-says-second-step-reset = Reset the second step: { $what }
audit-says-second-step-app-added = Added an authenticator app: { $what }
audit-says-second-step-app-replaced = Changed the authenticator app: { $what }
audit-says-second-step-app-removed = Removed the authenticator app: { $what }
audit-says-second-step-recovery-made = Made recovery codes: { $what }
audit-says-second-step-devices-forgotten = Forgot trusted devices: { $what }
audit-says-second-step-token-approved = Approved a token: { $what }
letter-second-step-what-on = two-step sign-in was turned on
letter-second-step-what-off = two-step sign-in was turned off
letter-second-step-what-reset = an administrator reset it; the next sign-in asks for the password alone
letter-second-step-what-app-added = an authenticator app was added
letter-second-step-what-app-replaced = the authenticator app was changed for another
letter-second-step-what-app-removed = the authenticator app was removed
letter-second-step-what-recovery-made = new recovery codes were made
letter-second-step-what-recovery-used = a recovery code was used to sign in
code-lead-passkey = Press the button and confirm with your passkey: by fingerprint, face, PIN or a USB key.
code-lead-sms = The code is in a text message to { $phone }. It works for 10 minutes.
code-lead-sms-send = We will send a code to { $phone } by text message.
text-sent-again = A new code is on its way to your phone. The earlier one no longer works.
sms-failed = The SMS gateway did not take the message. Try again in a moment, or choose another way.
sms-off = Codes by text message are off: no gateway is set on this server.
sms-code = { $code } is your sign-in code for { $firm }. It works for 10 minutes. Give it to nobody.
passkey-use = Use your passkey
passkey-wrong =
    { $count ->
        [one] That passkey does not fit, or time ran out. { $count } try left.
       *[other] That passkey does not fit, or time ran out. { $count } tries left.
    }
passkey-unscripted = Passkeys need JavaScript. Without it, choose another way.
passkey-elsewhere = Passkeys work at { $address } only. Open this page there.
passkey-none = This browser knows no passkeys. Choose another way.
passkey-stopped = It was stopped, or time ran out. Try again.
passkey-of-other-site = Your passkeys belong to another address of the server and do not work here. Choose another way.
passkey-name = Name of the passkey
passkey-name-hint = Such as “Phone” or “USB key at the office”.
passkey-add = Add a passkey
passkeys-manage = Your passkeys
passkey-remove = Remove passkey
passkey-used = last used:
passkey-of-site = from another address ({ $site }), does not work here
passkeys-off = So passkeys cannot be used now.
passkeys-off-address = The server’s own address (public_url) is not set.
passkeys-off-https = The server’s address (public_url) does not begin with https.
passkeys-off-number = The server’s address (public_url) is an IP number, and passkeys need a domain name.
method-set-up = set up
method-passkey = Passkey
method-passkey-strength = strongest
method-passkey-about = A phone, computer or USB key confirms the sign-in by itself and at this server’s address alone, so a fake page gets nothing. This is the strongest way.
method-sms = Code by text message
method-sms-strength = weaker
method-sms-about = The code comes to your phone. A weaker way: a number can be taken over by posing as you at the operator.
phone-field = Phone number
phone-hint = With the country’s number where it is not Polish: +44…
phone-code-lead = Enter the code from the text message to { $phone }.
phone-confirm = Confirm the number
phone-now = Number: { $phone }
phone-add = Add a number
phone-change = Change or remove the number
phone-remove = Remove the number
two-step-sms-forbidden = The firm does not allow codes by text message.
second-steps-no-sms = Do not allow codes by text message
second-steps-no-sms-hint = Passkeys and apps are stronger: a phone number can be taken over at the operator.
notice-passkey-added = Passkey added. You can sign in with it from now on.
notice-phone-added = Number confirmed. Codes can come by text message from now on.
notice-text-sent = A text message with a code is on its way.
error-passkey-over = Time ran out, or this page was open in a second window. Try again.
error-passkey-wrong = The browser sent no valid passkey. Try again.
error-passkey-known = This passkey is added already.
error-passkeys-too-many = You have ten passkeys already. Remove one of them first.
error-phone-country = The country cannot be told. Give the whole number, such as +48 601 102 203.
error-texts-too-many = Ten text messages went out today already. Try tomorrow.
error-phone-code-over = This code no longer works. Send a new one.
error-text-code-wrong = Not the right code. Look at the last text message.
audit-says-second-step-passkey-added = Added a passkey: { $what }
audit-says-second-step-passkey-removed = Removed a passkey: { $what }
audit-says-second-step-phone-added = Added a phone number for codes: { $what }
audit-says-second-step-phone-replaced = Changed the phone number for codes: { $what }
audit-says-second-step-phone-removed = Removed the phone number for codes: { $what }
letter-second-step-what-passkey-added = a passkey was added
letter-second-step-what-passkey-removed = a passkey was removed
letter-second-step-what-passkey-copied = a sign-in with a passkey whose counter went back was refused; somebody may have a copy of it, so remove that passkey and change your password
letter-second-step-what-phone-added = a phone number for codes by text message was added
letter-second-step-what-phone-replaced = the phone number for codes by text message was replaced
letter-second-step-what-phone-removed = the phone number for codes by text message was removed

forgot-title = Forgotten password
forgot-lead = Enter the address you sign in with. We will send a link to set a new password.
forgot-submit = Send the link
forgot-asked = If this is the confirmed address of an active account, a letter with a link is on its way. The link works for half an hour.
forgot-asked-more = No letter? Look into the spam folder, or ask your administrator for a new password.
forgot-off = Ask your administrator for a new password.
forgot-back = Back to sign-in
reset-title = New password
reset-lead = Set a new password. All open sessions will end.
reset-over = This link does not work: it was used, a newer one took its place, or half an hour has passed.
reset-ask-again = Ask for a new link
invite-title = First password
invite-lead = Set the password you will sign in with.
invite-over = This invitation does not work: it was used, a newer one took its place, or a week has passed. Ask whoever invited you for another.
by-link-submit = Set the password
by-link-over-title = The link does not work
users-invite-hint = Leave it empty and the person gets an invitation to set it themselves (the link works for a week).
users-invite-off = Set a first password and hand it over.
users-letters-title = E-mail address
users-invited-until = The invitation waits until:
users-not-invited = This person has neither a password nor an invitation that works.
users-invite-again = Send an invitation
users-confirm-one = Ask to confirm the address
users-confirm-all = Ask everyone
users-unconfirmed = Addresses not confirmed: { $count }. Without that, password recovery does not work.
outbox-title = Sent letters
outbox-lead = This is a demo: the letters sent since the last start. A real firm does not have this page.
outbox-empty = Nothing has been sent yet.
outbox-open = Open the link
error-letters-too-many = Several such letters went out already. The next can be sent in an hour.
error-email-confirmed = This address is confirmed already.
error-not-to-invite = Only an active account that has no password yet can be invited.
error-mail-host = Enter the server's name, such as smtp.company.com, without port and slashes.
error-mail-port = Enter a port: a number from 1 to 65535.
error-mail-from = Enter the sender's address, such as CRM <crm@company.com>.
error-mail-user = The user's name has characters that no name has.
error-mail-open-password = Without TLS the password would cross the network in the clear. Choose STARTTLS or TLS.
error-mail-ca = Paste a certificate in PEM form: from BEGIN CERTIFICATE to END CERTIFICATE.
error-mail-password-again = The server or the user is another, so enter the password again.
audit-kind-link_sent = link sent
audit-kind-email_confirmed = address confirmed
audit-kind-mail_tested = mail tested
audit-says-link-sent-confirm-address = Sent a link to confirm the address: { $what }
audit-says-link-sent-recovery = Sent a link to a new password: { $what }
audit-says-link-sent-invitation = Sent an invitation: { $what }
audit-says-email-confirmed = Confirmed the address: { $what }
audit-says-mail-tested = Tested outgoing mail
audit-says-firm-restored = The whole firm was restored from the backup { $name }
audit-says-backup-made = Made the backup { $name }
audit-says-backup-downloaded = Downloaded the backup { $name }
audit-says-backup-key-changed = Changed the key of backups
audit-says-backup-key-recorded = Recorded the key that backups are made with
audit-sort-mail_server = the mail server

### letter: what letters say

letter-greeting = Hello,
letter-greeting-name = Hello { $name },
letter-fact-time = When
letter-fact-address = Connected from
letter-fact-device = Device
letter-confirm-subject = Confirm your e-mail address
letter-confirm-lead = This address was given for an account in the CRM of { $firm }. If the account is yours, open the link and press the button.
letter-confirm-act = Confirm the address
letter-confirm-note = The link works for a day, once, and only signed in to that account. If it is not yours, do nothing.
letter-address-changed-subject = The address of your account was changed
letter-address-changed-lead = Your account in the CRM of { $firm } has another e-mail address from now on. We will not write to this one any more.
letter-address-changed-note = If you know nothing of it, tell the firm's administrator at once.
letter-recovery-subject = A new password for the CRM
letter-recovery-lead = Somebody asked for a new password for your account in the CRM of { $firm }. If it was you, open the link and set one.
letter-recovery-act = Set a new password
letter-recovery-note = The link works for half an hour, and once. If it was not you, do nothing: the password stays.
letter-invitation-subject = Invitation to the CRM of { $firm }
letter-invitation-lead = You have an account in the CRM of { $firm }. Open the link and set the password you will sign in with.
letter-invitation-act = Set the password
letter-invitation-note = The link works for a week, and once.
letter-code-subject = Sign-in code
letter-code-lead = The code to sign in to the CRM of { $firm }:
letter-code-note = The code works for 10 minutes, and once. Tell it to nobody. If it is not you signing in, change your password.
letter-password-changed-subject = The password was changed
letter-password-changed-lead = The password of your account in the CRM of { $firm } was changed, and other open sessions have ended.
letter-password-changed-note = If it was not you, tell the firm's administrator at once. API tokens go on working; you can revoke them in your profile.
letter-second-step-changed-subject = The second step of signing in was changed
letter-second-step-changed-lead = The second step of signing in to your account in the CRM of { $firm } was changed: { $what }.
letter-second-step-changed-note = If it was not you, change your password and tell the firm's administrator.
letter-new-device-subject = Sign-in from a new place
letter-new-device-lead = Somebody signed in to your account in the CRM of { $firm } from a device or network not seen before.
letter-new-device-note = If it was not you, change your password and tell the firm's administrator.
letter-unfinished-subject = Does somebody know your password?
letter-unfinished-lead = The right password was entered for your account in the CRM of { $firm }, but the second step of signing in was not finished.
letter-unfinished-note = If it was not you, change your password: somebody knows it.
letter-barred-subject = Does somebody know your password?
letter-barred-lead = The right password was entered for your account in the CRM of { $firm }, but from a place or at an hour that the firm does not allow. Nobody was let in.
letter-barred-note = If it was not you, change your password: somebody knows it.
letter-password-expires-subject = Your password will soon expire
letter-password-expires-lead =
    { $days ->
        [one] Your password for the CRM of { $firm } is good for { $days } more day. After that you choose a new one when you sign in.
       *[other] Your password for the CRM of { $firm } is good for { $days } more days. After that you choose a new one when you sign in.
    }
letter-password-expires-note = You can change it in your profile right away.
letter-alarm-subject = Alarm in the CRM of { $firm }
letter-alarm-lead = { $what }
letter-alarm-taken = { $who } opened or took out { $count } records today. The most on one day of the last month: { $usual }. See whether that is all right; the account can be disabled in the settings, under “People”.
letter-alarm-limit = { $who } wants to open or take out more records today than their role allows ({ $limit } a day), and is refused. So far today: { $count }. See whether that is all right.
letter-alarm-backup-plan = { $who } set fewer backups to be kept. The next backup removes those that are too many now. See whether that is all right; the plan is in the settings, under “Backups”.
letter-alarm-backup-deleted = { $who } deleted the backup { $archive } from all places. See whether that is all right; the account can be disabled in the settings, under “People”.
letter-alarm-note = The audit log tells more.
letter-test-subject = Test letter from the CRM
letter-test-lead = This letter shows that the CRM of { $firm } can send mail.

### fields: what the firm adds to its records

fields-title = Custom fields
settings-fields-about = What else you keep about your clients: fields, groups, lists of choices.
fields-lead = Fields the firm added itself. They are everywhere the others are: in forms, lists, filters, search, files and the API.
fields-section = Custom fields
fields-new = Add a field
fields-empty = There are no custom fields yet. Add the first, for example “Lead source”.
fields-groups-note = Fields in a group are seen only by roles that were granted it. At first only the owner sees a new group.
fields-to-roles = Go to roles
fields-what = What it holds
fields-label-pl = Name in Polish
fields-label-en = Name in English
fields-label-en-hint = Left empty, it is the same as in Polish.
fields-type = Kind
fields-type-hint = The kind cannot be changed later.
fields-type-fixed = The kind cannot be changed. Add a new field and retire this one.
fields-type-text = one line of text
fields-type-long-text = longer text
fields-type-number = number
fields-type-money = amount
fields-type-date = date
fields-type-yes-no = yes or no
fields-type-choice = one choice of a list
fields-type-choices = several choices of a list
fields-type-link = web address
fields-type-client = client
fields-decimals = Decimal places
fields-least = Smallest number
fields-most = Largest number
fields-bounds-hint = For numbers only. Empty: no bound.
fields-choices = Choices
fields-choices-list = Choices
fields-choices-more = Add choices
fields-choices-hint = For lists only. One choice a line; add its English name after a bar: Hurt | Wholesale.
fields-choices-about = A new name holds at once in every record. A choice that is not offered stays in the records that have it.
fields-choice-pl = { $name }: name in Polish
fields-choice-en = { $name }: name in English
fields-choice-place = { $name }: place in the list
fields-choice-offered = { $name }: offered
fields-choice-offered-short = offered
fields-where = Who sees it, and where
fields-group = Group
fields-group-none = no group: everybody who sees the record
fields-group-new = new group…
fields-group-hint = A role can hide a group or make it read-only.
fields-group-pl = Name of the new group
fields-group-en = Name of the new group in English
fields-required = Required in forms
fields-required-short = required
fields-listed = Column in the list
fields-listed-short = in the list
fields-in-group = group: { $group }
fields-records =
    { $count ->
        [0] no data
        [one] in { $count } record
       *[other] in { $count } records
    }
fields-move-up = { $name }: up
fields-move-down = { $name }: down
fields-retire = Retire
fields-retire-named = Retire the field { $name }
fields-retired = Retired fields: { $module }
fields-retired-about = Nobody sees them. Their data stays and comes back with the field.
fields-bring-back = Bring back
fields-purge = Remove for good
fields-being-removed = its data is being removed
fields-purge-question = Remove the field “{ $name }” and its data for good?
fields-purge-consequence =
    { $count ->
        [0] No record has a value in it. This cannot be undone.
        [one] The value goes from { $count } record, with the history of its changes. This cannot be undone.
       *[other] The values go from { $count } records, with the history of their changes. This cannot be undone.
    }
fields-purge-consequence-unknown = The values go from every record, with the history of their changes. This cannot be undone.
records-choices-add = add
records-choices-remove = remove
audit-sort-fields = field
audit-sort-field_groups = field group
audit-field-own = a custom field
error-fields-too-many = A module can have at most { $most } custom fields, retired ones included.
error-field-label-taken = There is a field named “{ $name }” already.
error-field-label-retired = There is a retired field named “{ $name }”. Bring it back, or choose another name.
error-field-type = Choose a kind of field.
error-field-type-fixed = The kind of a field cannot be changed.
error-field-decimals = A number can have 0 to 4 decimal places.
error-field-bounds = The largest number is below the smallest.
error-field-choices-none = Give at least one choice.
error-field-choices-many = A list can have at most { $most } choices.
error-field-choice-twice = The choice “{ $name }” stands there twice, or has a name the program keeps for itself.
error-field-group = There is no such field group.
error-field-group-taken = There is a group “{ $name }” already. Choose it from the list.
error-field-groups-many = A module can have at most { $most } groups of its own.
error-field-group-hidden = Your role does not let you change fields of this group, so you cannot move them to another.

### trash

trash-title = Trash
trash-lead =
    { $days ->
        [one] Records are gone for good after { $days } day.
       *[other] Records are gone for good after { $days } days.
    }
trash-deleted-at = Deleted
trash-deleted-by = Deleted by
trash-purge-at = Gone for good
trash-empty-title = The trash is empty
trash-empty = Deleted records wait here to be restored.
trash-purge-question = Delete “{ $name }” for good?
trash-purge-consequence = This cannot be undone.
trash-purged = “{ $name }” is gone for good.
trash-purge-question-many =
    { $count ->
        [one] Delete { $count } record for good?
       *[other] Delete { $count } records for good?
    }
trash-purge-act = Delete for good ({ $count })
trash-purge-all = Delete all for good ({ $count })
trash-purge-chosen = Delete selected for good
trash-restore-all = Restore all ({ $count })
trash-back = Back to the trash
trash-any-module = All modules
trash-anybody = Anybody
trash-module = Module
trash-from = Deleted from
trash-to = Deleted until
trash-since = Show what was deleted:
trash-since-hour = in the last hour
trash-since-today = today
trash-since-yesterday = since yesterday
trash-since-week = in the last 7 days
trash-nothing-matches = Nothing in the trash matches the filters.
trash-days-change = Change this time
error-moment = Give a day and a time, such as 2026-11-24 14:30.
error-moment-order = The beginning must be before the end.

### search: across modules

search-title = Search results
search-results =
    { $count ->
        [one] { $count } result for “{ $query }”
       *[other] { $count } results for “{ $query }”
    }
search-nothing = Nothing matches “{ $query }”.
search-advice = Beginnings of words in any order will do, or a tax id or phone written any way.
search-start = Type a name, tax id, phone or e-mail.

### import: files in

import-title = Import
import-lead = Load a sheet from Excel or LibreOffice, or a CSV file. Nothing is saved before you have seen what will happen.
import-file = File
import-strategy = When a record already exists
import-strategy-skip = skip the row, the record stays as it is
import-strategy-update = update the record with the values of the row
import-strategy-fill = fill only the empty fields of the record
import-strategy-create = add it all the same as a new one
import-match = Recognise by
import-column = Column in the file
import-field = Field
import-field-ignore = leave out
import-rows =
    { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }
import-row = Row
import-message = Reason
import-file-missing = Choose a file.

### import: the steps, and imports of the past

import-steps = Steps of the import
import-step-file = File
import-step-columns = Columns
import-step-values = Values and duplicates
import-step-check = Check
import-next = Next
import-back = Back
import-drop = Give this file up
import-later = You can change this later as well, before anything is saved.
import-sheet = Sheet
import-has-headings = The file has headings
import-heading-row = The headings are in row { $row }.
import-column-named = Column { $column }
import-field-not-yours = “{ $column }” – beyond your role, will be left out
import-recalled = The columns were matched as they were last for such a sheet. You can change them.
import-mended = This is a sheet of rows to mend. Records that are here already will be updated with the mended values, not added a second time.
import-no-title = Say which column holds the field “{ $field }”. No record can be added without it.
import-twice = The field “{ $field }” is chosen for several columns. The value of the first is taken, the rest goes into the notes.
import-create-field = Create a field
import-create-hint = Everybody who sees the record will see the new field. Its group and name can be changed in the settings of fields.
import-duplicates = What to do with duplicates
import-match-hint = These fields tell that a row and a record are the same client.
import-strategy-unknown = Choose one of these.
import-for-all = Values for all rows
import-for-all-lead = Rows that say nothing here themselves get them.
import-as-in-file = as in the file
import-owner-as-in-file = as in the file, otherwise whoever imports
import-tags-together = They join the tags in the file. Separate them with commas.
import-try = See what would happen
import-try-again = Check again
import-trying = Finding out what would become of each row. Nothing is saved.
import-would-warn =
    { $count ->
        [one] { $count } row has cells that cannot be taken. What becomes of them is said beside it.
       *[other] { $count } rows have cells that cannot be taken. What becomes of them is said beside each.
    }
import-run-nothing = Finish without changes
import-run-count =
    { $count ->
        [one] Import { $count } row
       *[other] Import { $count } rows
    }
import-rows-which = Rows of the file
import-rows-all = All
import-rows-created = New
import-rows-updated = Updated
import-rows-skipped = Skipped
import-rows-warned = Without some cells
import-rows-failed = In error
import-row-title = Name in the file
import-row-outcome = What would happen
import-row-became = What happened
import-row-would-created = new
import-row-would-updated = to update
import-row-would-skipped = to skip
import-row-would-failed = error
import-row-did-created = added
import-row-did-updated = updated
import-row-did-skipped = skipped
import-row-did-failed = error
import-told = To look at
import-told-all = All
import-told-warned = The rest, with remarks
import-told-failed = Not taken
import-bad-rows-download = Download the rows in error
import-bad-rows-gone = The sheet of rows to mend was kept for a day and has been removed. Import the file again to get it.
import-bad-rows-file = rows-to-mend
imports-title = Past imports
imports-begin = Import a file
imports-acts = Actions
imports-undo = Undo the import
imports-empty-title = Nothing has been imported yet
imports-empty = Every imported file will be listed here: who imported it and when, what came of it, with one button to undo the whole import.
operation-phase-reading = Reading the file.
operation-count-warned = without some cells

### export: files out

export-title = Export
export-lead = The file holds what the list shows, and only the fields you see.
export-format = Format
export-xlsx = Excel (.xlsx)
export-csv = CSV
export-json = JSON

### dashboard

dashboard-welcome = Hello, { $name }
dashboard-my-clients = My clients
dashboard-recent = Changed lately

### settings

settings-title = Settings
settings-lead = Everything that concerns the whole firm.
settings-users-about = Who has an account, with which role and in which team.
settings-roles-about = What each role sees and may do.
settings-teams-about = Who shares the scope “team's” with whom.

### problem: why an input was not taken

error-cannot-title = This cannot be done
error-changed = Somebody changed this record meanwhile. Load it again and repeat your changes.
error-company-itself = A client cannot be its own company.
error-company-of-company = Only a person can belong to a company.
error-cursor = This cursor does not belong to this query. Start at the first page, without a cursor.
error-field-not-yours = You cannot set this field.
error-field-unknown = There is no such field.
error-firm-exists = The firm exists already.
error-given-twice = This parameter may be given only once.
error-id-exists = A record with this id exists already.
error-idempotency = This Idempotency-Key was already used with another body. Use a new key.
error-idempotency-key =
    { $most ->
        [one] Give one key of 1 to { $most } ASCII character.
       *[other] Give one key of 1 to { $most } ASCII characters.
    }
error-import-not-yours = This record exists already, but you cannot change it.
error-in-the-past = Give a date in the future.
error-money-form = Give an amount as an object, such as {"{"}"amount": "123.45", "currency": "PLN"{"}"}.
error-name-taken = This name is already taken.
error-no-room = The server's disk is full. Nothing was saved; reading works. Tell your administrator.
error-no-room-title = The disk is full
error-restoring = The firm is being put back from a backup. Nothing was saved. Go back to the page before in a minute (the “back” button keeps what was typed); you will have to sign in again.
error-restoring-title = The firm is being restored
https-only = This address works by an encrypted connection (HTTPS) alone.
error-not-a-list = Give a list of texts.
error-not-a-number = Give a number.
error-not-an-object = Give a JSON object.
error-not-text = Give a text.
error-number-range = Give a number from { $least } to { $most }.
error-owner = There is no such active person.
error-password-long =
    { $most ->
        [one] A password has at most { $most } character.
       *[other] A password has at most { $most } characters.
    }
error-password-personal = A password must not contain your name or e-mail address.
error-password-simple = This password is too easy to guess. Add a few words that have nothing to do with each other.
error-reference = Give an id as it stands in the address of a record.
error-reference-missing = There is no such record, or your role does not include it.
error-role-built-in = A built-in role cannot be changed or deleted. Make a copy of it.
error-role-group = There is no such field group or access. Access: hidden, read, write.
error-role-module = There is no such module.
error-role-option = This module has no such option.
error-role-scope = There is no such scope. Scopes: none, own, team, all.
error-setup-code = The code does not match. You find it in the server's log.
error-team-in-use = There are people in this team. Move them first.
error-time = Give a time, such as 2026-11-24T08:30:00Z, or a day, such as 2026-11-24.
error-too-many =
    { $most ->
        [one] At most { $most } value.
       *[other] At most { $most } values.
    }
error-upload-cut = The file did not arrive as a whole. Send it again.
error-files-none = Choose at least one file.
error-file-large = The file “{ $name }” is larger than { $limit } MB. No file was added.
error-files-at-once = At most { $most } files can be added at once. Send them in several parts.
error-files-many = A record can have at most { $most } files, those lately removed included.
error-user-owns-records = This person owns records. Give them to somebody else first, or disable the account.
error-yes-no = Give true or false.
permission-create = creating
permission-delete = deleting
permission-edit = editing
permission-export = exporting
permission-grant = granting permissions
permission-import = importing
permission-view = viewing

### api: answers to programs

api-body-cut = The body did not arrive as a whole. Send the request again.
api-broken = This is a fault of the server; nothing was saved. If it happens again, give the administrator the number { $id }.
api-broken-title = Server error
api-conflict-title = Conflict
api-forbidden = The role does not include the permission { $name } ({ $words }).
api-forbidden-title = Not permitted
api-invalid = Parts of the input cannot be taken; errors says why. Nothing was changed.
api-invalid-title = Invalid input
api-file-too-large = A file may have at most { $limit } MB.
api-file-too-large-title = File too large
api-form-type = Send the body as multipart/form-data.
api-form-type-title = Unsupported media type
api-media-type = Send the body as application/json in UTF-8.
api-media-type-title = Unsupported media type
api-method = This address does not know this method; the header Allow lists those it knows.
api-method-title = Method not allowed
api-no-room = The server's disk is full. Nothing was saved; reading works.
api-no-room-title = The disk is full
api-restoring = The firm is being put back from a backup. Nothing was saved. Try again in a minute.
api-restoring-title = The firm is being restored
api-not-found = There is nothing at this address, or the role does not include it.
api-not-found-title = Not found
api-not-json = The body cannot be read as JSON: line { $line }, column { $column }.
api-not-json-title = Not JSON
api-not-json-twice = A name stands twice in one JSON object: line { $line }, column { $column }.
api-not-json-utf8 = The body is not UTF-8.
api-precondition = The resource has changed since it was read. Read it again and send the change with the new ETag.
api-precondition-title = The resource has changed
api-throttled =
    { $seconds ->
        [one] Too many requests. Try again in { $seconds } second.
       *[other] Too many requests. Try again in { $seconds } seconds.
    }
api-throttled-title = Too many requests
api-too-large = A body may have at most 1 MiB.
api-too-large-title = Body too large
api-unauthorized = Send a valid token in the header “Authorization: Bearer TOKEN”. Tokens are made in the profile.
api-unauthorized-title = A valid token is needed

### values

error-country-empty = Enter a country.
error-country-unknown = We don't know this country. Enter its Polish or English name, or its two-letter code, such as DE.
error-email-at = An e-mail address has exactly one @, as in jan@firma.pl.
error-email-characters = The e-mail address has a character that isn't allowed, such as a space, comma or bracket.
error-email-domain = The part of the e-mail address after the @ isn't valid. Check the domain, such as firma.pl.
error-email-empty = Enter an e-mail address.
error-email-local = The part of the e-mail address before the @ isn't valid.
error-email-too-long = The e-mail address is too long (at most 254 characters).
error-iban-characters = This isn't an account number. Enter 26 digits, or an IBAN with its country code for a foreign account.
error-iban-checksum = The account number has a mistake: its check digits don't match. Look for a typing error.
error-iban-empty = Enter an account number.
error-iban-length = The account number has the wrong length. An account in a Polish bank has 26 digits.
error-link-characters = The web address has a character that isn't allowed, such as a space or a quotation mark.
error-link-empty = Enter a web address.
error-link-host = This web address isn't valid. Enter, for example, firma.pl or https://firma.pl/offer.
error-link-scheme = A web address can only start with http:// or https://.
error-link-too-long = The web address is too long (at most 500 characters).
error-money-ambiguous = We can't tell whether the separator marks thousands or decimals. Enter the amount with two decimal places, such as 1234.00.
error-money-currency = Unknown currency. Enter its three-letter code, such as PLN or EUR.
error-money-decimals = An amount can have at most two decimal places.
error-money-empty = Enter an amount.
error-money-mixed = Amounts in different currencies can't be added.
error-money-not-a-number = This isn't an amount. Enter, for example, 1234.50.
error-money-range = The amount is too large.
error-phone-characters = This doesn't look like a phone number. Enter digits only, such as 601 102 203; put remarks in the notes.
error-phone-empty = Enter a phone number.
error-phone-too-long = The phone number has too many digits. If these are two numbers, enter them separately.
error-phone-too-short = The phone number has too few digits.
error-tax-id-checksum = The tax id (NIP) has a mistake: its check digit doesn't match. Look for a typing error.
error-tax-id-empty = Enter a tax id.
error-tax-id-length = A Polish tax id (NIP) has 10 digits. Enter a foreign one with its country code, such as DE123456789.
error-tax-id-pattern = This number doesn't match the tax ids of { $country }.
error-tax-id-unknown = This doesn't look like a tax id. A foreign one starts with its country code, such as DE123456789.

### sheets

sheet-error-cell-too-long-to-write = The text in row { $row }, column { $column } is longer than an Excel cell can be ({ $limit } characters). Choose CSV instead.
sheet-error-damaged = The file is damaged or incomplete. Open it in your spreadsheet program, save it anew and try again.
sheet-error-empty = The file is empty: it has no visible sheet with data. Choose another file.
sheet-error-encoding = The letters in this file cannot be made out. Save it as “CSV UTF-8” and try again.
sheet-error-encrypted = The workbook is protected by a password. Save it without the password and try again.
sheet-error-endless-row = Row { $row } does not end. Most likely a quotation mark is opened there and never closed. Mend it and try again.
sheet-error-file-too-large = The file is larger than { $limit } MB. Split it into several files.
sheet-error-no-such-sheet = The workbook has no sheet “{ $name }”. Choose another one.
sheet-error-reader = The program could not start reading the file. Try again; if it fails again, tell whoever looks after the server.
sheet-error-row-too-long = The cells of row { $row } hold more text than can be taken at once. Shorten them and try again.
sheet-error-stopped = Reading the file was stopped.
sheet-error-takes-too-long = Reading this file takes too long. Save it as .xlsx or CSV, or split it into several files.
sheet-error-too-large-to-read = The sheet is too large to be read in the memory allowed for it. Save it as .xlsx or CSV, or split it into several files.
sheet-error-web-page = This file is a web page saved under the name of a sheet. Open it in your spreadsheet program and save it as .xlsx.
sheet-error-mismatch = The file is named .{ $extension }, but its content is .{ $found }. Save it from your spreadsheet program as .xlsx or .csv.
sheet-error-not-a-sheet = This file is not a sheet. Choose an Excel or LibreOffice file (.xlsx, .xls, .ods) or a text file with columns (.csv).
sheet-error-read = The file could not be read. Try again.
sheet-error-too-many-columns = Row { $row } has more than { $limit } columns. Remove the columns you do not need.
sheet-error-too-many-rows = The sheet has more than { $limit } rows. Split it into several files.
sheet-error-too-many-rows-to-write = An Excel sheet holds at most { $limit } rows. Choose fewer records, or CSV.
sheet-error-unpacks-too-large = The file unpacks to far more than a sheet should. Save the data into a new workbook, or as CSV, and try again.
sheet-error-unsupported = Files of this kind (.{ $extension }) cannot be read. Save the sheet as one of { $supported } and try again.
sheet-error-write = The sheet could not be written. Check that there is room on the disk and try again.
sheet-problem-formula-without-result = The formula in this cell was saved without its result. Open the file in Excel, save it and try again.
sheet-problem-too-long = The text in this cell has { $chars } characters; at most { $limit } can be taken.

### data by tax id: public registers of taxpayers

lookup-button = Get data by tax id
lookup-title = Data from the register
lookup-failed = The data could not be fetched
lookup-by-hand = The data can be typed in and saved as it is.
lookup-number = Number
lookup-standing = VAT status
lookup-as-of = as of { $day }
lookup-request = Request id
lookup-differences = What would change
lookup-field = Field
lookup-now = Now
lookup-found = In the register
lookup-same = no change
lookup-add-to-notes = Add to the notes
lookup-more-accounts =
    { $count ->
        [one] and { $count } more account
       *[other] and { $count } more accounts
    }
lookup-all-the-same = Everything agrees with the register.
lookup-take = Take what is ticked
lookup-take-hint = Only the ticked fields change. It can be undone.
lookup-take-hint-form = What is ticked goes into the form. Nothing is saved until you press “Save”.
lookup-back-to-form = Back to the form without changes
lookup-filled-in = The form is filled in. Check it and save.
register-vat-payers = Register of VAT payers (Polish Ministry of Finance)
register-vies = VIES (VAT registers of the states of the European Union)
register-vat-active = active
register-vat-exempt = exempt
register-vat-unregistered = not registered
register-vat-other = other
error-register-off = Asking this register is switched off in the program's configuration ([registers]).
error-register-none = None of the registers the program asks has such numbers: the Polish register of VAT payers and the European VIES.
error-register-no-number = Enter the tax id to get its data.
error-register-unreachable = The register cannot be reached. Check the server's connection to the internet and try again.
error-register-timeout = The register did not answer in time. Try again in a moment.
error-register-not-found = The register does not know this number. Check it for a slip.
error-register-limit =
    { $words ->
        [missing] The register takes no more questions for now. Try again later.
       *[other] The register takes no more questions for now. Its answer: “{ $words }”
    }
error-register-refused = The register refused the question. Its answer: “{ $words }”
error-register-out-of-order = The register is out of order for the moment. Try again later.
error-register-strange = The register's answer cannot be read. Nothing was changed. Try again later.
check-vat = Check VAT
check-vat-list = Check the VAT status of the clients on the list
check-vat-name = Name
check-vat-number = Tax id
check-vat-standing = VAT status
check-vat-day = As of
check-vat-request = Request id
check-vat-account = Account on the list
check-vat-remark = Remarks
check-vat-no-number = no tax id
check-vat-unknown = not known to the register
check-vat-unanswered = not checked
operation-to-look-at = To be looked at
operation-count-vat-active = active taxpayers
operation-count-vat-exempt = exempt
operation-count-vat-unregistered = not registered
operation-count-vat-other = another status
operation-count-vat-unknown = not known to the register
operation-count-vat-unanswered = not checked
operation-count-vat-no-number = without a tax id

### operations: long work, and acts on many records

bulk-title = Change selected records ({ $count })
bulk-lead = Fill in only what is to change. Empty fields stay in each record as they are.
bulk-add = { $field }: add
bulk-remove = { $field }: remove
bulk-clear = { $field }: clear
bulk-more = Other fields
list-select-matching = all on the list ({ $count })
error-bulk-no-clearing = This field cannot be cleared.
error-bulk-clear-or-set = Give a value or clear the field, not both.
operations-title = Operations
operations-lead = Longer work: exports, imports and changes of many records. It goes on when you close the page.
operations-empty-title = No operations yet
operations-empty = Longer work is shown here: the export of a large list, the import of a file, a change or deletion of many records. It appears once you start something like that.
operations-older = Older
operations-what = Operation
operations-state = State
operations-outcome = Outcome
operations-who = Who
operations-when = When
operations-running =
    { $count ->
        [one] { $count } operation in progress
       *[other] { $count } operations in progress
    }
operation-kind-bulk-change = Change of many records
operation-kind-bulk-delete = Deletion of many records
operation-kind-export = Export
operation-kind-import = Import
operation-kind-merge = Merge
operation-kind-hand-over = Hand-over of records
operation-kind-register-check = Check against the register
operation-kind-undo = Undo of an operation
operation-kind-person-undo = Undoing a person’s acts
operation-kind-bulk-restore = Restoring from the trash
operation-kind-purge = Deleting for good
operation-kind-copy = My copy
operation-state-running = in progress
operation-state-done = done
operation-state-failed = failed
operation-state-cancelled = stopped
operation-state-interrupted = interrupted
operation-state-undone = undone
operation-phase-waiting = Waiting for its turn.
operation-count-changed = changed
operation-count-unchanged = unchanged
operation-count-deleted = deleted
operation-count-created = created
operation-count-updated = updated
operation-count-skipped = skipped
operation-count-failed = with errors
operation-count-undone = undone
operation-count-left = left as they were
operation-count-restored = restored
operation-count-purged = deleted for good
operation-count-partly = only in part
operation-of = { $done } of { $total }
operation-rate = { $count } a second
operation-left-seconds =
    { $count ->
        [one] about { $count } second left
       *[other] about { $count } seconds left
    }
operation-left-minutes =
    { $count ->
        [one] about { $count } minute left
       *[other] about { $count } minutes left
    }
operation-progress = Progress
operation-may-leave = You may close this page; the work goes on.
operation-stopping = Stopping after the batch in hand.
operation-refresh = Refresh
operation-counts-hidden = The numbers are shown to whoever started the operation, and to those who see every record.
operation-nothing-done = Nothing was changed.
operation-stays-done = What was done before stays.
operation-about = About the operation
operation-started = Started
operation-ended = Ended
operation-file = File
operation-filter = Records
operation-filter-list = the list with the same filters
operation-from = From
operation-to = To
operation-takes-back = Undoes
operation-taken-back-by = Undone by
operation-other = this operation
operation-back = Back to the operation
operation-download = Download the file
operation-result-until = ready until:
operation-result-gone-title = The file is gone
operation-result-rights = Your role or team has changed since you started this, so the file is no longer available. Start it once more.
operation-result-gone = The file lies ready for a day and has been removed. Export once more.
operation-undo = Undo the whole operation
operation-left-aside = Left as they were
operation-record = Record
operation-why = Reason
operation-left-unseen =
    { $count ->
        [one] { $count } record is not shown: it was deleted, or your role does not cover it.
       *[other] { $count } records are not shown: they were deleted, or your role does not cover them.
    }
operation-left-more = The first { $count } are shown.
operation-interrupted = The program was stopped while it worked.
operation-broke = Something broke on our side; the log of the server tells more.
operation-why-missing = it is not there, or your role does not cover it
operation-why-forbidden = your role does not allow it
operation-why-signed-out = The account was disabled.
operation-why-changed = somebody changed it meanwhile
operation-why-changed-since = changed by somebody later, so it stays
operation-why-deleted-since = deleted by somebody later
operation-why-merged = was merged with another record; a merge is undone on its own
operation-why-fields-not-yours = your role may not change some of the fields
operation-of-user = Whose acts
operation-stretch = From the time
operation-why-changed-by = { $name } changed it meanwhile
operation-why-invalid = this change cannot be made to it
operation-why-store = The data could not be saved.
operation-why-file = The file could not be written. See whether there is room on the disk.
error-operation-over = This operation has already ended.
error-operation-running = This operation is still running, or just being undone.
error-operation-undone = This operation has already been undone.
error-operation-no-undo = This operation cannot be undone: it changed nothing, or the time for it is over.
error-operations-stopping = The program is just stopping. Try again in a moment.
error-operations-too-many = You have many operations in progress already. Wait until one of them has ended.

### records: pages of records of any module

records-back-to-list = Back to the list
records-created = added
records-updated = changed
records-history = Whole history
records-not-yours = You cannot change this field.
records-out-of-reach = a record outside of your reach
records-person-gone = removed person
records-tags-add = Add tags
records-tags-remove = Remove tags
records-unchanged = unchanged
records-way-api = by API
records-way-command = by command
records-way-import = by import
list-filter-given = given
list-more-filters = More filters
clients-group-person = Person
clients-hint-company = For a person only: the company they work for.
clients-hint-tax-id = In any writing; a foreign one with its country code, such as DE123456789.
clients-people-all = Show all people
search-all =
    { $count ->
        [one] Show { $count } in the list
       *[other] Show { $count } in the list
    }
search-total =
    { $count ->
        [one] { $count } result
       *[other] { $count } results
    }
trash-any-moment = any moment now
trash-older = Show older
trash-restore-chosen = Restore selected
notice-saved = Changes saved.
notice-created = Added.
notice-deleted = Moved to the trash.
notice-restored = Restored from the trash.
notice-merged =
    { $count ->
        [one] Merged { $count } record.
       *[other] Merged { $count } records.
    }
notice-merged-into = The record of that address was merged into this one.
notice-unmerged = Merge undone. Records back: { $count }.
notice-unmerged-left = Merge undone. Records back: { $count }. Fields changed since were left: { $left }.
notice-set-apart = Remembered: not duplicates.
notice-undone = Change undone.
notice-files-added =
    { $count ->
        [one] { $count } file added.
       *[other] { $count } files added.
    }
notice-file-removed = File removed.
notice-file-back = File put back.
notice-bulk-changed =
    { $count ->
        [one] { $count } record changed.
       *[other] { $count } records changed.
    }
notice-bulk-deleted =
    { $count ->
        [one] { $count } record moved to the trash.
       *[other] { $count } records moved to the trash.
    }
notice-bulk-restored =
    { $count ->
        [one] { $count } record restored.
       *[other] { $count } records restored.
    }
notice-bulk-partly = Done: { $count }. Left out: { $left } ({ $why }).
notice-why-changed = somebody changed them meanwhile
notice-why-forbidden = your role does not allow it
notice-why-invalid = this change cannot be made to them
notice-why-missing = they are not there, or your role does not cover them
notice-why-mixed = some are beyond your role, some are gone
error-bulk-action = Choose what to do with the selected records: change or delete them.
error-bulk-nothing-chosen = Select at least one record.
error-bulk-nothing-to-change = Choose what to change in the selected records.
error-bulk-too-many =
    { $most ->
        [one] At most { $most } record can be selected at once.
       *[other] At most { $most } records can be selected at once.
    }
error-reference-several = Several records have this name. Enter one of these in full: { $names }
error-reference-unknown = There is no record “{ $value }”, or your role does not cover it. Choose one of the suggestions.

### import-messages: what an import says of rows, columns and cells

import-cell-choice = It is not known what this word stands for. It was kept in the notes.
import-cell-digits = This number has more digits than Excel keeps, so it may have lost some. Format the column as text, enter the number again and import the row once more.
import-cell-error = This cell of the sheet holds an error instead of a value.
import-cell-refused = This value cannot be taken in this field.
import-column-computed = The program computes this value; the column was left out.
import-column-not-yours = Your role does not allow you to set this field; the column was left out.
import-column-unknown = This column was not recognised; its content was kept in the notes.
import-error-changed = The record changed during the import. Load the file again.
import-error-column = The file has no column “{ $column }”.
import-error-field = There is no field “{ $field }” that could be used here.
import-error-for-all = The value for all rows in the field “{ $field }” cannot be taken: { $message }
import-error-only-headings = The sheet has headings, but no rows below them. Choose another file or another sheet.
import-file-misnamed = The name of the file does not fit its content; it was read as .{ $kind }.
import-bad-rows-title = Rows to mend
import-bad-rows-why = What to mend
import-part-first-name = First name (part of the name)
import-part-last-name = Last name (part of the name)
import-error-no-title = No column of the file holds the field “{ $field }”. Check that the first row holds the headings, or say which column it is.
import-error-signed-out = The account is disabled or the session has ended.
import-error-stopped =
    { $count ->
        [one] The import stopped after { $count } row, which is saved. { $cause }
       *[other] The import stopped after { $count } rows, which are saved. { $cause }
    }
import-error-store = The data could not be saved. Check that the server's disk has room and try again.
import-notes-full = Content that fits no field did not fit into the notes.
import-notes-more =
    { $count ->
        [one] And { $count } more note.
       *[other] And { $count } more notes.
    }
import-owner-not-yours = Your role does not allow you to choose the owner; new records are yours.
import-owner-unknown = There is no such person in the firm, or there are several. The owner is whoever imports.
import-reference-several = There are several records of this name, so it is not known which to link.
import-reference-unknown = No such record was found, so it was not linked.
import-row-no-name = The row has no name.

### permission: what a refusal names, after the module

### notice: answers to the last act

notice-imported = The file was imported.
notice-password-changed = Password changed. Other sessions have ended.
notice-token-revoked = Token revoked.
notice-already-there = This record is already there.
notice-field-retired = The field is out of use. Its data stays.
notice-field-back = The field is back in use, with all its data.
notice-field-purged = The field and its data are being removed for good.
notice-team-deleted = The team was deleted.
notice-disabled-records-stay = The account is disabled, but handing over its records could not be started. Hand them over below.
notice-user-deleted = The account was deleted.
notice-role-deleted = The role was deleted.
notice-signed-out = You are signed out.

### more of what may go wrong

login-wrong = The address or the password is not right.

# Places and hours of work
barred-title = Not from here, or not now
barred-address-title = You cannot work from this place
barred-address = Your account works only from chosen network addresses, and you are connecting from { $address }. Nothing was changed.
barred-hours-title = You cannot work at this hour
barred-hours = Your account works only at set hours, and it is { $now } now. Nothing was changed.
barred-ask = If you need access, ask: { $names }. Give them the address and the time on this page.
barred-ask-nobody = If you need access, ask whoever looks after the server: the command “kartoteka user allow-any-ip” lets you in for a day.
barred-trial = New rules are on trial and do not let in from { $address } now. They fall back by themselves at { $until }; load this page again then. They can be kept from a place they allow.
trial-box = Try it for 10 minutes all the same
trial-hint = The change works at once. It falls back by itself unless somebody keeps it within 10 minutes, from a place these rules allow.
trial-banner =
    { $minutes ->
        [one] New rules of sign-in are on trial until { $until } ({ $minutes } minute left). Unless kept, they fall back by themselves.
       *[other] New rules of sign-in are on trial until { $until } ({ $minutes } minutes left). Unless kept, they fall back by themselves.
    }
trial-keep = Keep them
trial-drop = Take back now
error-trial-running = Other rules are on trial already. Keep them or take them back, then change these.
error-trial-elsewhere = They cannot be kept from here: the rules on trial do not allow this place. Do it from an allowed address.
error-trial-over = That trial is over: the rules were kept or taken back.
audit-says-trial-begun = Put rules of sign-in on trial
audit-says-trial-kept = Kept the rules of sign-in that were on trial
audit-says-trial-dropped = Took back the rules of sign-in that were on trial
audit-says-trial-over = The rules of sign-in on trial fell back by themselves
api-barred-title = Not from here, or not now
api-barred-address = This account may not connect from the address { $address }.
api-barred-hours = This account may not work at this hour.
error-ip-range = This is neither an address nor a range: { $range }. Write for example 203.0.113.7 or 10.0.0.0/8.
error-ip-range-label = The label of a range can have at most { $most } characters.
error-ip-range-list = A list of addresses or ranges is needed.
error-hours = These are no hours: { $hours }. Write for example 08:00-16:00.
error-hours-list = A list of hours is needed, for example 08:00-16:00.
error-exception-list = A list of exceptions is needed.
error-exception-part = An exception has no such part: { $part }.
error-exception-until = An exception must have an end: a date, or a date and a time.
error-lock-out-address = This change would lock you out: you are connecting from { $address }. Add this address to those allowed. Nothing was changed.
error-lock-out-hours = This change would lock you out: you are connecting from { $address } right now. Add this hour to those allowed. Nothing was changed.
error-lock-out-owners = After this change no owner could sign in. Nothing was changed.
places-title = Place and hours of work
places-title-of = Place and hours: { $name }
places-lead = The strictest holds: the rules of the firm, the role and the person together, at sign-in and with every click, for owners too.
places-open = No limits of its own.
places-closed = There are limits of place or hours.
places-change = Place and hours
places-built-in = A built-in role cannot be changed. Make a copy of it, or set rules for people.
places-own-address = You are connecting from { $address }.
places-add-own = Add this address
places-addresses = Addresses allowed
places-allowed = Addresses and ranges
places-allowed-hint = One a line, with a label after a space: 203.0.113.7 Office or 2001:db8::/32 Warehouse. Empty: from anywhere.
places-hours = Hours allowed
places-hours-hint = For example 08:00-16:00, several with commas; 22:00-06:00 runs past midnight. All fields empty: always. Once one day has hours, a day without any is closed.
places-exceptions = Exceptions for a time
places-exceptions-label = Exceptions
places-exceptions-hint = One a line: until when and from where, for example 2026-12-01 18:00 198.51.100.0/24 Fair. Without a range: from anywhere. Until then no rule holds.
places-takes-effect = Takes effect with the next click.
places-office = Office
places-office-label = The office's addresses
places-office-hint = One a line. History, sessions and the log show what was done in the office. This limits nobody by itself.
security-title = Sign-in security
settings-security-about = From where and when people may work, the office's addresses, how long sessions last.
security-lead = Rules for everybody. A role and a person can have stricter ones.
security-sessions = Sessions
security-session-idle-minutes = End without use after (minutes)
security-session-age-hours = End in any case after (hours)
security-fresh-minutes = A password counts for sensitive acts (minutes)
security-passwords = Passwords
security-passwords-hint = Zero turns it off. No kinds of characters are required; passwords that are easy to guess, common, or hold a person's or the firm's name are always refused.
security-password-least = Characters at least (from 15)
security-password-least-two-step = Characters at least with a second step (from 8)
security-password-days = Good for (days)
security-password-history = Last ones not taken again
security-password-first-change = A password given by somebody else must be changed at the first sign-in
strength-label = Strength
fresh-title = Confirm with your password
fresh-lead = This is a sensitive act, and your password was entered a while ago. Enter it once more; nothing you have typed is lost.
fresh-own-password = Your own password
fresh-confirm = Confirm and go on

### copy: all that one may take out, in one archive

copy-title = My copy
copy-about = Everything you may export in one .zip file: each module as an .xlsx sheet that its import takes back.
copy-holds = It holds:
copy-nothing = Your role lets you export nothing, so no copy can be made. Ask somebody who manages roles.
copy-make = Make a copy
copy-file = my-copy
copy-readme-title = MY COPY
copy-readme-of = Company: { $firm }. Copy for: { $person }. As of: { $at }.
copy-readme-files = Files (number of records in brackets):
copy-readme-left-out = Without modules that your role may not export: { $modules }.
copy-readme-back = To bring it back: unpack the archive, open the module in Kartoteka, choose “Import” and give it its sheet. With “skip the row, the record stays as it is” only what is missing is added; records come back with their ids, owners and dates.
copy-readme-seen = Only records and fields that your role sees are in here. Attachments, history and settings are not: the company’s backups hold those.
copy-readme-care = The file holds data of clients. Keep it safe, and delete it when you no longer need it.
strength-common = on the list of those guessed first
strength-weak = weak, easy to guess
strength-good = good
strength-strong = very good
password-due-first = Somebody else gave you this password. Choose your own to go on.
password-due-old = This password is older than the firm allows. Choose a new one to go on.
password-due-short = The second step of signing in is off, and without it this password is too short. Choose a longer one to go on.
day-mon = Monday
day-tue = Tuesday
day-wed = Wednesday
day-thu = Thursday
day-fri = Friday
day-sat = Saturday
day-sun = Sunday
profile-sessions-lead = Devices on which you are signed in now. One you do not know? End its session and change your password.
profile-sessions-empty = No session is open.
profile-session-unknown = unknown device
sessions-title-of = Open sessions: { $name }

### effects: what a change of rights would do

effects-title = What will change
effects-preview = Preview changes
effects-nothing-yet = Change something in the form and see here who gains and who loses what.
effects-none = Nobody gains or loses anything.
effects-look = Nothing has been saved yet. Look at who gains and who loses what, then save again.
effects-gains = gains:
effects-loses = loses:
effects-sign-in = signing in, and everything the role allows
effects-second-step = has to sign in by two steps
effects-second-step-set-up = has to sign in by two steps: sets a way up at the next click
effects-second-step-free = no longer has to sign in by two steps
effects-not-told = the number of records is outside your scope
effects-more =
    { $count ->
        [one] { $count } record more
       *[other] { $count } records more
    }
effects-fewer =
    { $count ->
        [one] { $count } record fewer
       *[other] { $count } records fewer
    }
effects-more-people =
    { $count ->
        [one] And { $count } more person.
       *[other] And { $count } more people.
    }

### why: whether somebody may do something, and the reason

why-title = Find out why
why-lead = Choose a person, a record and an action to see whether their role allows it, and for what reason.
why-person = Person
why-everybody = Everybody (who sees this record)
why-record = Record
why-record-hint = The address of its page, its id, or words to search for. Without a record the answer is about the role.
why-record-missing = There is no such record, or it is outside your scope.
why-act = Action
why-ask = Find out
why-which = Which record?
why-who = Who sees { $name }
why-who-see =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
why-who-sees = Who sees this
why-view-yes = { $name } sees this { $module ->
        [clients] client
       *[other] record
    } (“{ $record }”)
why-view-no = { $name } does not see this { $module ->
        [clients] client
       *[other] record
    } (“{ $record }”)
why-edit-yes = { $name } may edit this { $module ->
        [clients] client
       *[other] record
    } (“{ $record }”)
why-edit-no = { $name } may not edit this { $module ->
        [clients] client
       *[other] record
    } (“{ $record }”)
why-delete-yes = { $name } may delete this { $module ->
        [clients] client
       *[other] record
    } (“{ $record }”)
why-delete-no = { $name } may not delete this { $module ->
        [clients] client
       *[other] record
    } (“{ $record }”)
why-at-yes = { $name } has the permission “{ $what }” (“{ $record }”)
why-at-no = { $name } does not have the permission “{ $what }” (“{ $record }”)
why-any-yes = { $name } has the permission “{ $what }”
why-any-no = { $name } does not have the permission “{ $what }”
why-because-disabled = the account is disabled
why-because-everybodys = the role { $role } has { $act }: all
why-because-own = the record is this person's own, and the role { $role } has { $act }: { $scope }
why-because-same-team = the owner is { $owner } of the same team ({ $team }), and the role { $role } has { $act }: team
why-because-unassigned-granted = the record has no owner, and the role { $role } shows records without an owner
why-because-in-scope = the role { $role } has { $act }: { $scope }
why-because-only-unassigned = the role { $role } covers only records without an owner
why-because-granted = the role { $role } allows it
why-because-no-scope = the role { $role } has { $act }: none
why-because-anothers = the role { $role } has { $act }: own, and the owner is { $owner }
why-because-other-team = the role { $role } has { $act }: team, and the owner is { $owner }, who is not in this person's team
why-because-no-team = the role { $role } has { $act }: team, this person is in no team, and the owner is { $owner }
why-because-unassigned = the record has no owner, and the role { $role } has { $act }: { $scope }
why-because-not-seen = what cannot be viewed cannot be used otherwise
why-because-not-edited = without editing no field can be changed
why-because-not-granted = the role { $role } does not allow it
why-because-hidden = the role { $role } hides these fields
why-because-read-only = the role { $role } shows these fields but does not let them be changed
why-change-role = Change the role { $role }
why-change-person = Change the person's role or team
why-change-owner = Change the record's owner
settings-why-about = Whether somebody can see or do something, and for what reason.
settings-undo-about = Put back what somebody deleted or changed in a stretch of time.

### undo: what one person did, put back

undo-title = Undo a person’s acts
undo-lead = What the person deleted or changed in this time comes back. What others did since stays untouched. First you see what would happen.
undo-user = Person
undo-choose-person = Choose a person
undo-from = From
undo-to = Until
undo-zone = Times are in the company’s time zone: { $zone }.
undo-preview = Show what would happen
undo-other-time = Change person or time
undo-nothing = In this time the person neither deleted nor changed anything that can be put back.
undo-nothing-to-do = There is nothing to put back: all that the person changed, others have changed since.
undo-what = What would happen
undo-count-back = Come back from the trash
undo-count-changed = Go back to their former values
undo-count-stay = Stay, in whole or in part
undo-made = Also move what the person added to the trash ({ $count })
undo-hint = All of it can be undone later on the operation’s page.
undo-run = Undo these acts
undo-stays = Stays –
undo-comes-back = comes back from the trash
undo-goes-back = goes back to former values
undo-was-made = added; to the trash if you choose so
undo-stays-whole = stays
undo-made-touched = added by this person, changed since by
undo-why-touched = changed since by
undo-why-deleted = deleted since by
undo-why-merged = merged with another record; a merge is undone on its own
undo-why-not-yours = your role may not change this
error-undo-person = There is no such person. Choose one from the list.
error-undo-future = The beginning lies in the future.
error-undo-too-long =
    { $most ->
        [one] Choose { $most } day at most.
       *[other] Choose { $most } days at most.
    }
error-undo-too-many = In this time the person made more than { $most } changes. Choose a shorter time, and repeat this for each part.

### pictures

picture-title = Photo
picture-now = The present picture
picture-file = File
picture-hint = PNG, JPEG or WebP, up to 1 MB and 2000 × 2000 pixels.
picture-save = Send picture
picture-remove = Remove picture
error-picture-empty = Choose a file with a picture.
error-picture-heavy = The picture has more than 1 MB. Make it smaller and send it again.
error-picture-large = The picture is too large: a side may have at most { $most } pixels.
error-picture-unknown = This is not a PNG, JPEG or WebP picture.

### handing records over

users-records-go-to =
    { $count ->
        [one] This person's record ({ $count })
       *[other] This person's records ({ $count })
    }
users-records-stay = Stay with them
users-hand-over-to = Hand records over to
users-hand-over-hint = The owner of the records changes; their history stays. It can be undone as a whole.
users-hand-over = Hand records over
error-hand-over-to = Only another person with an active account can take records over.
teams-who = Who is in the team
teams-who-hint = A person can be in one team; ticking them here moves them from another.

### start: the beginning of a firm

start-title = First steps
start-lead = Four steps after which the firm is ready to work. Each can be skipped and found again here.
start-behind = { $count } of 4 behind you
start-all = All steps
start-skip = Skip
start-skip-all = Skip all
start-done = Done
start-again = Take this step up again
start-state-done = done
start-state-skipped = skipped
start-firm = Firm
start-firm-about = The name, tax id, address and logo that everybody sees.
start-people = People and roles
start-people-about = Accounts for colleagues, and what each role sees and may do.
start-import = Import
start-import-about = Clients from an Excel or CSV sheet.
start-safety = Safety
start-safety-about = A strong password, and roles that give no more than is needed.
settings-start-about = Firm, people, import and safety, step by step.

### firm: who it is

firm-tax-id = Tax id
firm-address = Address
firm-logo = Logo
firm-logo-hint = Shown beside the firm's name and on the sign-in page.
firm-ways = Language, time and currency
firm-usual = By default: { $now }
firm-time-zone = Time zone
firm-currency = Currency
firm-language-hint = For people who have chosen none of their own.
firm-time-zone-hint = Days and hours follow it.
firm-currency-hint = The currency of amounts typed without one. Amounts already saved keep theirs.
firm-set-in-file = Set in the file kartoteka.toml; it cannot be changed here.
error-set-in-file = The file kartoteka.toml sets this, so it cannot be changed here.
error-time-zone = There is no such time zone. An example: Europe/Warsaw.

### settings: the pages of the firm

action-rename = Rename
settings-firm-about = Name, tax id, address, logo, language, time and currency of the firm.
settings-audit-about = Who did what, when and from where.
settings-nothing = Your role runs a part of the program that has no page of its own yet.
firm-title = Firm
firm-name = Name of the firm
firm-block-twins = Refuse a second client with the same tax id
firm-block-twins-hint = Without this the program only warns. Imports skip such rows and say which.
firm-trash-days = Trash: days to keep
firm-trash-days-hint = After that many days deleted records are gone for good.
users-email-hint = The person signs in with this address.
users-role-hint = The role says what the person sees and may do.
users-team-hint = The scope “team's” covers the records of people in the same team.
users-password = Password
users-takes-effect = Counts from this person's next click.
users-locked = This account may do more than yours, so you cannot change it.
users-never-signed-in = Has not signed in yet
users-password-title = New password
users-password-about = Set one when the person has forgotten theirs. Their sessions will end.
users-password-set = Set password
users-access-title = Access
users-last-owner = This is the only active owner, so the account cannot be disabled or deleted.
users-own-account = This is your own account. Somebody else can disable or delete it.
users-delete = Delete account
users-delete-question = Delete the account of { $name }?
users-delete-consequence = This cannot be undone. Entries in the log and in histories stay. An account that owns records can only be disabled.
users-delete-owns = This person owns records ({ $count }). Give them to somebody else before you delete the account. Records in the trash need another owner too, or have to go.
users-unlock-about = After many failed attempts sign-in is blocked for a while.
users-unlock = Unblock sign-in
teams-rename = Name of the team “{ $name }”
role-option-publish = publishing
role-beyond = This role holds more than yours, so you cannot change it.
role-start-from = Start from:
role-people = Who has this role
role-nobody = Nobody.
role-people-hint = A role is given in the person's account.
role-in-use = These people still have this role: { $people }. Give them another one first.
profile-access = Access
profile-session-title = This session
profile-session-since = Signed in:
profile-session-idle = The session ends by itself after { $hours } hours without use. Signing out ends it at once.
profile-session-idle-minutes = The session ends by itself after { $hours } min without use. Signing out ends it at once.
tokens-expires-hint = Left empty: no end.

### audit: entries as sentences

audit-filter-kind = Events
audit-filter-user = Person
audit-filter-from = From
audit-filter-to = To
audit-filter-record = Identifier of a record
audit-anyone = everybody
audit-older = Older
audit-newest = Newest
audit-searched = A large part of the log was looked through. Older entries follow.
audit-kind-unlocked = sign-in unblocked
audit-channel-web = page
audit-channel-api = API
audit-channel-command = command on the server
audit-channel-import = import
audit-channel-program = program
audit-program = Kartoteka
audit-gone = deleted person
audit-says-sign-in = Signed in
audit-says-sign-in-failed = Sign-in failed
audit-says-sign-in-barred-address = Not let in: right password, address not allowed
audit-says-sign-in-barred-hours = Not let in: right password, hour not allowed
audit-says-barred-address = Refused: address not allowed ({ $what })
audit-says-barred-hours = Refused: hour not allowed ({ $what })
audit-says-session-ended = Ended a session: { $name }
audit-field-allowed-ips = addresses allowed
audit-field-office-ips = the office's addresses
audit-field-hours = hours
audit-field-exceptions = exceptions
audit-field-session-idle-minutes = end of sessions without use
audit-field-session-age-hours = end of sessions in any case
audit-field-password-least = length of passwords
audit-field-password-days = age of passwords
audit-field-password-history = repeated passwords
audit-field-password-first-change = change of a given password
audit-filter-office = From where
audit-anywhere = anywhere
audit-not-office = not in the office
audit-export-csv = Download as CSV
audit-export-json = Download with the chain (JSON)
presence-title = In and out of the office
presence-lead = How often each person did something on a day, in the office and elsewhere, by the log.
presence-no-office = No addresses of the office are set yet, so everything counts as done elsewhere. They are set under sign-in security; entries from before do not change.
presence-empty = Nobody did anything on these days.
presence-cut = There are more entries than one report takes. Choose fewer days, or one person.
presence-day = Day
presence-inside = In the office
presence-outside = Elsewhere
presence-inside-count = in the office: { $count }
presence-outside-count = elsewhere: { $count }
presence-hours = From–to
error-report-long = A report is about { $most } days at most.
audit-says-sign-out = Signed out
audit-says-refused = Refused: { $permission } is missing ({ $what })
audit-says-founded = Founded the firm
audit-says-loaded = Loaded records, { $module }: { $count }
audit-says-created = Added { $what }
audit-says-changed = Changed { $what }
audit-says-deleted = Deleted { $what }
audit-says-restored = Restored { $what }
audit-says-merged = Merged other records into { $what }
audit-says-unmerged = Undid a merge: { $what }
audit-says-purged = Deleted for good, { $module }: { $count }
audit-says-exported = Export as { $format }, { $module }: { $count }
audit-says-file-taken = Downloaded a file of { $what }
audit-says-imported = Imported “{ $file }”, { $module }: { $created } added, { $updated } changed, { $skipped } skipped, { $failed } failed
audit-says-token-made = Made the token “{ $name }”
audit-says-token-revoked = Revoked the token “{ $name }”
audit-says-password-changed = Set a password: { $what }
audit-says-unlocked = Unblocked sign-in: { $what }
audit-says-system = Act of the program: { $why }
audit-says-alarm = Alarm: { $why }
audit-says-alarm-taken = Alarm: { $name } opened or took out { $count } records today, the most so far: { $usual }
audit-says-alarm-limit = Alarm: { $name } reached the daily limit of their role ({ $count }) and is refused from there on
audit-fields = fields: { $fields }
audit-file-added = file “{ $name }” added
audit-file-removed = file “{ $name }” removed
audit-file-put-back = file “{ $name }” put back
audit-file-marked = file “{ $name }” marked as financial
audit-file-unmarked = file “{ $name }” no longer marked as financial
audit-file-taken = “{ $name }”
audit-role-from-to = role: { $from } → { $to }
audit-sort-clients = the client
audit-sort-deals = the deal
audit-sort-tasks = the task
audit-sort-mail = the mail
audit-sort-articles = the article
audit-sort-invoices = the invoice
audit-sort-users = the account
audit-sort-roles = the role
audit-sort-teams = the team
audit-sort-firm = the firm's data
audit-sort-tokens = the token
audit-sort-operations = the operation
audit-sort-sessions = the session
audit-field-password = password
audit-field-modules = permissions
audit-field-admin = administration
audit-more-kinds = chosen: { $count }

### dashboard, once more

dashboard-greeting = Hello, { $name }

### import pages

import-match-default = id, tax id, e-mail, then name and city
import-file-limit = .xlsx, .xls, .ods, .csv or .txt, up to { $limit } MB
import-file-too-large = The file is larger than { $limit } MB. Split it, or bring it in with the import command on the server.
import-file-gone = The file is no longer here. Choose it again.
import-preview-lead = Nothing has been saved yet. Look through the rows, then import.
import-preview-again = Show again with these columns
import-columns = Columns
import-field-notes = keep in the notes
import-would-created =
    { $count ->
        [one] { $count } will be added
       *[other] { $count } will be added
    }
import-would-updated =
    { $count ->
        [one] { $count } will be updated
       *[other] { $count } will be updated
    }
import-would-skipped =
    { $count ->
        [one] { $count } is already here
       *[other] { $count } are already here
    }
import-would-failed =
    { $count ->
        [one] { $count } cannot be taken
       *[other] { $count } cannot be taken
    }
import-done-lead = Every cell that could not be taken is listed below with its row and column.
error-export-format = This format is not known. Choose xlsx, csv or json.

### backups: the page, its acts, what is told of them

settings-backups-about = Whether the firm is safe: backups of the last days, places for them, the key.
backup-safe = Safe
backup-safe-about = Last backup: { $when }, restored on trial and equal to the last record.
backup-almost-key = Almost safe
backup-almost-key-about = Last backup: { $when }, proved. But its key lies on this server alone: keep it elsewhere, nobody can open the backup without it.
backup-almost-place = Almost safe
backup-almost-place-about = Last backup: { $when }, proved. But it lies on this server alone: add a place outside of it.
backup-young = No backup yet
backup-young-about = The first one will be made: { $next }. You can also make one right away.
backup-young-broken = No backup yet, and its place does not work
backup-young-broken-about = The first backup would be made: { $next }. See below what the place says, and mend it before.
backup-no-target = No backups are made
backup-no-target-about = No place for backups is set. Until there is one, a broken disk can take all your data.
backup-failing = The last backup failed
backup-failing-about = Last good backup: { $when }. See below which place fails, mend it and make a backup.
backup-failing-never = There is no good backup yet. See below which place fails, mend it and make a backup.
backup-stale = No recent backup
backup-stale-about = Last proved backup: { $when }. None was made for more than 26 hours.
backup-stale-never = There is no proved backup yet.
backup-damaged = One of the backups is damaged
backup-damaged-about = Last good backup: { $when }. Remove the damaged one, and check the disk it lay on.
backup-damaged-never = There is no good backup. Make one right away, and check the disk the damaged one lay on.
backup-ahead = The clock is wrong
backup-ahead-about = There is a backup of the future: the server's clock was ahead, or it is behind now. The last sure backup: { $when }. Set the clock and make a new one.
backup-ahead-never = There is a backup of the future: the server's clock was ahead, or it is behind now. Set the clock and make a new backup.
backup-now = Back up now
backup-under-way = A backup is being made. Begun:
backup-calendar = The last five weeks
backup-mon = Mo
backup-tue = Tu
backup-wed = We
backup-thu = Th
backup-fri = Fr
backup-sat = Sa
backup-sun = Su
backup-day-proved = proved
backup-day-made = not proved
backup-day-failed = failed
backup-day-none = no backup
backup-archives = Backups
backup-proved-in = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
backup-more = More
backup-none = There is no backup yet.
backup-unheard = Not every place answered: the list is as we remember it.
backup-at-damaged = { $name }: damaged
backup-at-unproved = { $name }: not proved
backup-foreign = not known here
archive-not-ours = This archive is not known here, and none of the firm's keys opens it. It may be another firm's, so it can neither be restored nor deleted from here.
archive-stays-disabled = Accounts that are disabled today stay disabled: { $names }.
archive-stays-revoked = API tokens that were revoked since stay revoked, and the audit log goes on: what was noted in it since then is kept.
backup-download = Download
backup-download-with-files = Download with files
backup-verify = Prove it now
backup-delete = Delete the backup
backup-delete-question = Delete the backup { $name }?
backup-delete-consequence = It will be gone from all places and cannot be brought back. Other backups stay.
backup-when = When
backup-next = Next
backup-last-run = Last try
backup-last-proof = An old one proved again
backup-run-done = went well
backup-run-failed = failed
backup-run-interrupted = interrupted
backup-targets = Places for backups
backup-targets-none = There is none yet.
backup-targets-kinds = It can be a cloud, an SFTP server, a network drive or a folder. Best have one outside of the firm, and one at hand.
backup-target-place = Address
backup-target-room = Free room
backup-target-lock = Object lock
backup-target-host-key = Host key
backup-target-last = Last good backup
backup-target-never = none yet
backup-target-good = works
backup-target-failed = does not work
backup-target-new = not used yet
backup-target-test = Try it
backup-target-trust = Trust the new key
backup-target-locked = Set in the file kartoteka.toml on the server, and changed there.
backup-target-hidden = The place "{ $name }" set on this page is not used: the file kartoteka.toml has one of the same name.
backup-target-remove = Remove the place
backup-target-save = Try it and save
backup-target-trial-failed = The trial failed, and the place is not saved. The far side says:
backup-target-untried-about = Correct what is wrong and try again. If you know that the place will work later, you can save it without a trial.
backup-target-untried-save = Save nonetheless
backup-target-made = The key is made. Now bring its public half to the server.
backup-target-made-about = Add this line to the file ~/.ssh/authorized_keys of the account on the server, or paste it in your provider's panel. The private half never leaves Kartoteka.
backup-target-public-key = Public key for the server
backup-target-help = Where to find all that
backup-target-rarely = Rarely needed
backup-ways = Add a place for backups
backup-ways-about = Backups are encrypted before they leave the server. A place is tried before it is saved: the program writes a small file, reads it back and removes it.
backup-way-choose = Choose
backup-way-s3 = Cloud (S3)
backup-way-s3-about = A bucket in a cloud such as OVHcloud, Hetzner, Scaleway or AWS. Outside of the firm; about a euro a month.
backup-way-sftp = SFTP server
backup-way-sftp-about = An account on a server with SSH: at a provider, in another office, or on a network drive (NAS).
backup-way-webdav = WebDAV drive
backup-way-webdav-about = Nextcloud, ownCloud, or a network drive with WebDAV.
backup-way-local = Folder on this server
backup-way-local-about = A second disk or a mounted share. Quick at hand, but not enough alone: it is lost together with the server.
backup-name-s3 = cloud
backup-name-sftp = server
backup-name-webdav = network drive
backup-name-local = second disk
backup-help-s3 = In your provider's panel, make a private bucket for backups alone, and an access key that may write to it. Keep data about clients in the EEA; once it is saved, the page shows where the bucket lies.
backup-help-sftp = You need an account on a server with SSH, and a folder it may write to. It is easiest when Kartoteka makes a key of its own. The server's key is remembered at the first connection; if it changes, nothing is sent and you are told.
backup-help-webdav = The folder's address is in the settings of the drive, in Nextcloud under "Files settings" → WebDAV. Use an app password, not your own.
backup-help-local = Give a folder on another disk than the data, which the program may write to. As a service it writes to /srv/kartoteka-backup; other folders are named in ReadWritePaths= (systemctl edit kartoteka).
backup-help-encrypted = The far side sees encrypted files only. Nothing but the backup key opens them.
backup-help-private = Addresses in the firm's own network are fine, such as a network drive in the office.
backup-field-name = Name
backup-field-name-hint = What the place is called in lists and commands. It stays.
backup-field-preset = Provider and place
backup-field-preset-hint = All of the list lie in the EEA. With others, see whether data about clients may go there.
backup-preset-other = another, I give its address
backup-field-endpoint = Address of the service
backup-field-endpoint-hint = Only where the provider is not listed, such as https://s3.company.com.
backup-field-region = Region
backup-field-bucket = Bucket
backup-field-prefix = Folder in the bucket
backup-field-prefix-hint = May be empty.
backup-field-access-key = Access key
backup-field-secret-key = Secret key
backup-field-secret-hint = Saved, and not shown. Leave it empty to keep it.
backup-field-ca-file = Certificate of your own authority (PEM)
backup-field-host = Server
backup-field-port = Port
backup-field-user = Account
backup-field-path = Folder
backup-field-path-hint = A relative one starts in the folder of the account.
backup-field-folder = Folder
backup-field-folder-hint = The full path on the server, such as /mnt/nas/kartoteka.
backup-field-login = Signing in
backup-field-login-hint = With a key of Kartoteka's own, leave password and key empty.
backup-login-made = Kartoteka makes a key of its own
backup-login-key = by a private key
backup-login-password = by a password
backup-field-password = Password
backup-field-private-key = Private key (OpenSSH, without a passphrase)
backup-field-host-key = Host key (fingerprint)
backup-field-host-key-hint = Empty: the first one that the server shows counts. A fingerprint begins with SHA256:.
backup-field-url = Address of the folder
backup-field-url-hint = Such as https://cloud.company.com/remote.php/dav/files/crm/backups.
backup-remove-question = Remove the place "{ $name }"?
backup-remove-consequence = { $count ->
    [0] No backup is known to lie there.
    [one] { $count } backup stays where it is.
   *[other] { $count } backups stay where they are.
} Kartoteka deletes nothing there; it only stops sending and tidying up. Delete old backups at the provider yourself if you do not need them. The saved passwords and keys for this place will be gone.
backup-remove-last = It is the only place: without it no backups are made.
backup-local-alone = Backups lie on this server alone
backup-local-alone-about = A fire, a theft or a broken server takes the data together with the backups. Add a place outside of it.
backup-recipients = Who else opens backups
backup-recipients-about = Public keys of the age format, such as that of a key in a safe. Whoever has the other half can read the backups made from now on.
backup-recipients-field = Public keys, one a line
backup-recipients-hint = They begin with age1. Empty: the backup key alone.
backup-steps = Three steps to a firm that is safe
backup-steps-done = { $count } of 3 done
backup-step-key = The backup key in a safe
backup-step-key-about = Backups are encrypted. Without the key kept outside of this server, nobody can open them.
backup-step-key-act = Save the backup key
backup-step-place = A place outside of this server
backup-step-place-about = A cloud, an SFTP server or a network drive that outlives this server.
backup-step-place-local = You have a folder on this server alone. If the server burns or is stolen, the backups are gone with it.
backup-step-place-act = Add a place
backup-step-proof = A first backup, proved
backup-step-proof-about = The program makes a backup, fetches it back, opens it and compares it with the data.
backup-step-proof-act = Make the first backup
backup-test-failed = The trial failed. The far side says:
backup-kind-local = folder
backup-kind-s3 = S3
backup-kind-sftp = SFTP
backup-kind-webdav = WebDAV
backup-eea = Country
backup-eea-inside = in the EEA ({ $country })
backup-eea-outside = outside of the EEA: see whether personal data may go there
backup-eea-unknown = not known whether in the EEA: ask the provider
backup-plan = Plan
backup-plan-daily-at = Every day at
backup-plan-keep-daily = Daily ones kept
backup-plan-keep-weekly = Weekly ones
backup-plan-keep-monthly = Monthly ones
backup-plan-keep-yearly = Yearly ones
backup-plan-hint = So many of the last days, weeks, months and years keep one backup each. The newest three proved ones always stay.
backup-plan-fewer-question = { $count ->
    [one] Delete { $count } backup?
   *[other] Delete { $count } backups?
 }
backup-plan-fewer-about = That many are kept now and would not be under the new plan: the next backup deletes them for good. The newest three proved ones always stay. Owners get a letter.
backup-plan-fewer-act = Keep fewer
backup-plan-locked = Set in the file kartoteka.toml.
backup-key = Backup key
backup-key-save-it = Save the backup key
backup-key-about = Backups are encrypted. Only this key opens them: if it is lost together with the server, so are they. Print it, or save it where neither the server nor the backups are: in a safe, in a password manager. Whoever has it and gets a backup can read everything.
backup-key-before = { $count ->
    [one] The key was changed. Older backups are opened by { $count } earlier one; it is in the same file, keep all of it.
   *[other] The key was changed. Older backups are opened by { $count } earlier ones; they are in the same file, keep all of it.
}
backup-key-public = Public part:
backup-key-show = Show the key
backup-key-save = Save as a file
backup-key-print = You can print this page. The lines that begin with AGE-SECRET-KEY are enough to open the backups.
backup-key-confirm = Saved already?
backup-key-confirm-about = Confirm it once the key is safe outside of this server; then we stop reminding you.
backup-key-ending = Last 6 characters of the key
backup-key-ending-hint = Copy them from where the key is kept: that shows that it is really there.
backup-key-kept = The key is safe elsewhere
backup-key-is-kept = The key is kept outside of the server.
backup-key-is-kept-short = Kept outside of the server.
backup-key-unkept = Without the key nobody can open a backup, and so far it lies on this server alone.
backup-key-unkept-short = On this server alone.
backup-alarm = The firm has no recent, proved backup of its data.
backup-alarm-targets = The last backup did not get everywhere. Not working: { $names }.
notice-backup-busy = A backup is being made or proved. Wait until that is done.
notice-backup-deleted = The backup was deleted.
notice-backup-key-kept = Noted: the key is safe outside of the server.
notice-backup-tested = The place works: writing, reading and deleting went well.
notice-backup-target-saved = The place works and is saved. The next backup goes there too.
notice-backup-target-untried = The place is saved untried. Try it before you count on it.
notice-backup-target-removed = The place was removed. What lies there stays.
error-backup-time = Enter an hour and a minute, such as 02:30.
error-backup-last = This is the only proved backup. Make another before you delete it.
error-key-ending = The key does not end like that. See whether the key was kept whole, and whether it is the one in use.
error-target-taken = Another place is called so.
error-target-most = There can be { $most } places at most. Remove one.
error-target-name = A name has 1 to 64 letters, digits, spaces, dots, dashes and underscores.
error-target-text = Write this on one line, and shorter.
error-target-folder = Give the full path of a folder, such as /mnt/nas/kartoteka, without "..".
error-target-own-folder = This is the folder of the data. A backup in it is lost together with them; choose another disk.
error-target-bucket = The name of a bucket has letters, digits, dots and dashes.
error-target-region = A region is a word such as eu-central-1.
error-target-prefix = A folder is such as kartoteka/backups, without "..".
error-target-host = Give the name or address of a server, such as nas.company.com.
error-target-host-key = Give a fingerprint such as SHA256:…, or the public key of the server.
error-target-private-key = This key cannot be used. Paste a private key, Ed25519 or ECDSA in the form of OpenSSH, without a passphrase.
error-target-address = Give an address such as https://cloud.company.com/backups, without an account and without "?".
error-target-open-password = The password would be sent in the clear. Use an address with https://.
error-target-secret-again = The address or the account is another than before: enter this again, so that it does not go to a stranger.
error-target-secret-lost = Enter this again: it is not passed on while your own password is asked for.
error-recipient = This is no public key of the age format: { $key }
error-recipient-secret = This is a secret key. Enter its public half, which begins with age1.
error-recipients-most = There can be { $most } keys at most.
error-backup = It did not work. The program says: { $why }
backup-says-key = The backup key cannot be read from the file { $file }. Put the file back from where you keep it; without it no backup is made or opened. The program says: { $why }
backup-says-wrong-key = None of the keys on this server opens this backup: it was made with another. The key file of that time is needed.
backup-says-damaged = The backup is damaged, or not from this program. Choose another; look into this one and delete it. Details: { $what }
backup-says-newer = A newer version of the program ({ $program }) made this backup. Update Kartoteka and try again.
backup-says-no-room = The disk with the data has too little room ({ $count } MB): there would be none left to work with. Make room and try again.
backup-says-stopped = It was stopped.
operation-kind-backup = Backup
operation-kind-backup-proof = Proof of a backup
operation-phase-backup-measuring = Measures the data.
operation-phase-backup-writing = Writes the backup.
operation-phase-backup-sending = Sends the backup to its place.
operation-phase-backup-fetching = Fetches the backup back.
operation-phase-backup-loading = Restores it on trial and compares.
operation-why-backup = Not all of it worked. The program says: { $why }
audit-kind-backup_key_shown = backup key shown
audit-kind-backup_key_kept = backup key kept
audit-kind-backup_deleted = backup deleted
audit-kind-backup_target_tested = place for backups tried
audit-kind-backup_target_changed = place for backups changed
audit-kind-backup_plan_changed = backup plan changed
audit-says-backup-key-shown = Looked at the key of backups
audit-says-backup-key-kept = Confirmed that the key of backups is kept outside of the server
audit-says-backup-deleted = Deleted the backup { $name }
audit-says-backup-target-tested = Tried the place for backups { $name }
audit-says-backup-target-added = Added the place for backups { $name }
audit-says-backup-target-changed = Changed the place for backups { $name }
audit-says-backup-target-removed = Removed the place for backups { $name }
audit-says-backup-plan-changed = Changed the plan of backups
audit-says-alarm-backups = Alarm: something is wrong with backups ({ $what })
audit-sort-backups = backups
mail-letter-backups-fail = alarm about backups
mail-letter-backups-good = end of an alarm about backups
mail-letter-backup-target-changed = change of a place for backups
letter-backups-fail-subject = The backups of { $firm } need a look
letter-backups-fail-lead = The CRM of { $firm } has no sure, recent backup of its data now. The program says: { $what }
letter-backups-fail-note = The program goes on trying by itself. Go to the settings, to "Backups": there you see which place fails, and can make a backup right away. We will write when all is well again.
letter-backups-fail-no-target = no place for backups is set.
letter-backups-fail-stale = no proved backup was made for more than 26 hours.
letter-backups-fail-ahead = there is a backup of the future: the server's clock was ahead, or it is behind now.
letter-backups-good-subject = The backups of { $firm } are well again
letter-backups-good-lead = The CRM of { $firm } has a recent backup again, restored on trial and equal to the last record.
letter-backup-target-subject = Where the backups of { $firm } go was changed
letter-backup-target-lead = { $who }, in the CRM of { $firm }: { $what }
letter-backup-target-note = Backups are encrypted, and nobody reads them without the key. If you do not know of this change, go to the settings, to "Backups", take it back, and change the password of that person.
letter-backup-target-added = the place for backups "{ $target }" was added.
letter-backup-target-changed = the place for backups "{ $target }" was changed.
letter-backup-target-removed = the place for backups "{ $target }" was removed.
letter-backup-target-recipients = who else can open backups was changed.

# Health: what `doctor` and the health page say
health-title = Health
settings-health-about = Data, disk, clock, certificate, mail and backups: how they stand and what to do.
health-again = Check again
health-too-long = The check takes too long. Run kartoteka doctor on the server; it shows what it waits for.
health-all-well = All is well
health-warned =
    { $count ->
        [one] { $count } thing to look after
       *[other] { $count } things to look after
    }
health-failed =
    { $count ->
        [one] { $count } thing does not work
       *[other] { $count } things do not work
    }
health-lead = The same as the command kartoteka doctor says on the server.
health-looked = Checked
health-ok = well
health-warn = look after it
health-fail = does not work
room-no-uploads = There is little room on the server’s disk: files are not taken.
room-no-writes = There is no room on the server’s disk: nothing can be saved. Reading and signing in go on.
room-do = Free some space or make the disk larger. Saving works again by itself.
doctor-said = { $why }
doctor-program = program
doctor-program-broken = a check broke off by a defect in the program
doctor-program-broken-do = see the log, and report it
doctor-configuration = configuration
doctor-configuration-ok = { $file } can be used
doctor-configuration-none = there is no file; every key is at its default
doctor-configuration-bad-do = correct the file; until then the server does not start again
doctor-folder = data folder
doctor-folder-ok = { $path } and the keys in it belong to one user and nobody else reads them
doctor-folder-open = others can look into it (mode { $mode })
doctor-folder-open-do = chmod 700 { $path }
doctor-folder-missing-do = make a firm with kartoteka init, or name its folder with --data
doctor-file-open = others can read { $file } (mode { $mode })
doctor-file-open-do = chmod 600 { $path }
doctor-file-foreign = { $file } belongs to another user than the folder
doctor-file-foreign-do = give all of it to the service’s user: chown -R kartoteka: { $path }
doctor-disk = disk
doctor-disk-local = the data lies on a disk of this machine
doctor-disk-memory = the data lies in memory and is gone when the machine stops
doctor-disk-network = the data lies on a network file system ({ $kind }), where locks and synchronised writes cannot be relied on
doctor-disk-do = move the data folder to a disk of this machine
doctor-room = room
doctor-room-ok = { $free } of { $total } are free
doctor-room-low = { $free } of { $total } are free; at ease are { $wanted }, since an upgrade copies the database first
doctor-room-little = only { $free } of { $total } are free: files are not taken
doctor-room-none = only { $free } of { $total } are free: nothing is saved
doctor-room-do = free some space or make the disk larger
doctor-database = database
doctor-database-none = there is no firm in the folder yet
doctor-database-whole = format { $format }, every page is as it was written
doctor-database-large = format { $format }; pages were not all read, which --full does
doctor-database-answers = the running server reads it
doctor-database-older = format { $format }, this program has { $known }
doctor-database-older-do = start the server: it makes a copy and brings the data up to date
doctor-database-newer-do = install the newer version of the program again
doctor-database-in-use-do = see which process holds it: fuser DIR/kartoteka.redb
doctor-at-rest = encryption at rest
doctor-at-rest-on = on: the database is encrypted under the key in { $place }
doctor-at-rest-off = off: the database is not encrypted (`kartoteka data encrypt` does that)
doctor-at-rest-unused = off, though there is a key for it
doctor-at-rest-unused-do = encrypt the database with the server stopped: kartoteka data encrypt; or remove the key
doctor-at-rest-files = the database is encrypted, but the files of records are not
doctor-at-rest-files-do = finish it with the server stopped: kartoteka data encrypt
doctor-at-rest-beside = on, but the key is in { $place } or its copy lies in the data folder, where it protects nothing from whoever takes the folder
doctor-at-rest-beside-do = move db.key to another disk and name it: data.key_file in kartoteka.toml
doctor-at-rest-key-do = give the key: --db-key-file F, the variable KARTOTEKA_DB_KEY, the systemd credential db-key, or data.key_file in kartoteka.toml
doctor-database-damaged-do = restore the last backup into another folder: kartoteka restore ARCHIVE --into DIR
doctor-indexes = indexes
doctor-indexes-ok = { $count } of { $all } records are found by everything they must be found by
doctor-indexes-wrong = { $count } contradictions, the first: { $first }
doctor-indexes-wrong-do = restore the last backup into another folder, compare, and report it; the log names all of them
doctor-file = database file
doctor-file-room = { $size } MB, little of it unused
doctor-file-room-free = { $free } of { $size } MB are unused and could go back to the disk
doctor-file-room-do = stop the server for a few minutes and run: kartoteka compact
doctor-files = files
doctor-files-ok = the content of { $count } of { $all } files is there
doctor-files-wrong = { $count } problems, the first: { $first }
doctor-files-wrong-do = restore the last backup into another folder and bring the missing files over from there; the log names all of them
doctor-audit = audit log
doctor-audit-whole = the chain of { $count } entries is whole
doctor-audit-head = the newest of { $count } entries is as it was written; --full follows the whole chain
doctor-audit-broken-do = somebody changed the file past the program; keep a copy of it and compare with a backup
doctor-clock = clock
doctor-clock-ok = { $now } in { $zone }
doctor-clock-wrong = { $now } in { $zone } cannot be right
doctor-clock-back = { $now } in { $zone } is earlier than the newest entry of the audit log
doctor-clock-do = switch on time synchronisation: timedatectl set-ntp true
doctor-name = name
doctor-name-none = public_url is not set, so letters hold no links
doctor-name-none-do = set public_url in kartoteka.toml
doctor-name-address = { $name } is an address, not a name
doctor-name-unknown = { $name } is not found: { $why }
doctor-name-unknown-do = make an A or AAAA record of { $name } that leads to this server
doctor-name-nowhere = { $name } has no address
doctor-name-elsewhere = { $name } leads to { $addresses }, where this server does not answer; it goes out from { $here }
doctor-name-ok = { $name } leads to { $addresses }
doctor-port = port
doctor-port-free = { $address } is free for the server
doctor-port-taken = { $address } is taken by another program
doctor-port-taken-do = see which one it is with ss -ltnp, and stop it, or give listen another port
doctor-port-forbidden = this user may not listen on { $address }
doctor-port-forbidden-do = start the server by systemd, whose unit allows it, or give listen a port from 1024 up
doctor-port-wrong-do = give listen an address that this machine has
doctor-port-answers = { $address } takes connections
doctor-port-silent-do = look for a firewall on this machine, and restart the server
doctor-mail = mail
doctor-mail-demo = this is a demo, whose letters are shown at /dev/outbox
doctor-mail-none = no mail server is set: no recovery of passwords, no codes by e-mail
doctor-mail-none-do = set one on the page Mail of the settings or in [smtp]
doctor-mail-ok = { $host } took our sign-in
doctor-mail-refused = { $host }: { $why }
doctor-mail-refused-do = check the host, port, security, user and password on the page Mail of the settings or in [smtp]
doctor-backups = backups
doctor-backups-none = none are set up
doctor-backups-none-do = set up a target on the page Backups of the settings or in [[backup.target]]
doctor-target = backup target { $name }
doctor-target-ok = a file was written, read back and removed
doctor-target-do = correct the target in [[backup.target]] or on the page Backups of the settings
doctor-backups-never = none has been proved yet
doctor-backups-do = make one: kartoteka backup run, and see what it says
doctor-backups-old = the newest proved one is { $count } hours old
doctor-backups-ahead = there is a backup of the future ({ $when }) and no fresh one: the clock was ahead, or it is behind now
doctor-backups-ahead-do = set the clock and make one: kartoteka backup run
doctor-backups-damaged = one of the backups is damaged: { $why }
doctor-backups-damaged-do = remove it, and check the disk it lay on
doctor-backups-ok = the newest proved one is { $count } hours old
doctor-backup-key = backup key
doctor-backup-key-ok = the key is there, and is the recorded one
doctor-backup-key-do = until the right key is there no backup is made
doctor-certificate = certificate
doctor-certificate-proxy = HTTPS is off here; the proxy in front has the certificate
doctor-certificate-off = HTTPS is off, so there is none
doctor-certificate-ok = for { $names } by { $issuer }, until { $until }
doctor-certificate-soon = for { $names } by { $issuer }, ends on { $until }
doctor-certificate-over = for { $names } by { $issuer } does not count now; it counts until { $until }
doctor-certificate-other = for { $names } by { $issuer } is not for { $name }
doctor-certificate-none = there is none yet; browsers warn of the one we made ourselves
doctor-certificate-none-said = there is none, browsers warn of the one we made ourselves; the last attempt: { $why }
doctor-certificate-trouble = for { $names } by { $issuer }, until { $until }; the last attempt to replace it: { $why }
doctor-certificate-none-do = start the server, let the name lead here and open port 443
doctor-certificate-nameless-do = name the server in tls.domains or on the page Domain of the settings; without a name none can be ordered
doctor-certificate-waiting-do = an order is under way; look again in a minute
doctor-certificate-own-do = send in a new certificate on the page Domain of the settings
doctor-certificate-refused-do = see that the name leads here and port 443 (with http-01: port 80) is open to the world; it is tried again, less and less often
doctor-certificate-unreachable-do = see that this machine reaches the internet and its name servers answer; it is tried again every few minutes
doctor-certificate-limited-do = wait; the next order goes out when the time that the authority named is over
doctor-certificate-unwritten-do = make room on the disk, and see that the folder tls in the data folder belongs to the server's user
doctor-certificate-unusable-do = correct cert_file and key_file in [tls]
doctor-certificate-files-do = put a new certificate in the place of cert_file and key_file; it is served without a restart
doctor-certificate-renewal-do = the renewal by itself does not come through; the page Domain of the settings shows why
doctor-memory = memory
doctor-memory-ok = { $available } of { $total } are available, this process holds { $own }
doctor-memory-own = this process holds { $own }; what the machine has is hidden from the service
doctor-memory-low = only { $available } of { $total } are available, this process holds { $own }
doctor-memory-low-do = stop other programs or give the machine more memory; sheets may be refused until then

### domain: HTTPS, the names of the server, certificates

domain-title = Domain and HTTPS
domain-about = The server’s names, its certificate and how it is renewed.
domain-state-off = HTTPS is off
domain-state-off-about = Passwords and data travel unencrypted unless a proxy encrypts them. Give the server’s name and switch the certificate on, or set the table [tls] in kartoteka.toml.
domain-state-off-proxy = Pages come by plain HTTP to a proxy, which encrypts them on the way to people. The certificate is looked after there.
domain-state-off-here = You work on the very machine that the server runs on, so nothing travels. Before others come by the network, switch HTTPS on.
domain-state-temporary = A temporary certificate is in use
domain-state-temporary-about = Connections are encrypted, but browsers warn, since the program made this certificate itself. It goes as soon as a certificate authority has issued a real one.
domain-state-temporary-own = Connections are encrypted, but browsers warn, since the program made this certificate itself. Send in your own certificate on this page.
domain-state-temporary-nameless = Connections are encrypted, but browsers warn, since the program made this certificate itself. No real one can come before the server’s name is given: write it below and save.
domain-state-lapsed = The certificate has lapsed
domain-state-lapsed-about = Browsers refuse to connect, or warn. See what stands in the way of a new one.
domain-state-lapsed-files = Browsers refuse to connect, or warn. Put new files in the place of those that kartoteka.toml names; they are read by themselves.
domain-state-lapsed-own = Browsers refuse to connect, or warn. Send in a new certificate on this page, or set it to come by itself.
domain-state-soon = The certificate lapses soon
domain-state-soon-about =
    { $days ->
        [one] { $days } day is left, and there is no new one yet.
       *[other] { $days } days are left, and there is no new one yet.
    }
domain-state-soon-files =
    { $days ->
        [one] { $days } day is left. Put new files in the place of those that kartoteka.toml names; they are read by themselves.
       *[other] { $days } days are left. Put new files in the place of those that kartoteka.toml names; they are read by themselves.
    }
domain-state-soon-own =
    { $days ->
        [one] { $days } day is left. Send in a new certificate on this page.
       *[other] { $days } days are left. Send in a new certificate on this page.
    }
domain-state-uncovered = The certificate is not for { $name }
domain-state-uncovered-about = Under this name browsers warn. A certificate for all names is being ordered; below is what stands in the way, where something does.
domain-state-uncovered-own = Under this name browsers warn. Give the server a certificate for all its names, or take the name out of the list.
domain-state-trouble = HTTPS works, but there is no new certificate
domain-state-trouble-about = The certificate in use is good. The last attempt to replace it came to nothing; below is why.
domain-state-on = HTTPS works
domain-state-on-about = The certificate renews itself, without a restart and without dropping a connection.
domain-state-own-about = The certificate is one of your own. Owners are written to 14, 7, 3 days and one day before it lapses.
login-temporary-certificate = For the time being this server has a temporary certificate, which is why the browser warns. The connection is encrypted, but make sure with your administrator that it is the right server before you give your password.
domain-steps = Step by step
domain-step-names = Write the name of the server below and save.
domain-step-records = Make the records shown below at your domain’s provider.
domain-step-check = Press “Check the names”. A new record may take some hours to be known.
domain-step-test = Order a trial certificate: it changes nothing, and shows that the real one will come.
domain-step-on = Set the certificate to come from an authority by itself, and save. The page then answers by HTTPS.
domain-names = Names of the server
domain-names-hint = One a line, the main one first, such as crm.company.com. For a change of name write the old and the new one: both work side by side.
domain-mode = Certificate
domain-mode-off = no HTTPS
domain-mode-acme = from a certificate authority, by itself
domain-mode-own = one of your own, sent in on this page
domain-mode-files = from files named in the configuration
domain-mode-hint = An authority checks that the name leads to this server, so port 443 must be reachable from the internet. A certificate of your own is sent in on this page.
domain-contact = E-mail for the certificate authority
domain-contact-hint = It may write there when something is wrong. Can be empty.
domain-step-in = An authority may step in
domain-step-in-hint = For a certificate of your own or from files: if nobody replaces it, one is ordered from the authority three days before its end, so that pages stay reachable.
domain-in-file = Set in kartoteka.toml; shown here only.
domain-dns-title = Where the names lead to
domain-dns-about = At your domain’s provider, add an A record with this server’s IPv4 address for every name (and AAAA with its IPv6 address if it has one).
domain-dns-check = Check the names
domain-dns-found = The name leads to:
domain-dns-here = This server’s address:
domain-points-here = leads to this server.
domain-points-elsewhere = leads elsewhere, or nobody answers there. Correct the record at your domain’s provider; a change can take some hours. Behind a router the addresses may differ although everything works.
domain-points-nowhere = has no address yet. Add a record at your domain’s provider.
domain-test = Order a trial certificate
domain-test-about = The trial goes all the way at the test authority, uses up no limits and changes nothing. Its outcome appears in the history.
domain-certificate = Certificate in use
domain-days-left =
    { $days ->
        [one] Valid for { $days } more day
       *[other] Valid for { $days } more days
    }
domain-days-over = Not valid any more
domain-source = Comes from
domain-source-files = files named in the configuration
domain-source-own = an upload on this page
domain-source-acme = a certificate authority, by itself
domain-source-self-signed = the program itself, for the time being
domain-for-names = For the names
domain-issuer = Issued by
domain-from = Valid from
domain-until = Valid until
domain-next-renewal = Next order
domain-order = Order now
domain-renew = Order a new certificate
domain-new-key = Change the key of the account
domain-renew-question = Order a new certificate for { $names }?
domain-renew-consequence = Certificates renew by themselves. Order one now where this one was revoked or its key may have leaked: the new one has a new key, and takes over as soon as it is there. Authorities issue only a few a week for the same names (Let’s Encrypt: 5).
domain-new-key-question = Change the key of the account at the authority?
domain-new-key-consequence = The old key counts no longer, and cannot be brought back. Do this where the key may have leaked. The certificate stays as it is.
domain-history = History of certificates
domain-own = Certificate of your own
domain-own-about = For a certificate you buy yourselves. Before it is used, the program checks key, chain, names and dates. If nobody replaces it in time, one from the authority takes its place three days before the end.
domain-own-about-alone = For a certificate you buy yourselves. Before it is used, the program checks key, chain, names and dates. Nobody else replaces it: owners are written to 14, 7, 3 days and one day before its end.
domain-own-no-backup = Keep the files yourselves as well: backups hold no certificates and keys.
domain-own-certificate = Certificate with its chain
domain-own-certificate-hint = PEM or DER (.pem, .crt, .cer) or PKCS#12 (.p12, .pfx)
domain-own-key = Private key
domain-own-key-hint = PEM or DER, without a password; not needed where it is in the same file.
domain-own-password = Password of the PKCS#12 file
domain-own-password-hint = It is not kept anywhere.
domain-own-send = Check and use
domain-own-waits = was checked and waits: set the certificate to one of your own, and save.
domain-own-remove = Remove your own certificate
domain-own-remove-question = Remove your own certificate for { $names }?
domain-own-remove-consequence = The certificate and its key are deleted from the server, and no backup holds them. The next best certificate takes over at once: one of the authority, or a temporary one, of which browsers warn.
notice-domain-asked = The order is on its way. Its outcome appears in the history.
notice-domain-test-begun = The trial has begun. Its outcome appears in the history.
notice-domain-key-changed = The account at the certificate authority has a new key.
notice-domain-own-taken = The certificate is in use.
notice-domain-own-kept = The certificate was checked and is kept. Switch HTTPS on with one of your own.
notice-domain-own-removed = Your own certificate was removed.
error-domain-name = Give names such as crm.company.com, 20 at most. IP addresses and names with a star do not fit.
error-domain-proxied = This server stands behind a proxy that connects to it without HTTPS. Switch HTTPS on there: here it would shut everybody out.
error-domain-none = Give at least one name that the certificate is to be for.
error-domain-contact = Give an e-mail address such as it@company.com, or leave it empty.
error-domain-no-authority = This server orders no certificates from an authority.
error-domain-no-upload = A certificate of your own can be uploaded where HTTPS is on and its certificate does not come from files.
error-domain-key = The key of the account could not be changed. The certificate authority says: { $what }
error-domain-busy = An order is under way, with the key there is now. Try again in a few minutes.
tls-fault-no-certificate = There is no certificate in the file.
tls-fault-no-key = The private key is missing. Add the file with the key in PEM form, without a password.
tls-fault-locked-key = The private key is encrypted with a password. Send it in without one, or as a PKCS#12 file with its password.
tls-fault-nothing = Choose the file with the certificate.
tls-fault-missing = There is no such file.
tls-fault-forbidden = The user that the server runs as may not read the file.
tls-fault-no-reader = The program that opens PKCS#12 files does not start. Restart the server, or send in PEM. The system says: { $what }
tls-fault-too-hard = Opening the file takes too much time or memory. Make it anew with fewer rounds, or send in PEM.
tls-fault-too-large = The files are too large for a certificate. Together they may have 256 KB; choose the certificate and its key alone.
tls-fault-unreadable = The file cannot be understood. It has to be a certificate in PEM or DER form, or a PKCS#12 file; it may be damaged.
tls-fault-other-key = The private key does not belong to the certificate.
tls-fault-kind-of-key = A key of this kind cannot be used. RSA from 2048 bits, ECDSA (P-256, P-384, P-521) and Ed25519 can.
tls-fault-incomplete = The chain is incomplete: the certificate of “{ $what }” is missing. Add the issuer’s intermediate certificates.
tls-fault-self-signed = The certificate is signed by itself, so browsers would warn all the same.
tls-fault-other-name = The certificate is not for the name { $what }.
tls-fault-lapsed = The certificate lapsed on { $what }.
tls-fault-too-early = The certificate is valid only from { $what } on.
tls-fault-password = The password does not open the file.
tls-fault-unproved = Browsers would not believe this certificate: a trial connection with it failed.
tls-event-issued = The authority issued a certificate
tls-event-failed = The authority issued no certificate
tls-event-failed-advice = Most often the name leads elsewhere, or port 443 (with http-01: port 80) is closed. Check the names below. The program keeps trying, less and less often.
tls-event-unreachable = The certificate authority does not answer
tls-event-unreachable-advice = See that the server can reach the internet. The program keeps trying every few minutes; the certificate there is stays in use.
tls-event-limited = The certificate authority asks to wait
tls-event-limited-advice = The program orders again when the time it named is over. Trying by hand does not help.
tls-event-unwritten = The certificate cannot be written to the disk
tls-event-unwritten-advice = Make room on the disk, and see that the folder tls in the data folder belongs to the server’s user. A certificate that has come is served from memory, and writing is tried again every few minutes; no other is ordered until then.
tls-event-written = The certificate was written to the disk
tls-why-name = The authority’s name is not found: the server has no connection to the internet, or no name server.
tls-why-refused = The authority’s server does not take connections, or a firewall stands between.
tls-why-slow = The authority does not answer in time.
tls-why-stranger = The authority’s server shows a certificate that this server does not trust.
tls-event-files-taken = A new certificate was read from the files
tls-event-files-refused = The new files cannot be used; the certificate from before stays
tls-event-files-refused-advice = Correct the files named in cert_file and key_file. The program reads them by itself.
tls-event-uploaded = A certificate of your own was uploaded
tls-event-removed = Your own certificate was removed
tls-event-test-passed = The trial at the test authority went well
tls-event-test-failed = The trial at the test authority failed
tls-event-key-changed = The key of the account was changed
letter-certificate-subject = The server’s certificate lapses soon
letter-certificate-lead =
    { $days ->
        [0] The HTTPS certificate for { $what } lapses today. After that, browsers let nobody into the CRM.
        [one] The HTTPS certificate for { $what } lapses in { $days } day. After that, browsers let nobody into the CRM.
       *[other] The HTTPS certificate for { $what } lapses in { $days } days. After that, browsers let nobody into the CRM.
    }
letter-certificate-note = Open “Domain and HTTPS” in the settings: it shows what stands in the way, and takes a new certificate.
letter-fact-reason = Last trouble
mail-letter-certificate-lapses = certificate that lapses
audit-sort-domain = domain and HTTPS

# An archive: what it holds, and the ways back
archive-title = Backup
archive-holds = The company as of
archive-about = About this backup
archive-file = File
archive-size = Size
archive-files = Files
archive-files-held = { $count ->
    [one] 1 file, { $size }
   *[other] { $count } files, { $size }
}
archive-where = Kept at
archive-proved = Proved
archive-never-proved = not yet
archive-firm = Company
archive-program = Program version
archive-unreadable = This backup cannot be read.
archive-not-fetched = This backup is large and lies at its target only. You will see what it holds when you look through it.
archive-coming = The backup is being fetched from its target. This page goes on by itself.
archive-other-name = This backup belongs to the company “{ $firm }”.
archive-other-firm = This is another company’s backup. Single records cannot be brought back from it.
archive-differences = Then and now
archive-sort = Kind
archive-then = Then
archive-now = Now
archive-new = New
archive-deleted = Deleted
archive-some = Bring back single records
archive-some-about = Look through the records of this backup and bring back those that are missing. What exists today stays as it is.
archive-browse = Look through records
archive-all = Restore the whole company
archive-all-about = The company goes back to how it was in this backup. Its state of today is saved as a new backup first. Everyone is signed out and signs in with the password of that day.
archive-all-firm = Company name
archive-all-firm-hint = To confirm, type: { $firm }
archive-all-foreign = I know this is another company’s backup, and want it to replace the present one
archive-all-without = Restore even if the state of today cannot be backed up
archive-all-without-files = Restore even without files that are nowhere
archive-all-run = Restore the whole company
archive-records = Records in the backup
archive-search = Search
archive-which = Which
archive-only-missing = those missing today
archive-only-all = all
archive-show = Show
archive-none-missing = Everything in this backup exists today too.
archive-none = Nothing was found.
archive-count = Found: { $count }
archive-is-there = exists
archive-in-trash = in the trash
archive-gone = deleted for good
archive-was-deleted = in the trash even then
archive-bring-back = Bring back selected
archive-bring-all-back = Bring back all that are missing today
archive-compare = Compare
archive-compare-title = Today and in the backup
archive-compare-about = Select the fields that shall have the value of the backup. The others do not change.
archive-same = The record is the same today as in the backup.
archive-take-fields = Take selected values
restoring-title = Restoring the company
restoring-fetching = Fetching the backup.
restoring-loading = Loading the backup beside the company. Work can go on.
restoring-backup = Saving the state of today as a backup. For a moment nothing can be changed.
restoring-about = At the end the program opens the restored company and asks you to sign in.
restoring-failed = The company was not restored. Everything is as it was.
restoring-other-firm = This is another company’s backup.
restoring-command = A command on the machine or an outgoing letter did not come to an end. Try again when it has.
restoring-no-backup = The state of today could not be backed up: { $why }
restoring-no-files = Some of this backup’s files are at no target, so nothing was changed. You can go back and restore the firm without them. Details: { $why }
restoring-back = Back to the backup
restoring-done = The company was restored to how it was on
restoring-done-about = The state before the restore is kept as the newest backup.
error-archive = Something is wrong with the backup: { $why }
error-archive-damaged = This backup cannot be read: { $why }
error-archive-slow = The backup is still being fetched. Try again in a moment.
error-archive-other-firm = This is another company’s backup. Single records cannot be brought back from it.
error-archive-choose = Select at least one record, and { $most } at most.
error-archive-fields = Select at least one field.
error-archived-broken = A required field of this record is missing in the backup.
error-archived-history = The history of this record in the backup does not fit today’s.
error-firm-name = This is not the company’s name.
error-restore-busy = Other operations are running. Wait for them to end, or stop them.
error-restore-under-way = A restore is under way already.
operation-kind-bring-back = Bringing back from a backup
operation-phase-archive-fetching = Fetching the backup.
operation-phase-archive-files = Bringing files back.
operation-phase-archive-searching = Reading the backup.
operation-count-owner-gone = of these without their former owner, now yours
operation-count-fields-gone = of these without fields the company no longer has
operation-count-files-gone = of these without files that are nowhere any more
operation-why-not-archived = It is not in this backup.
operation-why-other-firm = This is another company’s backup.
operation-why-no-archive = No target has this backup any more.
operation-why-archive = Something is wrong with the backup: { $why }
operation-archive = Backup
