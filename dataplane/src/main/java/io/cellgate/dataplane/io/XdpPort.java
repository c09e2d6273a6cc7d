package io.cellgate.dataplane.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** An interface by AF_XDP: a socket for each queue that it receives on, and the program that chooses what they get. */
final class XdpPort implements FramePort {
    private final LinuxCalls calls;
    private final Umem umem;
    private final Ebpf ebpf = new Ebpf();
    private final List<XdpSocket> sockets = new ArrayList<>();
    private final Ebpf.Mode mode;
    private final UnsafeBuffer from = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer to = new UnsafeBuffer(0, 0);

    /**
     * @param other  a port that shares the memory, or null where this is the first
     * @param filter makes the program that redirects to the sockets in a map
     */
    XdpPort(LinuxCalls calls, Arena arena, Umem umem, HostInterface device,
            @Nullable XdpPort other, IntFunction<EbpfAssembler> filter) throws IOException {
        this.calls = calls;
        this.umem = umem;
        try {
            int map = ebpf.socketMap(device.queues());
            XdpSocket first = other == null ? null : other.sockets.getFirst();
            for (int queue = 0; queue < device.queues(); queue++) {
                XdpSocket socket = new XdpSocket(calls, arena, umem, device.index(), queue, first);
                sockets.add(socket);
                ebpf.put(map, queue, socket.fd);
                first = first == null ? socket : first;
            }
            mode = attach(ebpf.load(filter.apply(map)), device);
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
        int share = most / sockets.size();
        for (int i = 0; i < sockets.size(); i++) {
            sockets.get(i).receive(sink, share);
        }
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
        ebpf.close();
        sockets.forEach(socket -> calls.close(socket.fd));
        sockets.clear();
    }
}
