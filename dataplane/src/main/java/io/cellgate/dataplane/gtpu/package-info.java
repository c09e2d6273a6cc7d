/**
 * GTP-U, TS 29.281: the tunnel header, its messages and their answers. Views that own nothing; buffers belong to the
 * worker that calls.
 */
@NullMarked
package io.cellgate.dataplane.gtpu;

import org.jspecify.annotations.NullMarked;
