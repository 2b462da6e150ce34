# Texts of the interface in Polish. Sections by place; both locale files hold the same keys in the same order.

### time: how moments are said

time-today-at = dziś, { $time }
time-yesterday = wczoraj
time-yesterday-at = wczoraj, { $time }
time-tomorrow = jutro
time-tomorrow-at = jutro, { $time }
time-days-ago =
    { $count ->
        [one] { $count } dzień temu
        [few] { $count } dni temu
        [many] { $count } dni temu
       *[other] { $count } dni temu
    }
time-days-ahead =
    { $count ->
        [one] za { $count } dzień
        [few] za { $count } dni
        [many] za { $count } dni
       *[other] za { $count } dni
    }
time-week-ago = tydzień temu
time-week-ahead = za tydzień
time-weeks-ago = { $count } tyg. temu
time-weeks-ahead = za { $count } tyg.
time-month-ago = miesiąc temu
time-month-ahead = za miesiąc
time-months-ago = { $count } mies. temu
time-months-ahead = za { $count } mies.
time-half-year-ago = pół roku temu
time-half-year-ahead = za pół roku
time-year-ago = rok temu
time-year-ahead = za rok
time-years-ago =
    { $count ->
        [one] { $count } rok temu
        [few] { $count } lata temu
        [many] { $count } lat temu
       *[other] { $count } lata temu
    }
time-years-ahead =
    { $count ->
        [one] za { $count } rok
        [few] za { $count } lata
        [many] za { $count } lat
       *[other] za { $count } lata
    }

### nav: the frame of every page

nav-skip = Przejdź do treści
nav-main = Główna nawigacja
nav-breadcrumbs = Ścieżka
nav-neighbours = Sąsiednie rekordy
nav-more = Więcej
nav-search = Szukaj klienta, NIP, telefonu…
nav-search-label = Szukaj w całej kartotece
nav-person = Twoje konto
nav-profile = Profil
nav-sign-out = Wyloguj się
nav-dashboard = Pulpit
nav-clients = Klienci
nav-deals = Interesy
nav-tasks = Zadania
nav-mail = Poczta
nav-articles = Baza wiedzy
nav-invoices = Faktury
nav-trash = Kosz
nav-audit = Dziennik zdarzeń
nav-settings = Ustawienia
nav-users = Użytkownicy
nav-roles = Role
nav-teams = Zespoły
nav-security = Bezpieczeństwo
nav-backups = Kopie zapasowe
theme-label = Wygląd
theme-auto = Jak system
theme-light = Jasny
theme-dark = Ciemny
keys-title = Skróty klawiszowe
keys-search = Szukaj
keys-new = Nowy rekord
keys-rows = Następny i poprzedni wiersz
keys-open = Otwórz wiersz
keys-palette = Paleta poleceń
keys-edit = Edytuj wiersz lub kartę
keys-select = Zaznacz wiersz
keys-select-range = Zaznacz kolejne wiersze
keys-save = Zapisz formularz
keys-close = Zamknij okno lub menu
keys-help = Pokaż skróty
script-offline = Brak połączenia z serwerem. Nic nie zostało zmienione; spróbuj ponownie.
script-failed = Nie udało się. Odśwież stronę i spróbuj ponownie.
script-leave = Masz niezapisane zmiany. Wyjść bez zapisywania?

### action: words on buttons

action-new = Nowy
action-save = Zapisz
action-save-changes = Zapisz zmiany
action-cancel = Anuluj
action-continue = Tak, kontynuuj
action-close = Zamknij
action-edit = Edytuj
action-delete = Usuń
action-delete-forever = Usuń na zawsze
action-undo = Cofnij
action-restore = Przywróć
action-export = Eksportuj
action-import = Importuj
action-add = Dodaj
action-create = Utwórz
action-copy = Kopiuj
action-copied = Skopiowano
action-duplicate = Utwórz podobną
action-change = Zmień
action-apply = Zastosuj
action-stop = Przerwij
action-more = Więcej działań
action-back = Wstecz
action-call = Zadzwoń
action-write = Napisz
action-merge = Połącz
action-revoke = Unieważnij
action-disable = Wyłącz konto
action-enable = Włącz konto
action-yes = tak
action-no = nie

### form: around fields

form-errors =
    { $count ->
        [one] Popraw { $count } pole, żeby zapisać:
        [few] Popraw { $count } pola, żeby zapisać:
        [many] Popraw { $count } pól, żeby zapisać:
       *[other] Popraw { $count } pola, żeby zapisać:
    }
form-required = pole wymagane
form-one-per-line = Każdy w osobnej linii
form-tags-hint = Oddziel przecinkami
form-not-set = nie podano
form-no-choice = —
form-optional-section = Więcej pól

### list: lists of records

list-search = Szukaj na liście
list-views = Widoki
list-view-all = Wszyscy
list-view-mine = Moi
list-view-unassigned = Bez opiekuna
list-filter = Filtr
list-filter-apply = Pokaż
list-all-filters = Wszystkie filtry
list-filter-whether = { $field }: wpisane czy puste
list-remove-filter = Usuń filtr: { $filter }
list-clear = Wyczyść
list-filter-any = dowolny
list-filter-from = od
list-filter-to = do
list-filter-empty = puste
list-sorted-by = Sortowanie: { $column }
list-select = Zaznacz: { $name }
list-select-all = Zaznacz wszystkie na stronie
list-select-none = Odznacz wszystkie
list-selected = Zaznaczono
list-bulk = Działania na zaznaczonych
list-nothing-found = Nic nie pasuje
list-nothing-found-advice = Sprawdź pisownię, skróć tekst albo usuń któryś filtr.
list-clear-filters = Wyczyść filtry

columns-menu = Kolumny
columns-title = Kolumny listy
columns-up = Wcześniej: { $column }
columns-down = Później: { $column }
columns-save = Pokaż te kolumny
columns-usual = Przywróć domyślne
export-as-shown = Kolumny jak na liście
export-all-columns = Wszystkie kolumny

view-menu = Widok
views-title = Zapisane widoki
view-name = Nazwa widoku
view-new = Nowy widok
view-new-hint = Zapamięta filtry, sortowanie i kolumny, które teraz widzisz.
view-save-new = Zapisz jako nowy
view-shared = Kto go widzi
view-shared-own = Tylko ja
view-shared-team = Mój zespół
view-shared-all = Wszyscy
view-rename = Zapisz nazwę i dostęp
view-update = Zapisz zmiany w widoku
view-delete = Usuń widok
view-first = Otwieraj listę tym widokiem
view-not-first = Nie otwieraj listy tym widokiem
view-changed = zmieniony
view-made-by = udostępnia: { $person }
view-left-out = Ten widok pyta też o dane, których Twoja rola nie obejmuje. Tę część pominięto, więc lista może być dłuższa lub ułożona inaczej.
error-too-many-views =
    { $most ->
        [one] Możesz mieć najwyżej { $most } widok. Usuń któryś, żeby zapisać nowy.
        [few] Możesz mieć najwyżej { $most } widoki. Usuń któryś, żeby zapisać nowy.
        [many] Możesz mieć najwyżej { $most } widoków. Usuń któryś, żeby zapisać nowy.
       *[other] Możesz mieć najwyżej { $most } widoku. Usuń któryś, żeby zapisać nowy.
    }
notice-view-saved = Zapisano widok.
notice-view-deleted = Usunięto widok.

card-previous = ‹ Poprzedni
card-next = Następny ›
clients-group-notes = Notatki
tags-add = Dodaj tag
tags-remove = Usuń tag: { $tag }

palette-label = Klient, strona albo polecenie…
palette-offers = Propozycje
palette-keys = ↑ ↓ wybór, Enter otwiera, Esc zamyka
palette-search = Szukaj wszędzie: { $words }
palette-import = { $module }: import z pliku
palette-duplicates = { $module }: duplikaty
pager-label = Strony listy
pager-range = { $range } z { $total }
pager-per-page = Na stronie
pager-previous = Wstecz
pager-next = Dalej

### timeline: history of a record

timeline-title = Oś czasu
timeline-empty = Jeszcze nic się nie wydarzyło.
timeline-older = Pokaż starsze
timeline-nothing = puste
timeline-added = dopisano
timeline-before = poprzedni tekst
timeline-note = Notatka
timeline-note-placeholder = Dodaj notatkę…
timeline-note-add = Dodaj notatkę
timeline-created = Dodano rekord
timeline-deleted = Przeniesiono do kosza
timeline-file-added = Dodano plik „{ $name }”
timeline-file-removed = Usunięto plik „{ $name }”
timeline-merged = Połączono rekordy
timeline-unmerged = Cofnięto połączenie rekordów
timeline-restored = Przywrócono z kosza
timeline-imported = Dodano z pliku { $file }
timeline-system = Kartoteka
place-office = w biurze
place-elsewhere = poza biurem

### conflict: two people changed the same record

conflict-title = W międzyczasie zapisano inną wersję tego rekordu: { $person }.
conflict-advice = Nic nie przepadło. Wybierz, co ma zostać w każdym z pól.
conflict-mine = Twoja wersja
conflict-theirs = Zapisane przez: { $person }
conflict-save = Zapisz wybrane
conflict-discard = Odrzuć moje zmiany

### secret: shown once

secret-shown-once = Skopiuj i zachowaj teraz. Ze względów bezpieczeństwa nie pokażemy tego ponownie.

### error: pages and messages

error-go-home = Przejdź do pulpitu
error-not-found-title = Nie ma takiej strony
error-not-found = Adres jest błędny, rekord usunięto albo Twoja rola go nie obejmuje.
error-forbidden-title = Brak uprawnienia
error-forbidden = Twoja rola nie obejmuje uprawnienia: { $permission }. Może je nadać osoba zarządzająca rolami.
error-broken-title = Coś poszło nie tak
error-broken = To błąd po naszej stronie. Twoje zapisane dane są bezpieczne. Spróbuj ponownie; jeśli się powtórzy, podaj administratorowi numer { $id }.
error-stale-form-title = Formularz stracił ważność
error-stale-form = Był otwarty zbyt długo albo wysłano go z innej strony. Nic nie zostało zmienione.
error-stale-form-back = Otwórz ponownie
error-throttled-title = Za dużo prób
error-throttled =
    { $seconds ->
        [one] Spróbuj ponownie za { $seconds } sekundę.
        [few] Spróbuj ponownie za { $seconds } sekundy.
        [many] Spróbuj ponownie za { $seconds } sekund.
       *[other] Spróbuj ponownie za { $seconds } sekundy.
    }
error-too-large-title = Plik jest za duży
error-too-large = Plik przekracza dopuszczalny rozmiar. Podziel go na mniejsze i spróbuj ponownie.
error-read-only-title = Zapis jest chwilowo niemożliwy
error-read-only = Na dysku serwera brakuje miejsca albo dysk zgłasza błędy. Przeglądanie działa; powiadom administratora.
error-required = Wypełnij to pole.
error-too-long =
    { $most ->
        [one] Najwyżej { $most } znak.
        [few] Najwyżej { $most } znaki.
        [many] Najwyżej { $most } znaków.
       *[other] Najwyżej { $most } znaki.
    }

error-tax-id = Sprawdź NIP: cyfra kontrolna się nie zgadza.
error-email = Sprawdź adres: „{ $value }” nie wygląda na e-mail.
error-phone = Sprawdź numer: „{ $value }” nie wygląda na telefon.
error-link = Adres strony zaczyna się od http:// lub https://.
error-bank-account = Sprawdź numer konta: cyfry kontrolne się nie zgadzają.
error-money = Podaj kwotę, na przykład 1234,50.
error-number = Podaj liczbę całkowitą.
error-range = Podaj liczbę od { $min } do { $max }.
error-date = Podaj datę, na przykład 2026-11-24.
error-choice = Wybierz jedną z podanych możliwości.
error-taken = Taka wartość już istnieje.
error-email-taken = Ten adres ma już inne konto.
error-own-grant = Nie możesz nadać więcej, niż masz. Tego uprawnienia nie ma Twoja rola: { $permission }.
error-last-owner = To ostatni czynny właściciel. Najpierw nadaj tę rolę komuś innemu.
error-role-in-use =
    { $count ->
        [one] Tę rolę ma { $count } osoba. Najpierw zmień jej rolę.
        [few] Tę rolę mają { $count } osoby. Najpierw zmień im rolę.
        [many] Tę rolę ma { $count } osób. Najpierw zmień im rolę.
       *[other] Tę rolę mają { $count } osoby. Najpierw zmień im rolę.
    }
error-password-short =
    { $least ->
        [one] Hasło musi mieć co najmniej { $least } znak.
        [few] Hasło musi mieć co najmniej { $least } znaki.
        [many] Hasło musi mieć co najmniej { $least } znaków.
       *[other] Hasło musi mieć co najmniej { $least } znaki.
    }

error-password-common = To hasło jest na liście często łamanych. Wybierz inne.
error-password-again = Hasła się różnią. Wpisz to samo dwa razy.
error-password-used = Tego hasła używano niedawno. Wybierz inne.
error-password-current = To nie jest Twoje obecne hasło.
error-duplicate = Podobny klient już jest w kartotece:

error-twin-taken = Ten numer ma już klient „{ $name }”. Firma nie pozwala na drugiego z tym samym.
error-twin-taken-hidden = Ten numer jest już w kartotece. Zapytaj kierownika.
error-merge-two = Do połączenia trzeba co najmniej dwóch różnych rekordów.
error-merge-too-many = Naraz można połączyć najwyżej { $most } rekordów.
error-merge-too-linked = Z tymi rekordami jest powiązanych ponad { $most } innych. To za dużo na jedno połączenie.
error-merge-form = Ten formularz jest niepełny. Otwórz łączenie jeszcze raz.
error-merged-away = Ten rekord połączono z innym. Żeby wrócił, cofnij połączenie.
error-unmerge-kept-gone = Rekord, z którym połączono, jest w koszu albo sam został połączony z innym. Najpierw przywróć jego.
error-unmerge-purged = Tego połączenia nie da się już cofnąć: połączone rekordy usunięto z kosza na zawsze.
error-apart-count = Oznaczyć można od 2 do { $most } rekordów.

### duplicates and merging

twins-save-anyway = Zapisz mimo to: to nie ten sam rekord
duplicates-title = Duplikaty
duplicates-lead = Rekordy, które wyglądają na te same. Połącz je albo zaznacz, że to nie duplikaty.
duplicates-empty-title = Nie ma duplikatów
duplicates-empty = Żadne dwa rekordy, które widzisz, nie wyglądają na te same.
duplicates-none-here = W tej części nie ma duplikatów
duplicates-look-on = Przejrzano część kartoteki. Szukaj dalej.
duplicates-next = Szukaj dalej
duplicates-score = zgodność { $score }%
duplicates-same = { $field } – to samo
duplicates-name-place = podobna nazwa, ta sama miejscowość
duplicates-name = podobna nazwa
duplicates-compare = Porównaj i połącz
duplicates-not = To nie duplikaty
duplicates-apart = Odłożone pary
duplicates-apart-empty-title = Nic nie odłożono
duplicates-apart-empty = Pary oznaczone jako „to nie duplikaty” pojawią się tutaj.
duplicates-again = To jednak duplikaty
duplicates-back = Wróć do duplikatów
merge-title = Łączenie rekordów
merge-with = Połącz z innym…
merge-with-title = Połącz „{ $name }” z innym
merge-search = Szukaj
merge-nothing-found = Nie ma podobnych. Wyszukaj rekord po nazwie, NIP-ie albo telefonie.
merge-records =
    { $count ->
        [one] Łączenie { $count } rekordu
       *[other] Łączenie { $count } rekordów
    }
merge-lead = Wybierz, który rekord zostaje i które wartości zachować. Pozostałe rekordy trafią do kosza, a to, co do nich prowadziło, poprowadzi do tego jednego. Połączenie można cofnąć.
merge-which-stays = Który rekord zostaje
merge-united = Razem
merge-joined = Połączone
merge-alike = Wszędzie takie samo:
merge-not-yours = Tego nie zmieniasz; zostaje z rekordu, który zostaje:
merge-submit = Połącz
merge-changed = Ktoś zmienił jeden z tych rekordów. Sprawdź wartości i połącz jeszcze raz.
merge-undo = Cofnij połączenie
unmerge-left = Zmieniono po połączeniu, więc zostaje bez zmian:
trash-merged-into = połączono z

### field: fields that stand in several places

field-email = E-mail
field-password = Hasło
field-new-password = Nowe hasło
field-new-password-hint = Co najmniej 15 znaków; może to być zdanie.
field-password-again = Powtórz hasło
field-current-password = Obecne hasło
field-person-name = Imię i nazwisko
field-language = Język
field-owner = Opiekun
field-no-owner = bez opiekuna
field-tags = Tagi
field-status = Status
field-notes = Notatki
field-created-at = Dodano
field-updated-at = Zmieniono
field-updated-by = Ostatnia zmiana

### login: sign-in

login-title = Zaloguj się
login-submit = Zaloguj się
login-forgot = Nie pamiętam
login-address = Łączysz się z { $address }
login-office = biuro
login-failed = Adres lub hasło się nie zgadza.
login-throttled =
    { $seconds ->
        [one] Za dużo prób. Spróbuj ponownie za { $seconds } sekundę.
        [few] Za dużo prób. Spróbuj ponownie za { $seconds } sekundy.
        [many] Za dużo prób. Spróbuj ponownie za { $seconds } sekund.
       *[other] Za dużo prób. Spróbuj ponownie za { $seconds } sekundy.
    }
login-signed-out = Wylogowano.
login-expired = Sesja wygasła. Zaloguj się, wrócisz w to samo miejsce.
login-set-up = Firma jest gotowa. Zaloguj się.

### setup: first start

setup-title = Pierwsze uruchomienie
setup-lead = Załóż firmę i konto właściciela. Zajmie to minutę.
setup-code = Kod instalacji
setup-code-hint = Wypisany w oknie serwera w wierszu „setup code”.
setup-code-wrong = To nie jest kod z tego uruchomienia serwera.
setup-firm = Nazwa firmy
setup-submit = Załóż firmę

### profile: one's own account

profile-title = Profil
profile-account = Konto
profile-saved = Zapisano profil.
profile-language-auto = Jak przeglądarka
profile-role = Rola
profile-password-title = Zmiana hasła
profile-password-hint = Inne Twoje otwarte sesje zostaną zakończone.
profile-password-changed = Hasło zmienione. Inne sesje zakończono.
profile-sessions-title = Otwarte sesje
profile-session-current = ta sesja
profile-session-end = Zakończ
profile-sessions-end-others = Zakończ pozostałe
profile-session-device = Urządzenie
profile-session-address = Adres
profile-session-last-used = Ostatnio
profile-session-ended = Sesja zakończona.

### tokens: for programs

tokens-title = Tokeny API
tokens-lead = Token pozwala innemu programowi działać w Twoim imieniu, z Twoją rolą.
tokens-name = Nazwa
tokens-name-hint = Po czym poznasz ten program, na przykład „sklep”.
tokens-expires = Ważny do
tokens-never = bezterminowo
tokens-last-used = Ostatnio użyty
tokens-never-used = nieużywany
tokens-create = Utwórz token
tokens-created = Token „{ $name }” gotowy
tokens-revoked = Token unieważniony.
tokens-revoke-question = Unieważnić token „{ $name }”?
tokens-revoke-consequence = Program, który go używa, natychmiast straci dostęp.
tokens-empty = Nie masz tokenów.

### clients: the clients module

clients-title = Klienci
clients-new = Nowy klient
clients-edit-title = Edycja: { $name }
clients-count =
    { $count ->
        [one] { $count } klient
        [few] { $count } klienci
        [many] { $count } klientów
       *[other] { $count } klienci
    }
clients-empty-title = Tu będą Twoi klienci
clients-empty = Firmy i osoby, z którymi pracujesz: dane, ustalenia i historia w jednym miejscu.
clients-empty-create = Dodaj klienta
clients-empty-import = Importuj z Excela
clients-field-id = Identyfikator
clients-field-kind = Rodzaj
clients-field-name = Nazwa
clients-field-company = Firma
clients-field-tax-id = NIP
clients-field-emails = E-mail
clients-field-phones = Telefon
clients-field-website = Strona
clients-field-address = Adres
clients-field-address-street = Ulica i numer
clients-field-address-postal-code = Kod pocztowy
clients-field-address-city = Miejscowość
clients-field-address-country = Kraj
clients-field-status = Status
clients-field-tags = Tagi
clients-field-owner = Opiekun
clients-field-notes = Notatki
clients-field-custom = Pola własne
clients-field-created-at = Dodano
clients-field-updated-at = Zmieniono
clients-field-bank-account = Konto bankowe
clients-field-credit-limit = Limit kredytu
clients-field-payment-days = Termin płatności, dni
clients-field-discount-percent = Rabat, %
clients-field-balance = Saldo
clients-kind-company = firma
clients-kind-person = osoba
clients-status-lead = lead
clients-status-active = klient
clients-status-former = były
clients-group-basic = Dane
clients-group-contact = Kontakt
clients-group-address = Adres
clients-group-finance = Finanse
clients-group-care = Opieka
clients-people = Osoby
clients-people-empty = Nie dodano osób.
files-title = Pliki
files-all = Wszystkie ({ $count })
files-empty = Nie dodano plików.
files-choose = Pliki z dysku
files-limit = Do { $limit } MB każdy, najwyżej 20 naraz
files-finance = To pliki finansowe: widzą je tylko osoby, których rola obejmuje dane finansowe
files-financial = finansowy
files-add = Dodaj pliki
files-mark = Oznacz jako finansowy
files-unmark = Zdejmij oznaczenie
files-remove = Usuń
files-removed = Usunięte pliki
files-removed-lead = Można je przywrócić tak długo, jak długo rekordy leżą w koszu.
files-removed-by = Usunięto:
files-put-back = Przywróć
clients-since = klient od { $date }
clients-created = Dodano klienta „{ $name }”.
clients-saved = Zapisano zmiany.
clients-unchanged = Nic się nie zmieniło.
clients-deleted = „{ $name }” jest w koszu.
clients-restored = Przywrócono „{ $name }”.
clients-bulk-deleted =
    { $count ->
        [one] { $count } klient jest w koszu.
        [few] { $count } klienci są w koszu.
        [many] { $count } klientów jest w koszu.
       *[other] { $count } klienci są w koszu.
    }
clients-bulk-changed =
    { $count ->
        [one] Zmieniono { $count } klienta.
        [few] Zmieniono { $count } klientów.
        [many] Zmieniono { $count } klientów.
       *[other] Zmieniono { $count } klientów.
    }
clients-in-trash = Ten klient jest w koszu.

### role: roles and their editor

role-new = Nowa rola
role-name = Nazwa roli
role-title-list = Role
role-list-lead = Rola mówi, co widzi i co może zrobić osoba. Zmiana działa od jej następnego kliknięcia.
role-built-in = wbudowana
role-built-in-locked = Tej roli nie można zmienić. Utwórz podobną i dopasuj ją do siebie.
role-save =
    { $count ->
        [one] Zapisz zmianę dla { $count } osoby
        [few] Zapisz zmianę dla { $count } osób
        [many] Zapisz zmianę dla { $count } osób
       *[other] Zapisz zmianę dla { $count } osób
    }
role-takes-effect = Działa od następnego kliknięcia tych osób, także w otwartych sesjach.
role-saved = Zapisano rolę „{ $name }”.
role-created = Utworzono rolę „{ $name }”.
role-deleted = Usunięto rolę „{ $name }”.
role-delete = Usuń rolę
role-delete-question = Usunąć rolę „{ $name }”?
role-delete-consequence = Nikt jej teraz nie ma. Tego nie da się cofnąć.
role-copy-name = { $name } (kopia)
role-module = Moduł
role-module-clients = Klienci
role-module-deals = Interesy
role-module-tasks = Zadania
role-module-mail = Poczta
role-module-articles = Baza wiedzy
role-module-invoices = Faktury
role-action-view = Ogląda
role-action-create = Dodaje
role-action-edit = Edytuje
role-action-delete = Usuwa
role-action-export = Eksportuje
role-action-import = Importuje
role-scope-none = brak
role-scope-own = swoje
role-scope-team = zespołu
role-scope-all = wszystkie
role-group-finance = Finanse
role-access-hidden = ukryte
role-access-read = widzi
role-access-write = zmienia
role-cell = { $module }: { $action }
role-options-in-force = Opcje: { $count }
role-option-unassigned = rekordy bez opiekuna
role-option-import = import
role-option-change-owner = zmiana opiekuna
role-option-merge = łączenie duplikatów (tych, które może edytować i usuwać)
role-option-bulk-edit = zmiany zbiorcze
role-admin = Administracja
role-admin-hint = Prawa do samego programu. Daj je tylko tym, którzy nim zarządzają.
role-admin-users = użytkownicy i zespoły
role-admin-roles = role
role-admin-security = bezpieczeństwo
role-admin-backups = kopie zapasowe
role-admin-settings = ustawienia firmy
role-admin-audit = dziennik zdarzeń
role-name-owner = Właściciel
role-name-manager = Kierownik
role-name-salesperson = Sprzedawca
role-name-accounting = Księgowość
role-name-support = Obsługa klienta
role-name-read-only = Tylko podgląd

### role-says: the plain sentences about a role; asterisks mark what weighs

role-says-everything = Widzi i może *wszystko,* także zarządzać programem.
role-says-nothing = *Nie ma dostępu* do żadnego modułu.
role-says-sees-none = Nie widzi { $whose }.
role-says-sees = Widzi { $whose }, *ale ich nie edytuje.*
role-says-sees-edits = Widzi i edytuje *{ $whose }.*
role-says-sees-edits-other = Widzi { $whose }, edytuje *{ $edited }.*
role-says-sees-also = Widzi też { $whose }.
role-says-sees-edits-also = Widzi i edytuje też { $whose }.
role-says-sees-only = Widzi *tylko { $whose }.*
role-says-sees-edits-only = Widzi i edytuje *tylko { $whose }.*
role-says-delete = Może usuwać.
role-says-delete-some = Może usuwać *{ $whose }.*
role-says-no-delete = *Nie może usuwać.*
role-says-finance-hidden = *Nie widzi danych finansowych.*
role-says-finance-read = Widzi dane finansowe, ale ich nie zmienia.
role-says-finance-write = Widzi i zmienia dane finansowe.
role-says-export = Może eksportować.
role-says-no-export = *Nie może eksportować.*
role-says-import = Może importować.
role-says-no-import = Nie może importować.
role-says-create = Może dodawać.
role-says-no-create = Nie może dodawać.
role-says-options = Ponadto: { $options }.
role-says-admin = Zarządza: { $rights }.
role-says-no-admin = Nie zarządza programem.

### role-whose: a module's records, as the sentences about a role need them

role-whose-clients-none = klientów
role-whose-clients-own = tylko swoich klientów
role-whose-clients-team = klientów swojego zespołu
role-whose-clients-all = wszystkich klientów
role-whose-clients-own-short = tylko swoich
role-whose-clients-team-short = tylko tych ze swojego zespołu
role-whose-clients-unassigned = klientów bez opiekuna
role-whose-deals-none = interesów
role-whose-deals-own = tylko swoje interesy
role-whose-deals-team = interesy swojego zespołu
role-whose-deals-all = wszystkie interesy
role-whose-deals-own-short = tylko swoje
role-whose-deals-team-short = tylko te ze swojego zespołu
role-whose-deals-unassigned = interesy bez opiekuna
role-whose-tasks-none = zadań
role-whose-tasks-own = tylko swoje zadania
role-whose-tasks-team = zadania swojego zespołu
role-whose-tasks-all = wszystkie zadania
role-whose-tasks-own-short = tylko swoje
role-whose-tasks-team-short = tylko te ze swojego zespołu
role-whose-tasks-unassigned = zadania bez wykonawcy
role-whose-mail-none = poczty
role-whose-mail-own = tylko swoje wiadomości
role-whose-mail-team = wiadomości swojego zespołu
role-whose-mail-all = wszystkie wiadomości
role-whose-mail-own-short = tylko swoje
role-whose-mail-team-short = tylko te ze swojego zespołu
role-whose-mail-unassigned = wiadomości bez opiekuna
role-whose-articles-none = bazy wiedzy
role-whose-articles-own = tylko swoje artykuły
role-whose-articles-team = artykuły swojego zespołu
role-whose-articles-all = wszystkie artykuły
role-whose-articles-own-short = tylko swoje
role-whose-articles-team-short = tylko te ze swojego zespołu
role-whose-articles-unassigned = artykuły bez autora
role-whose-invoices-none = faktur
role-whose-invoices-own = tylko swoje faktury
role-whose-invoices-team = faktury swojego zespołu
role-whose-invoices-all = wszystkie faktury
role-whose-invoices-own-short = tylko swoje
role-whose-invoices-team-short = tylko te ze swojego zespołu
role-whose-invoices-unassigned = faktury bez opiekuna

### users: accounts

users-title = Użytkownicy
users-new = Dodaj użytkownika
users-name = Imię i nazwisko
users-email = E-mail
users-role = Rola
users-team = Zespół
users-no-team = bez zespołu
users-active = Czynne konto
users-active-hint = Po wyłączeniu osoba od razu traci dostęp. Jej rekordy zostają albo przechodzą do wskazanej osoby.
users-status-active = czynne
users-status-disabled = wyłączone
users-last-login = Ostatnie logowanie
users-never = nigdy
users-role-holders =
    { $count ->
        [one] { $count } osoba
        [few] { $count } osoby
        [many] { $count } osób
       *[other] { $count } osoby
    }
users-created = Dodano konto: { $name }.
users-saved = Zapisano konto: { $name }.
users-password-hint = Przekaż je osobie innym sposobem niż e-mail. Zmieni je w profilu.
users-records-of = Rekordy tej osoby

### teams

teams-title = Zespoły
teams-lead = Zakres „zespołu” w roli obejmuje rekordy wszystkich osób z tego samego zespołu.
teams-name = Nazwa zespołu
teams-new = Dodaj zespół
teams-members =
    { $count ->
        [one] { $count } osoba
        [few] { $count } osoby
        [many] { $count } osób
       *[other] { $count } osoby
    }
teams-empty = Nie ma jeszcze zespołów.
teams-created = Dodano zespół „{ $name }”.
teams-saved = Zapisano zespół „{ $name }”.
teams-deleted = Usunięto zespół „{ $name }”.

### audit: the log of who did what

audit-title = Dziennik zdarzeń
audit-lead = Kto, co, kiedy i skąd. Wpisów nie da się zmienić ani usunąć.
audit-when = Kiedy
audit-who = Kto
audit-what = Co
audit-where = Skąd
audit-record = Rekord
audit-details = Szczegóły
audit-nobody = nieznana osoba
audit-empty = Nie ma wpisów.
audit-kind-sign_in = zalogowanie
audit-kind-sign_in_failed = nieudane logowanie
audit-kind-sign_out = wylogowanie
audit-kind-refused = odmowa dostępu
audit-kind-created = dodanie
audit-kind-changed = zmiana
audit-kind-deleted = usunięcie
audit-kind-restored = przywrócenie
audit-kind-merged = połączenie
audit-kind-unmerged = cofnięcie połączenia
audit-kind-purged = usunięcie na zawsze
audit-kind-exported = eksport
audit-kind-imported = import
audit-kind-token_made = nowy token
audit-kind-token_revoked = unieważnienie tokenu
audit-kind-password_changed = zmiana hasła
audit-kind-role_changed = zmiana roli
audit-kind-user_changed = zmiana konta
audit-kind-backup_made = kopia zapasowa
audit-kind-backup_downloaded = pobranie kopii
audit-kind-backup_key_changed = zmiana klucza kopii
audit-kind-system = działanie programu
audit-kind-alarm = alarm

### mail-out: outgoing mail, confirmed addresses, recovery, invitations

mail-settings-title = Poczta wychodząca
mail-settings-about = Serwer, przez który wychodzą linki, kody i powiadomienia.
mail-off-server = Wysyłanie poczty jest wyłączone, bo nie ustawiono serwera pocztowego.
mail-off-address = Listy z linkami są wyłączone, bo w pliku kartoteka.toml nie ustawiono adresu serwera (public_url).
mail-state-on = Poczta działa
mail-state-on-about = Listy czekają w kolejce i wychodzą od razu, gdy serwer pocztowy je przyjmie.
mail-state-demo-about = To wersja pokazowa: bez serwera listy trafiają tylko na stronę „Wysłane listy”.
mail-state-off = Poczta jest wyłączona
mail-state-off-about = Bez serwera pocztowego nie ma odzyskiwania hasła, zaproszeń ani potwierdzania adresów. Podaj go poniżej.
mail-state-no-links = Listy wychodzą, ale bez linków
mail-state-no-links-about = Odzyskiwanie hasła, zaproszenia i potwierdzanie adresów są wyłączone, dopóki w pliku kartoteka.toml nie ma adresu serwera (public_url).
mail-locked = Serwer pocztowy ustawiono w pliku kartoteka.toml, w tabeli [smtp]. Tutaj można go tylko obejrzeć i sprawdzić.
mail-empty-host = Pusty serwer wyłącza pocztę.
mail-host = Serwer
mail-host-hint = Na przykład smtp.firma.pl
mail-port = Port
mail-security = Zabezpieczenie
mail-security-starttls = STARTTLS
mail-security-tls = TLS
mail-security-none = Brak
mail-user = Użytkownik
mail-password-hint = Puste zostawia dotychczasowe. Po zmianie serwera, portu, zabezpieczenia lub użytkownika podaj je ponownie.
mail-from = Nadawca
mail-from-hint = Na przykład CRM <crm@firma.pl>
mail-ca = Dodatkowy urząd certyfikacji (PEM)
mail-ca-hint = Tylko gdy serwer ma certyfikat własnego urzędu firmy.
mail-test-title = Próba
mail-test-about = List próbny przyjdzie na { $email }.
mail-test-send = Wyślij list próbny
mail-test-off = Najpierw podaj i zapisz serwer.
mail-test-failed = List próbny nie wyszedł. Serwer pocztowy:
mail-queue-title = Kolejka
mail-queue-waiting =
    { $count ->
        [0] Nic nie czeka na wysłanie.
        [one] Na wysłanie czeka { $count } list.
        [few] Na wysłanie czekają { $count } listy.
        [many] Na wysłanie czeka { $count } listów.
       *[other] Na wysłanie czeka { $count } listu.
    }
mail-unsent-title = Niewysłane
mail-unsent-none = Nie ma listów, których nie udało się wysłać.
mail-unsent-to = Do kogo
mail-unsent-when = Kiedy
mail-unsent-why = Dlaczego
mail-letter-confirm-address = potwierdzenie adresu
mail-letter-address-changed = zmiana adresu
mail-letter-recovery = odzyskiwanie hasła
mail-letter-invitation = zaproszenie
mail-letter-code = kod logowania
mail-letter-password-changed = zmiana hasła
mail-letter-second-step-changed = zmiana drugiego kroku
mail-letter-new-device = nowe urządzenie
mail-letter-unfinished-sign-in = niedokończone logowanie
mail-letter-barred-sign-in = logowanie z niedozwolonego miejsca
mail-letter-password-expires = wygasające hasło
mail-letter-alarm = alarm
mail-letter-test = list próbny
notice-mail-test-sent = List próbny został wysłany.
notice-letter-sent = List jest w drodze.
notice-letters-sent =
    { $count ->
        [0] Nie wysłano żadnego listu: wszyscy dostali już swoje.
        [one] W drodze jest { $count } list.
        [few] W drodze są { $count } listy.
        [many] W drodze jest { $count } listów.
       *[other] W drodze jest { $count } listu.
    }
notice-email-confirmed = Adres potwierdzony.
notice-invited = Zaproszenie jest w drodze.
notice-password-set = Hasło ustawione. Zaloguj się nim.
email-confirmed = potwierdzony
email-unconfirmed = niepotwierdzony
confirm-title = Potwierdź e-mail
confirm-lead = Wyślemy na { $email } list z linkiem. Otwórz go w tej przeglądarce i naciśnij przycisk.
confirm-why = Potwierdzony adres pozwala odzyskać hasło, gdy je zapomnisz.
confirm-send = Wyślij list
confirm-done = Adres { $email } jest potwierdzony.
confirm-question = Czy potwierdzasz, że { $email } to Twój adres?
confirm-act = Potwierdzam adres
confirm-over = Ten link nie działa: został użyty, zastąpiony nowszym, minęła doba albo dotyczy innego konta. Poproś o nowy.
### Drugi krok logowania

notice-attempt-over = Logowanie trwało zbyt długo albo zostało zakończone. Zacznij od nowa.
notice-app-added = Aplikacja dodana. Od teraz logowanie pyta o jej kod.
notice-token-approved = Token zatwierdzony.
code-title = Drugi krok
code-field = Kod
code-submit = Dalej
code-lead-app = Podaj sześć cyfr z aplikacji uwierzytelniającej.
code-lead-email = Kod jest w liście do { $email }. Działa 10 minut.
code-lead-email-send = Wyślemy kod na { $email }.
code-lead-recovery = Podaj jeden z zapisanych kodów odzyskiwania. Każdy działa raz.
code-send = Wyślij kod
code-send-again = Wyślij nowy kod
code-sent-again = Nowy kod jest w drodze. Poprzedni już nie działa.
code-too-many = Wysłano już kilka kodów. Użyj ostatniego, wybierz inny sposób albo spróbuj za godzinę.
code-off = Poproś administratora o pomoc.
code-other-ways = Inne sposoby:
code-back = Wróć do logowania
code-trust =
    { $count ->
        [one] Nie pytaj na tym urządzeniu przez { $count } dzień
        [few] Nie pytaj na tym urządzeniu przez { $count } dni
        [many] Nie pytaj na tym urządzeniu przez { $count } dni
       *[other] Nie pytaj na tym urządzeniu przez { $count } dnia
    }
code-wrong =
    { $count ->
        [one] To nie ten kod. Została { $count } próba.
        [few] To nie ten kod. Zostały { $count } próby.
        [many] To nie ten kod. Zostało { $count } prób.
       *[other] To nie ten kod. Zostało { $count } próby.
    }
code-wait =
    { $seconds ->
        [one] Za dużo błędnych kodów. Spróbuj za { $seconds } sekundę albo wybierz inny sposób.
        [few] Za dużo błędnych kodów. Spróbuj za { $seconds } sekundy albo wybierz inny sposób.
        [many] Za dużo błędnych kodów. Spróbuj za { $seconds } sekund albo wybierz inny sposób.
       *[other] Za dużo błędnych kodów. Spróbuj za { $seconds } sekundy albo wybierz inny sposób.
    }
code-ended = Pięć razy podano błędny kod. Zacznij od hasła.
method-app = Aplikacja uwierzytelniająca
method-app-strength = mocna
method-app-about = Telefon pokazuje co pół minuty nowy kod, także bez sieci. Mocny sposób, który działa wszędzie.
method-email = Kod w liście e-mail
method-email-strength = słabszy
method-email-about = Słabszy sposób: kto czyta Twoją pocztę, ten ma i kod. Jeśli możesz, dodaj klucz dostępu albo aplikację.
method-recovery = Kod odzyskiwania
method-recovery-strength = na wypadek utraty telefonu
method-recovery-about = Dziesięć kodów na wypadek, gdy nie masz nic innego pod ręką. Każdy działa raz.
two-step-title = Dwustopniowa weryfikacja
two-step-ways = Sposoby i kody
two-step-box = Dwustopniowa weryfikacja
two-step-hint = Po haśle logowanie pyta jeszcze o drugi krok: klucz dostępu, kod z aplikacji, SMS-a albo listu.
two-step-on = włączona
two-step-required = Wymaga jej firma, więc nie można jej wyłączyć.
two-step-required-from = Od { $date } firma wymaga jej od wszystkich.
two-step-off-password = Potrzebne do wyłączenia.
two-step-stale = Zalogowano Cię już jakiś czas temu, więc podaj hasło jeszcze raz.
two-step-must = Logowanie do tej firmy wymaga drugiego kroku. Ustaw jeden z poniższych sposobów, a potem wejdziesz dalej.
two-step-app-add = Dodaj aplikację
two-step-app-replace = Zmień aplikację
two-step-app-remove = Usuń aplikację
two-step-app-since = Dodano:
two-step-email-forbidden = Firma nie dopuszcza kodów w listach.
two-step-devices = Zaufane urządzenia
two-step-device-until = do
two-step-devices-forget = Zapomnij wszystkie
app-lead = Zeskanuj kod w aplikacji uwierzytelniającej (np. Aegis, 2FAS, Google Authenticator) i podaj sześć cyfr, które pokaże.
app-qr = Kod QR z sekretem dla aplikacji
app-by-hand = Nie możesz skanować? Przepisz sekret:
app-address = Adres otpauth
app-code = Kod z aplikacji
app-code-hint = Sześć cyfr. Zegar telefonu musi się zgadzać.
app-submit = Dodaj aplikację
recovery-title = Kody odzyskiwania
recovery-left =
    { $count ->
        [0] Nie masz żadnego kodu.
        [one] Został { $count } kod.
        [few] Zostały { $count } kody.
        [many] Zostało { $count } kodów.
       *[other] Zostało { $count } kodu.
    }
recovery-make = Utwórz dziesięć kodów
recovery-replaces = Dotychczasowe kody przestaną działać.
recovery-made = Twoje nowe kody
recovery-keep = Zapisz je teraz i trzymaj osobno od hasła. Nie pokażemy ich ponownie.
tokens-waits = czeka na zatwierdzenie
tokens-approve = Zatwierdź
tokens-waits-hint = Tokeny sprzed drugiego kroku czekają, aż zatwierdzisz je po zalogowaniu dwoma krokami.
users-two-step = Wymagaj dwustopniowej weryfikacji
users-two-step-hint = Po haśle logowanie pyta o kod. Otwarte sesje tej osoby zakończą się.
users-reset-second-step = Wyzeruj drugi krok
users-reset-second-step-about = Dla osoby, która straciła telefon: usuwa jej sposoby i kody, kończy sesje. Upewnij się najpierw, że to ona prosi.
role-two-step = Osoby z tą rolą muszą logować się dwoma krokami
role-export-per-day = Najwięcej pobranych rekordów dziennie
role-view-per-day = Najwięcej otwartych rekordów dziennie
role-limit-hint = Puste: bez limitu. O osiągniętym limicie właściciele dowiadują się listem.
error-daily-limit-title = Dzienny limit osiągnięty
error-daily-limit = Twoja rola pozwala na { $most } rekordów dziennie i więcej dziś nie można. Limit liczy się od nowa o północy; zmienić go może administrator.
api-daily-limit-title = Dzienny limit osiągnięty
second-steps-title = Drugi krok logowania
settings-second-steps-about = Od kogo go wymagać i jakie sposoby dopuścić.
second-steps-required = Wymagaj od wszystkich
second-steps-from = Od dnia
second-steps-from-hint = Kto do tego dnia nic nie ustawi, zrobi to przy logowaniu, zanim wejdzie dalej.
second-steps-no-email = Nie dopuszczaj kodów w listach e-mail
second-steps-no-email-hint = Aplikacja jest mocniejsza: skrzynka pocztowa daje też nowe hasło.
second-steps-trust = Ile dni ufać urządzeniu
second-steps-trust-hint = 0: pytać za każdym razem. Najwyżej 90.
second-steps-password = Zmiana reguł wymaga Twojego hasła.
error-two-step-no-way = Najpierw dodaj klucz dostępu albo aplikację, albo potwierdź adres e-mail: bez tego nie byłoby jak przejść drugiego kroku.
error-two-step-required = Firma wymaga drugiego kroku, więc nie można go wyłączyć.
error-two-step-last-way = To Twój ostatni sposób, a drugi krok jest włączony. Dodaj najpierw inny.
error-two-step-own-first = Najpierw zaloguj się sam dwoma krokami: inaczej ta zmiana mogłaby zamknąć drzwi przed Tobą.
error-two-step-own-app-first = Najpierw dodaj do swojego konta klucz dostępu albo aplikację: ta zmiana zabrałaby Ci jedyny sposób.
error-two-step-own-profile = Własny drugi krok zmienia się w profilu, z podaniem hasła.
error-two-step-sign-in-again = Zatwierdzać tokeny można po zalogowaniu dwoma krokami. Wyloguj się i zaloguj ponownie.
error-code-wrong = To nie ten kod. Poczekaj na następny i sprawdź zegar telefonu.
audit-kind-second_step_changed = zmiana drugiego kroku
audit-sort-security = reguły logowania
audit-says-second-step-on = Włączono drugi krok: { $what }
audit-says-second-step-off = Wyłączono drugi krok: { $what }
audit-says-second-step-reset = Wyzerowano drugi krok: { $what }
audit-says-second-step-app-added = Dodano aplikację uwierzytelniającą: { $what }
audit-says-second-step-app-replaced = Zmieniono aplikację uwierzytelniającą: { $what }
audit-says-second-step-app-removed = Usunięto aplikację uwierzytelniającą: { $what }
audit-says-second-step-recovery-made = Utworzono kody odzyskiwania: { $what }
audit-says-second-step-devices-forgotten = Zapomniano zaufane urządzenia: { $what }
audit-says-second-step-token-approved = Zatwierdzono token: { $what }
letter-second-step-what-on = włączono dwustopniową weryfikację
letter-second-step-what-off = wyłączono dwustopniową weryfikację
letter-second-step-what-reset = administrator wyzerował drugi krok; następne logowanie pyta o samo hasło
letter-second-step-what-app-added = dodano aplikację uwierzytelniającą
letter-second-step-what-app-replaced = aplikację uwierzytelniającą zastąpiono inną
letter-second-step-what-app-removed = usunięto aplikację uwierzytelniającą
letter-second-step-what-recovery-made = utworzono nowe kody odzyskiwania
letter-second-step-what-recovery-used = do logowania użyto kodu odzyskiwania
code-lead-passkey = Naciśnij przycisk i potwierdź kluczem dostępu: odciskiem palca, twarzą, PIN-em albo kluczem USB.
code-lead-sms = Kod jest w SMS-ie na { $phone }. Działa 10 minut.
code-lead-sms-send = Wyślemy kod SMS-em na { $phone }.
text-sent-again = Nowy kod jest w drodze na telefon. Poprzedni już nie działa.
sms-failed = Bramka SMS nie przyjęła wiadomości. Spróbuj jeszcze raz za chwilę albo wybierz inny sposób.
sms-off = Kody w SMS-ach są wyłączone: serwer nie ma ustawionej bramki.
sms-code = { $code } to kod logowania do kartoteki firmy { $firm }. Działa 10 minut. Nikomu go nie podawaj.
passkey-use = Użyj klucza dostępu
passkey-wrong =
    { $count ->
        [one] To inny klucz niż trzeba. Może też minął czas na odpowiedź: spróbuj jeszcze raz. Została { $count } próba.
        [few] To inny klucz niż trzeba. Może też minął czas na odpowiedź: spróbuj jeszcze raz. Zostały { $count } próby.
        [many] To inny klucz niż trzeba. Może też minął czas na odpowiedź: spróbuj jeszcze raz. Zostało { $count } prób.
       *[other] To inny klucz niż trzeba. Może też minął czas na odpowiedź: spróbuj jeszcze raz. Zostało { $count } próby.
    }
passkey-unscripted = Klucz dostępu wymaga włączonego JavaScriptu. Bez niego wybierz inny sposób.
passkey-elsewhere = Klucze dostępu działają tylko pod adresem { $address }. Otwórz tę stronę tam.
passkey-none = Ta przeglądarka nie obsługuje kluczy dostępu. Wybierz inny sposób.
passkey-stopped = Przerwano albo minął czas. Spróbuj jeszcze raz.
passkey-of-other-site = Twoje klucze dostępu są z innego adresu serwera i tu nie działają. Wybierz inny sposób.
passkey-name = Nazwa klucza
passkey-name-hint = Na przykład „Telefon” albo „Klucz USB w biurze”.
passkey-add = Dodaj klucz dostępu
passkeys-manage = Twoje klucze
passkey-remove = Usuń klucz
passkey-used = ostatnio użyty:
passkey-of-site = z innego adresu ({ $site }), tu nie działa
passkeys-off = Dlatego kluczy dostępu nie można teraz używać.
passkeys-off-address = Serwer nie ma ustawionego własnego adresu (public_url).
passkeys-off-https = Adres serwera (public_url) nie zaczyna się od https.
passkeys-off-number = Adres serwera (public_url) to numer IP, a klucze dostępu wymagają nazwy domeny.
method-set-up = ustawiony
method-passkey = Klucz dostępu
method-passkey-strength = najmocniejszy
method-passkey-about = Telefon, komputer albo klucz USB potwierdza logowanie sam i tylko pod adresem tego serwera, więc fałszywa strona nic nie dostanie. To najmocniejszy sposób.
method-sms = Kod w SMS-ie
method-sms-strength = słabszy
method-sms-about = Kod przychodzi na telefon. Słabszy sposób: numer można przejąć, podszywając się pod Ciebie u operatora.
phone-field = Numer telefonu
phone-hint = Z numerem kraju, gdy nie jest polski: +44…
phone-code-lead = Podaj kod z SMS-a wysłanego na { $phone }.
phone-confirm = Potwierdź numer
phone-now = Numer: { $phone }
phone-add = Dodaj numer
phone-change = Zmień albo usuń numer
phone-remove = Usuń numer
two-step-sms-forbidden = Firma nie dopuszcza kodów w SMS-ach.
second-steps-no-sms = Nie dopuszczaj kodów w SMS-ach
second-steps-no-sms-hint = Klucz dostępu i aplikacja są mocniejsze: numer telefonu można przejąć u operatora.
notice-passkey-added = Klucz dodany. Od teraz można się nim logować.
notice-phone-added = Numer potwierdzony. Od teraz kody mogą przychodzić SMS-em.
notice-text-sent = SMS z kodem jest w drodze.
error-passkey-over = Minął czas albo ta strona była otwarta w drugim oknie. Spróbuj jeszcze raz.
error-passkey-wrong = Przeglądarka nie przysłała poprawnego klucza. Spróbuj jeszcze raz.
error-passkey-known = Ten klucz jest już dodany.
error-passkeys-too-many = Masz już dziesięć kluczy. Usuń najpierw jeden z nich.
error-phone-country = Nie wiadomo, z którego to kraju. Podaj numer w całości, na przykład +48 601 102 203.
error-texts-too-many = Wysłano dziś już dziesięć SMS-ów. Spróbuj jutro.
error-phone-code-over = Ten kod już nie działa. Wyślij nowy.
error-text-code-wrong = To nie ten kod. Sprawdź ostatniego SMS-a.
audit-says-second-step-passkey-added = Dodano klucz dostępu: { $what }
audit-says-second-step-passkey-removed = Usunięto klucz dostępu: { $what }
audit-says-second-step-phone-added = Dodano numer telefonu do kodów: { $what }
audit-says-second-step-phone-replaced = Zmieniono numer telefonu do kodów: { $what }
audit-says-second-step-phone-removed = Usunięto numer telefonu do kodów: { $what }
letter-second-step-what-passkey-added = dodano klucz dostępu
letter-second-step-what-passkey-removed = usunięto klucz dostępu
letter-second-step-what-passkey-copied = odrzucono logowanie kluczem dostępu, którego licznik się cofnął; ktoś może mieć jego kopię, więc usuń ten klucz i zmień hasło
letter-second-step-what-phone-added = dodano numer telefonu do kodów w SMS-ach
letter-second-step-what-phone-replaced = numer telefonu do kodów w SMS-ach zastąpiono innym
letter-second-step-what-phone-removed = usunięto numer telefonu do kodów w SMS-ach

forgot-title = Nie pamiętam hasła
forgot-lead = Podaj adres, którym się logujesz. Wyślemy link do ustawienia nowego hasła.
forgot-submit = Wyślij link
forgot-asked = Jeśli to potwierdzony adres czynnego konta, list z linkiem jest w drodze. Link działa pół godziny.
forgot-asked-more = Nie ma listu? Sprawdź folder ze spamem albo poproś administratora o nowe hasło.
forgot-off = Poproś administratora o nowe hasło.
forgot-back = Wróć do logowania
reset-title = Nowe hasło
reset-lead = Ustaw nowe hasło. Wszystkie otwarte sesje zostaną zakończone.
reset-over = Ten link nie działa: został użyty, zastąpiony nowszym albo minęło pół godziny.
reset-ask-again = Poproś o nowy link
invite-title = Pierwsze hasło
invite-lead = Ustaw hasło, którym będziesz się logować.
invite-over = To zaproszenie nie działa: zostało użyte, zastąpione nowszym albo minął tydzień. Poproś o nowe osobę, która Cię zaprosiła.
by-link-submit = Ustaw hasło
by-link-over-title = Link nie działa
users-invite-hint = Zostaw puste, a osoba dostanie zaproszenie i sama ustawi hasło (link działa tydzień).
users-invite-off = Ustaw pierwsze hasło i przekaż je osobie.
users-letters-title = Adres e-mail
users-invited-until = Zaproszenie czeka do:
users-not-invited = Ta osoba nie ma hasła ani ważnego zaproszenia.
users-invite-again = Wyślij zaproszenie
users-confirm-one = Poproś o potwierdzenie adresu
users-confirm-all = Wyślij prośby do wszystkich
users-unconfirmed = Niepotwierdzone adresy: { $count }. Bez potwierdzenia nie działa odzyskiwanie hasła.
outbox-title = Wysłane listy
outbox-lead = To wersja pokazowa: listy, które wyszły od ostatniego startu. Prawdziwa firma nie ma tej strony.
outbox-empty = Nic jeszcze nie wysłano.
outbox-open = Otwórz link
error-letters-too-many = Wysłano już kilka takich listów. Następny można wysłać za godzinę.
error-email-confirmed = Ten adres jest już potwierdzony.
error-not-to-invite = Zaprosić można tylko czynne konto, które nie ma jeszcze hasła.
error-mail-host = Podaj nazwę serwera, na przykład smtp.firma.pl, bez portu i ukośników.
error-mail-port = Podaj port: liczbę od 1 do 65535.
error-mail-from = Podaj adres nadawcy, na przykład CRM <crm@firma.pl>.
error-mail-user = Nazwa użytkownika ma znaki, których mieć nie może.
error-mail-open-password = Bez TLS hasło poszłoby siecią otwartym tekstem. Wybierz STARTTLS lub TLS.
error-mail-ca = Wklej certyfikat w formie PEM: od BEGIN CERTIFICATE do END CERTIFICATE.
error-mail-password-again = Serwer lub użytkownik jest inny, więc podaj hasło ponownie.
audit-kind-link_sent = wysłanie linku
audit-kind-email_confirmed = potwierdzenie adresu
audit-kind-mail_tested = próba poczty
audit-says-link-sent-confirm-address = Wysłano link do potwierdzenia adresu: { $what }
audit-says-link-sent-recovery = Wysłano link do nowego hasła: { $what }
audit-says-link-sent-invitation = Wysłano zaproszenie: { $what }
audit-says-email-confirmed = Potwierdzono adres: { $what }
audit-says-mail-tested = Próba poczty wychodzącej
audit-says-firm-restored = Przywrócono całą firmę z kopii { $name }
audit-says-backup-made = Utworzono kopię zapasową { $name }
audit-says-backup-downloaded = Pobrano kopię zapasową { $name }
audit-says-backup-key-changed = Zmieniono klucz kopii zapasowych
audit-says-backup-key-recorded = Zapisano, którym kluczem szyfrowane są kopie zapasowe
audit-sort-mail_server = serwer pocztowy

### letter: what letters say

letter-greeting = Dzień dobry!
letter-greeting-name = Dzień dobry, { $name }!
letter-fact-time = Kiedy
letter-fact-address = Adres połączenia
letter-fact-device = Urządzenie
letter-confirm-subject = Potwierdź adres e-mail
letter-confirm-lead = Ten adres podano przy koncie w kartotece firmy { $firm }. Jeśli to Twoje konto, otwórz link i naciśnij przycisk.
letter-confirm-act = Potwierdź adres
letter-confirm-note = Link działa dobę, raz, i tylko po zalogowaniu do tego konta. Jeśli to nie Twoje konto, nic nie rób.
letter-address-changed-subject = Zmieniono adres Twojego konta
letter-address-changed-lead = Twoje konto w kartotece firmy { $firm } ma od teraz inny adres e-mail. Na ten adres nie będziemy już pisać.
letter-address-changed-note = Jeśli nic o tym nie wiesz, powiedz o tym od razu administratorowi firmy.
letter-recovery-subject = Nowe hasło do kartoteki
letter-recovery-lead = Ktoś poprosił o nowe hasło do Twojego konta w kartotece firmy { $firm }. Jeśli to Ty, otwórz link i ustaw hasło.
letter-recovery-act = Ustaw nowe hasło
letter-recovery-note = Link działa pół godziny i tylko raz. Jeśli to nie Ty, nic nie rób: hasło się nie zmieni.
letter-invitation-subject = Zaproszenie do kartoteki firmy { $firm }
letter-invitation-lead = Masz konto w kartotece firmy { $firm }. Otwórz link i ustaw hasło, którym będziesz się logować.
letter-invitation-act = Ustaw hasło
letter-invitation-note = Link działa tydzień i tylko raz.
letter-code-subject = Kod logowania
letter-code-lead = Kod do zalogowania się do kartoteki firmy { $firm }:
letter-code-note = Kod działa 10 minut i tylko raz. Nikomu go nie podawaj. Jeśli to nie Ty się logujesz, zmień hasło.
letter-password-changed-subject = Zmieniono hasło
letter-password-changed-lead = Hasło do Twojego konta w kartotece firmy { $firm } zostało zmienione, a inne otwarte sesje zakończone.
letter-password-changed-note = Jeśli to nie Ty, powiedz o tym od razu administratorowi firmy. Tokeny API działają dalej; możesz je unieważnić w profilu.
letter-second-step-changed-subject = Zmieniono drugi krok logowania
letter-second-step-changed-lead = Na Twoim koncie w kartotece firmy { $firm } zmieniono drugi krok logowania: { $what }.
letter-second-step-changed-note = Jeśli to nie Ty, zmień hasło i powiedz o tym administratorowi firmy.
letter-new-device-subject = Logowanie z nowego miejsca
letter-new-device-lead = Zalogowano się do Twojego konta w kartotece firmy { $firm } z urządzenia lub sieci, których dotąd nie było.
letter-new-device-note = Jeśli to nie Ty, zmień hasło i powiedz o tym administratorowi firmy.
letter-unfinished-subject = Ktoś zna Twoje hasło?
letter-unfinished-lead = Podano właściwe hasło do Twojego konta w kartotece firmy { $firm }, ale drugiego kroku logowania nie dokończono.
letter-unfinished-note = Jeśli to nie Ty, zmień hasło: ktoś je zna.
letter-barred-subject = Ktoś zna Twoje hasło?
letter-barred-lead = Podano właściwe hasło do Twojego konta w kartotece firmy { $firm }, ale z miejsca lub o porze, na które firma nie pozwala. Nikogo nie wpuszczono.
letter-barred-note = Jeśli to nie Ty, zmień hasło: ktoś je zna.
letter-password-expires-subject = Twoje hasło niedługo wygaśnie
letter-password-expires-lead =
    { $days ->
        [one] Twoje hasło do kartoteki firmy { $firm } jest ważne jeszcze { $days } dzień. Potem przy logowaniu trzeba będzie wybrać nowe.
        [few] Twoje hasło do kartoteki firmy { $firm } jest ważne jeszcze { $days } dni. Potem przy logowaniu trzeba będzie wybrać nowe.
        [many] Twoje hasło do kartoteki firmy { $firm } jest ważne jeszcze { $days } dni. Potem przy logowaniu trzeba będzie wybrać nowe.
       *[other] Twoje hasło do kartoteki firmy { $firm } jest ważne jeszcze { $days } dnia. Potem przy logowaniu trzeba będzie wybrać nowe.
    }
letter-password-expires-note = Możesz zmienić je już teraz w swoim profilu.
letter-alarm-subject = Alarm w kartotece firmy { $firm }
letter-alarm-lead = { $what }
letter-alarm-taken = { $who }: tyle rekordów otworzyła lub pobrała ta osoba dzisiaj: { $count }. Najwięcej jednego dnia w ostatnim miesiącu: { $usual }. Sprawdź, czy to w porządku; konto można wyłączyć w ustawieniach, w „Osobach”.
letter-alarm-limit = { $who } chce otworzyć lub pobrać dziś więcej rekordów, niż pozwala rola ({ $limit } dziennie), i dostaje odmowę. Dotąd dzisiaj: { $count }. Sprawdź, czy to w porządku.
letter-alarm-backup-plan = { $who } ogranicza liczbę przechowywanych kopii. Następna kopia usunie te, których jest teraz za dużo. Sprawdź, czy tak ma być: plan jest w ustawieniach, w „Kopiach zapasowych”.
letter-alarm-backup-deleted = { $who } usuwa kopię { $archive } ze wszystkich miejsc. Sprawdź, czy tak ma być: konto można wyłączyć w ustawieniach, w „Osobach”.
letter-alarm-note = Szczegóły są w dzienniku zdarzeń.
letter-test-subject = List próbny z kartoteki
letter-test-lead = Ten list pokazuje, że kartoteka firmy { $firm } może wysyłać pocztę.

### fields: what the firm adds to its records

fields-title = Pola własne
settings-fields-about = Co jeszcze zapisujecie o swoich klientach: pola, grupy, listy wyboru.
fields-lead = Pola, które firma dodała od siebie. Są wszędzie tam, gdzie pozostałe: w formularzach, na listach, w filtrach, wyszukiwaniu, plikach i API.
fields-section = Pola własne
fields-new = Dodaj pole
fields-empty = Nie ma jeszcze własnych pól. Dodaj pierwsze, na przykład „Źródło kontaktu”.
fields-groups-note = Pola w grupie widzą tylko role, którym grupę przyznano. Nową grupę widzi na początku tylko właściciel.
fields-to-roles = Przejdź do ról
fields-what = Co to za pole
fields-label-pl = Nazwa po polsku
fields-label-en = Nazwa po angielsku
fields-label-en-hint = Gdy zostawisz puste, będzie taka jak polska.
fields-type = Rodzaj
fields-type-hint = Rodzaju nie da się później zmienić.
fields-type-fixed = Rodzaju nie da się zmienić. Dodaj nowe pole, a to wycofaj.
fields-type-text = tekst w jednej linii
fields-type-long-text = dłuższy tekst
fields-type-number = liczba
fields-type-money = kwota
fields-type-date = data
fields-type-yes-no = tak lub nie
fields-type-choice = jedna pozycja z listy
fields-type-choices = kilka pozycji z listy
fields-type-link = adres strony
fields-type-client = klient
fields-decimals = Miejsca po przecinku
fields-least = Najmniejsza liczba
fields-most = Największa liczba
fields-bounds-hint = Tylko dla liczb. Puste: bez granicy.
fields-choices = Pozycje listy
fields-choices-list = Pozycje do wyboru
fields-choices-more = Dodaj pozycje
fields-choices-hint = Tylko dla list. Każda pozycja w osobnej linii; nazwę po angielsku dopisz po kresce: Hurt | Wholesale.
fields-choices-about = Zmiana nazwy działa od razu we wszystkich rekordach. Pozycja bez zaznaczenia „do wyboru” zostaje w rekordach, które już ją mają.
fields-choice-pl = { $name }: nazwa po polsku
fields-choice-en = { $name }: nazwa po angielsku
fields-choice-place = { $name }: miejsce na liście
fields-choice-offered = { $name }: do wyboru
fields-choice-offered-short = do wyboru
fields-where = Kto i gdzie je widzi
fields-group = Grupa
fields-group-none = bez grupy: widzi każdy, kto widzi rekord
fields-group-new = nowa grupa…
fields-group-hint = Grupę można w roli ukryć albo dać tylko do odczytu.
fields-group-pl = Nazwa nowej grupy
fields-group-en = Nazwa nowej grupy po angielsku
fields-required = Wymagane w formularzach
fields-required-short = wymagane
fields-listed = Kolumna na liście
fields-listed-short = na liście
fields-in-group = grupa: { $group }
fields-records =
    { $count ->
        [0] bez danych
        [one] w { $count } rekordzie
        [few] w { $count } rekordach
        [many] w { $count } rekordach
       *[other] w { $count } rekordach
    }
fields-move-up = { $name }: wyżej
fields-move-down = { $name }: niżej
fields-retire = Wycofaj
fields-retire-named = Wycofaj pole { $name }
fields-retired = Wycofane pola: { $module }
fields-retired-about = Nikt ich nie widzi. Dane zostały i wrócą razem z polem.
fields-bring-back = Przywróć
fields-purge = Usuń na zawsze
fields-being-removed = usuwanie danych trwa
fields-purge-question = Usunąć na zawsze pole „{ $name }” i jego dane?
fields-purge-consequence =
    { $count ->
        [0] Żaden rekord nie ma w nim wartości. Tego nie da się cofnąć.
        [one] Wartość zniknie z { $count } rekordu, razem z historią jej zmian. Tego nie da się cofnąć.
        [few] Wartości znikną z { $count } rekordów, razem z historią ich zmian. Tego nie da się cofnąć.
        [many] Wartości znikną z { $count } rekordów, razem z historią ich zmian. Tego nie da się cofnąć.
       *[other] Wartości znikną z { $count } rekordów, razem z historią ich zmian. Tego nie da się cofnąć.
    }
fields-purge-consequence-unknown = Wartości znikną ze wszystkich rekordów, razem z historią ich zmian. Tego nie da się cofnąć.
records-choices-add = dodaj
records-choices-remove = usuń
audit-sort-fields = pole
audit-sort-field_groups = grupę pól
audit-field-own = pole własne
error-fields-too-many = Moduł może mieć najwyżej { $most } własnych pól, razem z wycofanymi.
error-field-label-taken = Jest już pole o nazwie „{ $name }”.
error-field-label-retired = Jest wycofane pole o nazwie „{ $name }”. Przywróć je albo wybierz inną nazwę.
error-field-type = Wybierz rodzaj pola.
error-field-type-fixed = Rodzaju pola nie da się zmienić.
error-field-decimals = Liczba może mieć od 0 do 4 miejsc po przecinku.
error-field-bounds = Największa liczba jest mniejsza od najmniejszej.
error-field-choices-none = Podaj co najmniej jedną pozycję do wyboru.
error-field-choices-many = Lista może mieć najwyżej { $most } pozycji.
error-field-choice-twice = Pozycja „{ $name }” powtarza się albo ma nazwę zastrzeżoną dla programu.
error-field-group = Nie ma takiej grupy pól.
error-field-group-taken = Jest już grupa „{ $name }”. Wybierz ją z listy.
error-field-groups-many = Moduł może mieć najwyżej { $most } własnych grup.
error-field-group-hidden = Twoja rola nie pozwala zmieniać pól tej grupy, więc nie możesz ich przenieść do innej.

### trash

trash-title = Kosz
trash-lead =
    { $days ->
        [one] Rekordy znikają na zawsze po { $days } dniu.
        [few] Rekordy znikają na zawsze po { $days } dniach.
        [many] Rekordy znikają na zawsze po { $days } dniach.
       *[other] Rekordy znikają na zawsze po { $days } dniach.
    }
trash-deleted-at = Usunięto
trash-deleted-by = Przez kogo
trash-purge-at = Zniknie
trash-empty-title = Kosz jest pusty
trash-empty = Usunięte rekordy czekają tu na przywrócenie.
trash-purge-question = Usunąć „{ $name }” na zawsze?
trash-purge-consequence = Tego nie da się cofnąć.
trash-purged = Usunięto na zawsze: „{ $name }”.
trash-purge-question-many =
    { $count ->
        [one] Usunąć { $count } rekord na zawsze?
        [few] Usunąć { $count } rekordy na zawsze?
        [many] Usunąć { $count } rekordów na zawsze?
       *[other] Usunąć { $count } rekordu na zawsze?
    }
trash-purge-act = Usuń na zawsze ({ $count })
trash-purge-all = Usuń wszystkie na zawsze ({ $count })
trash-purge-chosen = Usuń zaznaczone na zawsze
trash-restore-all = Przywróć wszystkie ({ $count })
trash-back = Wróć do kosza
trash-any-module = Wszystkie moduły
trash-anybody = Ktokolwiek
trash-module = Moduł
trash-from = Usunięto od
trash-to = Usunięto do
trash-since = Pokaż usunięte:
trash-since-hour = w ostatniej godzinie
trash-since-today = dzisiaj
trash-since-yesterday = od wczoraj
trash-since-week = w ostatnich 7 dniach
trash-nothing-matches = Nic w koszu nie pasuje do filtrów.
trash-days-change = Zmień ten czas
error-moment = Podaj dzień i godzinę, na przykład 2026-11-24 14:30.
error-moment-order = Początek musi być wcześniej niż koniec.

### search: across modules

search-title = Wyniki wyszukiwania
search-results =
    { $count ->
        [one] { $count } wynik dla „{ $query }”
        [few] { $count } wyniki dla „{ $query }”
        [many] { $count } wyników dla „{ $query }”
       *[other] { $count } wyniki dla „{ $query }”
    }
search-nothing = Nic nie pasuje do „{ $query }”.
search-advice = Wystarczą początki słów w dowolnej kolejności, NIP albo telefon w dowolnym zapisie.
search-start = Wpisz nazwę, NIP, telefon lub e-mail.

### import: files in

import-title = Import
import-lead = Wczytaj arkusz Excel, LibreOffice lub plik CSV. Nic nie zostanie zapisane, zanim nie zobaczysz, co się stanie.
import-file = Plik
import-strategy = Gdy rekord już istnieje
import-strategy-skip = pomiń wiersz, rekord zostaje bez zmian
import-strategy-update = zaktualizuj rekord wartościami z wiersza
import-strategy-fill = uzupełnij tylko puste pola rekordu
import-strategy-create = dodaj mimo to jako nowy
import-match = Rozpoznawaj po
import-column = Kolumna w pliku
import-field = Pole
import-field-ignore = pomiń kolumnę
import-rows =
    { $count ->
        [one] { $count } wiersz
        [few] { $count } wiersze
        [many] { $count } wierszy
       *[other] { $count } wiersze
    }
import-row = Wiersz
import-message = Powód
import-file-missing = Wybierz plik.

### import: the steps, and imports of the past

import-steps = Kroki importu
import-step-file = Plik
import-step-columns = Kolumny
import-step-values = Wartości i duplikaty
import-step-check = Sprawdzenie
import-next = Dalej
import-back = Wstecz
import-drop = Zrezygnuj z pliku
import-later = Możesz to zmienić także później, przed wczytaniem.
import-sheet = Arkusz
import-has-headings = Plik posiada nagłówki
import-heading-row = Nagłówki są w wierszu { $row }.
import-column-named = Kolumna { $column }
import-field-not-yours = „{ $column }” – poza Twoją rolą, zostanie pominięta
import-recalled = Kolumny dopasowano tak jak ostatnio przy takim arkuszu. Możesz je zmienić.
import-mended = To arkusz wierszy do poprawienia. Rekordy, które są już w kartotece, zostaną zaktualizowane poprawionymi wartościami, a nie dodane drugi raz.
import-no-title = Wskaż kolumnę, która zawiera pole „{ $field }”. Bez niego nie da się dodać rekordu.
import-twice = Pole „{ $field }” wybrano dla kilku kolumn. Zostanie wartość z pierwszej, a reszta trafi do notatek.
import-create-field = Utwórz pole
import-create-hint = Nowe pole zobaczy każdy, kto widzi rekord. Jego grupę i nazwę zmienisz w ustawieniach pól.
import-duplicates = Strategia duplikatów
import-match-hint = Po tych polach poznajemy, że wiersz i rekord to ten sam klient.
import-strategy-unknown = Wybierz jedną z możliwości.
import-for-all = Wartości dla wszystkich wierszy
import-for-all-lead = Dostaną je wiersze, które same nic tu nie mówią.
import-as-in-file = jak w pliku
import-owner-as-in-file = jak w pliku, a bez tego osoba importująca
import-tags-together = Dołączą do tagów z pliku. Oddziel je przecinkami.
import-try = Sprawdź, co się stanie
import-try-again = Sprawdź ponownie
import-trying = Sprawdza, co stałoby się z każdym wierszem. Nic nie zapisuje.
import-would-warn =
    { $count ->
        [one] W { $count } wierszu są komórki, których nie da się wczytać. Co się z nimi stanie, jest przy nim napisane.
       *[other] W { $count } wierszach są komórki, których nie da się wczytać. Co się z nimi stanie, jest przy każdym napisane.
    }
import-run-nothing = Zakończ bez zmian
import-run-count =
    { $count ->
        [one] Wczytaj { $count } wiersz
        [few] Wczytaj { $count } wiersze
       *[other] Wczytaj { $count } wierszy
    }
import-rows-which = Wiersze pliku
import-rows-all = Wszystkie
import-rows-created = Nowe
import-rows-updated = Zmieniane
import-rows-skipped = Pomijane
import-rows-warned = Z pominiętymi komórkami
import-rows-failed = Z błędem
import-row-title = Nazwa w pliku
import-row-outcome = Co się stanie
import-row-became = Co się stało
import-row-would-created = nowy
import-row-would-updated = do zmiany
import-row-would-skipped = do pominięcia
import-row-would-failed = błąd
import-row-did-created = dodany
import-row-did-updated = zmieniony
import-row-did-skipped = pominięty
import-row-did-failed = błąd
import-told = Do sprawdzenia
import-told-all = Wszystkie
import-told-warned = Pozostałe, z uwagami
import-told-failed = Niewczytane
import-bad-rows-download = Pobierz wiersze z błędami
import-bad-rows-gone = Arkusz z wierszami do poprawienia leżał jeden dzień i został usunięty. Wczytaj plik jeszcze raz, żeby go dostać.
import-bad-rows-file = wiersze-do-poprawienia
imports-title = Historia importów
imports-begin = Wczytaj plik
imports-acts = Działania
imports-undo = Cofnij import
imports-empty-title = Niczego jeszcze nie wczytano
imports-empty = Tu zobaczysz każdy wczytany plik: kto i kiedy go wczytał, co z niego wynikło, i cofniesz cały import jednym przyciskiem.
operation-phase-reading = Czyta plik.
operation-count-warned = z pominiętymi komórkami

### export: files out

export-title = Eksport
export-lead = Plik obejmie to, co pokazuje lista, i tylko pola, które widzisz.
export-format = Format
export-xlsx = Excel (.xlsx)
export-csv = CSV
export-json = JSON

### dashboard

dashboard-welcome = Dzień dobry, { $name }
dashboard-my-clients = Moi klienci
dashboard-recent = Ostatnio zmienione

### settings

settings-title = Ustawienia
settings-lead = Wszystko, co dotyczy całej firmy.
settings-users-about = Kto ma konto, z jaką rolą i w którym zespole.
settings-roles-about = Co która rola widzi i może zrobić.
settings-teams-about = Kto z kim dzieli zakres „zespołu”.

### problem: why an input was not taken

error-cannot-title = Nie można tego zrobić
error-changed = Ktoś zmienił ten rekord w międzyczasie. Wczytaj go ponownie i wprowadź zmiany jeszcze raz.
error-company-itself = Klient nie może być własną firmą.
error-company-of-company = Do firmy może należeć tylko osoba.
error-cursor = Ten kursor nie pasuje do tego zapytania. Zacznij od pierwszej strony, bez kursora.
error-field-not-yours = Tego pola nie możesz ustawić.
error-field-unknown = Nie ma takiego pola.
error-firm-exists = Firma już istnieje.
error-given-twice = Ten parametr może wystąpić tylko raz.
error-id-exists = Rekord o tym identyfikatorze już istnieje.
error-idempotency = Ten klucz Idempotency-Key był już użyty z inną treścią. Użyj nowego klucza.
error-idempotency-key =
    { $most ->
        [one] Podaj jeden klucz: od 1 do { $most } znaku ASCII.
       *[other] Podaj jeden klucz: od 1 do { $most } znaków ASCII.
    }
error-import-not-yours = Ten rekord już istnieje, ale nie możesz go zmienić.
error-in-the-past = Podaj datę w przyszłości.
error-money-form = Podaj kwotę jako obiekt, na przykład {"{"}"amount": "123.45", "currency": "PLN"{"}"}.
error-name-taken = Ta nazwa jest już zajęta.
error-no-room = Na dysku serwera zabrakło miejsca. Nic nie zostało zapisane; przeglądanie działa. Powiadom administratora.
error-no-room-title = Brak miejsca na dysku
error-restoring = Firma wraca właśnie do stanu z kopii. Nic nie zostało zapisane. Wróć za minutę do poprzedniej strony (przycisk „wstecz” zachowa to, co wpisano); potem trzeba się zalogować ponownie.
error-restoring-title = Trwa przywracanie firmy
https-only = Ten adres działa tylko przez szyfrowane połączenie (HTTPS).
error-not-a-list = Podaj listę tekstów.
error-not-a-number = Podaj liczbę.
error-not-an-object = Podaj obiekt JSON.
error-not-text = Podaj tekst.
error-number-range = Podaj liczbę od { $least } do { $most }.
error-owner = Nie ma takiej czynnej osoby.
error-password-long =
    { $most ->
        [one] Hasło może mieć najwyżej { $most } znak.
        [few] Hasło może mieć najwyżej { $most } znaki.
        [many] Hasło może mieć najwyżej { $most } znaków.
       *[other] Hasło może mieć najwyżej { $most } znaki.
    }
error-password-personal = Hasło nie może zawierać Twojego imienia, nazwiska ani adresu e-mail.
error-password-simple = To hasło za łatwo zgadnąć. Dodaj kilka niezwiązanych ze sobą słów.
error-reference = Podaj identyfikator, taki jak w adresie rekordu.
error-reference-missing = Nie ma takiego rekordu albo Twoja rola go nie obejmuje.
error-role-built-in = Wbudowanej roli nie można zmienić ani usunąć. Zrób jej kopię.
error-role-group = Nie ma takiej grupy pól albo takiego dostępu. Dostęp: hidden, read, write.
error-role-module = Nie ma takiego modułu.
error-role-option = Nie ma takiej opcji w tym module.
error-role-scope = Nie ma takiego zakresu. Zakresy: none, own, team, all.
error-setup-code = Kod się nie zgadza. Znajdziesz go w dzienniku serwera.
error-team-in-use = Do tego zespołu ktoś należy. Najpierw przenieś te osoby.
error-time = Podaj czas, na przykład 2026-11-24T08:30:00Z, albo dzień, na przykład 2026-11-24.
error-too-many =
    { $most ->
        [one] Najwyżej { $most } wartość.
        [few] Najwyżej { $most } wartości.
        [many] Najwyżej { $most } wartości.
       *[other] Najwyżej { $most } wartości.
    }
error-upload-cut = Plik nie dotarł w całości. Wyślij go ponownie.
error-files-none = Wybierz co najmniej jeden plik.
error-file-large = Plik „{ $name }” ma ponad { $limit } MB. Nie dodano żadnego pliku.
error-files-at-once = Naraz można dodać najwyżej { $most } plików. Wyślij je w kilku częściach.
error-files-many = Rekord może mieć najwyżej { $most } plików, licząc niedawno usunięte.
error-user-owns-records = Ta osoba jest opiekunem rekordów. Najpierw przekaż je komuś innemu albo wyłącz konto.
error-yes-no = Podaj true albo false.
permission-create = dodawanie
permission-delete = usuwanie
permission-edit = edycja
permission-export = eksport
permission-grant = nadawanie uprawnień
permission-import = import
permission-view = przeglądanie

### api: answers to programs

api-body-cut = Treść żądania nie dotarła w całości. Wyślij je ponownie.
api-broken = To błąd po stronie serwera; nic nie zostało zapisane. Jeśli się powtórzy, podaj administratorowi numer { $id }.
api-broken-title = Błąd serwera
api-conflict-title = Konflikt
api-forbidden = Rola nie obejmuje uprawnienia { $name } ({ $words }).
api-forbidden-title = Brak uprawnienia
api-invalid = Części danych nie można przyjąć; powody są w errors. Nic nie zostało zmienione.
api-invalid-title = Błędne dane
api-file-too-large = Plik może mieć najwyżej { $limit } MB.
api-file-too-large-title = Za duży plik
api-form-type = Wyślij treść jako multipart/form-data.
api-form-type-title = Nieobsługiwany rodzaj treści
api-media-type = Wyślij treść jako application/json w UTF-8.
api-media-type-title = Nieobsługiwany rodzaj treści
api-method = Ten adres nie obsługuje tej metody; obsługiwane wymienia nagłówek Allow.
api-method-title = Niedozwolona metoda
api-no-room = Na dysku serwera zabrakło miejsca. Nic nie zostało zapisane; odczyt działa.
api-no-room-title = Brak miejsca na dysku
api-restoring = Firma wraca właśnie do stanu z kopii. Nic nie zostało zapisane. Spróbuj za minutę.
api-restoring-title = Trwa przywracanie firmy
api-not-found = Pod tym adresem nic nie ma albo rola tego nie obejmuje.
api-not-found-title = Nie znaleziono
api-not-json = Treści nie można odczytać jako JSON: wiersz { $line }, kolumna { $column }.
api-not-json-title = To nie jest JSON
api-not-json-twice = W jednym obiekcie JSON ta sama nazwa występuje dwa razy: wiersz { $line }, kolumna { $column }.
api-not-json-utf8 = Treść nie jest zapisana w UTF-8.
api-precondition = Zasób zmienił się, odkąd go odczytano. Odczytaj go ponownie i wyślij zmianę z nowym ETag.
api-precondition-title = Zasób się zmienił
api-throttled =
    { $seconds ->
        [one] Za dużo żądań. Spróbuj ponownie za { $seconds } sekundę.
        [few] Za dużo żądań. Spróbuj ponownie za { $seconds } sekundy.
        [many] Za dużo żądań. Spróbuj ponownie za { $seconds } sekund.
       *[other] Za dużo żądań. Spróbuj ponownie za { $seconds } sekundy.
    }
api-throttled-title = Za dużo żądań
api-too-large = Treść żądania może mieć najwyżej 1 MiB.
api-too-large-title = Za duża treść
api-unauthorized = Wyślij ważny token w nagłówku „Authorization: Bearer TOKEN”. Token tworzy się w profilu.
api-unauthorized-title = Potrzebny jest ważny token

### values

error-country-empty = Podaj kraj.
error-country-unknown = Nie znamy takiego kraju. Wpisz nazwę po polsku lub po angielsku albo dwuliterowy kod, np. DE.
error-email-at = Adres e-mail musi zawierać jeden znak @, np. jan@firma.pl.
error-email-characters = Adres e-mail zawiera niedozwolony znak, np. spację, przecinek lub nawias.
error-email-domain = Część adresu e-mail po znaku @ jest nieprawidłowa. Sprawdź nazwę domeny, np. firma.pl.
error-email-empty = Podaj adres e-mail.
error-email-local = Część adresu e-mail przed znakiem @ jest nieprawidłowa.
error-email-too-long = Adres e-mail jest za długi (najwyżej 254 znaki).
error-iban-characters = To nie jest numer konta. Wpisz 26 cyfr, a dla konta zagranicznego IBAN z kodem kraju.
error-iban-checksum = Numer konta zawiera błąd: cyfry kontrolne się nie zgadzają. Sprawdź, czy nie ma literówki.
error-iban-empty = Podaj numer konta.
error-iban-length = Numer konta ma złą długość. Konto w polskim banku ma 26 cyfr.
error-link-characters = Adres strony zawiera niedozwolony znak, np. spację lub cudzysłów.
error-link-empty = Podaj adres strony.
error-link-host = Nieprawidłowy adres strony. Wpisz na przykład firma.pl lub https://firma.pl/oferta.
error-link-scheme = Adres strony może zaczynać się tylko od http:// lub https://.
error-link-too-long = Adres strony jest za długi (najwyżej 500 znaków).
error-money-ambiguous = Nie wiadomo, czy separator oddziela tysiące, czy grosze. Wpisz kwotę z dwoma miejscami po przecinku, np. 1234,00.
error-money-currency = Nieznana waluta. Wpisz trzyliterowy kod, np. PLN lub EUR.
error-money-decimals = Kwota może mieć najwyżej dwa miejsca po przecinku.
error-money-empty = Podaj kwotę.
error-money-mixed = Nie można dodać kwot w różnych walutach.
error-money-not-a-number = To nie jest kwota. Wpisz na przykład 1234,50.
error-money-range = Kwota jest za duża.
error-phone-characters = To nie wygląda na numer telefonu. Wpisz same cyfry, np. 601 102 203; dopisek dodaj w notatkach.
error-phone-empty = Podaj numer telefonu.
error-phone-too-long = Numer telefonu ma za dużo cyfr. Jeśli to dwa numery, wpisz je osobno.
error-phone-too-short = Numer telefonu ma za mało cyfr.
error-tax-id-checksum = NIP zawiera błąd: cyfra kontrolna się nie zgadza. Sprawdź, czy nie ma literówki.
error-tax-id-empty = Podaj NIP.
error-tax-id-length = NIP ma 10 cyfr. Numer zagraniczny wpisz z kodem kraju, np. DE123456789.
error-tax-id-pattern = Ten numer nie pasuje do wzoru numerów podatkowych kraju { $country }.
error-tax-id-unknown = To nie wygląda na NIP ani na zagraniczny numer podatkowy. Numer zagraniczny zaczyna się od kodu kraju, np. DE123456789.

### sheets

sheet-error-cell-too-long-to-write = Tekst w wierszu { $row }, kolumnie { $column } nie mieści się w komórce Excela (najwyżej { $limit } znaków). Wybierz format CSV.
sheet-error-damaged = Plik jest uszkodzony lub niekompletny. Otwórz go w arkuszu kalkulacyjnym, zapisz ponownie i spróbuj jeszcze raz.
sheet-error-empty = Plik jest pusty: nie ma w nim widocznego arkusza z danymi. Wybierz inny plik.
sheet-error-encoding = Nie można odczytać liter w tym pliku. Zapisz go jako „CSV UTF-8” i spróbuj jeszcze raz.
sheet-error-encrypted = Skoroszyt jest chroniony hasłem. Zapisz go bez hasła i spróbuj jeszcze raz.
sheet-error-endless-row = Wiersz { $row } nie ma końca. Najpewniej otwarto w nim cudzysłów i nie zamknięto. Popraw to i spróbuj jeszcze raz.
sheet-error-file-too-large = Plik ma więcej niż { $limit } MB. Podziel go na kilka plików.
sheet-error-no-such-sheet = W skoroszycie nie ma arkusza „{ $name }”. Wybierz inny.
sheet-error-reader = Nie udało się rozpocząć czytania pliku. Spróbuj ponownie; jeśli to nie pomoże, powiadom osobę opiekującą się serwerem.
sheet-error-row-too-long = Komórki wiersza { $row } zawierają więcej tekstu, niż można wczytać naraz. Skróć je i spróbuj ponownie.
sheet-error-stopped = Czytanie pliku zatrzymano.
sheet-error-takes-too-long = Czytanie tego pliku trwa zbyt długo. Zapisz go jako .xlsx lub CSV albo podziel na kilka plików.
sheet-error-too-large-to-read = Arkusz jest zbyt duży, by go odczytać w przewidzianej na to pamięci. Zapisz go jako .xlsx lub CSV albo podziel na kilka plików.
sheet-error-web-page = Ten plik to strona internetowa zapisana pod nazwą arkusza. Otwórz go w programie do arkuszy i zapisz jako .xlsx.
sheet-error-mismatch = Plik ma nazwę .{ $extension }, ale jego zawartość to .{ $found }. Zapisz go w arkuszu kalkulacyjnym jako .xlsx lub .csv.
sheet-error-not-a-sheet = Ten plik nie jest arkuszem. Wybierz plik programu Excel lub LibreOffice (.xlsx, .xls, .ods) albo plik tekstowy z kolumnami (.csv).
sheet-error-read = Nie udało się odczytać pliku. Spróbuj jeszcze raz.
sheet-error-too-many-columns = W wierszu { $row } jest za dużo kolumn (najwyżej { $limit }). Usuń niepotrzebne kolumny.
sheet-error-too-many-rows = Arkusz ma za dużo wierszy (najwyżej { $limit }). Podziel go na kilka plików.
sheet-error-too-many-rows-to-write = Arkusz Excela mieści najwyżej { $limit ->
    [one] { $limit } wiersz
    [few] { $limit } wiersze
    [many] { $limit } wierszy
   *[other] { $limit } wiersza
}. Wybierz mniej rekordów albo format CSV.
sheet-error-unpacks-too-large = Plik po rozpakowaniu jest o wiele za duży jak na arkusz. Zapisz dane w nowym skoroszycie albo jako CSV i spróbuj jeszcze raz.
sheet-error-unsupported = Plików tego rodzaju (.{ $extension }) nie można odczytać. Zapisz arkusz w jednym z formatów: { $supported } i spróbuj jeszcze raz.
sheet-error-write = Nie udało się zapisać arkusza. Sprawdź, czy na dysku jest miejsce, i spróbuj jeszcze raz.
sheet-problem-formula-without-result = Formułę w tej komórce zapisano bez wyniku. Otwórz plik w Excelu, zapisz go i spróbuj jeszcze raz.
sheet-problem-too-long = Liczba znaków w tej komórce: { $chars }. Można przyjąć najwyżej { $limit }.

### data by tax id: public registers of taxpayers

lookup-button = Pobierz dane po NIP
lookup-title = Dane z rejestru
lookup-failed = Nie udało się pobrać danych
lookup-by-hand = Dane można wpisać ręcznie i zapisać.
lookup-number = Numer
lookup-standing = Status VAT
lookup-as-of = stan na { $day }
lookup-request = Identyfikator zapytania
lookup-differences = Co się zmieni
lookup-field = Pole
lookup-now = Teraz
lookup-found = W rejestrze
lookup-same = bez zmian
lookup-add-to-notes = Dopisz do notatek
lookup-more-accounts =
    { $count ->
        [one] i { $count } inne konto
        [few] i { $count } inne konta
       *[many] i { $count } innych kont
    }
lookup-all-the-same = Wszystko zgadza się z rejestrem.
lookup-take = Przyjmij zaznaczone
lookup-take-hint = Zmienią się tylko zaznaczone pola. Można to cofnąć.
lookup-take-hint-form = Zaznaczone dane trafią do formularza. Nic nie zostanie zapisane, dopóki nie klikniesz „Zapisz”.
lookup-back-to-form = Wróć do formularza bez zmian
lookup-filled-in = Formularz uzupełniony. Sprawdź i zapisz.
register-vat-payers = Wykaz podatników VAT (Ministerstwo Finansów)
register-vies = VIES (rejestry VAT krajów Unii Europejskiej)
register-vat-active = czynny
register-vat-exempt = zwolniony
register-vat-unregistered = niezarejestrowany
register-vat-other = inny
error-register-off = Pytanie tego rejestru jest wyłączone w konfiguracji programu ([registers]).
error-register-none = Tego numeru nie ma w żadnym z rejestrów, które program pyta: polskim wykazie podatników VAT i unijnym VIES.
error-register-no-number = Wpisz NIP, żeby pobrać dane.
error-register-unreachable = Nie można połączyć się z rejestrem. Sprawdź połączenie serwera z internetem i spróbuj ponownie.
error-register-timeout = Rejestr nie odpowiedział w porę. Spróbuj za chwilę.
error-register-not-found = Rejestr nie zna tego numeru. Sprawdź, czy nie ma w nim pomyłki.
error-register-limit =
    { $words ->
        [missing] Rejestr nie przyjmuje na razie więcej zapytań. Spróbuj później.
       *[other] Rejestr nie przyjmuje na razie więcej zapytań. Jego odpowiedź: „{ $words }”
    }
error-register-refused = Rejestr odrzucił zapytanie. Jego odpowiedź: „{ $words }”
error-register-out-of-order = Rejestr jest chwilowo nieczynny. Spróbuj później.
error-register-strange = Odpowiedzi rejestru nie da się odczytać. Nic nie zostało zmienione. Spróbuj później.
check-vat = Sprawdź VAT
check-vat-list = Sprawdź status VAT klientów z listy
check-vat-name = Nazwa
check-vat-number = NIP
check-vat-standing = Status VAT
check-vat-day = Stan na dzień
check-vat-request = Identyfikator zapytania
check-vat-account = Konto na wykazie
check-vat-remark = Uwagi
check-vat-no-number = brak NIP
check-vat-unknown = nieznany w rejestrze
check-vat-unanswered = nie sprawdzono
operation-to-look-at = Do sprawdzenia
operation-count-vat-active = czynni podatnicy
operation-count-vat-exempt = zwolnieni
operation-count-vat-unregistered = niezarejestrowani
operation-count-vat-other = inny status
operation-count-vat-unknown = nieznani w rejestrze
operation-count-vat-unanswered = nie sprawdzono
operation-count-vat-no-number = bez NIP

### operations: long work, and acts on many records

bulk-title = Zmiana zaznaczonych rekordów ({ $count })
bulk-lead = Wypełnij tylko to, co ma się zmienić. Puste pola zostaną w każdym rekordzie takie, jakie są.
bulk-add = { $field }: dodaj
bulk-remove = { $field }: usuń
bulk-clear = { $field }: wyczyść
bulk-more = Inne pola
list-select-matching = wszystkie z listy ({ $count })
error-bulk-no-clearing = Tego pola nie można wyczyścić.
error-bulk-clear-or-set = Wpisz wartość albo wyczyść pole, nie jedno i drugie.
operations-title = Operacje
operations-lead = Dłuższe prace: eksporty, importy i zmiany wielu rekordów. Trwają dalej, gdy zamkniesz stronę.
operations-empty-title = Nie ma jeszcze operacji
operations-empty = Tu widać dłuższe prace: eksport dużej listy, import pliku, zmianę lub usunięcie wielu rekordów. Pojawią się, gdy coś takiego rozpoczniesz.
operations-older = Starsze
operations-what = Operacja
operations-state = Stan
operations-outcome = Wynik
operations-who = Kto
operations-when = Kiedy
operations-running =
    { $count ->
        [one] { $count } operacja w toku
        [few] { $count } operacje w toku
        [many] { $count } operacji w toku
       *[other] { $count } operacji w toku
    }
operation-kind-bulk-change = Zmiana wielu rekordów
operation-kind-bulk-delete = Usunięcie wielu rekordów
operation-kind-export = Eksport
operation-kind-import = Import
operation-kind-merge = Scalanie
operation-kind-hand-over = Przekazanie rekordów
operation-kind-register-check = Sprawdzenie w rejestrze
operation-kind-undo = Cofnięcie operacji
operation-kind-person-undo = Cofnięcie działań osoby
operation-kind-bulk-restore = Przywrócenie z kosza
operation-kind-purge = Usunięcie na zawsze
operation-kind-copy = Moja kopia
operation-state-running = w toku
operation-state-done = zakończona
operation-state-failed = nieudana
operation-state-cancelled = zatrzymana
operation-state-interrupted = przerwana
operation-state-undone = cofnięta
operation-phase-waiting = Czeka na swoją kolej.
operation-count-changed = zmieniono
operation-count-unchanged = bez zmian
operation-count-deleted = usunięto
operation-count-created = dodano
operation-count-updated = zaktualizowano
operation-count-skipped = pominięto
operation-count-failed = z błędem
operation-count-undone = cofnięto
operation-count-left = pozostawiono
operation-count-restored = przywrócono
operation-count-purged = usunięto na zawsze
operation-count-partly = w tym tylko częściowo
operation-of = { $done } z { $total }
operation-rate = { $count } na sekundę
operation-left-seconds =
    { $count ->
        [one] jeszcze około { $count } sekundy
        [few] jeszcze około { $count } sekund
        [many] jeszcze około { $count } sekund
       *[other] jeszcze około { $count } sekundy
    }
operation-left-minutes =
    { $count ->
        [one] jeszcze około { $count } minuty
        [few] jeszcze około { $count } minut
        [many] jeszcze około { $count } minut
       *[other] jeszcze około { $count } minuty
    }
operation-progress = Postęp
operation-may-leave = Możesz zamknąć tę stronę; praca trwa dalej.
operation-stopping = Zatrzymuje się po bieżącej porcji.
operation-refresh = Odśwież
operation-counts-hidden = Liczby widzą osoby, które rozpoczęły operację albo widzą wszystkie rekordy.
operation-nothing-done = Nic nie zostało zmienione.
operation-stays-done = To, co zrobiono wcześniej, zostaje.
operation-about = O operacji
operation-started = Rozpoczęta
operation-ended = Zakończona
operation-file = Plik
operation-filter = Rekordy
operation-filter-list = lista z tymi samymi filtrami
operation-from = Od kogo
operation-to = Do kogo
operation-takes-back = Cofa
operation-taken-back-by = Cofnięta przez
operation-other = tę operację
operation-back = Wróć do operacji
operation-download = Pobierz plik
operation-result-until = do pobrania do:
operation-result-gone-title = Pliku już nie ma
operation-result-rights = Od zlecenia operacji zmieniła się Twoja rola albo zespół, więc ten plik nie jest już dostępny. Zleć operację jeszcze raz.
operation-result-gone = Plik z wynikiem leży jeden dzień i został usunięty. Zrób eksport jeszcze raz.
operation-undo = Cofnij całą operację
operation-left-aside = Pozostawione bez zmian
operation-record = Rekord
operation-why = Powód
operation-left-unseen =
    { $count ->
        [one] { $count } rekordu nie widać: został usunięty albo Twoja rola go nie obejmuje.
        [few] { $count } rekordów nie widać: zostały usunięte albo Twoja rola ich nie obejmuje.
        [many] { $count } rekordów nie widać: zostały usunięte albo Twoja rola ich nie obejmuje.
       *[other] { $count } rekordu nie widać: zostały usunięte albo Twoja rola ich nie obejmuje.
    }
operation-left-more = Pokazano pierwsze { $count }.
operation-interrupted = Program został zatrzymany w trakcie pracy.
operation-broke = Coś zepsuło się po naszej stronie; więcej jest w dzienniku serwera.
operation-why-missing = nie ma go albo Twoja rola go nie obejmuje
operation-why-forbidden = Twoja rola na to nie pozwala
operation-why-signed-out = Konto zostało wyłączone.
operation-why-changed = ktoś zmienił go w międzyczasie
operation-why-changed-since = ktoś zmienił to później, więc zostaje
operation-why-deleted-since = ktoś usunął go później
operation-why-merged = był łączony z innym rekordem; połączenie cofa się osobno
operation-why-fields-not-yours = Twoja rola nie pozwala zmieniać części pól
operation-of-user = Czyje działania
operation-stretch = Z okresu
operation-why-changed-by = w międzyczasie zmiana: { $name }
operation-why-invalid = tej zmiany nie można w nim wprowadzić
operation-why-store = Nie udało się zapisać danych.
operation-why-file = Nie udało się zapisać pliku. Sprawdź, czy na dysku jest miejsce.
error-operation-over = Ta operacja już się skończyła.
error-operation-running = Ta operacja jeszcze trwa albo właśnie jest cofana.
error-operation-undone = Ta operacja została już cofnięta.
error-operation-no-undo = Tej operacji nie można cofnąć: nic nie zmieniła albo minął czas, w którym to możliwe.
error-operations-stopping = Program właśnie się zatrzymuje. Spróbuj za chwilę.
error-operations-too-many = Masz już wiele operacji w toku. Poczekaj, aż któraś się skończy.

### records: pages of records of any module

records-back-to-list = Wróć do listy
records-created = dodano
records-updated = zmieniono
records-history = Cała historia
records-not-yours = Tego pola nie możesz zmieniać.
records-out-of-reach = rekord poza Twoim zakresem
records-person-gone = osoba usunięta
records-tags-add = Dodaj tagi
records-tags-remove = Usuń tagi
records-unchanged = bez zmian
records-way-api = przez API
records-way-command = poleceniem
records-way-import = z importu
list-filter-given = podane
list-more-filters = Więcej filtrów
clients-group-person = Dane osoby
clients-hint-company = Tylko dla osoby: firma, w której pracuje.
clients-hint-tax-id = NIP w dowolnym zapisie; zagraniczny z kodem kraju, np. DE123456789.
clients-people-all = Pokaż wszystkie osoby
search-all =
    { $count ->
        [one] Pokaż { $count } na liście
        [few] Pokaż { $count } na liście
        [many] Pokaż { $count } na liście
       *[other] Pokaż { $count } na liście
    }
search-total =
    { $count ->
        [one] { $count } wynik
        [few] { $count } wyniki
        [many] { $count } wyników
       *[other] { $count } wyniku
    }
trash-any-moment = w każdej chwili
trash-older = Pokaż starsze
trash-restore-chosen = Przywróć zaznaczone
notice-saved = Zapisano zmiany.
notice-created = Dodano.
notice-deleted = Przeniesiono do kosza.
notice-restored = Przywrócono z kosza.
notice-merged =
    { $count ->
        [one] Połączono { $count } rekord.
        [few] Połączono { $count } rekordy.
       *[many] Połączono { $count } rekordów.
    }
notice-merged-into = Rekord spod tego adresu połączono z tym.
notice-unmerged = Cofnięto połączenie. Rekordy wróciły: { $count }.
notice-unmerged-left = Cofnięto połączenie. Rekordy wróciły: { $count }. Pola zmienione później zostały: { $left }.
notice-set-apart = Zapamiętano: to nie duplikaty.
notice-undone = Cofnięto zmianę.
notice-files-added =
    { $count ->
        [one] Dodano { $count } plik.
        [few] Dodano { $count } pliki.
        [many] Dodano { $count } plików.
       *[other] Dodano { $count } pliku.
    }
notice-file-removed = Usunięto plik.
notice-file-back = Przywrócono plik.
notice-bulk-changed =
    { $count ->
        [one] Zmieniono { $count } rekord.
        [few] Zmieniono { $count } rekordy.
        [many] Zmieniono { $count } rekordów.
       *[other] Zmieniono { $count } rekordu.
    }
notice-bulk-deleted =
    { $count ->
        [one] Przeniesiono do kosza { $count } rekord.
        [few] Przeniesiono do kosza { $count } rekordy.
        [many] Przeniesiono do kosza { $count } rekordów.
       *[other] Przeniesiono do kosza { $count } rekordu.
    }
notice-bulk-restored =
    { $count ->
        [one] Przywrócono { $count } rekord.
        [few] Przywrócono { $count } rekordy.
        [many] Przywrócono { $count } rekordów.
       *[other] Przywrócono { $count } rekordu.
    }
notice-bulk-partly = Zrobiono: { $count }. Pominięto: { $left } ({ $why }).
notice-why-changed = ktoś zmienił je w międzyczasie
notice-why-forbidden = Twoja rola na to nie pozwala
notice-why-invalid = tej zmiany nie można w nich wprowadzić
notice-why-missing = nie ma ich albo Twoja rola ich nie obejmuje
notice-why-mixed = część jest poza Twoją rolą, części już nie ma
error-bulk-action = Wybierz, co zrobić z zaznaczonymi rekordami: zmienić je czy usunąć.
error-bulk-nothing-chosen = Zaznacz co najmniej jeden rekord.
error-bulk-nothing-to-change = Wybierz, co zmienić w zaznaczonych rekordach.
error-bulk-too-many =
    { $most ->
        [one] Naraz można zaznaczyć najwyżej { $most } rekord.
        [few] Naraz można zaznaczyć najwyżej { $most } rekordy.
        [many] Naraz można zaznaczyć najwyżej { $most } rekordów.
       *[other] Naraz można zaznaczyć najwyżej { $most } rekordu.
    }
error-reference-several = Tę nazwę ma kilka rekordów. Wpisz jedną z tych pozycji w całości: { $names }
error-reference-unknown = Nie ma rekordu „{ $value }” albo Twoja rola go nie obejmuje. Wybierz go z podpowiedzi.

### import-messages: what an import says of rows, columns and cells

import-cell-choice = Nie wiadomo, co oznacza to słowo. Zapisano je w notatkach.
import-cell-digits = Ta liczba ma więcej cyfr, niż Excel przechowuje, więc część mogła przepaść. Ustaw kolumnę jako tekst, wpisz liczbę ponownie i wczytaj wiersz jeszcze raz.
import-cell-error = W tej komórce arkusza jest błąd zamiast wartości.
import-cell-refused = Tej wartości nie można przyjąć w tym polu.
import-column-computed = Tę wartość oblicza program; kolumnę pominięto.
import-column-not-yours = Twoja rola nie pozwala ustawiać tego pola; kolumnę pominięto.
import-column-unknown = Nie rozpoznano tej kolumny; jej treść zapisano w notatkach.
import-error-changed = Rekord zmienił się w trakcie importu. Wczytaj plik jeszcze raz.
import-error-column = W pliku nie ma kolumny „{ $column }”.
import-error-field = Nie ma pola „{ $field }”, którego można by tu użyć.
import-error-for-all = Wartości dla wszystkich wierszy w polu „{ $field }” nie można przyjąć: { $message }
import-error-only-headings = Arkusz ma nagłówki, ale nie ma pod nimi wierszy. Wybierz inny plik lub inny arkusz.
import-file-misnamed = Nazwa pliku nie zgadza się z zawartością; odczytano go jako .{ $kind }.
import-bad-rows-title = Wiersze do poprawienia
import-bad-rows-why = Co poprawić
import-part-first-name = Imię (część nazwy)
import-part-last-name = Nazwisko (część nazwy)
import-error-no-title = Żadna kolumna pliku nie zawiera pola „{ $field }”. Sprawdź, czy pierwszy wiersz to nagłówki, albo wskaż kolumnę.
import-error-signed-out = Konto jest wyłączone albo sesja wygasła.
import-error-stopped =
    { $count ->
        [one] Import przerwano po { $count } wierszu; jest już zapisany. { $cause }
       *[other] Import przerwano po { $count } wierszach; są już zapisane. { $cause }
    }
import-error-store = Nie udało się zapisać danych. Sprawdź, czy na dysku serwera jest miejsce, i spróbuj jeszcze raz.
import-notes-full = Treść, która nie pasuje do żadnego pola, nie zmieściła się w notatkach.
import-notes-more =
    { $count ->
        [one] I jeszcze { $count } uwaga.
        [few] I jeszcze { $count } uwagi.
       *[other] I jeszcze { $count } uwag.
    }
import-owner-not-yours = Twoja rola nie pozwala wskazywać opiekuna; nowe rekordy są Twoje.
import-owner-unknown = Nie ma takiej osoby w firmie albo jest ich kilka. Opiekunem jest osoba, która importuje.
import-reference-several = Jest kilka rekordów o tej nazwie, więc nie wiadomo, który powiązać.
import-reference-unknown = Nie znaleziono takiego rekordu, więc go nie powiązano.
import-row-no-name = Wiersz nie ma nazwy.

### permission: what a refusal names, after the module

### notice: answers to the last act

notice-imported = Plik wczytano.
notice-password-changed = Hasło zmienione. Inne sesje zakończono.
notice-token-revoked = Token unieważniono.
notice-already-there = Ten rekord już jest w kartotece.
notice-field-retired = Pole wycofano z użycia. Jego dane zostały.
notice-field-back = Pole wróciło do użycia, ze wszystkimi danymi.
notice-field-purged = Pole i jego dane są usuwane na zawsze.
notice-team-deleted = Zespół usunięto.
notice-disabled-records-stay = Konto jest wyłączone, ale przekazania rekordów nie udało się rozpocząć. Przekaż je poniżej.
notice-user-deleted = Konto usunięto.
notice-role-deleted = Rolę usunięto.
notice-signed-out = Wylogowano.

### more of what may go wrong

login-wrong = Adres lub hasło jest nieprawidłowe.

# Miejsca i godziny pracy
barred-title = Nie stąd lub nie teraz
barred-address-title = Z tego miejsca nie możesz pracować
barred-address = Twoje konto działa tylko z wybranych adresów sieciowych, a łączysz się z { $address }. Nic nie zostało zmienione.
barred-hours-title = O tej porze nie możesz pracować
barred-hours = Twoje konto działa tylko w wyznaczonych godzinach, a teraz jest { $now }. Nic nie zostało zmienione.
barred-ask = Jeśli potrzebujesz dostępu, poproś: { $names }. Podaj adres i godzinę z tej strony.
barred-ask-nobody = Jeśli potrzebujesz dostępu, poproś osobę, która opiekuje się serwerem: poleceniem „kartoteka user allow-any-ip” wpuści Cię na dobę.
barred-trial = Nowe reguły są na próbę i nie wpuszczają teraz z adresu { $address }. O { $until } cofną się same; wtedy odśwież tę stronę. Zatwierdzić je można z miejsca, które dopuszczają.
trial-box = Wypróbuj mimo to przez 10 minut
trial-hint = Zmiana zadziała od razu. Cofnie się sama, jeśli w ciągu 10 minut nikt nie zatwierdzi jej z miejsca, które te reguły dopuszczają.
trial-banner =
    { $minutes ->
        [one] Nowe reguły logowania są na próbę do { $until } (została { $minutes } minuta). Bez zatwierdzenia same się cofną.
        [few] Nowe reguły logowania są na próbę do { $until } (zostały { $minutes } minuty). Bez zatwierdzenia same się cofną.
        [many] Nowe reguły logowania są na próbę do { $until } (zostało { $minutes } minut). Bez zatwierdzenia same się cofną.
       *[other] Nowe reguły logowania są na próbę do { $until } (zostało { $minutes } minuty). Bez zatwierdzenia same się cofną.
    }
trial-keep = Zatwierdź
trial-drop = Cofnij teraz
error-trial-running = Trwa już próba innych reguł. Zatwierdź ją albo cofnij, a potem zmień te.
error-trial-elsewhere = Stąd nie można zatwierdzić: próbowane reguły tego miejsca nie dopuszczają. Zrób to z dozwolonego adresu.
error-trial-over = Tej próby już nie ma: została zatwierdzona albo cofnięta.
audit-says-trial-begun = Zaczęto próbę reguł logowania
audit-says-trial-kept = Zatwierdzono reguły logowania, które były na próbę
audit-says-trial-dropped = Cofnięto reguły logowania, które były na próbę
audit-says-trial-over = Reguły logowania, które były na próbę, cofnęły się same
api-barred-title = Nie stąd lub nie teraz
api-barred-address = To konto nie może łączyć się z adresu { $address }.
api-barred-hours = To konto nie może pracować o tej porze.
error-ip-range = To nie jest adres ani zakres adresów: { $range }. Wpisz na przykład 203.0.113.7 albo 10.0.0.0/8.
error-ip-range-label = Opis zakresu może mieć najwyżej { $most } znaków.
error-ip-range-list = Potrzebna jest lista adresów lub zakresów.
error-hours = To nie są godziny: { $hours }. Wpisz na przykład 08:00-16:00.
error-hours-list = Potrzebna jest lista godzin, na przykład 08:00-16:00.
error-exception-list = Potrzebna jest lista wyjątków.
error-exception-part = Wyjątek nie ma takiej części: { $part }.
error-exception-until = Wyjątek musi mieć koniec: datę albo datę i godzinę.
error-lock-out-address = Ta zmiana zamknęłaby dostęp Tobie: łączysz się z { $address }. Dodaj ten adres do dozwolonych. Nic nie zostało zmienione.
error-lock-out-hours = Ta zmiana zamknęłaby dostęp Tobie: łączysz się z { $address } właśnie teraz. Dodaj tę godzinę do dozwolonych. Nic nie zostało zmienione.
error-lock-out-owners = Po tej zmianie żaden właściciel nie mógłby się zalogować. Nic nie zostało zmienione.
places-title = Miejsce i godziny pracy
places-title-of = Miejsce i godziny: { $name }
places-lead = Obowiązuje to, co najsurowsze: reguły firmy, roli i osoby razem, przy logowaniu i przy każdym kliknięciu, dla właścicieli też.
places-open = Bez własnych ograniczeń.
places-closed = Są własne ograniczenia miejsca lub godzin.
places-change = Miejsce i godziny
places-built-in = Wbudowanej roli nie można zmienić. Zrób jej kopię albo ustaw reguły osobom.
places-own-address = Łączysz się z adresu { $address }.
places-add-own = Dodaj ten adres
places-addresses = Dozwolone adresy
places-allowed = Adresy i zakresy
places-allowed-hint = Po jednym w wierszu, z opisem po spacji: 203.0.113.7 Biuro albo 2001:db8::/32 Magazyn. Puste pole: zewsząd.
places-hours = Dozwolone godziny
places-hours-hint = Na przykład 08:00-16:00, kilka po przecinku; 22:00-06:00 przechodzi przez północ. Wszystkie pola puste: zawsze. Gdy choć jeden dzień ma godziny, dzień bez godzin jest zamknięty.
places-exceptions = Wyjątki na jakiś czas
places-exceptions-label = Wyjątki
places-exceptions-hint = Po jednym w wierszu: do kiedy i skąd, na przykład 2026-12-01 18:00 198.51.100.0/24 Targi. Bez zakresu: zewsząd. Do tej chwili nie obowiązuje żadna reguła.
places-takes-effect = Działa od następnego kliknięcia.
places-office = Biuro
places-office-label = Adresy biura
places-office-hint = Po jednym w wierszu. Historia, sesje i dziennik pokazują, co zrobiono „w biurze”. Samo w sobie nikogo nie ogranicza.
security-title = Bezpieczeństwo logowania
settings-security-about = Skąd i kiedy wolno pracować, adresy biura, czas sesji.
security-lead = Reguły dla wszystkich. Surowsze można ustawić roli i osobie.
security-sessions = Sesje
security-session-idle-minutes = Koniec bez użycia po (minut)
security-session-age-hours = Koniec zawsze po (godzin)
security-fresh-minutes = Hasło pamiętane przy ważnych zmianach (minut)
security-passwords = Hasła
security-passwords-hint = Zero wyłącza. Bez wymogów co do rodzaju znaków; hasła łatwe do odgadnięcia, popularne i zawierające nazwisko lub nazwę firmy są odrzucane zawsze.
security-password-least = Najmniej znaków (od 15)
security-password-least-two-step = Najmniej znaków przy drugim kroku (od 8)
security-password-days = Ważne przez (dni)
security-password-history = Ile ostatnich nie można powtórzyć
security-password-first-change = Hasło nadane przez kogoś innego trzeba zmienić przy pierwszym logowaniu
strength-label = Siła hasła
fresh-title = Potwierdź hasłem
fresh-lead = To ważna czynność, a od podania hasła minęło trochę czasu. Podaj je jeszcze raz; nic z tego, co wpisano, nie zginie.
fresh-own-password = Twoje hasło do Kartoteki
fresh-confirm = Potwierdź i zrób to

### copy: all that one may take out, in one archive

copy-title = Moja kopia
copy-about = Wszystko, co możesz eksportować, w jednym pliku .zip: każdy moduł jako arkusz .xlsx, który import przyjmie z powrotem.
copy-holds = W kopii:
copy-nothing = Twoja rola nie pozwala niczego eksportować, więc kopii nie można zrobić. Poproś o to osobę, która zarządza rolami.
copy-make = Przygotuj kopię
copy-file = moja-kopia
copy-readme-title = MOJA KOPIA
copy-readme-of = Firma: { $firm }. Kopia dla: { $person }. Stan z: { $at }.
copy-readme-files = Pliki (w nawiasie liczba rekordów):
copy-readme-left-out = Bez modułów, których Twoja rola nie pozwala eksportować: { $modules }.
copy-readme-back = Jak to wczytać: rozpakuj archiwum, w Kartotece otwórz moduł, wybierz „Import” i wskaż jego arkusz. Przy ustawieniu „pomiń wiersz, rekord zostaje bez zmian” dojdzie tylko to, czego brakuje; rekordy wracają ze swoimi identyfikatorami, opiekunami i datami.
copy-readme-seen = Są tu tylko rekordy i pola, które widzi Twoja rola. Załączników, historii i ustawień tu nie ma: od tego są kopie zapasowe firmy.
copy-readme-care = Plik zawiera dane klientów. Przechowuj go bezpiecznie i usuń, gdy nie będzie potrzebny.
strength-common = na liście najczęściej zgadywanych
strength-weak = słabe, łatwe do odgadnięcia
strength-good = dobre
strength-strong = bardzo dobre
password-due-first = To hasło nadał Ci ktoś inny. Wybierz własne, żeby pracować dalej.
password-due-old = To hasło jest starsze, niż pozwala firma. Wybierz nowe, żeby pracować dalej.
password-due-short = Drugi krok logowania jest wyłączony, a bez niego to hasło jest za krótkie. Wybierz dłuższe, żeby pracować dalej.
day-mon = Poniedziałek
day-tue = Wtorek
day-wed = Środa
day-thu = Czwartek
day-fri = Piątek
day-sat = Sobota
day-sun = Niedziela
profile-sessions-lead = Urządzenia, na których masz teraz otwartą sesję. Nieznane? Zakończ jego sesję i zmień hasło.
profile-sessions-empty = Żadna sesja nie jest otwarta.
profile-session-unknown = nieznane urządzenie
sessions-title-of = Otwarte sesje: { $name }

### effects: what a change of rights would do

effects-title = Co się zmieni
effects-preview = Podgląd zmian
effects-nothing-yet = Zmień coś w formularzu, a tu pokaże się, kto co zyska i co straci.
effects-none = Nikt niczego nie zyska ani nie straci.
effects-look = Nic jeszcze nie zapisano. Sprawdź, kto co zyska i co straci, i zapisz ponownie.
effects-gains = zyskuje:
effects-loses = traci:
effects-sign-in = logowanie i wszystko, na co pozwala rola
effects-second-step = musi logować się dwoma krokami
effects-second-step-set-up = musi logować się dwoma krokami: ustawi sposób przy następnym wejściu
effects-second-step-free = nie musi już logować się dwoma krokami
effects-not-told = liczba rekordów jest poza Twoim zakresem
effects-more =
    { $count ->
        [one] { $count } rekord więcej
        [few] { $count } rekordy więcej
        [many] { $count } rekordów więcej
       *[other] { $count } rekordu więcej
    }
effects-fewer =
    { $count ->
        [one] { $count } rekord mniej
        [few] { $count } rekordy mniej
        [many] { $count } rekordów mniej
       *[other] { $count } rekordu mniej
    }
effects-more-people =
    { $count ->
        [one] I jeszcze { $count } osoba.
        [few] I jeszcze { $count } osoby.
        [many] I jeszcze { $count } osób.
       *[other] I jeszcze { $count } osoby.
    }

### why: whether somebody may do something, and the reason

why-title = Sprawdź, dlaczego
why-lead = Wybierz osobę, rekord i czynność, a zobaczysz, czy rola na to pozwala i z czego to wynika.
why-person = Osoba
why-everybody = Wszyscy (kto widzi ten rekord)
why-record = Rekord
why-record-hint = Adres strony rekordu, jego numer albo słowa do wyszukania. Bez rekordu odpowiedź mówi o roli.
why-record-missing = Nie ma takiego rekordu albo jest poza Twoim zakresem.
why-act = Czynność
why-ask = Sprawdź
why-which = Który rekord?
why-who = Kto widzi: { $name }
why-who-see =
    { $count ->
        [one] { $count } osoba
        [few] { $count } osoby
        [many] { $count } osób
       *[other] { $count } osoby
    }
why-who-sees = Kto to widzi
why-view-yes = { $name } widzi { $module ->
        [clients] tego klienta
       *[other] ten rekord
    } („{ $record }”)
why-view-no = { $name } nie widzi { $module ->
        [clients] tego klienta
       *[other] tego rekordu
    } („{ $record }”)
why-edit-yes = { $name } może edytować { $module ->
        [clients] tego klienta
       *[other] ten rekord
    } („{ $record }”)
why-edit-no = { $name } nie może edytować { $module ->
        [clients] tego klienta
       *[other] tego rekordu
    } („{ $record }”)
why-delete-yes = { $name } może usunąć { $module ->
        [clients] tego klienta
       *[other] ten rekord
    } („{ $record }”)
why-delete-no = { $name } nie może usunąć { $module ->
        [clients] tego klienta
       *[other] tego rekordu
    } („{ $record }”)
why-at-yes = { $name } ma uprawnienie „{ $what }” („{ $record }”)
why-at-no = { $name } nie ma uprawnienia „{ $what }” („{ $record }”)
why-any-yes = { $name } ma uprawnienie „{ $what }”
why-any-no = { $name } nie ma uprawnienia „{ $what }”
why-because-disabled = konto tej osoby jest wyłączone
why-because-everybodys = rola { $role } ma { $act }: wszystkie
why-because-own = to rekord tej osoby, a rola { $role } ma { $act }: { $scope }
why-because-same-team = opiekunem jest { $owner } z tego samego zespołu ({ $team }), a rola { $role } ma { $act }: zespołu
why-because-unassigned-granted = rekord nie ma opiekuna, a rola { $role } pokazuje rekordy bez opiekuna
why-because-in-scope = rola { $role } ma { $act }: { $scope }
why-because-only-unassigned = rola { $role } obejmuje tylko rekordy bez opiekuna
why-because-granted = rola { $role } na to pozwala
why-because-no-scope = rola { $role } ma { $act }: brak
why-because-anothers = rola { $role } ma { $act }: swoje, a opiekunem jest { $owner }
why-because-other-team = rola { $role } ma { $act }: zespołu, a opiekunem jest { $owner } spoza zespołu tej osoby
why-because-no-team = rola { $role } ma { $act }: zespołu, ta osoba nie należy do żadnego zespołu, a opiekunem jest { $owner }
why-because-unassigned = rekord nie ma opiekuna, a rola { $role } ma { $act }: { $scope }
why-because-not-seen = bez dostępu do oglądania nie ma innych czynności
why-because-not-edited = bez prawa do edycji nie da się zmienić pól
why-because-not-granted = rola { $role } na to nie pozwala
why-because-hidden = rola { $role } ukrywa te pola
why-because-read-only = rola { $role } pokazuje te pola, ale nie pozwala ich zmieniać
why-change-role = Zmień rolę { $role }
why-change-person = Zmień rolę lub zespół osoby
why-change-owner = Zmień opiekuna rekordu
settings-why-about = Czy ktoś może coś zobaczyć lub zrobić i z czego to wynika.
settings-undo-about = Przywróć to, co ktoś usunął lub zmienił w podanym czasie.

### undo: what one person did, put back

undo-title = Cofnij działania osoby
undo-lead = Wróci to, co wybrana osoba usunęła lub zmieniła w podanym czasie. Tego, co inni zrobili później, nikt nie ruszy. Najpierw zobaczysz, co się stanie.
undo-user = Osoba
undo-choose-person = Wybierz osobę
undo-from = Od
undo-to = Do
undo-zone = Godziny według strefy czasowej firmy: { $zone }.
undo-preview = Pokaż, co się stanie
undo-other-time = Zmień osobę lub czas
undo-nothing = W tym czasie ta osoba nie usunęła ani nie zmieniła niczego, co można cofnąć.
undo-nothing-to-do = Nie ma czego cofać: wszystko, co ta osoba zmieniła, zmienili później inni.
undo-what = Co się stanie
undo-count-back = Wróci z kosza
undo-count-changed = Wróci do poprzednich wartości
undo-count-stay = Zostanie w całości lub części
undo-made = Przenieś też do kosza to, co ta osoba dodała ({ $count })
undo-hint = Całość da się potem cofnąć na stronie operacji.
undo-run = Cofnij te działania
undo-stays = Zostaje –
undo-comes-back = wróci z kosza
undo-goes-back = wróci do poprzednich wartości
undo-was-made = dodany; do kosza, jeśli tak wybierzesz
undo-stays-whole = zostaje
undo-made-touched = dodany przez tę osobę, później zmienił go ktoś inny:
undo-why-touched = później zmiana:
undo-why-deleted = później usunięcie:
undo-why-merged = połączony z innym rekordem; połączenie cofa się osobno
undo-why-not-yours = Twoja rola nie pozwala tego zmienić
error-undo-person = Nie ma takiej osoby. Wybierz ją z listy.
error-undo-future = Początek jest w przyszłości.
error-undo-too-long =
    { $most ->
        [one] Wybierz najwyżej { $most } dzień.
        [few] Wybierz najwyżej { $most } dni.
        [many] Wybierz najwyżej { $most } dni.
       *[other] Wybierz najwyżej { $most } dnia.
    }
error-undo-too-many = W tym czasie ta osoba zrobiła więcej niż { $most } zmian. Wybierz krótszy czas i powtórz to dla każdej części.

### pictures

picture-title = Zdjęcie
picture-now = Obecny obraz
picture-file = Plik
picture-hint = PNG, JPEG lub WebP, do 1 MB i 2000 × 2000 pikseli.
picture-save = Wyślij obraz
picture-remove = Usuń obraz
error-picture-empty = Wybierz plik z obrazem.
error-picture-heavy = Obraz ma ponad 1 MB. Zmniejsz go i wyślij ponownie.
error-picture-large = Obraz jest za duży: bok może mieć najwyżej { $most } pikseli.
error-picture-unknown = To nie jest obraz PNG, JPEG ani WebP.

### handing records over

users-records-go-to =
    { $count ->
        [one] Rekord tej osoby ({ $count })
       *[other] Rekordy tej osoby ({ $count })
    }
users-records-stay = Zostają przy niej
users-hand-over-to = Przekaż rekordy osobie
users-hand-over-hint = Zmieni się opiekun rekordów; historia zostanie. Całość można cofnąć.
users-hand-over = Przekaż rekordy
error-hand-over-to = Rekordy może przejąć tylko inna osoba z czynnym kontem.
teams-who = Kto należy do zespołu
teams-who-hint = Osoba może być w jednym zespole; zaznaczenie przenosi ją z innego.

### start: the beginning of a firm

start-title = Pierwsze kroki
start-lead = Cztery kroki, po których firma jest gotowa do pracy. Każdy można pominąć i wrócić do niego tutaj.
start-behind = { $count } z 4 za Tobą
start-all = Wszystkie kroki
start-skip = Pomiń
start-skip-all = Pomiń wszystkie
start-done = Gotowe
start-again = Wróć do tego kroku
start-state-done = gotowe
start-state-skipped = pominięte
start-firm = Firma
start-firm-about = Nazwa, NIP, adres i logo, które widzą wszyscy.
start-people = Osoby i role
start-people-about = Konta dla współpracowników i to, co każda rola widzi i może zrobić.
start-import = Import
start-import-about = Klienci z arkusza Excel lub CSV.
start-safety = Bezpieczeństwo
start-safety-about = Mocne hasło i role, które nie dają więcej, niż trzeba.
settings-start-about = Firma, osoby, import i bezpieczeństwo krok po kroku.

### firm: who it is

firm-tax-id = NIP
firm-address = Adres
firm-logo = Logo
firm-logo-hint = Widać je obok nazwy firmy i na stronie logowania.
firm-ways = Język, czas i waluta
firm-usual = Domyślnie: { $now }
firm-time-zone = Strefa czasowa
firm-currency = Waluta
firm-language-hint = Dla osób, które nie wybrały własnego.
firm-time-zone-hint = Według niej liczą się dni i godziny.
firm-currency-hint = Waluta kwot wpisanych bez waluty. Kwoty już zapisane zachowają swoją.
firm-set-in-file = Ustawione w pliku kartoteka.toml; tu nie można tego zmienić.
error-set-in-file = To ustawia plik kartoteka.toml, więc tu nie można tego zmienić.
error-time-zone = Nie znamy takiej strefy czasowej. Przykład: Europe/Warsaw.

### settings: the pages of the firm

action-rename = Zmień nazwę
settings-firm-about = Nazwa, NIP, adres, logo, język, czas i waluta firmy.
settings-audit-about = Kto, co, kiedy i skąd zrobił.
settings-nothing = Twoja rola zarządza częścią programu, która nie ma jeszcze własnej strony.
firm-title = Firma
firm-name = Nazwa firmy
firm-block-twins = Nie pozwalaj na drugiego klienta z tym samym NIP-em
firm-block-twins-hint = Bez tego program tylko ostrzega. Import pomija takie wiersze i mówi które.
firm-trash-days = Kosz: ile dni trzymać
firm-trash-days-hint = Po tylu dniach usunięte rekordy znikają na zawsze.
users-email-hint = Tym adresem osoba się loguje.
users-role-hint = Rola mówi, co osoba widzi i może zrobić.
users-team-hint = Zakres „zespołu” obejmuje rekordy osób z tego samego zespołu.
users-password = Hasło
users-takes-effect = Działa od następnego kliknięcia tej osoby.
users-locked = To konto może więcej niż Twoje, więc nie możesz go zmienić.
users-never-signed-in = Jeszcze się nie logowano
users-password-title = Nowe hasło
users-password-about = Ustaw je, gdy osoba zapomni swojego. Jej sesje zostaną zakończone.
users-password-set = Ustaw hasło
users-access-title = Dostęp
users-last-owner = To jedyny czynny właściciel, więc konta nie można wyłączyć ani usunąć.
users-own-account = To Twoje konto. Wyłączyć lub usunąć je może inna osoba.
users-delete = Usuń konto
users-delete-question = Usunąć konto: { $name }?
users-delete-consequence = Tego nie da się cofnąć. Wpisy w dzienniku i historii zostaną. Konto z rekordami można tylko wyłączyć.
users-delete-owns = Ta osoba jest opiekunem rekordów ({ $count }). Zanim usuniesz konto, przekaż je komuś innemu. Rekordy w koszu też muszą mieć innego opiekuna albo zniknąć.
users-unlock-about = Po wielu nieudanych próbach logowanie chwilowo się blokuje.
users-unlock = Odblokuj logowanie
teams-rename = Nazwa zespołu „{ $name }”
role-option-publish = publikowanie
role-beyond = Ta rola obejmuje więcej niż Twoja, więc nie możesz jej zmienić.
role-start-from = Zacznij od:
role-people = Kto ma tę rolę
role-nobody = Nikt.
role-people-hint = Rolę nadaje się na koncie osoby.
role-in-use = Tę rolę mają jeszcze: { $people }. Najpierw nadaj im inną.
profile-access = Dostęp
profile-session-title = Ta sesja
profile-session-since = Zalogowano:
profile-session-idle = Sesja kończy się sama po { $hours } godzinach bez użycia. Wylogowanie kończy ją od razu.
profile-session-idle-minutes = Sesja kończy się sama po { $hours } min bez użycia. Wylogowanie kończy ją od razu.
tokens-expires-hint = Puste pole: bez terminu.

### audit: entries as sentences

audit-filter-kind = Zdarzenia
audit-filter-user = Osoba
audit-filter-from = Od dnia
audit-filter-to = Do dnia
audit-filter-record = Identyfikator rekordu
audit-anyone = wszyscy
audit-older = Starsze
audit-newest = Najnowsze
audit-searched = Przejrzano dużą część dziennika. Starsze wpisy są dalej.
audit-kind-unlocked = odblokowanie logowania
audit-channel-web = strona
audit-channel-api = API
audit-channel-command = polecenie na serwerze
audit-channel-import = import
audit-channel-program = program
audit-program = Kartoteka
audit-gone = usunięta osoba
audit-says-sign-in = Zalogowanie
audit-says-sign-in-failed = Nieudane logowanie
audit-says-sign-in-barred-address = Nie wpuszczono: dobre hasło, adres spoza dozwolonych
audit-says-sign-in-barred-hours = Nie wpuszczono: dobre hasło, godzina spoza dozwolonych
audit-says-barred-address = Odmowa: adres spoza dozwolonych ({ $what })
audit-says-barred-hours = Odmowa: godzina spoza dozwolonych ({ $what })
audit-says-session-ended = Zakończono sesję: { $name }
audit-field-allowed-ips = dozwolone adresy
audit-field-office-ips = adresy biura
audit-field-hours = godziny
audit-field-exceptions = wyjątki
audit-field-session-idle-minutes = koniec sesji bez użycia
audit-field-session-age-hours = koniec sesji zawsze
audit-field-password-least = długość hasła
audit-field-password-days = ważność hasła
audit-field-password-history = powtórki haseł
audit-field-password-first-change = zmiana nadanego hasła
audit-filter-office = Skąd
audit-anywhere = skądkolwiek
audit-not-office = spoza biura
audit-export-csv = Pobierz jako CSV
audit-export-json = Pobierz z łańcuchem (JSON)
presence-title = W biurze i poza nim
presence-lead = Ile razy każda osoba coś zrobiła danego dnia, w biurze i poza nim, według dziennika.
presence-no-office = Nie podano jeszcze adresów biura, więc wszystko liczy się jako zrobione poza nim. Adresy ustawia się w bezpieczeństwie logowania; wpisy sprzed tej chwili się nie zmienią.
presence-empty = W tych dniach nikt niczego nie zrobił.
presence-cut = Wpisów jest więcej, niż obejmuje jeden raport. Wybierz mniej dni albo jedną osobę.
presence-day = Dzień
presence-inside = W biurze
presence-outside = Poza biurem
presence-inside-count = w biurze: { $count }
presence-outside-count = poza biurem: { $count }
presence-hours = Od–do
error-report-long = Raport obejmuje najwyżej { $most } dni.
audit-says-sign-out = Wylogowanie
audit-says-refused = Odmowa: brak uprawnienia { $permission } ({ $what })
audit-says-founded = Założono firmę
audit-says-loaded = Wczytano rekordy, { $module }: { $count }
audit-says-created = Dodano { $what }
audit-says-changed = Zmieniono { $what }
audit-says-deleted = Usunięto { $what }
audit-says-restored = Przywrócono { $what }
audit-says-merged = Połączono inne rekordy z: { $what }
audit-says-unmerged = Cofnięto połączenie: { $what }
audit-says-purged = Usunięto na zawsze, { $module }: { $count }
audit-says-exported = Eksport { $format }, { $module }: { $count }
audit-says-file-taken = Pobrano plik { $what }
audit-says-imported = Import pliku „{ $file }”, { $module }: dodano { $created }, zmieniono { $updated }, pominięto { $skipped }, z błędem { $failed }
audit-says-token-made = Utworzono token „{ $name }”
audit-says-token-revoked = Unieważniono token „{ $name }”
audit-says-password-changed = Ustawiono hasło: { $what }
audit-says-unlocked = Odblokowano logowanie: { $what }
audit-says-system = Działanie programu: { $why }
audit-says-alarm = Alarm: { $why }
audit-says-alarm-taken = Alarm: { $name } – otwarte lub pobrane rekordy dzisiaj: { $count }, najwięcej dotąd: { $usual }
audit-says-alarm-limit = Alarm: { $name } – dzienny limit roli ({ $count }) osiągnięty, dalej odmowa
audit-fields = pola: { $fields }
audit-file-added = dodano plik „{ $name }”
audit-file-removed = usunięto plik „{ $name }”
audit-file-put-back = przywrócono plik „{ $name }”
audit-file-marked = oznaczono plik „{ $name }” jako finansowy
audit-file-unmarked = zdjęto z pliku „{ $name }” oznaczenie finansowego
audit-file-taken = „{ $name }”
audit-role-from-to = rola: { $from } → { $to }
audit-sort-clients = klienta
audit-sort-deals = interes
audit-sort-tasks = zadanie
audit-sort-mail = wiadomość
audit-sort-articles = artykuł
audit-sort-invoices = fakturę
audit-sort-users = konto
audit-sort-roles = rolę
audit-sort-teams = zespół
audit-sort-firm = dane firmy
audit-sort-tokens = token
audit-sort-operations = operację
audit-sort-sessions = sesję
audit-field-password = hasło
audit-field-modules = uprawnienia
audit-field-admin = administracja
audit-more-kinds = wybrane: { $count }

### dashboard, once more

dashboard-greeting = Dzień dobry, { $name }

### import pages

import-match-default = identyfikator, NIP, e-mail, potem nazwa i miasto
import-file-limit = .xlsx, .xls, .ods, .csv lub .txt, do { $limit } MB
import-file-too-large = Plik ma ponad { $limit } MB. Podziel go albo wczytaj poleceniem import na serwerze.
import-file-gone = Tego pliku już tu nie ma. Wybierz go jeszcze raz.
import-preview-lead = Nic jeszcze nie zapisano. Przejrzyj wiersze, a potem wczytaj plik.
import-preview-again = Pokaż ponownie z tymi kolumnami
import-columns = Kolumny
import-field-notes = zachowaj w notatkach
import-would-created =
    { $count ->
        [one] { $count } zostanie dodany
        [few] { $count } zostaną dodane
       *[other] { $count } zostanie dodanych
    }
import-would-updated =
    { $count ->
        [one] { $count } zostanie zmieniony
        [few] { $count } zostaną zmienione
       *[other] { $count } zostanie zmienionych
    }
import-would-skipped =
    { $count ->
        [one] { $count } już tu jest
        [few] { $count } już tu są
       *[other] { $count } już tu jest
    }
import-would-failed =
    { $count ->
        [one] { $count } nie da się wczytać
       *[other] { $count } nie da się wczytać
    }
import-done-lead = Każda komórka, której nie udało się wczytać, jest niżej, z numerem wiersza i nazwą kolumny.
error-export-format = Nieznany format. Wybierz xlsx, csv albo json.

### backups: the page, its acts, what is told of them

settings-backups-about = Czy firma jest bezpieczna: kopie z ostatnich dni, miejsca na nie, klucz.
backup-safe = Bezpieczne
backup-safe-about = Ostatnia kopia: { $when }, odtworzona próbnie i zgodna co do rekordu.
backup-almost-key = Prawie bezpieczne
backup-almost-key-about = Ostatnia kopia: { $when }, sprawdzona. Jej klucz leży jednak tylko na tym serwerze: zapisz go gdzie indziej, bo bez niego nikt jej nie otworzy.
backup-almost-place = Prawie bezpieczne
backup-almost-place-about = Ostatnia kopia: { $when }, sprawdzona. Leży jednak tylko na tym serwerze: dodaj miejsce poza nim.
backup-young = Jeszcze bez kopii
backup-young-about = Pierwsza kopia powstanie: { $next }. Możesz ją też zrobić od razu.
backup-young-broken = Jeszcze bez kopii, a miejsce nie działa
backup-young-broken-about = Pierwsza kopia miałaby powstać: { $next }. Zobacz niżej, co mówi miejsce na kopie, i popraw je wcześniej.
backup-no-target = Kopie nie powstają
backup-no-target-about = Nie ma ustawionego miejsca na kopie. Dopóki go nie będzie, awaria dysku może zabrać wszystkie dane.
backup-failing = Ostatnia kopia się nie udała
backup-failing-about = Ostatnia dobra kopia: { $when }. Zobacz niżej, które miejsce zawodzi, popraw to i zrób kopię.
backup-failing-never = Nie ma jeszcze żadnej dobrej kopii. Zobacz niżej, które miejsce zawodzi, popraw to i zrób kopię.
backup-stale = Brakuje świeżej kopii
backup-stale-about = Ostatnia sprawdzona kopia: { $when }. Od ponad 26 godzin nie powstała nowa.
backup-stale-never = Nie ma jeszcze żadnej sprawdzonej kopii.
backup-damaged = Jedna z kopii jest uszkodzona
backup-damaged-about = Ostatnia dobra kopia: { $when }. Uszkodzoną usuń i sprawdź dysk, na którym leżała.
backup-damaged-never = Nie ma żadnej dobrej kopii. Zrób nową od razu i sprawdź dysk, na którym leżała uszkodzona.
backup-ahead = Zegar się nie zgadza
backup-ahead-about = Jest kopia z przyszłości, więc zegar serwera się spieszył albo teraz się spóźnia. Ostatnia pewna kopia: { $when }. Ustaw zegar i zrób nową kopię.
backup-ahead-never = Jest kopia z przyszłości, więc zegar serwera się spieszył albo teraz się spóźnia. Ustaw zegar i zrób nową kopię.
backup-now = Zrób kopię teraz
backup-under-way = Kopia właśnie powstaje. Początek:
backup-calendar = Ostatnie pięć tygodni
backup-mon = pn
backup-tue = wt
backup-wed = śr
backup-thu = cz
backup-fri = pt
backup-sat = so
backup-sun = nd
backup-day-proved = sprawdzona
backup-day-made = niesprawdzona
backup-day-failed = nieudana
backup-day-none = brak kopii
backup-archives = Kopie
backup-proved-in = { $count ->
    [one] { $count } sekunda
    [few] { $count } sekundy
   *[many] { $count } sekund
}
backup-more = Więcej
backup-none = Nie ma jeszcze żadnej kopii.
backup-unheard = Nie wszystkie miejsca odpowiedziały: lista jest taka, jak ją pamiętamy.
backup-at-damaged = { $name }: uszkodzona
backup-at-unproved = { $name }: niesprawdzona
backup-foreign = tu nieznana
archive-not-ours = Ta kopia nie jest tu znana i nie otwiera jej żaden klucz firmy. Może należeć do innej firmy, dlatego nie można jej stąd ani przywrócić, ani usunąć.
archive-stays-disabled = Konta wyłączone dzisiaj pozostaną wyłączone: { $names }.
archive-stays-revoked = Klucze API cofnięte od tamtej pory pozostaną cofnięte, a dziennik zdarzeń toczy się dalej: zostaje w nim wszystko, co zapisano od tego czasu.
backup-download = Pobierz
backup-download-with-files = Pobierz z plikami
backup-verify = Sprawdź teraz
backup-delete = Usuń kopię
backup-delete-question = Usunąć kopię { $name }?
backup-delete-consequence = Zniknie ze wszystkich miejsc i nie da się jej przywrócić. Inne kopie zostają.
backup-when = Kiedy
backup-next = Następna
backup-last-run = Ostatnia próba
backup-last-proof = Ponowne sprawdzenie dawnej kopii
backup-run-done = udana
backup-run-failed = nieudana
backup-run-interrupted = przerwana
backup-targets = Miejsca na kopie
backup-targets-none = Nie ma jeszcze żadnego.
backup-targets-kinds = Może to być chmura, serwer SFTP, dysk sieciowy albo folder. Najlepiej mieć jedno poza firmą i jedno pod ręką.
backup-target-place = Adres
backup-target-room = Wolne miejsce
backup-target-lock = Blokada obiektów
backup-target-host-key = Klucz serwera
backup-target-last = Ostatnia dobra kopia
backup-target-never = jeszcze żadna
backup-target-good = działa
backup-target-failed = nie działa
backup-target-new = jeszcze nieużywane
backup-target-test = Wypróbuj
backup-target-trust = Zaufaj nowemu kluczowi
backup-target-locked = Ustawione w pliku kartoteka.toml na serwerze; tam się je zmienia.
backup-target-hidden = Miejsce „{ $name }” ustawione na tej stronie nie działa, bo plik kartoteka.toml ma miejsce o tej samej nazwie.
backup-target-remove = Usuń miejsce
backup-target-save = Wypróbuj i zapisz
backup-target-trial-failed = Próba się nie udała, miejsce nie jest zapisane. Druga strona mówi:
backup-target-untried-about = Popraw dane i spróbuj ponownie. Jeśli wiesz, że miejsce zadziała później, możesz je zapisać bez próby.
backup-target-untried-save = Zapisz mimo to
backup-target-made = Klucz jest gotowy. Teraz zanieś jego publiczną część na serwer.
backup-target-made-about = Dopisz ten wiersz do pliku ~/.ssh/authorized_keys konta na serwerze albo wklej go w panelu dostawcy. Prywatna część nie opuszcza Kartoteki.
backup-target-public-key = Klucz publiczny do wpisania na serwerze
backup-target-help = Skąd wziąć te dane
backup-target-rarely = Rzadko potrzebne
backup-ways = Dodaj miejsce na kopie
backup-ways-about = Kopie są zaszyfrowane, zanim opuszczą serwer. Miejsce zostanie wypróbowane przed zapisaniem: program zapisze mały plik, odczyta go i usunie.
backup-way-choose = Wybierz
backup-way-s3 = Chmura (S3)
backup-way-s3-about = Pojemnik w chmurze, na przykład OVHcloud, Hetzner, Scaleway albo AWS. Poza firmą; kilka złotych miesięcznie.
backup-way-sftp = Serwer SFTP
backup-way-sftp-about = Konto na serwerze z SSH: u dostawcy, w drugim biurze albo na dysku sieciowym (NAS).
backup-way-webdav = Dysk WebDAV
backup-way-webdav-about = Nextcloud, ownCloud albo dysk sieciowy z WebDAV.
backup-way-local = Folder na tym serwerze
backup-way-local-about = Drugi dysk albo zamontowany udział. Szybki pod ręką, ale sam nie wystarczy: przepada razem z serwerem.
backup-name-s3 = chmura
backup-name-sftp = serwer
backup-name-webdav = dysk sieciowy
backup-name-local = drugi dysk
backup-help-s3 = W panelu dostawcy utwórz prywatny pojemnik (bucket) tylko na kopie i klucz dostępu, który wolno do niego pisać. Dane z klientami trzymaj w EOG; po zapisaniu strona pokaże, gdzie leży pojemnik.
backup-help-sftp = Potrzebujesz konta na serwerze z SSH i folderu, do którego może ono pisać. Najwygodniej, gdy Kartoteka zrobi własny klucz. Klucz serwera zostanie zapamiętany przy pierwszym połączeniu; zmiana zatrzyma wysyłanie i da znać.
backup-help-webdav = Adres folderu znajdziesz w ustawieniach dysku, w Nextcloud pod „Ustawienia plików” → WebDAV. Użyj hasła aplikacji, nie własnego.
backup-help-local = Podaj folder na innym dysku niż dane, do którego program może pisać. Jako usługa pisze do /srv/kartoteka-backup; inne foldery dopisuje się w ReadWritePaths= (systemctl edit kartoteka).
backup-help-encrypted = Druga strona widzi tylko zaszyfrowane pliki. Otwiera je wyłącznie klucz kopii.
backup-help-private = Adresy w sieci firmy są dozwolone, na przykład dysk sieciowy w biurze.
backup-field-name = Nazwa
backup-field-name-hint = Pod tą nazwą miejsce jest w listach i poleceniach. Później się nie zmienia.
backup-field-preset = Dostawca i miejsce
backup-field-preset-hint = Wszystkie na liście leżą w EOG. U innych sprawdź, czy dane klientów mogą tam trafić.
backup-preset-other = inny, podam adres
backup-field-endpoint = Adres usługi
backup-field-endpoint-hint = Tylko gdy dostawcy nie ma na liście, np. https://s3.firma.pl.
backup-field-region = Region
backup-field-bucket = Pojemnik (bucket)
backup-field-prefix = Folder w pojemniku
backup-field-prefix-hint = Może być pusty.
backup-field-access-key = Identyfikator klucza (access key)
backup-field-secret-key = Sekret klucza (secret key)
backup-field-secret-hint = Zapisane i niewidoczne. Zostaw puste, aby nie zmieniać.
backup-field-ca-file = Certyfikat własnego urzędu (PEM)
backup-field-host = Serwer
backup-field-port = Port
backup-field-user = Konto
backup-field-path = Folder
backup-field-path-hint = Względny zaczyna się w folderze konta.
backup-field-folder = Folder
backup-field-folder-hint = Pełna ścieżka na serwerze, np. /mnt/nas/kartoteka.
backup-field-login = Logowanie
backup-field-login-hint = Przy własnym kluczu Kartoteki pola hasła i klucza zostaw puste.
backup-login-made = Kartoteka zrobi własny klucz
backup-login-key = kluczem prywatnym
backup-login-password = hasłem
backup-field-password = Hasło
backup-field-private-key = Klucz prywatny (OpenSSH, bez hasła)
backup-field-host-key = Klucz serwera (odcisk)
backup-field-host-key-hint = Pusty: liczy się pierwszy, który serwer pokaże. Odcisk zaczyna się od SHA256:.
backup-field-url = Adres folderu
backup-field-url-hint = Na przykład https://chmura.firma.pl/remote.php/dav/files/crm/kopie.
backup-remove-question = Usunąć miejsce „{ $name }”?
backup-remove-consequence = { $count ->
    [0] Nie leży tam żadna znana kopia.
    [one] { $count } kopia zostaje tam, gdzie jest.
    [few] { $count } kopie zostają tam, gdzie są.
   *[many] { $count } kopii zostaje tam, gdzie są.
} Kartoteka nic tam nie usuwa, tylko przestaje tam wysyłać i sprzątać. Stare kopie usuń sam u dostawcy, jeśli nie są potrzebne. Zapisane hasła i klucze do tego miejsca znikną.
backup-remove-last = To jedyne miejsce: bez niego kopie przestaną powstawać.
backup-local-alone = Kopie leżą tylko na tym serwerze
backup-local-alone-about = Pożar, kradzież albo awaria serwera zabierze dane razem z kopiami. Dodaj miejsce poza nim.
backup-recipients = Kto jeszcze otwiera kopie
backup-recipients-about = Klucze publiczne age, na przykład klucza w sejfie. Każdy, kto ma drugą połowę, odczyta kopie robione od tej chwili.
backup-recipients-field = Klucze publiczne, po jednym w wierszu
backup-recipients-hint = Zaczynają się od age1. Puste: tylko klucz kopii.
backup-steps = Trzy kroki do bezpiecznej firmy
backup-steps-done = { $count } z 3 gotowe
backup-step-key = Klucz kopii w sejfie
backup-step-key-about = Kopie są zaszyfrowane. Bez klucza zapisanego poza serwerem nikt ich nie otworzy.
backup-step-key-act = Zapisz klucz kopii
backup-step-place = Miejsce poza serwerem
backup-step-place-about = Chmura, serwer SFTP albo dysk sieciowy, który przetrwa awarię tego serwera.
backup-step-place-local = Masz tylko folder na tym serwerze. Gdy serwer spłonie albo zginie, kopie przepadną razem z nim.
backup-step-place-act = Dodaj miejsce
backup-step-proof = Pierwsza kopia, sprawdzona
backup-step-proof-about = Program zrobi kopię, pobierze ją z powrotem, otworzy i porówna z danymi.
backup-step-proof-act = Zrób pierwszą kopię
backup-test-failed = Próba się nie udała. Druga strona mówi:
backup-kind-local = katalog
backup-kind-s3 = S3
backup-kind-sftp = SFTP
backup-kind-webdav = WebDAV
backup-eea = Kraj
backup-eea-inside = w EOG ({ $country })
backup-eea-outside = poza EOG: sprawdź, czy dane osobowe mogą tam trafić
backup-eea-unknown = nie wiadomo, czy w EOG: zapytaj dostawcę
backup-plan = Plan
backup-plan-daily-at = Codziennie o
backup-plan-keep-daily = Kopii dziennych
backup-plan-keep-weekly = Kopii tygodniowych
backup-plan-keep-monthly = Kopii miesięcznych
backup-plan-keep-yearly = Kopii rocznych
backup-plan-hint = Tyle ostatnich dni, tygodni, miesięcy i lat zachowuje po jednej kopii. Trzy najnowsze sprawdzone zostają zawsze.
backup-plan-fewer-question = { $count ->
    [one] Usunąć { $count } kopię?
    [few] Usunąć { $count } kopie?
   *[many] Usunąć { $count } kopii?
 }
backup-plan-fewer-about = Tyle kopii jest dziś przechowywanych, a nowy plan ich nie obejmuje: następna kopia usunie je na zawsze. Trzy najnowsze sprawdzone zostają zawsze. Właściciele dostaną o tym list.
backup-plan-fewer-act = Przechowuj mniej
backup-plan-locked = Ustawione w pliku kartoteka.toml.
backup-key = Klucz kopii
backup-key-save-it = Zapisz klucz kopii
backup-key-about = Kopie są zaszyfrowane. Otwiera je tylko klucz: gdy przepadnie razem z serwerem, przepadną i one. Wydrukuj go albo zapisz tam, gdzie nie leży ani serwer, ani kopie: w sejfie, w menedżerze haseł. Kto go ma i dostanie kopię, przeczyta wszystko.
backup-key-before = { $count ->
    [one] Klucz był zmieniony. Starsze kopie otwiera { $count } poprzedni; jest w tym samym pliku, zachowaj całość.
    [few] Klucz był zmieniany. Starsze kopie otwierają { $count } poprzednie; są w tym samym pliku, zachowaj całość.
   *[other] Klucz był zmieniany. Starsze kopie otwiera { $count } poprzednich; są w tym samym pliku, zachowaj całość.
}
backup-key-public = Część jawna:
backup-key-show = Pokaż klucz
backup-key-save = Zapisz jako plik
backup-key-print = Można wydrukować tę stronę. Linie zaczynające się od AGE-SECRET-KEY wystarczą, żeby otworzyć kopie.
backup-key-confirm = Już zapisany?
backup-key-confirm-about = Potwierdź, gdy klucz jest bezpieczny poza tym serwerem; wtedy przestaniemy przypominać.
backup-key-ending = Ostatnie 6 znaków klucza
backup-key-ending-hint = Przepisz je z miejsca, w którym klucz zapisano: tak widać, że naprawdę tam jest.
backup-key-kept = Klucz leży bezpiecznie gdzie indziej
backup-key-is-kept = Klucz jest zapisany poza serwerem.
backup-key-is-kept-short = Zapisany poza serwerem.
backup-key-unkept = Bez klucza nikt nie otworzy kopii, a na razie leży tylko na tym serwerze.
backup-key-unkept-short = Tylko na tym serwerze.
backup-alarm = Firma nie ma świeżej, sprawdzonej kopii danych.
backup-alarm-targets = Ostatnia kopia zapasowa nie trafiła wszędzie. Nie działa: { $names }.
notice-backup-busy = Kopia właśnie powstaje albo jest sprawdzana. Poczekaj, aż się skończy.
notice-backup-deleted = Kopia została usunięta.
notice-backup-key-kept = Zapamiętano: klucz jest bezpieczny poza serwerem.
notice-backup-tested = Miejsce działa: zapis, odczyt i usunięcie się udały.
notice-backup-target-saved = Miejsce działa i jest zapisane. Następna kopia trafi także tam.
notice-backup-target-untried = Miejsce jest zapisane bez próby. Wypróbuj je, zanim na nie liczysz.
notice-backup-target-removed = Miejsce zostało usunięte. To, co tam leży, zostało na swoim miejscu.
error-backup-time = Podaj godzinę i minutę, np. 02:30.
error-backup-last = To jedyna sprawdzona kopia. Zanim ją usuniesz, zrób nową.
error-key-ending = To nie są ostatnie znaki klucza. Sprawdź, czy zapisany klucz jest cały i czy to klucz w użyciu.
error-target-taken = Inne miejsce już się tak nazywa.
error-target-most = Może być najwyżej { $most } miejsc. Usuń któreś.
error-target-name = Nazwa ma od 1 do 64 znaków: liter, cyfr, odstępów, kropek, myślników i podkreśleń.
error-target-text = Wpisz to w jednym wierszu, krócej.
error-target-folder = Podaj pełną ścieżkę folderu, np. /mnt/nas/kartoteka, bez „..”.
error-target-own-folder = To folder danych. Kopia w nim przepada razem z nimi; wybierz inny dysk.
error-target-bucket = Nazwa pojemnika ma litery, cyfry, kropki i myślniki.
error-target-region = Region to słowo takie jak eu-central-1.
error-target-prefix = Folder to np. kartoteka/kopie, bez „..”.
error-target-host = Podaj nazwę albo adres serwera, np. nas.firma.pl.
error-target-host-key = Podaj odcisk, np. SHA256:…, albo klucz publiczny serwera.
error-target-private-key = Tego klucza nie da się użyć. Wklej klucz prywatny Ed25519 lub ECDSA w postaci OpenSSH, bez hasła.
error-target-address = Podaj adres taki jak https://chmura.firma.pl/kopie, bez konta i bez „?”.
error-target-open-password = Hasło poszłoby otwartym tekstem. Użyj adresu z https://.
error-target-secret-again = Adres lub konto są inne niż dotąd: wpisz to ponownie, aby nie trafiło pod obcy adres.
error-target-secret-lost = Wpisz to jeszcze raz: przy pytaniu o hasło nie przekazujemy takich danych dalej.
error-recipient = To nie jest klucz publiczny age: { $key }
error-recipient-secret = To klucz tajny. Wpisz jego publiczną część, zaczyna się od age1.
error-recipients-most = Może być najwyżej { $most } kluczy.
error-backup = Nie udało się. Program mówi: { $why }
backup-says-key = Klucza kopii nie da się odczytać z pliku { $file }. Przywróć plik na jego miejsce z sejfu; bez niego nie powstanie ani nie otworzy się żadna kopia. Program mówi: { $why }
backup-says-wrong-key = Tej kopii nie otwiera żaden z kluczy na tym serwerze: zrobiono ją innym kluczem. Potrzebny jest plik klucza z tamtego czasu.
backup-says-damaged = Kopia jest uszkodzona albo nie pochodzi z tego programu. Wybierz inną; tę sprawdź i usuń. Szczegóły: { $what }
backup-says-newer = Kopię zrobiła nowsza wersja programu ({ $program }). Zaktualizuj Kartotekę i spróbuj ponownie.
backup-says-no-room = Na dysku z danymi jest za mało miejsca ({ $count } MB): zabrakłoby go na bieżącą pracę. Zwolnij miejsce i spróbuj ponownie.
backup-says-stopped = Przerwano.
operation-kind-backup = Kopia zapasowa
operation-kind-backup-proof = Sprawdzenie kopii
operation-phase-backup-measuring = Mierzy dane.
operation-phase-backup-writing = Zapisuje kopię.
operation-phase-backup-sending = Wysyła kopię w jej miejsce.
operation-phase-backup-fetching = Pobiera kopię z powrotem.
operation-phase-backup-loading = Odtwarza ją próbnie i porównuje.
operation-why-backup = Nie wszystko się udało. Program mówi: { $why }
audit-kind-backup_key_shown = pokazanie klucza kopii
audit-kind-backup_key_kept = zapisanie klucza kopii
audit-kind-backup_deleted = usunięcie kopii
audit-kind-backup_target_tested = próba miejsca na kopie
audit-kind-backup_target_changed = zmiana miejsca na kopie
audit-kind-backup_plan_changed = zmiana planu kopii
audit-says-backup-key-shown = Pokazano klucz kopii zapasowych
audit-says-backup-key-kept = Potwierdzono, że klucz kopii leży poza serwerem
audit-says-backup-deleted = Usunięto kopię zapasową { $name }
audit-says-backup-target-tested = Wypróbowano miejsce na kopie { $name }
audit-says-backup-target-added = Dodano miejsce na kopie { $name }
audit-says-backup-target-changed = Zmieniono miejsce na kopie { $name }
audit-says-backup-target-removed = Usunięto miejsce na kopie { $name }
audit-says-backup-plan-changed = Zmieniono plan kopii zapasowych
audit-says-alarm-backups = Alarm: kopie zapasowe nie są w porządku ({ $what })
audit-sort-backups = kopie zapasowe
mail-letter-backups-fail = alarm o kopiach
mail-letter-backups-good = koniec alarmu o kopiach
mail-letter-backup-target-changed = zmiana miejsca na kopie
letter-backups-fail-subject = Kopie zapasowe firmy { $firm } wymagają uwagi
letter-backups-fail-lead = Kartoteka firmy { $firm } nie ma teraz pewnej, świeżej kopii danych. Program mówi: { $what }
letter-backups-fail-note = Program próbuje dalej sam. Wejdź do ustawień, do „Kopii zapasowych”: tam widać, które miejsce zawodzi, i można zrobić kopię od razu. Napiszemy, gdy znów będzie dobrze.
letter-backups-fail-no-target = nie ma ustawionego miejsca na kopie.
letter-backups-fail-stale = od ponad 26 godzin nie powstała sprawdzona kopia.
letter-backups-fail-ahead = jest kopia z przyszłości: zegar serwera się spieszył albo teraz się spóźnia.
letter-backups-good-subject = Kopie zapasowe firmy { $firm } są znów w porządku
letter-backups-good-lead = Kartoteka firmy { $firm } ma znów świeżą kopię, odtworzoną próbnie i zgodną co do rekordu.
letter-backup-target-subject = Zmieniono, dokąd trafiają kopie firmy { $firm }
letter-backup-target-lead = { $who } w kartotece firmy { $firm }: { $what }
letter-backup-target-note = Kopie są zaszyfrowane i bez klucza nikt ich nie odczyta. Jeśli nie wiesz o tej zmianie, wejdź do ustawień, do „Kopii zapasowych”, cofnij ją i zmień hasło tej osoby.
letter-backup-target-added = dodano miejsce na kopie „{ $target }”.
letter-backup-target-changed = zmieniono miejsce na kopie „{ $target }”.
letter-backup-target-removed = usunięto miejsce na kopie „{ $target }”.
letter-backup-target-recipients = zmieniono, kto jeszcze może otworzyć kopie.

# Stan: co mówią `doctor` i strona stanu
health-title = Stan systemu
settings-health-about = Dane, dysk, zegar, certyfikat, poczta i kopie zapasowe: jak się mają i co zrobić.
health-again = Sprawdź ponownie
health-too-long = Sprawdzanie trwa zbyt długo. Uruchom na serwerze kartoteka doctor; pokaże, na co czeka.
health-all-well = Wszystko w porządku
health-warned =
    { $count ->
        [one] { $count } rzecz do zrobienia
        [few] { $count } rzeczy do zrobienia
       *[other] { $count } rzeczy do zrobienia
    }
health-failed =
    { $count ->
        [one] { $count } rzecz nie działa
        [few] { $count } rzeczy nie działają
       *[other] { $count } rzeczy nie działa
    }
health-lead = To samo mówi na serwerze polecenie kartoteka doctor.
health-looked = Sprawdzono
health-ok = w porządku
health-warn = wymaga uwagi
health-fail = nie działa
room-no-uploads = Na dysku serwera jest mało miejsca: pliki nie są przyjmowane.
room-no-writes = Na dysku serwera nie ma miejsca: niczego nie można zapisać. Czytanie i logowanie działają.
room-do = Zwolnij miejsce albo powiększ dysk. Zapisywanie wróci samo.
doctor-said = { $why }
doctor-program = program
doctor-program-broken = sprawdzanie przerwał błąd programu
doctor-program-broken-do = zajrzyj do dziennika i zgłoś to
doctor-configuration = konfiguracja
doctor-configuration-ok = plik { $file } jest poprawny
doctor-configuration-none = nie ma pliku; wszystkie klucze mają wartości domyślne
doctor-configuration-bad-do = popraw plik; do tego czasu serwer nie uruchomi się ponownie
doctor-folder = folder danych
doctor-folder-ok = { $path } i klucze w nim należą do jednego użytkownika i nikt inny ich nie odczyta
doctor-folder-open = mogą do niego zajrzeć inni (uprawnienia { $mode })
doctor-folder-open-do = chmod 700 { $path }
doctor-folder-missing-do = utwórz firmę poleceniem kartoteka init albo wskaż jej folder opcją --data
doctor-file-open = inni mogą odczytać { $file } (uprawnienia { $mode })
doctor-file-open-do = chmod 600 { $path }
doctor-file-foreign = { $file } należy do innego użytkownika niż folder
doctor-file-foreign-do = oddaj całość użytkownikowi usługi: chown -R kartoteka: { $path }
doctor-disk = dysk
doctor-disk-local = dane leżą na dysku tej maszyny
doctor-disk-memory = dane leżą w pamięci i znikną po wyłączeniu maszyny
doctor-disk-network = dane leżą na dysku sieciowym ({ $kind }), gdzie nie można polegać na blokadach i zapisie do końca
doctor-disk-do = przenieś folder danych na dysk tej maszyny
doctor-room = miejsce
doctor-room-ok = wolne { $free } z { $total }
doctor-room-low = wolne { $free } z { $total }; spokojnie jest od { $wanted }, bo aktualizacja najpierw kopiuje bazę
doctor-room-little = wolne tylko { $free } z { $total }: pliki nie są przyjmowane
doctor-room-none = wolne tylko { $free } z { $total }: nic nie jest zapisywane
doctor-room-do = zwolnij miejsce albo powiększ dysk
doctor-database = baza danych
doctor-database-none = w folderze nie ma jeszcze firmy
doctor-database-whole = format { $format }, każda strona jest taka, jak ją zapisano
doctor-database-large = format { $format }; nie wszystkie strony odczytano, zrobi to --full
doctor-database-answers = działający serwer ją czyta
doctor-database-older = format { $format }, ten program ma { $known }
doctor-database-older-do = uruchom serwer: zrobi kopię i zaktualizuje dane
doctor-database-newer-do = zainstaluj z powrotem nowszą wersję programu
doctor-database-in-use-do = sprawdź, który proces jej używa: fuser DIR/kartoteka.redb
doctor-at-rest = szyfrowanie na dysku
doctor-at-rest-on = włączone: baza danych jest zaszyfrowana kluczem z { $place }
doctor-at-rest-off = wyłączone: baza danych nie jest zaszyfrowana (zrobi to polecenie „kartoteka data encrypt”)
doctor-at-rest-unused = wyłączone, choć jest do niego klucz
doctor-at-rest-unused-do = zaszyfruj bazę przy zatrzymanym serwerze: kartoteka data encrypt, albo usuń klucz
doctor-at-rest-files = baza danych jest zaszyfrowana, ale pliki rekordów nie
doctor-at-rest-files-do = dokończ szyfrowanie przy zatrzymanym serwerze: kartoteka data encrypt
doctor-at-rest-beside = włączone, ale klucz jest w { $place } albo jego kopia leży w folderze danych i nie chroni przed kimś, kto zabierze cały folder
doctor-at-rest-beside-do = przenieś plik db.key na inny dysk i wskaż go: data.key_file w kartoteka.toml
doctor-at-rest-key-do = podaj klucz: --db-key-file F, zmienna KARTOTEKA_DB_KEY, poświadczenie systemd db-key albo data.key_file w kartoteka.toml
doctor-database-damaged-do = odtwórz ostatnią kopię w innym folderze: kartoteka restore ARCHIVE --into DIR
doctor-indexes = indeksy
doctor-indexes-ok = sprawdzone rekordy: { $count } z { $all }; każdy da się znaleźć po wszystkim, po czym powinien
doctor-indexes-wrong = sprzeczności: { $count }, pierwsza: { $first }
doctor-indexes-wrong-do = odtwórz ostatnią kopię w innym folderze, porównaj i zgłoś to; dziennik wymienia wszystkie
doctor-file = plik bazy
doctor-file-room = { $size } MB, prawie wszystko zajęte danymi
doctor-file-room-free = { $free } z { $size } MB to puste miejsce, które można oddać dyskowi
doctor-file-room-do = zatrzymaj serwer na kilka minut i uruchom: kartoteka compact
doctor-files = pliki
doctor-files-ok = sprawdzone pliki: { $count } z { $all }; treść każdego jest na dysku
doctor-files-wrong = problemy: { $count }, pierwszy: { $first }
doctor-files-wrong-do = odtwórz ostatnią kopię w innym folderze i przenieś stamtąd brakujące pliki; dziennik wymienia wszystkie
doctor-audit = dziennik zdarzeń
doctor-audit-whole = łańcuch wpisów jest cały ({ $count })
doctor-audit-head = najnowszy wpis jest taki, jak go zapisano ({ $count } w sumie); cały łańcuch sprawdza --full
doctor-audit-broken-do = ktoś zmienił plik poza programem; zachowaj jego kopię i porównaj z kopią zapasową
doctor-clock = zegar
doctor-clock-ok = { $now }, strefa { $zone }
doctor-clock-wrong = { $now }, strefa { $zone }: to nie może być prawda
doctor-clock-back = { $now }, strefa { $zone }: wcześniej niż najnowszy wpis dziennika zdarzeń
doctor-clock-do = włącz synchronizację czasu: timedatectl set-ntp true
doctor-name = nazwa
doctor-name-none = public_url nie jest ustawiony, więc listy nie mają linków
doctor-name-none-do = ustaw public_url w kartoteka.toml
doctor-name-address = { $name } to adres, a nie nazwa
doctor-name-unknown = nie znaleziono { $name }: { $why }
doctor-name-unknown-do = utwórz rekord A lub AAAA dla { $name }, prowadzący do tego serwera
doctor-name-nowhere = { $name } nie ma adresu
doctor-name-elsewhere = { $name } prowadzi do { $addresses }, gdzie ten serwer nie odpowiada; on sam wychodzi z { $here }
doctor-name-ok = { $name } prowadzi do { $addresses }
doctor-port = port
doctor-port-free = { $address } jest wolny dla serwera
doctor-port-taken = { $address } zajmuje inny program
doctor-port-taken-do = sprawdź który: ss -ltnp, i zatrzymaj go, albo podaj inny port w listen
doctor-port-forbidden = ten użytkownik nie może nasłuchiwać na { $address }
doctor-port-forbidden-do = uruchom serwer przez systemd, którego jednostka na to pozwala, albo podaj w listen port od 1024 wzwyż
doctor-port-wrong-do = podaj w listen adres, który ta maszyna ma
doctor-port-answers = { $address } przyjmuje połączenia
doctor-port-silent-do = sprawdź zaporę na tej maszynie i uruchom serwer ponownie
doctor-mail = poczta
doctor-mail-demo = to wersja pokazowa, jej listy widać na /dev/outbox
doctor-mail-none = nie ustawiono serwera pocztowego: nie ma odzyskiwania hasła ani kodów e-mailem
doctor-mail-none-do = ustaw go na stronie Poczta w ustawieniach albo w [smtp]
doctor-mail-ok = { $host } przyjął nasze logowanie
doctor-mail-refused = { $host }: { $why }
doctor-mail-refused-do = sprawdź serwer, port, zabezpieczenie, użytkownika i hasło na stronie Poczta w ustawieniach albo w [smtp]
doctor-backups = kopie zapasowe
doctor-backups-none = żadnych nie ustawiono
doctor-backups-none-do = ustaw miejsce docelowe na stronie Kopie zapasowe w ustawieniach albo w [[backup.target]]
doctor-target = miejsce kopii { $name }
doctor-target-ok = plik zapisano, odczytano i usunięto
doctor-target-do = popraw je w [[backup.target]] albo na stronie Kopie zapasowe w ustawieniach
doctor-backups-never = żadnej jeszcze nie sprawdzono
doctor-backups-do = zrób kopię: kartoteka backup run, i zobacz, co powie
doctor-backups-old = najnowsza sprawdzona ma już { $count } godz.
doctor-backups-ahead = jest kopia z przyszłości ({ $when }), a świeżej nie ma: zegar się spieszył albo teraz się spóźnia
doctor-backups-ahead-do = ustaw zegar i zrób kopię: kartoteka backup run
doctor-backups-damaged = jedna z kopii jest uszkodzona: { $why }
doctor-backups-damaged-do = usuń ją i sprawdź dysk, na którym leżała
doctor-backups-ok = najnowsza sprawdzona ma { $count } godz.
doctor-backup-key = klucz kopii zapasowych
doctor-backup-key-ok = klucz jest na miejscu i zgadza się z zapisanym
doctor-backup-key-do = dopóki nie będzie właściwego klucza, kopie nie powstaną
doctor-certificate = certyfikat
doctor-certificate-proxy = HTTPS jest tu wyłączony; certyfikat ma serwer pośredniczący
doctor-certificate-off = HTTPS jest wyłączony, więc go nie ma
doctor-certificate-ok = dla { $names }, wystawca { $issuer }, ważny do { $until }
doctor-certificate-soon = dla { $names }, wystawca { $issuer }, kończy się { $until }
doctor-certificate-over = dla { $names }, wystawca { $issuer }, teraz nie jest ważny; ważny do { $until }
doctor-certificate-other = dla { $names }, wystawca { $issuer }, nie obejmuje nazwy { $name }
doctor-certificate-none = jeszcze go nie ma; przeglądarki ostrzegają przed naszym własnym
doctor-certificate-none-said = nie ma go, a przeglądarki ostrzegają przed naszym własnym; ostatnia próba: { $why }
doctor-certificate-trouble = dla { $names }, wystawca { $issuer }, ważny do { $until }; ostatnia próba wymiany: { $why }
doctor-certificate-none-do = uruchom serwer, skieruj tu nazwę i otwórz port 443
doctor-certificate-nameless-do = podaj nazwę serwera w tls.domains albo na stronie Domena w ustawieniach; bez nazwy nie można niczego zamówić
doctor-certificate-waiting-do = zamówienie trwa; sprawdź ponownie za minutę
doctor-certificate-own-do = wgraj nowy certyfikat na stronie Domena w ustawieniach
doctor-certificate-refused-do = sprawdź, czy nazwa prowadzi tutaj, a port 443 (przy http-01 port 80) jest otwarty na świat; program próbuje dalej, coraz rzadziej
doctor-certificate-unreachable-do = sprawdź, czy ten komputer ma internet i czy odpowiadają jego serwery nazw; program próbuje dalej co kilka minut
doctor-certificate-limited-do = zaczekaj; następne zamówienie wyjdzie, gdy minie czas podany przez urząd
doctor-certificate-unwritten-do = zrób miejsce na dysku i sprawdź, czy folder tls w folderze danych należy do użytkownika serwera
doctor-certificate-unusable-do = popraw cert_file i key_file w [tls]
doctor-certificate-files-do = podmień pliki cert_file i key_file na nowe; zadziałają bez restartu
doctor-certificate-renewal-do = samo odnawianie się nie udaje; przyczynę pokazuje strona Domena w ustawieniach
doctor-memory = pamięć
doctor-memory-ok = dostępne { $available } z { $total }, ten proces zajmuje { $own }
doctor-memory-own = ten proces zajmuje { $own }; tego, ile ma maszyna, usługa nie widzi
doctor-memory-low = dostępne tylko { $available } z { $total }, ten proces zajmuje { $own }
doctor-memory-low-do = zatrzymaj inne programy albo dodaj maszynie pamięci; do tego czasu arkusze mogą być odrzucane

### domain: HTTPS, the names of the server, certificates

domain-title = Domena i HTTPS
domain-about = Nazwy serwera, certyfikat i jego odnawianie.
domain-state-off = HTTPS jest wyłączone
domain-state-off-about = Hasła i dane idą niezaszyfrowane, o ile nie szyfruje ich serwer pośredniczący. Podaj nazwę serwera i włącz certyfikat albo ustaw tabelę [tls] w pliku kartoteka.toml.
domain-state-off-proxy = Strony idą zwykłym HTTP do serwera pośredniczącego, a ten szyfruje je w drodze do ludzi. Tam też jest certyfikat.
domain-state-off-here = Pracujesz na tym samym komputerze, na którym działa serwer, więc nic nie idzie siecią. Zanim zaczną z niej korzystać inni, włącz HTTPS.
domain-state-temporary = Działa certyfikat tymczasowy
domain-state-temporary-about = Połączenie jest szyfrowane, ale przeglądarki ostrzegają, bo certyfikat wystawił sam program. Zniknie, gdy urząd certyfikacji wystawi właściwy.
domain-state-temporary-own = Połączenie jest szyfrowane, ale przeglądarki ostrzegają, bo certyfikat wystawił sam program. Wgraj na tej stronie własny certyfikat.
domain-state-temporary-nameless = Połączenie jest szyfrowane, ale przeglądarki ostrzegają, bo certyfikat wystawił sam program. Właściwy nie przyjdzie, dopóki serwer nie ma nazwy: wpisz ją poniżej i zapisz.
domain-state-lapsed = Certyfikat wygasł
domain-state-lapsed-about = Przeglądarki odmawiają połączenia albo ostrzegają. Zobacz, co stoi na przeszkodzie odnowieniu.
domain-state-lapsed-files = Przeglądarki odmawiają połączenia albo ostrzegają. Podmień pliki podane w kartoteka.toml; program wczyta je sam.
domain-state-lapsed-own = Przeglądarki odmawiają połączenia albo ostrzegają. Wgraj na tej stronie nowy certyfikat albo ustaw automatyczny.
domain-state-soon = Certyfikat wkrótce wygaśnie
domain-state-soon-about =
    { $days ->
        [one] Został { $days } dzień, a nowego jeszcze nie ma.
        [few] Zostały { $days } dni, a nowego jeszcze nie ma.
       *[other] Zostało { $days } dni, a nowego jeszcze nie ma.
    }
domain-state-soon-files =
    { $days ->
        [one] Został { $days } dzień. Podmień pliki podane w kartoteka.toml; program wczyta je sam.
        [few] Zostały { $days } dni. Podmień pliki podane w kartoteka.toml; program wczyta je sam.
       *[other] Zostało { $days } dni. Podmień pliki podane w kartoteka.toml; program wczyta je sam.
    }
domain-state-soon-own =
    { $days ->
        [one] Został { $days } dzień. Wgraj na tej stronie nowy certyfikat.
        [few] Zostały { $days } dni. Wgraj na tej stronie nowy certyfikat.
       *[other] Zostało { $days } dni. Wgraj na tej stronie nowy certyfikat.
    }
domain-state-uncovered = Certyfikat nie obejmuje nazwy { $name }
domain-state-uncovered-about = Pod tą nazwą przeglądarki ostrzegają. Certyfikat dla wszystkich nazw jest zamawiany; jeśli coś stoi na przeszkodzie, widać to poniżej.
domain-state-uncovered-own = Pod tą nazwą przeglądarki ostrzegają. Daj serwerowi certyfikat dla wszystkich nazw albo usuń tę nazwę z listy.
domain-state-trouble = HTTPS działa, ale nowego certyfikatu nie ma
domain-state-trouble-about = Certyfikat w użyciu jest dobry. Ostatnia próba jego wymiany się nie udała; poniżej widać dlaczego.
domain-state-on = HTTPS działa
domain-state-on-about = Certyfikat odnawia się sam, bez restartu i bez przerywania połączeń.
domain-state-own-about = Certyfikat pochodzi od Was. Przed wygaśnięciem właściciele dostaną listy: 14, 7, 3 dni i dzień wcześniej.
login-temporary-certificate = Serwer ma na razie certyfikat tymczasowy, dlatego przeglądarka ostrzega. Połączenie jest szyfrowane, ale upewnij się u administratora, że to właściwy serwer, zanim podasz hasło.
domain-steps = Krok po kroku
domain-step-names = Wpisz poniżej nazwę serwera i zapisz.
domain-step-records = U dostawcy domeny dodaj rekordy podane niżej.
domain-step-check = Naciśnij „Sprawdź nazwy”. Nowy rekord bywa widoczny dopiero po kilku godzinach.
domain-step-test = Zamów próbny certyfikat: niczego nie zmieni, a pokaże, że właściwy też przyjdzie.
domain-step-on = Ustaw certyfikat na automatyczny i zapisz. Od tej chwili strona odpowiada przez HTTPS.
domain-names = Nazwy serwera
domain-names-hint = Po jednej w wierszu, główna pierwsza, na przykład crm.firma.pl. Na czas zmiany nazwy wpisz starą i nową: obie działają obok siebie.
domain-mode = Certyfikat
domain-mode-off = bez HTTPS
domain-mode-acme = automatycznie z urzędu certyfikacji
domain-mode-own = własny, wgrany na tej stronie
domain-mode-files = z plików podanych w konfiguracji
domain-mode-hint = Urząd sprawdza, czy nazwa prowadzi do tego serwera, dlatego port 443 musi być dostępny z internetu. Własny certyfikat wgrywa się na tej stronie.
domain-contact = E-mail dla urzędu certyfikacji
domain-contact-hint = Urząd może na niego pisać o kłopotach. Może być pusty.
domain-step-in = W razie potrzeby zastąp go certyfikatem z urzędu
domain-step-in-hint = Dla certyfikatu własnego albo z plików: jeśli nikt go nie wymieni, trzy dni przed końcem program zamówi certyfikat w urzędzie, żeby strony były dostępne.
domain-in-file = Ustawione w pliku kartoteka.toml; tutaj tylko do wglądu.
domain-dns-title = Dokąd prowadzą nazwy
domain-dns-about = U dostawcy domeny dodaj dla każdej nazwy rekord A z adresem IPv4 tego serwera (i AAAA z adresem IPv6, jeśli go ma).
domain-dns-check = Sprawdź nazwy
domain-dns-found = Nazwa prowadzi do:
domain-dns-here = Ten serwer ma adres:
domain-points-here = prowadzi do tego serwera.
domain-points-elsewhere = prowadzi gdzie indziej albo nikt tam nie odpowiada. Popraw rekord u dostawcy domeny; zmiana może potrwać kilka godzin. Za routerem adresy mogą się różnić, choć wszystko działa.
domain-points-nowhere = nie ma jeszcze adresu. Dodaj rekord u dostawcy domeny.
domain-test = Zamów próbny certyfikat
domain-test-about = Próba przechodzi całą drogę w urzędzie testowym, nie zużywa limitów i niczego nie zmienia. Wynik pojawi się w historii.
domain-certificate = Certyfikat w użyciu
domain-days-left =
    { $days ->
        [one] Ważny jeszcze { $days } dzień
        [few] Ważny jeszcze { $days } dni
       *[other] Ważny jeszcze { $days } dni
    }
domain-days-over = Już nieważny
domain-source = Pochodzenie
domain-source-files = pliki z konfiguracji
domain-source-own = wgrany na tej stronie
domain-source-acme = urząd certyfikacji, automatycznie
domain-source-self-signed = tymczasowy, wystawiony przez program
domain-for-names = Dla nazw
domain-issuer = Wystawca
domain-from = Ważny od
domain-until = Ważny do
domain-next-renewal = Następne zamówienie
domain-order = Zamów teraz
domain-renew = Zamów nowy certyfikat
domain-new-key = Zmień klucz konta w urzędzie
domain-renew-question = Zamówić nowy certyfikat dla { $names }?
domain-renew-consequence = Certyfikaty odnawiają się same. Zamów teraz, gdy ten unieważniono albo jego klucz mógł wyciec: nowy ma nowy klucz i zacznie działać, gdy tylko przyjdzie. Urzędy wydają tygodniowo tylko kilka certyfikatów dla tych samych nazw (Let’s Encrypt: 5).
domain-new-key-question = Zmienić klucz konta w urzędzie certyfikacji?
domain-new-key-consequence = Stary klucz przestanie działać i nie da się go przywrócić. Zrób to, gdy klucz mógł wyciec. Certyfikat się nie zmieni.
domain-history = Historia certyfikatów
domain-own = Własny certyfikat
domain-own-about = Gdy certyfikat kupujecie sami. Zanim zacznie działać, program sprawdza klucz, łańcuch, nazwy i daty. Jeśli nikt go nie wymieni na czas, trzy dni przed końcem zastąpi go certyfikat z urzędu.
domain-own-about-alone = Gdy certyfikat kupujecie sami. Zanim zacznie działać, program sprawdza klucz, łańcuch, nazwy i daty. Nikt inny go nie wymieni: właściciele dostaną listy 14, 7, 3 dni i dzień przed końcem.
domain-own-no-backup = Przechowujcie te pliki także u siebie: kopie zapasowe nie zawierają certyfikatów ani kluczy.
domain-own-certificate = Certyfikat z łańcuchem
domain-own-certificate-hint = PEM albo DER (.pem, .crt, .cer) lub PKCS#12 (.p12, .pfx)
domain-own-key = Klucz prywatny
domain-own-key-hint = PEM albo DER, bez hasła; niepotrzebny, gdy jest w tym samym pliku.
domain-own-password = Hasło pliku PKCS#12
domain-own-password-hint = Nie jest nigdzie zapisywane.
domain-own-send = Sprawdź i użyj
domain-own-waits = – certyfikat sprawdzony i czeka: ustaw własny certyfikat i zapisz.
domain-own-remove = Usuń własny certyfikat
domain-own-remove-question = Usunąć własny certyfikat dla { $names }?
domain-own-remove-consequence = Certyfikat i jego klucz znikną z serwera, a kopie zapasowe ich nie zawierają. Od razu zastąpi go następny w kolejce: z urzędu albo tymczasowy, przed którym przeglądarki ostrzegają.
notice-domain-asked = Zamówienie wysłane. Wynik pojawi się w historii.
notice-domain-test-begun = Próba trwa. Wynik pojawi się w historii.
notice-domain-key-changed = Konto w urzędzie certyfikacji ma nowy klucz.
notice-domain-own-taken = Certyfikat jest w użyciu.
notice-domain-own-kept = Certyfikat sprawdzony i zachowany. Włącz HTTPS z własnym certyfikatem.
notice-domain-own-removed = Własny certyfikat usunięto.
error-domain-name = Podaj nazwy takie jak crm.firma.pl, najwyżej 20. Adresy IP i nazwy z gwiazdką nie pasują.
error-domain-proxied = Ten serwer stoi za serwerem pośredniczącym, który łączy się z nim bez HTTPS. Włącz HTTPS tam: tutaj odcięłoby to wszystkich.
error-domain-none = Podaj co najmniej jedną nazwę, dla której ma być certyfikat.
error-domain-contact = Podaj adres e-mail, na przykład it@firma.pl, albo zostaw puste.
error-domain-no-authority = Ten serwer nie zamawia certyfikatów w urzędzie.
error-domain-no-upload = Własny certyfikat można wgrać, gdy HTTPS jest włączone, a certyfikat nie pochodzi z plików.
error-domain-key = Klucza konta nie udało się zmienić. Urząd certyfikacji: { $what }
error-domain-busy = Trwa zamówienie z dotychczasowym kluczem. Spróbuj ponownie za kilka minut.
tls-fault-no-certificate = W pliku nie ma certyfikatu.
tls-fault-no-key = Nie ma klucza prywatnego. Dodaj plik z kluczem w postaci PEM, niezabezpieczony hasłem.
tls-fault-locked-key = Klucz prywatny jest zaszyfrowany hasłem. Wgraj go bez hasła albo jako plik PKCS#12 razem z hasłem.
tls-fault-nothing = Wybierz plik z certyfikatem.
tls-fault-missing = Tego pliku nie ma.
tls-fault-forbidden = Użytkownik, na którym działa serwer, nie ma prawa czytać tego pliku.
tls-fault-no-reader = Program otwierający pliki PKCS#12 nie daje się uruchomić. Uruchom serwer ponownie albo wgraj PEM. System podaje: { $what }
tls-fault-too-hard = Otwarcie tego pliku zajmuje za dużo czasu albo pamięci. Utwórz go ponownie z mniejszą liczbą rund albo wgraj PEM.
tls-fault-too-large = Pliki są za duże jak na certyfikat. Razem mogą mieć 256 KB; wybierz sam certyfikat i jego klucz.
tls-fault-unreadable = Pliku nie da się zrozumieć. Powinien to być certyfikat w postaci PEM lub DER albo plik PKCS#12; może być uszkodzony.
tls-fault-other-key = Klucz prywatny nie pasuje do certyfikatu.
tls-fault-kind-of-key = Klucza tego rodzaju nie można użyć. Pasują RSA od 2048 bitów, ECDSA (P-256, P-384, P-521) i Ed25519.
tls-fault-incomplete = Łańcuch jest niepełny: brakuje certyfikatu „{ $what }”. Dołącz certyfikaty pośrednie od wystawcy.
tls-fault-self-signed = Certyfikat jest podpisany sam przez siebie, więc przeglądarki i tak by ostrzegały.
tls-fault-other-name = Certyfikat nie obejmuje nazwy { $what }.
tls-fault-lapsed = Certyfikat wygasł { $what }.
tls-fault-too-early = Certyfikat jest ważny dopiero od { $what }.
tls-fault-password = Hasło nie otwiera pliku.
tls-fault-unproved = Przeglądarki nie uwierzyłyby temu certyfikatowi: próbne połączenie z nim się nie udało.
tls-event-issued = Urząd wystawił certyfikat
tls-event-failed = Urząd nie wystawił certyfikatu
tls-event-failed-advice = Zwykle nazwa prowadzi gdzie indziej albo port 443 (przy http-01 port 80) jest zamknięty. Sprawdź nazwy poniżej. Program próbuje dalej, coraz rzadziej.
tls-event-unreachable = Urząd certyfikacji nie odpowiada
tls-event-unreachable-advice = Sprawdź, czy serwer ma dostęp do internetu. Program próbuje dalej co kilka minut; dotychczasowy certyfikat działa.
tls-event-limited = Urząd certyfikacji każe zaczekać
tls-event-limited-advice = Program zamówi ponownie, gdy minie podany czas. Ponawianie ręczne nic nie da.
tls-event-unwritten = Certyfikatu nie da się zapisać na dysku
tls-event-unwritten-advice = Zrób miejsce na dysku i sprawdź, czy folder tls w folderze danych należy do użytkownika serwera. Certyfikat, który już przyszedł, działa z pamięci, a zapis jest ponawiany co kilka minut; do tego czasu program nie zamówi następnego.
tls-event-written = Zapisano certyfikat na dysku
tls-why-name = Nie znaleziono nazwy urzędu: serwer nie ma połączenia z internetem albo serwera nazw.
tls-why-refused = Serwer urzędu nie przyjmuje połączeń albo po drodze stoi zapora.
tls-why-slow = Urząd nie odpowiada na czas.
tls-why-stranger = Serwer urzędu przedstawia certyfikat, któremu ten serwer nie ufa.
tls-event-files-taken = Wczytano nowy certyfikat z plików
tls-event-files-refused = Nowych plików nie można użyć; działa poprzedni certyfikat
tls-event-files-refused-advice = Popraw pliki podane w cert_file i key_file. Program wczyta je sam.
tls-event-uploaded = Wgrano własny certyfikat
tls-event-removed = Usunięto własny certyfikat
tls-event-test-passed = Próba w urzędzie testowym udana
tls-event-test-failed = Próba w urzędzie testowym nieudana
tls-event-key-changed = Zmieniono klucz konta w urzędzie
letter-certificate-subject = Certyfikat serwera wkrótce wygaśnie
letter-certificate-lead =
    { $days ->
        [0] Certyfikat HTTPS dla { $what } wygasa dzisiaj. Potem przeglądarki nie wpuszczą nikogo do kartoteki.
        [one] Certyfikat HTTPS dla { $what } wygasa za { $days } dzień. Potem przeglądarki nie wpuszczą nikogo do kartoteki.
       *[other] Certyfikat HTTPS dla { $what } wygasa za { $days } dni. Potem przeglądarki nie wpuszczą nikogo do kartoteki.
    }
letter-certificate-note = Otwórz w ustawieniach „Domena i HTTPS”: tam widać, co stoi na przeszkodzie, i tam można wgrać nowy certyfikat.
letter-fact-reason = Ostatni kłopot
mail-letter-certificate-lapses = certyfikat wygasa
audit-sort-domain = domena i HTTPS

# Kopia: zawartość i drogi powrotu
archive-title = Kopia zapasowa
archive-holds = Stan firmy z dnia
archive-about = O tej kopii
archive-file = Plik
archive-size = Rozmiar
archive-files = Pliki
archive-files-held = { $count ->
    [one] 1 plik, { $size }
    [few] { $count } pliki, { $size }
   *[other] { $count } plików, { $size }
}
archive-where = Gdzie jest
archive-proved = Sprawdzona
archive-never-proved = jeszcze nie
archive-firm = Firma
archive-program = Wersja programu
archive-unreadable = Tej kopii nie da się odczytać.
archive-not-fetched = Kopia jest duża i leży tylko w miejscu docelowym. Jej zawartość zobaczysz, gdy ją przejrzysz.
archive-coming = Kopia jest pobierana z miejsca docelowego. Ta strona sama przejdzie dalej.
archive-other-name = Ta kopia należy do firmy „{ $firm }”.
archive-other-firm = To kopia innej firmy. Nie można z niej przywracać pojedynczych rekordów.
archive-differences = Wtedy i dziś
archive-sort = Rodzaj
archive-then = Wtedy
archive-now = Dziś
archive-new = Nowe
archive-deleted = Usunięte
archive-some = Przywróć wybrane rekordy
archive-some-about = Przejrzyj rekordy z kopii i przywróć te, których brakuje. To, co dziś istnieje, zostaje bez zmian.
archive-browse = Przejrzyj rekordy
archive-all = Przywróć całą firmę
archive-all-about = Firma wróci do stanu z tej kopii. Dzisiejszy stan zostanie najpierw zapisany jako nowa kopia. Wszystkie osoby zostaną wylogowane i zalogują się hasłem z tamtego dnia.
archive-all-firm = Nazwa firmy
archive-all-firm-hint = Aby potwierdzić, wpisz: { $firm }
archive-all-foreign = Wiem, że to kopia innej firmy, i chcę nią zastąpić obecną
archive-all-without = Przywróć także wtedy, gdy dzisiejszego stanu nie da się zapisać jako kopii
archive-all-without-files = Przywróć także bez plików, których nigdzie nie ma
archive-all-run = Przywróć całą firmę
archive-records = Rekordy w kopii
archive-search = Szukaj
archive-which = Które
archive-only-missing = których dziś nie ma
archive-only-all = wszystkie
archive-show = Pokaż
archive-none-missing = Wszystko, co jest w tej kopii, istnieje także dziś.
archive-none = Nic nie znaleziono.
archive-count = Znaleziono: { $count }
archive-is-there = istnieje
archive-in-trash = w koszu
archive-gone = usunięty na zawsze
archive-was-deleted = już wtedy w koszu
archive-bring-back = Przywróć zaznaczone
archive-bring-all-back = Przywróć wszystkie, których dziś nie ma
archive-compare = Porównaj
archive-compare-title = Dziś i w kopii
archive-compare-about = Zaznacz pola, które mają dostać wartość z kopii. Pozostałe się nie zmienią.
archive-same = Rekord jest dziś taki sam jak w kopii.
archive-take-fields = Przyjmij zaznaczone wartości
restoring-title = Przywracanie firmy
restoring-fetching = Pobiera kopię.
restoring-loading = Wczytuje kopię obok firmy. Można dalej pracować.
restoring-backup = Zapisuje dzisiejszy stan jako kopię. Przez chwilę nie można niczego zmieniać.
restoring-about = Na koniec program otworzy przywróconą firmę i poprosi o zalogowanie.
restoring-failed = Firma nie została przywrócona. Wszystko jest tak, jak było.
restoring-other-firm = To kopia innej firmy.
restoring-command = Polecenie uruchomione na serwerze albo wysyłany list nie dobiegły końca. Spróbuj ponownie, gdy się zakończą.
restoring-no-backup = Dzisiejszego stanu nie udało się zapisać jako kopii: { $why }
restoring-no-files = Części plików z tej kopii nie ma w żadnym miejscu docelowym, więc niczego nie zmieniono. Możesz wrócić i przywrócić firmę bez nich. Szczegóły: { $why }
restoring-back = Wróć do kopii
restoring-done = Firma została przywrócona do stanu z dnia
restoring-done-about = Stan sprzed przywrócenia jest zapisany jako najnowsza kopia.
error-archive = Z kopią coś jest nie tak: { $why }
error-archive-damaged = Tej kopii nie da się odczytać: { $why }
error-archive-slow = Kopia jest jeszcze pobierana. Spróbuj ponownie za chwilę.
error-archive-other-firm = To kopia innej firmy. Nie można z niej przywracać pojedynczych rekordów.
error-archive-choose = Zaznacz co najmniej jeden rekord, a najwyżej { $most }.
error-archive-fields = Zaznacz co najmniej jedno pole.
error-archived-broken = W kopii brakuje wymaganego pola tego rekordu.
error-archived-history = Historia tego rekordu w kopii nie pasuje do dzisiejszej.
error-firm-name = To nie jest nazwa firmy.
error-restore-busy = Trwają inne operacje. Poczekaj, aż się skończą, albo je zatrzymaj.
error-restore-under-way = Przywracanie już trwa.
operation-kind-bring-back = Przywracanie z kopii
operation-phase-archive-fetching = Pobiera kopię.
operation-phase-archive-files = Przywraca pliki.
operation-phase-archive-searching = Czyta kopię.
operation-count-owner-gone = w tym bez dawnego opiekuna, teraz u Ciebie
operation-count-fields-gone = w tym bez pól, których firma już nie ma
operation-count-files-gone = w tym bez plików, których nigdzie już nie ma
operation-why-not-archived = W tej kopii go nie ma.
operation-why-other-firm = To kopia innej firmy.
operation-why-no-archive = Tej kopii nie ma już w żadnym miejscu docelowym.
operation-why-archive = Z kopią coś jest nie tak: { $why }
operation-archive = Kopia
