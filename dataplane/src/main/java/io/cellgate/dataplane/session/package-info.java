/**
 * PDN connections as both halves of the gateway see them: what signalling learns of a session, who may have one,
 * and what the user plane is told of it. Values are immutable and may be read by any thread.
 */
@NullMarked
package io.cellgate.dataplane.session;

import org.jspecify.annotations.NullMarked;
