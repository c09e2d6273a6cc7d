/**
 * A carrier's side of GTP: an SGW/MME (GTPv2-C, TS 29.274) and an SGSN (GTPv1-C, TS 29.060) with the GTP-U endpoint
 * and the devices behind it. Each device is a TUN interface in a network namespace of its own, where ordinary programs
 * run. Shares no message code with the gateway, so that what the gateway misreads is not misread the same way here.
 */
@NullMarked
package io.cellgate.bench.carrier;

import org.jspecify.annotations.NullMarked;
