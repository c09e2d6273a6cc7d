package io.cellgate.dataplane.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** An interface by AF_XDP: a socket for each queue that it receives on, and the program that chooses what they get. */
final class XdpPort implements FramePort {
    private final LinuxCalls calls;
    private final Umem umem;
    /** The first worker's: the program is attached as long as that one's port is open. */
    private final Ebpf ebpf;
    private final int map;
    private final int workers;
    private final boolean isFirst;
    private final List<XdpSocket> sockets = new ArrayList<>();
    private final Ebpf.Mode mode;
    /** The one that is looked at first next time, so that none of many keeps others out. */
    private int firstQueue;
    private final UnsafeBuffer from = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer to = new UnsafeBuffer(0, 0);

    /** Makes the program that redirects to the sockets in a map. */
    interface Filter {
        EbpfAssembler program(int socketMap, int workers);
    }

    /**
     * The first worker's.
     *
     * @param other a port that shares the memory, or null where this is the first
     */
    XdpPort(LinuxCalls calls, Arena arena, Umem umem, HostInterface device,
            @Nullable XdpPort other, int workers, Filter filter) throws IOException {
        this.calls = calls;
        this.umem = umem;
        this.workers = workers;
        isFirst = true;
        ebpf = new Ebpf();
        try {
            map = ebpf.socketMap(device.queues() * workers);
            XdpSocket first = other == null ? null : other.sockets.getFirst();
            for (int queue = 0; queue < device.queues(); queue++) {
                XdpSocket socket = new XdpSocket(calls, arena, umem, device.index(), queue, first,
                        null);
                sockets.add(socket);
                ebpf.put(map, queue * workers, socket.fd);
                first = first == null ? socket : first;
            }
            mode = attach(ebpf.load(filter.program(map, workers)), device);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Another worker's, on the interface of the first one's. */
    XdpPort(LinuxCalls calls, Arena arena, Umem umem, HostInterface device, XdpPort first,
            int worker) throws IOException {
        this.calls = calls;
        this.umem = umem;
        workers = first.workers;
        isFirst = false;
        ebpf = first.ebpf;
        map = first.map;
        mode = first.mode;
        try {
            for (int queue = 0; queue < device.queues(); queue++) {
                XdpSocket sister = first.sockets.get(queue);
                XdpSocket socket = new XdpSocket(calls, arena, umem, device.index(), queue, sister,
                        sister);
                sockets.add(socket);
                ebpf.put(map, queue * workers + worker, socket.fd);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private Ebpf.Mode attach(int program, HostInterface device) throws IOException {
        try {
            ebpf.attach(program, device.index(), Ebpf.Mode.NATIVE);
            return Ebpf.Mode.NATIVE;
        } catch (IOException driverRefuses) {
            try {
                ebpf.attach(program, device.index(), Ebpf.Mode.GENERIC);
            } catch (IOException e) {
                e.addSuppressed(driverRefuses);
                throw e;
            }
            return Ebpf.Mode.GENERIC;
        }
    }

    Ebpf.Mode mode() {
        return mode;
    }

    @Override
    public void receive(Sink sink, int most) {
        int share = Math.max(1, most / sockets.size());
        int left = most;
        for (int i = 0; i < sockets.size(); i++) {
            left -= sockets.get((firstQueue + i) % sockets.size()).receive(sink,
                    Math.min(share, left));
        }
        firstQueue = (firstQueue + 1) % sockets.size();
    }

    @Override
    public boolean send(long address, int lengthOctets) {
        XdpSocket socket = sockets.getFirst();
        if (lengthOctets > umem.maxFrameOctets() || !socket.hasRoom()) {
            return false;
        }
        long start = address;
        if (!umem.contains(address) || !umem.giveToKernel(address)) {
            long scratch = socket.scratch();
            if (scratch == 0) {
                return false;
            }
            start = scratch + Umem.HEADROOM_OCTETS;
            from.wrap(address, lengthOctets);
            to.wrap(start, lengthOctets);
            to.putBytes(0, from, 0, lengthOctets);
        }
        socket.send(start, lengthOctets);
        return true;
    }

    @Override
    public int flush() {
        return sockets.getFirst().flush();
    }

    @Override
    public int[] descriptors() {
        return sockets.stream().mapToInt(socket -> socket.fd).toArray();
    }

    @Override
    public void close() {
        if (isFirst) {
            ebpf.close();
        }
        sockets.forEach(socket -> calls.close(socket.fd));
        sockets.clear();
    }
}
