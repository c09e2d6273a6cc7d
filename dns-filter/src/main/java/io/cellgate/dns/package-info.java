/**
 * DNS as devices speak it. {@link io.cellgate.dns.DnsQuery} views and validates what a device sent,
 * {@link io.cellgate.dns.DnsReplyEncoder} answers it at once where policy says so, {@link io.cellgate.dns.DnsForwarder}
 * has it resolved by an upstream and says which addresses the answer gave. Messages are those of RFC 1035 with
 * EDNS (RFC 6891).
 *
 * <p>Views are static and an encoder belongs to one worker; neither allocates. The forwarder may be called from any
 * thread and keeps its state on one of its own.
 */
@NullMarked
package io.cellgate.dns;

import org.jspecify.annotations.NullMarked;
