package io.cellgate.bench.carrier;

import io.cellgate.policy.subject.Plmn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * A carrier's SGW that makes as much GTPv2 signalling as it is told to: real datagrams over a real UDP socket, each of
 * them encoded once as a template of which IMSI, sequence number and TEIDs are then filled in. One thread calls it, and
 * calls {@link #poll} often.
 */
public final class LoadPeer implements AutoCloseable {
    private static final int PORT = 2123;
    private static final int SLOTS = 1 << 16;
    private static final int CREATE_RESPONSE = 33;
    private static final int DELETE_RESPONSE = 37;
    private static final int ECHO_REQUEST = 1;
    private static final int DELETE_BEARER_REQUEST = 99;
    private static final int CAUSE_IE = 2;
    private static final int F_TEID_IE = 87;
    private static final int PAA_IE = 79;
    private static final int BEARER_CONTEXT_IE = 93;
    private static final int ACCEPTED = 16;
    private static final int CONTROL_MARK = 0x7a5b_0001;
    private static final int DATA_MARK = 0x7a5b_0002;
    private static final int CELL_MARK = 0xab_cdef;
    /** The TAC of the template's IMEI, TBCD; the serial number follows. */
    private static final int MODEM_MARK = 0x5343_0960;
    private static final int CELLS = 50_000;
    private static final int IMSI_AT = 16;
    private static final int SEQUENCE_AT = 8;
    private static final int DELETE_TEID_AT = 4;
    private static final long REPEAT_NANOS = 1_000_000_000;
    private static final int MAX_TRIES = 5;

    /** What the gateway gave a session: TEIDs of its control and user plane, the device's IPv4 address. */
    public record Assigned(int controlTeid, int userTeid, int ipv4) {}

    /** Hears what became of requests. */
    public interface Listener {
        /** @param nanos from the first sending to the answer */
        void created(LoadPeer peer, int device, Assigned assigned, long nanos);

        void deleted(LoadPeer peer, int device, long nanos);

        /** A request was refused or never answered. */
        void failed(LoadPeer peer, int device, int cause);
    }

    private final InetAddress address;
    private final long firstImsi;
    private final DatagramChannel channel;
    private final Listener listener;
    private final byte[] createTemplate;
    private final byte[] deleteTemplate;
    private final int controlAt;
    private final int dataAt;
    private final int modemAt;
    private final int cellAt;
    private final ByteBuffer out = ByteBuffer.allocateDirect(2048);
    private final ByteBuffer in = ByteBuffer.allocateDirect(65_535);
    private final int[] device = new int[SLOTS];
    private final int[] teid = new int[SLOTS];
    private final byte[] tries = new byte[SLOTS];
    private final boolean[] waiting = new boolean[SLOTS];
    private final long[] firstNanos = new long[SLOTS];
    private final long[] lastNanos = new long[SLOTS];
    private int nextSequence = 1;
    private int underWay;
    private int sweepAt;
    private int restartCounter;

    /**
     * @param firstImsi IMSI of its device 0; the others follow
     */
    public LoadPeer(InetAddress address, InetAddress gateway, long firstImsi, String apn,
            int restartCounter, Listener listener) throws IOException {
        this.address = address;
        this.firstImsi = firstImsi;
        this.listener = listener;
        this.restartCounter = restartCounter;
        Device any = new Device(Long.toString(firstImsi), "3534900698733153", "491700000001",
                Plmn.parse("26201"), 6, 0x1234, CELL_MARK, apn, Device.PDN_IPV4);
        createTemplate = Gtpv2.createSession(0, any, address, CONTROL_MARK, DATA_MARK,
                restartCounter);
        deleteTemplate = Gtpv2.deleteSession(0, 0);
        controlAt = find(CONTROL_MARK);
        dataAt = find(DATA_MARK);
        cellAt = find(CELL_MARK);
        modemAt = find(MODEM_MARK) + 4;
        channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 8 << 20);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, 8 << 20);
        channel.bind(new InetSocketAddress(address, PORT));
        channel.connect(new InetSocketAddress(gateway, PORT));
        channel.configureBlocking(false);
    }

    private int find(int mark) {
        ByteBuffer template = ByteBuffer.wrap(createTemplate);
        for (int at = 0; at < createTemplate.length - 4; at++) {
            if (template.getInt(at) == mark) {
                return at;
            }
        }
        throw new IllegalStateException("the template lacks a TEID");
    }

    public InetAddress address() {
        return address;
    }

    /** Requests that wait for their answers. */
    public int underWay() {
        return underWay;
    }

    /** Asks for a session of a device. */
    public void create(int which) throws IOException {
        start(which, 0);
    }

    /** Ends the session with this TEID of the gateway's. */
    public void delete(int which, int gatewayTeid) throws IOException {
        start(which, gatewayTeid);
    }

    private void start(int which, int gatewayTeid) throws IOException {
        int sequence = nextSequence++ & 0x7f_ffff;
        int slot = sequence & SLOTS - 1;
        if (waiting[slot]) {
            throw new IllegalStateException("more than " + SLOTS + " requests are under way");
        }
        waiting[slot] = true;
        underWay++;
        device[slot] = which;
        teid[slot] = gatewayTeid;
        tries[slot] = 1;
        firstNanos[slot] = System.nanoTime();
        send(slot, sequence);
    }

    private void send(int slot, int sequence) throws IOException {
        lastNanos[slot] = System.nanoTime();
        out.clear();
        if (teid[slot] == 0) {
            out.put(createTemplate);
            putImsi(firstImsi + device[slot]);
            putSerial(device[slot]);
            out.putInt(cellAt, device[slot] % CELLS);
            out.putInt(controlAt, 0x1000_0000 | device[slot]);
            out.putInt(dataAt, 0x2000_0000 | device[slot]);
        } else {
            out.put(deleteTemplate).putInt(DELETE_TEID_AT, teid[slot]);
        }
        putSequence(out, sequence);
        out.flip();
        while (channel.write(out) == 0) {
            Thread.onSpinWait();
        }
    }

    private void putImsi(long imsi) {
        // TBCD, 15 digits and a filler: the first digit is in the low half of the first octet
        long rest = imsi;
        int high = 0xf;
        for (int octet = 7; octet >= 0; octet--) {
            int low = (int) (rest % 10);
            rest /= 10;
            out.put(IMSI_AT + octet, (byte) (high << 4 | low));
            high = (int) (rest % 10);
            rest /= 10;
        }
    }

    /** The six digits of its modem's serial number, TBCD. */
    private void putSerial(int which) {
        int rest = which;
        for (int octet = 2; octet >= 0; octet--) {
            out.put(modemAt + octet, (byte) (rest % 10 << 4 | rest / 10 % 10));
            rest /= 100;
        }
    }

    private static void putSequence(ByteBuffer to, int sequence) {
        to.put(SEQUENCE_AT, (byte) (sequence >>> 16)).put(SEQUENCE_AT + 1, (byte) (sequence >>> 8))
                .put(SEQUENCE_AT + 2, (byte) sequence);
    }

    /** Takes what has come, and repeats what was not answered for a second. */
    public void poll() throws IOException {
        for (int n = 0; n < 256; n++) {
            in.clear();
            if (channel.read(in) <= 0) {
                break;
            }
            in.flip();
            take();
        }
        long now = System.nanoTime();
        for (int n = 0; n < 64; n++) {
            sweepAt = sweepAt + 1 & SLOTS - 1;
            if (waiting[sweepAt] && now - lastNanos[sweepAt] > REPEAT_NANOS) {
                repeat(sweepAt);
            }
        }
    }

    private void repeat(int slot) throws IOException {
        if (tries[slot]++ >= MAX_TRIES) {
            waiting[slot] = false;
            underWay--;
            listener.failed(this, device[slot], 0);
            return;
        }
        int last = nextSequence - 1 & 0x7f_ffff;
        int sequence = last & ~(SLOTS - 1) | slot;
        send(slot, sequence > last ? sequence - SLOTS & 0x7f_ffff : sequence);
    }

    private void take() throws IOException {
        int type = in.get(1) & 0xff;
        boolean hasTeid = (in.get(0) & 8) != 0;
        int sequenceAt = hasTeid ? SEQUENCE_AT : 4;
        int sequence = (in.get(sequenceAt) & 0xff) << 16 | (in.get(sequenceAt + 1) & 0xff) << 8
                | in.get(sequenceAt + 2) & 0xff;
        switch (type) {
            case ECHO_REQUEST -> write(Gtpv2.echoResponse(sequence, restartCounter));
            case DELETE_BEARER_REQUEST ->
                write(Gtpv2.deleteBearerResponse(sequence, 0, ACCEPTED));
            case CREATE_RESPONSE, DELETE_RESPONSE -> answered(sequence & SLOTS - 1);
            default -> {
                // an Echo Response
            }
        }
    }

    private void write(byte[] message) throws IOException {
        int octets = channel.write(ByteBuffer.wrap(message));
        if (octets != message.length) {
            throw new IOException("the socket took " + octets + " octets of " + message.length);
        }
    }

    private void answered(int slot) {
        if (!waiting[slot]) {
            return; // the answer to a repetition, after that to the first
        }
        long nanos = System.nanoTime() - firstNanos[slot];
        waiting[slot] = false;
        underWay--;
        int cause = 0;
        int control = 0;
        int user = 0;
        int ipv4 = 0;
        for (int at = 12; at + 4 <= in.limit();) {
            int ie = in.get(at) & 0xff;
            if (ie == CAUSE_IE && cause == 0) {
                cause = in.get(at + 4) & 0xff;
            } else if (ie == F_TEID_IE && control == 0) {
                control = in.getInt(at + 5);
            } else if (ie == F_TEID_IE) {
                user = in.getInt(at + 5);
            } else if (ie == PAA_IE) {
                ipv4 = in.getInt(at + 5);
            }
            // what is in the bearer context is looked at as if it stood by itself
            at += ie == BEARER_CONTEXT_IE ? 4 : 4 + (in.getShort(at + 1) & 0xffff);
        }
        if (cause != ACCEPTED) {
            listener.failed(this, device[slot], cause);
        } else if (teid[slot] == 0) {
            listener.created(this, device[slot], new Assigned(control, user, ipv4), nanos);
        } else {
            listener.deleted(this, device[slot], nanos);
        }
    }

    /** Says that it has started anew, TS 23.007 §18: what it knew of sessions is gone. */
    public void restart() throws IOException {
        restartCounter = restartCounter + 1 & 0xff;
        write(Gtpv2.echoRequest(nextSequence++ & 0x7f_ffff, restartCounter));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
