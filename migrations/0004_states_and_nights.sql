-- An alarm that tells a state (a board is silent, a disk is full) stands until a record says that it is over; `closed_at` is when. An alarm
-- that says that something is in order again is closed from the beginning: nobody need do anything about it.
alter table alarm add column stands {bool} not null default false;
alter table alarm add column closed_at bigint;
update alarm set closed_at = at where kind in ('device_back', 'spool_back');
create index alarm_standing on alarm (school, gate, kind) where stands;

-- Whether it is forgotten at each local midnight who is still inside, and the last midnight for which that was done: who came in before it
-- is not known to be inside any more.
alter table school add column resets_presence {bool} not null default true;
alter table school add column presence_reset_at bigint;
