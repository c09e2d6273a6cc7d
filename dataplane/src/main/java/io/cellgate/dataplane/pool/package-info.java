/**
 * The addresses that devices get. A pool belongs to the signalling thread; nothing in it is shared. Time is passed
 * in.
 */
@NullMarked
package io.cellgate.dataplane.pool;

import org.jspecify.annotations.NullMarked;
