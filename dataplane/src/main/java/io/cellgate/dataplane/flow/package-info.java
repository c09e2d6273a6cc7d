/**
 * Flows: what a device and a remote host exchange under one five-tuple, with the verdict on it, and the log of them.
 * A table belongs to one worker; the log is written by a worker and read by a thread of its own.
 */
@NullMarked
package io.cellgate.dataplane.flow;

import org.jspecify.annotations.NullMarked;
