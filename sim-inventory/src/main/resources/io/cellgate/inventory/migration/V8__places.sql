-- eSIM profiles, named geofences, what became of each part of an operation, and keys that can be replaced.

-- The eUICC (SGP.02 §2.2.2) that a SIM's profile was downloaded to.
alter table sim add column eid text;
create index sim_eid on sim (eid, iccid) where eid is not null;

-- A SIM that is a profile to download. Its activation code is a secret, sealed by its batch's data key; the hash keeps it
-- unique.
create table esim_profile (
  iccid text not null primary key references sim (iccid),
  data_key text not null,
  sealed text not null,
  code_hash text not null unique,
  state text not null,
  changed_at bigint not null,
  revision bigint not null
);
create index esim_profile_state on esim_profile (state, iccid);

-- Places by a name; the fence is JSON, as that of a SIM or fleet of its own.
create table geofence (
  id text not null primary key,
  account text not null references account (id),
  name text not null,
  fence text not null,
  created_at bigint not null,
  revision bigint not null,
  unique (account, name)
);
-- Not a reference, for the geofence names its account: rows of either table could not be copied before the other's.
alter table account add column geofence text;
alter table fleet add column geofence text references geofence (id);
alter table sim add column geofence text references geofence (id);
create index sim_geofence on sim (geofence, iccid) where geofence is not null;

-- What became of the parts of an operation: of some that follow each other in each row, as lines that are compressed.
create table operation_report (
  operation text not null references operation (id),
  first_part bigint not null,
  parts bigint not null,
  report text not null,
  primary key (operation, first_part)
);

-- Secrets come into being with their SIM, in its transaction, and go never: PostgreSQL need not look up both references
-- again for each of a million lines.
create table sim_secret_free (
  iccid text not null primary key,
  data_key text not null,
  sealed text not null
);
insert into sim_secret_free (iccid, data_key, sealed) select iccid, data_key, sealed from sim_secret;
drop table sim_secret;
alter table sim_secret_free rename to sim_secret;
