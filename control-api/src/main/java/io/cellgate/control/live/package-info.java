/**
 * What joins the inventory to the running gateway: who may have a session, where each policy stands, and how a
 * change in the inventory reaches live traffic before it is acknowledged. Thread-safe; blocking is fine here,
 * except where a method says otherwise.
 */
@NullMarked
package io.cellgate.control.live;

import org.jspecify.annotations.NullMarked;
