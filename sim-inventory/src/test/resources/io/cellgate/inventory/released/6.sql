-- What came with version 6.
insert into path (address, gtp_version, restart_counter, heard_at) values ('192.0.2.7', 1, 4, 1767225602000);
insert into path (address, gtp_version, restart_counter, heard_at) values ('192.0.2.7', 2, 17, 1767225603000);
