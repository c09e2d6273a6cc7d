-- What came with version 9: the data key of a batch is being replaced, no secret of it is sealed anew yet.
insert into data_key (id, master_key, sealed, created_at) values ('key_next', 'ba22f5031816ba15', 'W6CMrduWClELmL9bMgIBkHgh9Yca2wwtzcQ6umv472WFRHCdEXNQQ+ejo0fILPbJt2918X1YEaS72zEp', 1767225600000);
update data_key set replaced_by = 'key_next' where id = 'key_01M8AMC3S9W2APQR2ZAZ0RK7XS';
update batch set data_key = 'key_next' where id = 'bat_1';
