-- What came with version 4.
insert into operation (id, account, actor, kind, subject, state, total, done, failed, detail, created_at, changed_at) values ('op_1', null, 'token:tok_1', 'sims.import', 'bat_1', 'done', null, 3, 0, null, 1767225600000, 1767225600500);
update sim set test_attach_at = 1767225600950 where iccid = '8949000000000000026';
