package io.cellgate.dataplane.signalling;

import java.net.InetAddress;

/** One end of a tunnel: where, and by which TEID. */
record Endpoint(InetAddress address, int teid) {}
