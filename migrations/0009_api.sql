-- Tokens with which programs ask in somebody's name. Only the hash is kept: it opens nothing.
create table api_token (
  school {id} not null references school (school),
  id {id} not null,
  user_id {id} not null references user_account (id),
  name text not null,
  token_hash {bytes} not null unique,
  -- Words of `TokenScope`, with a space between.
  scopes text not null,
  created_at bigint not null,
  expires_at bigint not null,
  last_used_at bigint,
  revoked_at bigint,
  primary key (school, id)
);
create index api_token_user on api_token (school, user_id);

-- What was made by a write that carried a key of its own: the same write sent again makes nothing a second time.
create table api_idempotency (
  school {id} not null,
  token {id} not null,
  key text not null,
  request_hash {bytes} not null,
  -- What the write made or changed.
  subject {id} not null,
  at bigint not null,
  primary key (school, token, key),
  foreign key (school, token) references api_token (school, id)
);
create index api_idempotency_at on api_idempotency (school, at);
