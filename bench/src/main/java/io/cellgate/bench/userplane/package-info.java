/**
 * The user plane without signalling in a process of its own: as many sessions as a machine can hold, installed in seconds, and
 * what only the process itself can tell of them.
 */
@NullMarked
package io.cellgate.bench.userplane;

import org.jspecify.annotations.NullMarked;
