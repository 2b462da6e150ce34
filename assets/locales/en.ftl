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
timeline-note = Note
timeline-note-placeholder = Add a note…
timeline-note-add = Add note
timeline-created = Record created
timeline-deleted = Moved to the trash
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
error-too-large = The largest size allowed is { $size }.
error-read-only-title = Saving is not possible right now
error-read-only = The server's disk is full or reports errors. You can still read everything; tell your administrator.
error-required = Fill this in.
error-too-long =
    { $max ->
        [one] At most { $max } character.
       *[other] At most { $max } characters.
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
    { $min ->
        [one] A password needs at least { $min } character.
       *[other] A password needs at least { $min } characters.
    }
error-password-common = This password is on lists attackers try first. Choose another.
error-password-again = The passwords differ. Type the same one twice.
error-password-current = That is not your current password.
error-duplicate-hidden = This client already exists, but your role does not include it.
error-duplicate = A similar client already exists:

### field: fields that stand in several places

field-email = E-mail
field-password = Password
field-new-password = New password
field-new-password-hint = At least 12 characters; a sentence will do.
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
role-option-merge = merging duplicates
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

### role-permission: what a refusal names

role-permission-view = viewing: { $module }
role-permission-create = creating: { $module }
role-permission-edit = editing: { $module }
role-permission-delete = deleting: { $module }
role-permission-export = exporting: { $module }
role-permission-import = importing: { $module }
role-permission-option = { $option }: { $module }
role-permission-group = { $group }: { $module }
role-permission-admin = administration: { $right }

### role-says: parts of the plain sentence about a role

role-says-everything = Sees and may do everything, running the program included.
role-says-nothing = Has no access to any module.
role-says-all-modules = all modules
role-says-view-edit = { $module }: sees and edits { $scope }.
role-says-view-other-edit = { $module }: sees { $view }, edits { $edit }.
role-says-view-only = { $module }: sees { $scope }, does not edit.
role-says-no-view = { $module }: sees none.
role-says-scope-own = own only
role-says-scope-team = own and the team's
role-says-scope-all = all
role-says-unassigned = Also sees records without an owner.
role-says-create = May create.
role-says-no-create = Cannot create.
role-says-delete = May move { $scope } to the trash.
role-says-no-delete = Cannot delete.
role-says-finance-hidden = Sees no financial data.
role-says-finance-read = Sees financial data, cannot change it.
role-says-finance-write = Sees and changes financial data.
role-says-export = May export.
role-says-no-export = Cannot export.
role-says-import = May import.
role-says-no-import = Cannot import.
role-says-no-export-import = Cannot export or import.
role-says-options = In addition: { $options }.
role-says-admin = Runs: { $rights }.
role-says-no-admin = Does not run the program.

### users: accounts

users-title = Users
users-new = Add a user
users-name = Full name
users-email = E-mail
users-role = Role
users-team = Team
users-no-team = no team
users-active = Active account
users-active-hint = Switched off, the person loses access at once; their records stay.
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
audit-kind-system = act of the program
audit-kind-alarm = alarm

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
import-lead = Load an Excel sheet or a CSV file. Columns are matched by their headings, and you see a preview before anything is saved.
import-file = File
import-file-hint = .xlsx, .xls, .ods or .csv
import-strategy = When a record already exists
import-strategy-skip = skip the row
import-strategy-update = update the record
import-strategy-create = add it anyway
import-match = Recognise by
import-preview = Show preview
import-run = Import
import-column = Column in the file
import-field = Field
import-field-ignore = leave out
import-sample = Sample
import-rows =
    { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }
import-created =
    { $count ->
        [one] { $count } record added
       *[other] { $count } records added
    }
import-updated =
    { $count ->
        [one] { $count } record changed
       *[other] { $count } records changed
    }
import-skipped =
    { $count ->
        [one] { $count } row skipped
       *[other] { $count } rows skipped
    }
import-failed =
    { $count ->
        [one] { $count } row failed
       *[other] { $count } rows failed
    }
import-warnings =
    { $count ->
        [one] { $count } warning
       *[other] { $count } warnings
    }
import-row = Row
import-message = Reason
import-done = Import finished
import-file-missing = Choose a file.
import-file-unreadable = This file cannot be read as a sheet. Save it as .xlsx or .csv.

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
sheet-error-mismatch = The file is named .{ $extension }, but its content is .{ $found }. Save it from your spreadsheet program as .xlsx or .csv.
sheet-error-not-a-sheet = This file is not a sheet. Choose an Excel file (.xlsx) or a text file with columns (.csv).
sheet-error-read = The file could not be read. Try again.
sheet-error-too-many-columns = Row { $row } has more than { $limit } columns. Remove the columns you do not need.
sheet-error-too-many-rows = The sheet has more than { $limit } rows. Split it into several files.
sheet-error-too-many-rows-to-write = An Excel sheet holds at most { $limit } rows. Choose fewer records, or CSV.
sheet-error-unpacks-too-large = The file unpacks to far more than a sheet should. Save the data into a new workbook, or as CSV, and try again.
sheet-error-unsupported = Files of this kind (.{ $extension }) cannot be read. Save the sheet as one of { $supported } and try again.
sheet-error-write = The sheet could not be written. Check that there is room on the disk and try again.
sheet-problem-formula-without-result = The formula in this cell was saved without its result. Open the file in Excel, save it and try again.
sheet-problem-too-long = The text in this cell has { $chars } characters; at most { $limit } can be taken.

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
notice-undone = Change undone.
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
