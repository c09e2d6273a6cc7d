/**
 * RADIUS accounting on the wire: packets and their authenticators (RFC 2865 §3, RFC 2866 §3), and what of them says whose
 * an address is, with the attributes that 3GPP has added (TS 29.061 §16.4.7). Values are immutable; nothing here keeps state.
 */
@NullMarked
package io.cellgate.dataplane.radius;

import org.jspecify.annotations.NullMarked;
