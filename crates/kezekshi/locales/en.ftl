## kezekshi doctor

kezekshi-well = well
kezekshi-wrong = WRONG
kezekshi-found-database-unreadable = The database cannot be read: { $reason }
kezekshi-found-database-whole = The database is whole, tables: { $tables }
kezekshi-found-database-damaged = The database is damaged: { $reason }. Restore it from a backup.
kezekshi-found-index-damaged = Index { $name } is damaged: run reindex.
kezekshi-found-references-whole = References are whole: { $references }
kezekshi-found-reference-broken = Rows of { $table } without their { $target }: { $rows }
kezekshi-found-values-fit = Values fit the schema, columns: { $columns }
kezekshi-found-value-of-another-kind = Values of another kind in { $table }.{ $column }: { $rows }
kezekshi-found-migrations-complete = The schema is up to date, newest migration: { $number }
kezekshi-found-migration-missing = Migration { $number } ({ $name }) is missing: start the program once more.
kezekshi-found-migration-unknown = Migration { $number } ({ $name }) is not known: update the program.
kezekshi-found-journal-with-holes = The journal of school { $school } has holes: { $entries } entries, newest number { $head }. Restore from a backup.
kezekshi-found-journal-entries-readable = Journal entries can be read: { $entries }
kezekshi-found-journal-entry-unreadable = Entry { $seq } of school { $school } ({ $kind }) cannot be read.
kezekshi-found-journal-cursors-behind-heads = Followers are in their places: { $cursors }
kezekshi-found-journal-cursor-beyond-head = Follower { $follower } is beyond the journal of school { $school }: { $seq } > { $head }
kezekshi-found-journals-whole = Journals are whole, without holes: schools { $schools }, entries { $entries }
