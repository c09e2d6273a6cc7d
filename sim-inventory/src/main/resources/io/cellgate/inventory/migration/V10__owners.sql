-- Since when a SIM has belonged to its account, in ms since 1970: lines of logs that are older are not the account's. Null
-- where the SIM came to its account before this was noted.
alter table sim add column owned_since bigint;
