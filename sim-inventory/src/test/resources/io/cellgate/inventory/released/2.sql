-- What came with version 2.
update account set quota = '{"bytes_day":null,"bytes_month":50000000,"action":"throttle","rate_bps":64000}' where id = 'acc_1';
update sim set quota = '{"bytes_day":1000000,"bytes_month":null,"action":"block","rate_bps":null}' where iccid = '8949000000000000018';
insert into sim_condition (iccid, kind, since, detail) values ('8949000000000000018', 'quota_exceeded', 1767225602000, '{"bytes_day":1000000,"bytes_month":null,"action":"block","rate_bps":null}');
insert into usage_hour (iccid, hour, account, fleet, carrier, country, octets_up, packets_up, octets_down, packets_down) values ('8949000000000000018', 490896, 'acc_1', 'flt_1', 'car_1', 'AT', 1000, 10, 999000, 700);
insert into usage_day (iccid, day, account, fleet, carrier, country, month, octets_up, packets_up, octets_down, packets_down) values ('8949000000000000018', 20454, 'acc_1', 'flt_1', 'car_1', 'AT', 24312, 1000, 10, 999000, 700);
