/**
 * Paths to peers: whether a peer answers, whether it restarted (TS 23.007 §17 to §20), how fast it may go. Owned by
 * the signalling thread; time is passed in.
 */
@NullMarked
package io.cellgate.dataplane.path;

import org.jspecify.annotations.NullMarked;
