package io.cellgate.dataplane.io;

/**
 * An interface from which whole Ethernet frames are taken, those that are ours, and to which they are given. One thread.
 * Frames are in native memory with {@link Burst#HEADROOM_OCTETS} before them.
 */
interface FramePort extends AutoCloseable {
    /** Gets each received frame. */
    interface Sink {
        void frame(long address, int lengthOctets);
    }

    /**
     * Hands over the frames that are there, at most this many; they stay where they are until the next call. Does not
     * wait.
     */
    void receive(Sink sink, int most);

    /**
     * Takes a frame to be sent; false where there is no room. Where it was received from a port of the same kind, it is
     * sent from where it is.
     */
    boolean send(long address, int lengthOctets);

    /** Lets go what was taken; returns how many of it the interface refused. */
    int flush();

    /** What to poll for. */
    int[] descriptors();

    @Override
    void close();
}
