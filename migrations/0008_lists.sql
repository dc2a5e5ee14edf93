-- Lists and photos that are taken in, and what is taken away: one row a piece of work. Nothing here names a person; the files lie sealed in
-- list_part under a key of the work itself, which is destroyed with them.
create table list_job (
  school {id} not null references school (school),
  id {id} not null,
  user_id {id},
  kind text not null check (kind in ('persons', 'photos', 'export')),
  state text not null check (state in ('reading', 'columns', 'preview', 'writing', 'done', 'cancelled', 'failed')),
  -- How the file is to be read, and what was decided about its rows: words, numbers of rows, ids.
  settings text not null default '',
  answers text not null default '',
  -- Rows or files that were not written although the preview took them: numbers and words.
  failures text not null default '',
  total bigint not null default 0,
  done bigint not null default 0,
  added bigint not null default 0,
  changed bigint not null default 0,
  same bigint not null default 0,
  refused bigint not null default 0,
  -- Why the work failed, a word.
  fault text not null default '',
  created_at bigint not null,
  changed_at bigint not null,
  primary key (school, id)
);
create index list_job_changed on list_job (school, changed_at);
create table list_part (
  school {id} not null references school (school),
  id {id} not null,
  job {id} not null,
  kind text not null check (kind in ('source', 'refused', 'result')),
  number bigint not null,
  sealed {bytes} not null,
  primary key (school, id),
  foreign key (school, job) references list_job (school, id)
);
create index list_part_job on list_part (school, job, kind, number);
