-- What SIMs use, what they may use, and what the system imposes on them for it.

-- {"bytes_day": …, "bytes_month": …, "action": "block" or "throttle", "rate_bps": …}; the nearest one holds.
alter table account add column quota text;
alter table fleet add column quota text;
alter table sim add column quota text;

-- Conditions beside a SIM's state, such as quota_exceeded. Each is cleared by a rule of its own.
create table sim_condition (
  iccid text not null references sim (iccid),
  kind text not null,
  since bigint not null,
  detail text not null,
  primary key (iccid, kind)
);
create index sim_condition_kind on sim_condition (kind, iccid);

-- Octets and packets of IP that were forwarded. A row is of one SIM, of the account, fleet, carrier and country in which
-- it was then; fleet and country are empty where there was none or it is not known. Hours, days and months are numbers
-- of UTC since 1970, but a month is 12 × year + month - 1.
create table usage_hour (
  iccid text not null,
  hour bigint not null,
  account text not null,
  fleet text not null,
  carrier text not null,
  country text not null,
  octets_up bigint not null,
  packets_up bigint not null,
  octets_down bigint not null,
  packets_down bigint not null,
  primary key (iccid, hour, account, fleet, carrier, country)
);
create index usage_hour_hour on usage_hour (hour, account);

create table usage_day (
  iccid text not null,
  day bigint not null,
  account text not null,
  fleet text not null,
  carrier text not null,
  country text not null,
  month bigint not null,
  octets_up bigint not null,
  packets_up bigint not null,
  octets_down bigint not null,
  packets_down bigint not null,
  primary key (iccid, day, account, fleet, carrier, country)
);
create index usage_day_day on usage_day (day, account);
