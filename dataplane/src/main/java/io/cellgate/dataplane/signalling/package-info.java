/**
 * GTP-C as PGW and GGSN: who may attach, what a session is, and the dialogue with its carrier in GTPv2 (TS 29.274)
 * and GTPv1 (TS 29.060). One Netty event loop owns everything in here; other threads hand it tasks.
 *
 * <p>What happens to sessions is in words of neither version: {@code Attaches}, {@code SessionChanges}, {@code
 * SessionEnds}, {@code Reviews}. Each request that carriers make has a handler of its own, {@code Gtp2CreateSession} to
 * {@code Gtp1DeletePdpContext}, which knows the message and leaves what to do to these. {@code Signalling} finds the
 * handler of a datagram.
 */
@NullMarked
package io.cellgate.dataplane.signalling;

import org.jspecify.annotations.NullMarked;
