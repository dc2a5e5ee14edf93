## kezekshi doctor

kezekshi-well = жақсы
kezekshi-wrong = ҚАТЕ
kezekshi-found-database-unreadable = Дерекқор оқылмайды: { $reason }
kezekshi-found-database-whole = Дерекқор бүтін, кесте саны: { $tables }
kezekshi-found-database-damaged = Дерекқор зақымданған: { $reason }. Сақтық көшірмеден қалпына келтіріңіз.
kezekshi-found-index-damaged = { $name } индексі зақымданған: reindex орындаңыз.
kezekshi-found-references-whole = Сілтемелер бүтін: { $references }
kezekshi-found-reference-broken = { $table } кестесінде { $target } кестесіне жетпейтін жол бар: { $rows }
kezekshi-found-values-fit = Мәндер үлгіге сай, баған саны: { $columns }
kezekshi-found-value-of-another-kind = { $table }.{ $column } бағанында басқа түрдегі мән бар: { $rows }
kezekshi-found-migrations-complete = Схема жаңа, соңғы көші-қон: { $number }
kezekshi-found-migration-missing = { $number } ({ $name }) көші-қоны орындалмаған: бағдарламаны қайта іске қосыңыз.
kezekshi-found-migration-unknown = { $number } ({ $name }) көші-қоны белгісіз: бағдарламаны жаңартыңыз.
kezekshi-found-journal-with-holes = { $school } мектебінің журналында үзіліс бар: { $entries } жазба, соңғы нөмір { $head }. Сақтық көшірмеден қалпына келтіріңіз.
kezekshi-found-journal-entries-readable = Журнал жазбалары оқылады: { $entries }
kezekshi-found-journal-entry-unreadable = { $school } мектебінің { $seq } жазбасы ({ $kind }) оқылмайды.
kezekshi-found-journal-cursors-behind-heads = Журнал бақылаушылары орнында: { $cursors }
kezekshi-found-journal-cursor-beyond-head = { $follower } бақылаушысы { $school } журналынан озып кеткен: { $seq } > { $head }
kezekshi-found-journals-whole = Журналдар бүтін, үзіліссіз: мектеп { $schools }, жазба { $entries }
