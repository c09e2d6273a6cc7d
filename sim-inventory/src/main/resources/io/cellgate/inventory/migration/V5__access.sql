-- Who may do what: users, roles of an account's own making, tokens with narrower rights, identity providers; and
-- webhooks, which carry events out.

alter table account add column requests_per_second bigint;

-- A token has a built-in role that scopes may narrow, or a role of access_role; one of a user has the user's.
alter table token add column custom_role text;
alter table token add column scopes text;
alter table token add column networks text;
alter table token add column requests_per_second bigint;
alter table token add column user_id text;
create index token_user on token (user_id);

create table access_role (
  id text not null primary key,
  account text references account (id),
  name text not null,
  base text not null,
  scopes text not null,
  created_at bigint not null,
  revision bigint not null
);
create unique index access_role_name on access_role (coalesce(account, ''), name);

-- Secrets of providers and webhooks are sealed by a data key each, as SIM secrets are by their batch's.
create table identity_provider (
  id text not null primary key,
  name text not null unique,
  issuer text not null unique,
  client_id text not null,
  audiences text not null,
  redirect_uris text not null,
  emails_verified boolean not null,
  data_key text references data_key (id),
  client_secret text,
  created_at bigint not null,
  revision bigint not null
);

create table access_user (
  id text not null primary key,
  account text references account (id),
  name text not null,
  email text not null,
  issuer text not null,
  subject text,
  role text not null,
  custom_role text references access_role (id),
  enabled boolean not null,
  created_at bigint not null,
  last_login_at bigint,
  revision bigint not null
);
create unique index access_user_email on access_user (issuer, email);
create unique index access_user_subject on access_user (issuer, subject);
create index access_user_account on access_user (account, id);

create table webhook (
  id text not null primary key,
  account text references account (id),
  name text not null,
  url text not null,
  kinds text not null,
  enabled boolean not null,
  max_attempts bigint not null,
  data_key text not null references data_key (id),
  secret text not null,
  old_secret text,
  old_secret_until bigint,
  -- all events up to this one have become deliveries, or are none of this webhook's
  position bigint not null,
  created_at bigint not null,
  revision bigint not null
);
create index webhook_account on webhook (account, id);

create table webhook_delivery (
  id text not null primary key,
  webhook text not null references webhook (id),
  event_seq bigint not null,
  kind text not null,
  subject text not null,
  state text not null,
  attempts bigint not null,
  next_at bigint not null,
  last_status bigint,
  last_error text,
  created_at bigint not null,
  changed_at bigint not null
);
create index webhook_delivery_list on webhook_delivery (webhook, id);
create index webhook_delivery_pending on webhook_delivery (webhook, subject, id) where state = 'pending';
create index webhook_delivery_state on webhook_delivery (webhook, state, id);
