-- Addresses of other programs that are told what happens at a school, and what was told to each of them.
create table webhook (
  school {id} not null references school (school),
  id {id} not null,
  url text not null,
  -- Kinds of events with a space between; `*`: all.
  kinds text not null,
  -- 32 bytes, sealed for the school.
  secret {bytes} not null,
  -- The secret before the last change: messages carry its signature too, until the moment beside it.
  old_secret {bytes},
  old_secret_until bigint,
  is_enabled {bool} not null,
  -- Why it is off: a word of `OffBecause`.
  off_because text,
  off_at bigint,
  -- Events up to this number of the journal were before its time.
  since bigint not null,
  created_at bigint not null,
  -- The number of its newest delivery.
  last_number bigint not null default 0,
  -- Nothing is sent before this moment.
  next_at bigint not null,
  -- Since when nothing gets through, and how many attempts that were.
  failing_since bigint,
  failures bigint not null default 0,
  -- One server at a time sends to it: until this moment it is taken.
  leased_until bigint not null default 0,
  primary key (school, id)
);
create index webhook_next on webhook (next_at);

-- One message to one webhook, in the order of numbers.
create table webhook_delivery (
  school {id} not null,
  webhook {id} not null,
  number bigint not null,
  -- `webhook-id`: the same for each attempt, and when it is sent again.
  message text not null,
  kind text not null,
  body text not null,
  created_at bigint not null,
  state text not null check (state in ('waiting', 'delivered', 'skipped')),
  attempts bigint not null default 0,
  tried_at bigint,
  -- What came of the last attempt: the status of the answer, or a word of `Trouble`.
  status bigint,
  trouble text,
  took_ms bigint,
  answer text,
  primary key (school, webhook, number),
  foreign key (school, webhook) references webhook (school, id)
);
create index webhook_delivery_waiting on webhook_delivery (school, webhook, number) where state = 'waiting';
create index webhook_delivery_created on webhook_delivery (created_at);
