-- Carriers that have a PGW of their own and tell of their sessions by RADIUS accounting.

-- Whose messages are believed, of which addresses. Sources and ranges are JSON arrays of prefixes; the secret is sealed by a
-- data key of its own, as SIM secrets are by their batch's.
create table accounting_client (
  id text not null primary key,
  carrier text not null references carrier (id),
  name text not null unique,
  sources text not null,
  ranges text not null,
  timeout_seconds bigint not null,
  data_key text not null references data_key (id),
  secret text not null,
  created_at bigint not null,
  revision bigint not null
);
create index accounting_client_carrier on accounting_client (carrier);

-- Whose which addresses are, as it was told last. The document is JSON; what it is of is named by its first address.
create table accounting_binding (
  address text not null primary key,
  client text not null,
  document text not null
);
create index accounting_binding_client on accounting_binding (client);
