-- What came with version 5.
update account set requests_per_second = 50 where id = 'acc_1';
insert into access_role (id, account, name, base, scopes, created_at, revision) values ('rol_1', 'acc_1', 'reader', 'viewer', '["sims:read"]', 1767225600000, 1);
insert into identity_provider (id, name, issuer, client_id, audiences, redirect_uris, emails_verified, data_key, client_secret, created_at, revision) values ('idp_1', 'acme', 'https://login.acme.example', 'cellgate', '[]', '["http://127.0.0.1/callback"]', false, null, null, 1767225600000, 1);
insert into access_user (id, account, name, email, issuer, subject, role, custom_role, enabled, created_at, last_login_at, revision) values ('usr_1', 'acc_1', 'Alice', 'alice@acme.example', 'https://login.acme.example', 'sub-1', 'viewer', 'rol_1', true, 1767225600000, null, 2);
update token set scopes = '["sims:read"]', networks = '["192.0.2.0/24"]', requests_per_second = 5 where id = 'tok_3';
insert into webhook (id, account, name, url, kinds, enabled, max_attempts, data_key, secret, old_secret, old_secret_until, position, created_at, revision) values ('whk_1', 'acc_1', 'ops', 'https://hooks.acme.example/in', '["sim."]', true, 10, 'key_01M8AMC3S9W2APQR2ZAZ0RK7XS', 'sealed', null, null, 3, 1767225600000, 1);
insert into webhook_delivery (id, webhook, event_seq, kind, subject, state, attempts, next_at, last_status, last_error, created_at, changed_at) values ('del_1', 'whk_1', 3, 'sim.activated', '8949000000000000018', 'dead', 10, 1767225700000, 503, null, 1767225601000, 1767225690000);
