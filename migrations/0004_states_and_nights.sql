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

-- The event of a board that a pass comes from. The newest one of each device tells a gate whose folder is new where to go on; a pass that such a
-- gate reads again from the board's memory is known by it. Not unique: a board that lost its memory counts from 1 again.
alter table pass add column device {id};
alter table pass add column board_event bigint;
create index pass_board_event on pass (school, device, at, board_event) where device is not null;

-- From when on a device is the board that it is now: events of the board before it are counted by that one.
alter table device add column board_since bigint not null default 0;

-- Which of several servers on one database runs a gate of the servers' own process, and until when it may without prolonging it. Two that
-- drive one board would each open its doors.
create table gate_lease (
  school {id} not null references school (school),
  gate {id} not null,
  owner text not null,
  until bigint not null,
  primary key (school, gate)
);
