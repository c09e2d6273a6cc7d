-- SIMs of an order in a state, in the order of their ICCIDs: without this the page of a state that none has reads all of the order.
create index sim_order_id_state on sim (order_id, state, iccid) where order_id is not null;
