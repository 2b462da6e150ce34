### sheets

sheet-error-cell-too-long-to-write = Tekst w wierszu { $row }, kolumnie { $column } nie mieści się w komórce Excela (najwyżej { $limit } znaków). Wybierz format CSV.
sheet-error-damaged = Plik jest uszkodzony lub niekompletny. Otwórz go w arkuszu kalkulacyjnym, zapisz ponownie i spróbuj jeszcze raz.
sheet-error-empty = Plik jest pusty: nie ma w nim widocznego arkusza z danymi. Wybierz inny plik.
sheet-error-encoding = Nie można odczytać liter w tym pliku. Zapisz go jako „CSV UTF-8” i spróbuj jeszcze raz.
sheet-error-encrypted = Skoroszyt jest chroniony hasłem. Zapisz go bez hasła i spróbuj jeszcze raz.
sheet-error-endless-row = Wiersz { $row } nie ma końca. Najpewniej otwarto w nim cudzysłów i nie zamknięto. Popraw to i spróbuj jeszcze raz.
sheet-error-file-too-large = Plik ma więcej niż { $limit } MB. Podziel go na kilka plików.
sheet-error-mismatch = Plik ma nazwę .{ $extension }, ale jego zawartość to .{ $found }. Zapisz go w arkuszu kalkulacyjnym jako .xlsx lub .csv.
sheet-error-not-a-sheet = To nie jest arkusz. Wybierz plik Excela (.xlsx) albo plik tekstowy z kolumnami (.csv).
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
