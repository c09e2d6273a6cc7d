/**
 * GTP-C as PGW and GGSN: who may attach, what a session is, and the dialogue with its carrier in GTPv2 (TS 29.274)
 * and GTPv1 (TS 29.060). One Netty event loop owns everything in here; other threads hand it tasks. {@code
 * SessionProcedures} knows what to do and nothing of messages; {@code Gtp2Dialect} and {@code Gtp1Dialect} know the
 * messages and leave what to do to it.
 */
@NullMarked
package io.cellgate.dataplane.signalling;

import org.jspecify.annotations.NullMarked;
