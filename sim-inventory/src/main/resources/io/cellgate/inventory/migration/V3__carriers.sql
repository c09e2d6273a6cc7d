-- What carriers are held to, and what their devices are given.

-- How strictly the GTP firewall checks. The scope is a carrier's id, or 'gateway' for what holds where a carrier has
-- nothing of its own. The document is JSON; what it leaves out is taken from the wider scope.
create table firewall (
  scope text not null primary key,
  document text not null,
  revision bigint not null
);

-- The access points that devices may ask for; none: any.
create table apn (
  name text not null primary key,
  created_at bigint not null
);

-- Networks from which devices get their addresses, for an access point, a carrier, or both.
create table pool (
  id text not null primary key,
  name text not null unique,
  prefix text not null unique,
  apn text,
  carrier text references carrier (id),
  quarantine_seconds bigint not null,
  created_at bigint not null,
  revision bigint not null
);

-- Addresses that belong to a SIM for good.
create table static_address (
  iccid text not null primary key references sim (iccid),
  ipv4 text unique,
  ipv6 text unique,
  created_at bigint not null
);
