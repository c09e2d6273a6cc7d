-- The restart counter that a carrier's node said last in a version of GTP (TS 23.007 §18), so that what it says next is
-- compared even where we have started anew in between.
create table path (
  address text not null,
  gtp_version bigint not null,
  restart_counter bigint not null,
  heard_at bigint not null,
  primary key (address, gtp_version)
);
