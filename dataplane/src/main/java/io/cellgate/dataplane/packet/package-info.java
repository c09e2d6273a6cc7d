/**
 * IP packets as devices send and get them: views that own nothing, one validation per packet, the packets that we
 * make ourselves (resets, ICMP errors, router advertisements), and the names of everything that is dropped. Buffers
 * belong to the worker that calls. RFC 791, 8200, 9293, 768, 792, 4443, 4861.
 */
@NullMarked
package io.cellgate.dataplane.packet;

import org.jspecify.annotations.NullMarked;
