/**
 * The user plane's workers: one thread each, owning sessions, their flows and counters. Packets come in bursts, what
 * signalling wants comes by a queue, time is read once a burst and passed in. No packet takes a lock; nothing
 * allocates for a packet of an established flow.
 */
@NullMarked
package io.cellgate.dataplane.worker;

import org.jspecify.annotations.NullMarked;
