package io.cellgate.dataplane.worker;

/** What a session has sent and received since it was installed, in packets and octets of IP, and its flows now. */
public record SessionUsage(int localTeid, long packetsUp, long bytesUp, long packetsDown,
        long bytesDown, int flows) {}
