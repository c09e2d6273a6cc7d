/**
 * What went on, kept on disk: flows, DNS queries and signalling. {@link io.cellgate.control.log.TrafficLogs} takes
 * records from the gateway's threads without ever making them wait; one thread writes them by the batch into
 * {@link io.cellgate.control.log.LogStore}, whose files any thread reads.
 */
@NullMarked
package io.cellgate.control.log;

import org.jspecify.annotations.NullMarked;
