/**
 * The first bytes of a TCP stream, read until policy can judge them: plain HTTP/1.x request heads (RFC 9112) and TLS
 * ClientHellos (RFC 8446 §4.1.2). {@link io.cellgate.dataplane.inspect.FirstBytes} is the entrance; what follows a
 * request head on a kept connection is counted off by {@link io.cellgate.dataplane.inspect.BodyFraming}.
 *
 * <p>Every reader is owned by the worker whose flow it reads, holds at most 16 KiB of a message, allocates nothing
 * after its construction, reads each byte once however the stream is cut into segments, and never throws because of
 * what a device sent: a fault is a {@link io.cellgate.dataplane.inspect.StreamFault}.
 *
 * <p>A reader is deliberately stricter than most servers. Where two readers of the same bytes may differ, a request
 * could be one thing to policy and another to the server; such bytes are a fault, and the worker blocks them.
 */
@NullMarked
package io.cellgate.dataplane.inspect;

import org.jspecify.annotations.NullMarked;
