-- What came with version 10: an account has a SIM since a moment.
update sim set owned_since = 1767225601000 where iccid = '8949000000000000018';
