-- What came with version 8.
insert into geofence (id, account, name, fence, created_at, revision) values ('geo_1', 'acc_1', 'Styria', '{"countries":[],"plmns":[],"tacs":["26201-4711"],"cells":["26201-84674305"],"circles":[{"latitude":47.07,"longitude":15.44,"radius_m":60000.0}],"polygons":[[[46.7,14.1],[47.8,14.1],[47.8,16.1]]],"on_unknown":"deny"}', 1767225600000, 3);
update account set geofence = 'geo_1' where id = 'acc_1';
update sim set geofence = 'geo_1' where iccid = '8949000000000000018';
insert into sim_condition (iccid, kind, since, detail) values ('8949000000000000018', 'outside_geofence', 1767225604000, '{"country":"AT","plmn":"26201","tac":4712,"cell":"26201-84674306","latitude":null,"longitude":null}');
insert into sim_condition (iccid, kind, since, detail) values ('8949000000000000026', 'imei_locked_out', 1767225604000, '{"imei":"356938035643809"}');
insert into sim_condition (iccid, kind, since, detail) values ('8949000000000000026', 'quarantined', 1767225604001, '{"policy":"pol_1"}');
insert into product (id, name, kind, unit_price, currency, orderable, created_at, revision) values ('prd_2', 'Profile', 'esim', 90, 'EUR', true, 1767225600000, 1);
insert into data_key (id, master_key, sealed, created_at) values ('key_bat2', 'ba22f5031816ba15', 'VEYS8auW0X2ol7iK2wVuZOwJTanShyToJOvkZcofSwJJCfBrLn9S+kMfTTAALMqIQhkr6wqbXIwn0fkj', 1767225600000);
insert into batch (id, product, name, data_key, sims, created_at, revision) values ('bat_2', 'prd_2', '2026-02', 'key_bat2', 1, 1767225600000, 2);
insert into sim (iccid, imsi, msisdn, product, batch, state, intended, account, order_id, fleet, policy, imei_lock, bound_imei, fence, tags, created_at, changed_at, revision, eid) values ('8949000000000000042', '262990000000004', null, 'prd_2', 'bat_2', 'active', 'active', 'acc_1', null, null, null, null, null, null, null, 1767225600000, 1767225600000, 4, '89034011560010000000000000000121');
insert into esim_profile (iccid, data_key, sealed, code_hash, state, changed_at, revision) values ('8949000000000000042', 'key_bat2', 'q1ug9Oxwooyax/W49S3UJg1MM2Nw97rGqIldqpJblNGfhgIky4WRUnujY+iMBZQ7MwJcolcCus58Ak7nZTGM90ivisfsRj/IkUo', '120056730b61dd81392343b499a4db9468bf25dff54e36832a7b095e70d7ed3d', 'enabled', 1767225604000, 5);
insert into operation (id, account, actor, kind, subject, state, total, done, failed, detail, created_at, changed_at) values ('op_2', null, 'token:tok_1', 'sims.import', 'bat_2', 'done', null, 1, 1, null, 1767225600000, 1767225600500);
insert into operation_report (operation, first_part, parts, report) values ('op_2', 2, 2, 'eJwz4szMLcgvKklN4dTmtLA0sTRABiZGnFzGnEWpWanJIBW6nJxKmcnJmSlWCun5JQqGOgqpFQVgKQVDS4X8IgUjA4WUzPTMkmIlLgAJMhf8');
