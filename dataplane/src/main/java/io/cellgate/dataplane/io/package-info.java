/**
 * Where packets come in and go out: bursts of native memory, received and sent by one worker thread. Backends differ
 * in how the host hands packets over; what is decided about them is the same for all. Native calls are made in
 * {@link io.cellgate.dataplane.io.LinuxCalls} alone.
 */
@NullMarked
package io.cellgate.dataplane.io;

import org.jspecify.annotations.NullMarked;
