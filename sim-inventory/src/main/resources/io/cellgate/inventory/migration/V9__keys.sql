-- Data keys that are being replaced.

-- The key that takes over what this one sealed; null where none does.
alter table data_key add column replaced_by text;
