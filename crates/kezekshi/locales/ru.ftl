## kezekshi doctor

kezekshi-well = в порядке
kezekshi-wrong = ОШИБКА
kezekshi-found-database-unreadable = База данных не читается: { $reason }
kezekshi-found-database-whole = База данных цела, таблиц: { $tables }
kezekshi-found-database-damaged = База данных повреждена: { $reason }. Восстановите её из резервной копии.
kezekshi-found-index-damaged = Индекс { $name } повреждён: выполните reindex.
kezekshi-found-references-whole = Ссылки целы: { $references }
kezekshi-found-reference-broken = В таблице { $table } строки без пары в { $target }: { $rows }
kezekshi-found-values-fit = Значения соответствуют схеме, столбцов: { $columns }
kezekshi-found-value-of-another-kind = В столбце { $table }.{ $column } значения другого вида: { $rows }
kezekshi-found-migrations-complete = Схема обновлена, последняя миграция: { $number }
kezekshi-found-migration-missing = Миграция { $number } ({ $name }) не выполнена: запустите программу ещё раз.
kezekshi-found-migration-unknown = Миграция { $number } ({ $name }) неизвестна: обновите программу.
kezekshi-found-journal-with-holes = В журнале школы { $school } пропуски: записей { $entries }, последний номер { $head }. Восстановите базу из резервной копии.
kezekshi-found-journal-entries-readable = Записи журнала читаются: { $entries }
kezekshi-found-journal-entry-unreadable = Запись { $seq } школы { $school } ({ $kind }) не читается.
kezekshi-found-journal-cursors-behind-heads = Подписчики журнала на месте: { $cursors }
kezekshi-found-journal-cursor-beyond-head = Подписчик { $follower } ушёл дальше журнала школы { $school }: { $seq } > { $head }
kezekshi-found-journals-whole = Журналы целы, без пропусков: школ { $schools }, записей { $entries }
