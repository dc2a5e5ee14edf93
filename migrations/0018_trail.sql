-- The audit trail is chained: each line has a number of its school without holes, and a hash over the hash of the line before and its own
-- content. Lines of before have neither until the program's next start, which chains them in batches.
alter table audit add column seq bigint;
alter table audit add column hash {bytes};
create unique index audit_seq on audit (school, seq) where seq is not null;
create index audit_unchained on audit (school, id) where seq is null;
create index audit_subject on audit (school, subject, id) where subject is not null;
-- How far the trail of a school is: its queue too, since who appends holds the row until the commit.
create table audit_head (
  school {id} primary key references school (school),
  seq bigint not null,
  hash {bytes} not null
);
