-- Work that takes time, and the one attach of a SIM before its activation.

-- Work that goes on after it was asked for, or while its input comes. One that its process did not end is ended at the next start.
create table operation (
  id text not null primary key,
  account text references account (id),
  actor text not null,
  kind text not null,
  subject text,
  state text not null,
  total bigint,
  done bigint not null,
  failed bigint not null,
  detail text,
  created_at bigint not null,
  changed_at bigint not null
);
create index operation_account on operation (account, id);
create index operation_running on operation (id) where state = 'running';

-- When a SIM that is ready used its one attach before activation.
alter table sim add column test_attach_at bigint;
