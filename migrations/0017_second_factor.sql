-- The second factor of staff, invitations by link, devices on which somebody is signed in, and who gave which role.

-- The secret that an authenticator app shares with us, sealed for the school. It counts once a code confirmed it.
create table user_totp (
  user_id {id} primary key references user_account (id),
  secret {bytes} not null,
  created_at bigint not null,
  confirmed_at bigint,
  -- The step of the last code that was taken: none is taken twice.
  last_step bigint not null default 0
);
-- Codes for whoever has lost the phone, each good for once. Only hashes are kept.
create table user_recovery_code (
  user_id {id} not null references user_account (id),
  code_hash {bytes} not null,
  created_at bigint not null,
  used_at bigint,
  primary key (user_id, code_hash)
);
-- Passkeys (WebAuthn): the public half, which opens nothing.
create table user_passkey (
  id {id} primary key,
  user_id {id} not null references user_account (id),
  -- The id by which the device knows the passkey.
  credential {bytes} not null unique,
  -- A COSE key (RFC 9052).
  public_key {bytes} not null,
  -- How often the device says that it signed; 0: it does not count.
  sign_count bigint not null,
  name text not null,
  created_at bigint not null,
  last_used_at bigint
);
create index user_passkey_user on user_passkey (user_id);
-- Whoever is between the first and the second step of signing in, bound to the browser by a cookie. It opens no page.
create table sign_in_step (
  token_hash {bytes} primary key,
  -- None: a passkey is to say who it is.
  user_id {id} references user_account (id),
  -- What a passkey has to sign, once.
  challenge {bytes} not null,
  created_at bigint not null,
  expires_at bigint not null
);
create index sign_in_step_user on sign_in_step (user_id);

-- A passkey that is being added: what its device has to sign, once.
alter table user_session add column challenge {bytes};
alter table user_session add column challenge_until bigint;
-- The browser's own lasting cookie, hashed.
alter table user_session add column browser {bytes};

-- Browsers in which an account was signed in, so that a new one can be told.
create table user_browser (
  user_id {id} not null references user_account (id),
  token_hash {bytes} not null,
  agent text not null,
  address text not null,
  -- What the user calls the device; empty: by browser and system.
  name text not null default '',
  first_at bigint not null,
  last_at bigint not null,
  -- When the account's user was told of it; none: not yet.
  told_at bigint,
  primary key (user_id, token_hash)
);

-- Links by which somebody chooses the password of an account, once and within days. Only hashes are kept.
create table user_invitation (
  school {id} not null references school (school),
  id {id} not null,
  user_id {id} not null references user_account (id),
  token_hash {bytes} not null unique,
  created_at bigint not null,
  created_by {id},
  expires_at bigint not null,
  used_at bigint,
  revoked_at bigint,
  primary key (school, id)
);
create index user_invitation_user on user_invitation (school, user_id);

-- Since when somebody holds a role, and who gave it; none: before this was kept, or the program.
alter table user_role add column granted_at bigint;
alter table user_role add column granted_by {id};
