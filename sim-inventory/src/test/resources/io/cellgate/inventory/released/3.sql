-- What came with version 3.
insert into firewall (scope, document, revision) values ('gateway', '{"alarm_percent":80}', 1);
insert into apn (name, created_at) values ('meters.example', 1767225600000);
insert into pool (id, name, prefix, apn, carrier, quarantine_seconds, created_at, revision) values ('poo_1', 'meters', '10.45.32.0/20', 'meters.example', 'car_1', 300, 1767225600000, 1);
insert into static_address (iccid, ipv4, ipv6, created_at) values ('8949000000000000018', '10.45.32.7', null, 1767225600000);
