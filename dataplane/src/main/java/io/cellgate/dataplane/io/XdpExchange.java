package io.cellgate.dataplane.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The two rings of an interface's queue by which empty frames go to the kernel and sent ones come back. The kernel has one pair
 * for a queue, however many sockets workers have on it, and whoever uses them must be alone. So a worker that finds
 * another one at them goes on without: the other is filling the ring right now, and the frames of all are the same. Nobody waits.
 */
final class XdpExchange {
    /** Frames are put into the fill ring some at a time. */
    private static final int FILL_BATCH = 64;
    /** So many free frames each worker keeps, for packets of its own: what it fills in, another may receive and keep. */
    private static final int RESERVE = 256;
    private static final VarHandle BUSY;

    static {
        try {
            BUSY = MethodHandles.lookup().findVarHandle(XdpExchange.class, "busy", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final XdpRing fill;
    private final XdpRing completion;
    @SuppressWarnings("unused")
    private boolean busy;

    XdpExchange(XdpRing fill, XdpRing completion) {
        this.fill = fill;
        this.completion = completion;
    }

    /** Puts free frames into the fill ring; whether the kernel must be told that there are some. */
    boolean refill(Umem umem) {
        if (!enter()) {
            return false;
        }
        int room = fill.room(XdpSocket.RECEIVED);
        if (room >= FILL_BATCH) {
            int put = 0;
            while (put < room && umem.freeCount() > RESERVE) {
                fill.put(put++, umem.takeForKernel());
            }
            fill.produce(put);
        }
        boolean asleep = fill.needsWakeup();
        leave();
        return asleep;
    }

    /** Takes back the frames that were sent, whoever sent them. */
    void reap(Umem umem) {
        if (!enter()) {
            return;
        }
        int done = completion.available(XdpSocket.SENT);
        for (int i = 0; i < done; i++) {
            umem.sent(completion.address(i));
        }
        if (done > 0) {
            completion.consume(done);
        }
        leave();
    }

    private boolean enter() {
        return BUSY.compareAndSet(this, false, true);
    }

    private void leave() {
        BUSY.setRelease(this, false);
    }
}
