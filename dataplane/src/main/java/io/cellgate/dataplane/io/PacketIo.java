package io.cellgate.dataplane.io;

import org.jspecify.annotations.Nullable;

/**
 * A worker's packets. The access side carries GTP-U datagrams (what follows the UDP header), the core side IP packets, and
 * so does the plain side: those of devices whose carrier routes them to us as they are.
 * All methods but {@link #wake} are called by the worker that owns it. Received packets stay where they are until the
 * next receive on the same side; sent ones may be overwritten once the send has returned.
 */
public interface PacketIo extends AutoCloseable {
    /** The longest packet that is received whole; a longer one is not received at all. */
    int MAX_PACKET_OCTETS = 9216;

    /** Empties the burst and fills it with the datagrams that are there; returns how many. Does not wait. */
    int receiveAccess(Burst burst);

    /** Empties the burst and fills it with the IP packets that are there; returns how many. Does not wait. */
    int receiveCore(Burst burst);

    /** Sends in order; returns how many the host took. What it did not take is lost, as on a full link. */
    int sendAccess(Burst burst);

    /** Sends in order; returns how many the host took. */
    int sendCore(Burst burst);

    /** Empties the burst and fills it with the plain packets that are there, each with its link; returns how many. */
    default int receivePlain(Burst burst) {
        burst.clear();
        return 0;
    }

    /** Sends each to its link; returns how many the host took. */
    default int sendPlain(Burst burst) {
        return 0;
    }

    /** Parks the worker until there is a packet, {@link #wake} is called, or the time is over. */
    void await(long timeoutNanos);

    /** Ends the present or the next {@link #await} at once. Any thread. */
    void wake();

    /** Where the worker may give flows to the kernel to forward; null where the kernel does not. */
    default @Nullable KernelFlows kernelFlows() {
        return null;
    }

    /** What it is, for the log: backend, devices, addresses. */
    String describe();

    @Override
    void close();
}
