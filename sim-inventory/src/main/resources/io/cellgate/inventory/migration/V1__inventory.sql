-- The inventory. Written in the SQL that SQLite and PostgreSQL share: text, bigint, boolean, no server-side
-- identities, no JSON types. Times are milliseconds since 1970 UTC. Lists within a column are JSON arrays.

create table counter (
  name text not null primary key,
  value bigint not null
);

create table setting (
  name text not null primary key,
  value text not null
);

-- The outbox: each row was written in the transaction of the change that it tells of. It is also the audit log.
create table event (
  seq bigint not null primary key,
  at bigint not null,
  account text,
  actor text not null,
  kind text not null,
  subject text not null,
  before_json text,
  after_json text
);
create index event_account on event (account, seq);
create index event_subject on event (subject, seq);

create table account (
  id text not null primary key,
  name text not null,
  default_policy text,
  termination_enabled boolean not null,
  created_at bigint not null,
  revision bigint not null
);

-- A token's secret is not here: only its SHA-256.
create table token (
  id text not null primary key,
  account text references account (id),
  role text not null,
  name text not null,
  hash text not null unique,
  created_at bigint not null,
  expires_at bigint,
  revoked_at bigint,
  last_used_at bigint
);
create index token_account on token (account, id);

create table carrier (
  id text not null primary key,
  name text not null unique,
  home_plmns text not null,
  serving_plmns text not null,
  created_at bigint not null,
  revision bigint not null
);

create table peer (
  address text not null primary key,
  carrier text not null references carrier (id),
  created_at bigint not null
);
create index peer_carrier on peer (carrier, address);

create table product (
  id text not null primary key,
  name text not null unique,
  kind text not null,
  unit_price bigint not null,
  currency text not null,
  orderable boolean not null,
  created_at bigint not null,
  revision bigint not null
);

-- Keys that seal SIM secrets, each itself sealed by the master key, which is outside the database.
create table data_key (
  id text not null primary key,
  master_key text not null,
  sealed text not null,
  created_at bigint not null
);

create table batch (
  id text not null primary key,
  product text not null references product (id),
  name text not null unique,
  data_key text not null references data_key (id),
  sims bigint not null,
  created_at bigint not null,
  revision bigint not null
);

create table policy (
  id text not null primary key,
  account text references account (id),
  name text not null,
  head bigint not null,
  created_at bigint not null
);
create index policy_account on policy (account, id);

create table policy_revision (
  policy text not null references policy (id),
  revision bigint not null,
  document text not null,
  author text not null,
  message text not null,
  created_at bigint not null,
  primary key (policy, revision)
);

create table named_list (
  id text not null primary key,
  account text references account (id),
  name text not null,
  kind text not null,
  entries bigint not null,
  created_at bigint not null,
  revision bigint not null
);
create index named_list_account on named_list (account, name);

create table list_entry (
  list text not null references named_list (id),
  entry text not null,
  primary key (list, entry)
);

create table fleet (
  id text not null primary key,
  account text not null references account (id),
  name text not null,
  policy text references policy (id),
  imei_lock text,
  fence text,
  created_at bigint not null,
  revision bigint not null,
  unique (account, name)
);

create table sim_order (
  id text not null primary key,
  account text not null references account (id),
  product text not null references product (id),
  quantity bigint not null,
  state text not null,
  unit_price bigint not null,
  currency text not null,
  ship_to text not null,
  tracking text,
  created_at bigint not null,
  quoted_until bigint not null,
  revision bigint not null
);
create index sim_order_account on sim_order (account, id);
create index sim_order_state on sim_order (state, id);

create table sim (
  iccid text not null primary key,
  imsi text not null unique,
  msisdn text unique,
  product text not null references product (id),
  batch text not null references batch (id),
  state text not null,
  intended text not null,
  account text references account (id),
  order_id text references sim_order (id),
  fleet text references fleet (id),
  policy text references policy (id),
  imei_lock text,
  bound_imei text,
  fence text,
  tags text,
  created_at bigint not null,
  changed_at bigint not null,
  revision bigint not null
);
create index sim_stock on sim (product, iccid) where state = 'inventory';
create index sim_batch on sim (batch, iccid);
create index sim_account on sim (account, iccid) where account is not null;
create index sim_account_state on sim (account, state, iccid) where account is not null;
create index sim_state on sim (state, iccid) where account is not null;
create index sim_order_id on sim (order_id, iccid) where order_id is not null;
create index sim_fleet on sim (fleet, iccid) where fleet is not null;
create index sim_policy on sim (policy, iccid) where policy is not null;

create table sim_tag (
  iccid text not null references sim (iccid),
  tag text not null,
  tag_value text not null,
  primary key (iccid, tag)
);
create index sim_tag_value on sim_tag (tag, tag_value, iccid);

create table sim_secret (
  iccid text not null primary key references sim (iccid),
  data_key text not null references data_key (id),
  sealed text not null
);

create table idempotency (
  account text not null,
  request_key text not null,
  request_hash text not null,
  status bigint not null,
  body text not null,
  expires_at bigint not null,
  primary key (account, request_key)
);
create index idempotency_expiry on idempotency (expires_at);
