/**
 * The messages of GTPv2-C (TS 29.274) and GTPv1-C (TS 29.060): decoders that return a record or a {@link
 * io.cellgate.dataplane.gtpc.Fault}, never throw and never read past the end; encoders for both sides of the
 * interface. Stateless values: any thread may use them.
 *
 * <p>A datagram is read in two steps. {@code Gtp2Message.decode} (or {@code Gtp1Message.decode}) splits it into a
 * header and information elements; {@code CreateSessionRequest.decode} and its like read the elements that a message
 * must and may have. A sender writes with {@code Gtp2Encoder} or {@code Gtp1Encoder}, one call an element.
 */
@NullMarked
package io.cellgate.dataplane.gtpc;

import org.jspecify.annotations.NullMarked;
