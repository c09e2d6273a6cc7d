/**
 * Packets of one SIM on their way into a file. A worker writes to a ring of the capture's, a thread of the capture's reads it
 * and writes the file; nothing else is shared.
 */
@NullMarked
package io.cellgate.dataplane.capture;

import org.jspecify.annotations.NullMarked;
