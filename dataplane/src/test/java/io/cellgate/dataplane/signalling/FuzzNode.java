package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.Decoded;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.FqCsid;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A node that knows the dialogues of GTP-C and does not always keep to them. */
final class FuzzNode implements AutoCloseable {
    private static final int SIMS = 150;
    private static final int KNOWN_TEIDS = 64;
    private static final int COMMAND = 0x80_0000;

    /** Sees what the gateway sends. */
    interface Recorder {
        void record(InetSocketAddress from, InetSocketAddress to, byte[] datagram);
    }

    final InetAddress address;
    long sent;
    private final DatagramSocket socket;
    private final InetSocketAddress gateway;
    private final Random random;
    private final Carrier carrier;
    private final Recorder recorder;
    /** Control TEIDs that the gateway has told, the newest last. */
    private final List<Integer> teids = new ArrayList<>();
    private int sequence;
    /** Its restart counter, TS 23.007 §18. */
    int recovery = 1;
    private byte[] last = new byte[0];

    FuzzNode(InetAddress address, InetSocketAddress gateway, Random random, Carrier carrier,
            Recorder recorder) throws IOException {
        this.address = address;
        this.gateway = gateway;
        this.random = random;
        this.carrier = carrier;
        this.recorder = recorder;
        socket = new DatagramSocket(new InetSocketAddress(address, gateway.getPort()));
    }

    int nextSequence() {
        sequence = sequence + 1 & 0xffff;
        return sequence;
    }

    List<Integer> teids() {
        return List.copyOf(teids);
    }

    Imsi someImsi() {
        return new Imsi("2620100000%05d".formatted(random.nextInt(SIMS)));
    }

    /** The user TEID of a session that is none of those, or 1. */
    int someUserTeid(FakeUserPlane userPlane, Map<Integer, UserPlaneSession> untouched) {
        return userPlane.sessions.keySet().stream().filter(teid -> !untouched.containsKey(teid))
                .findAny().orElse(1);
    }

    void send(byte[] datagram) throws IOException {
        sent++;
        socket.send(new DatagramPacket(datagram, datagram.length, gateway));
    }

    /** One message to the gateway, and whatever has come from it. */
    void step(List<Integer> guessed) throws IOException {
        byte[] message = random.nextInt(12) == 0 && last.length > 0 ? last : message(guessed);
        last = message;
        byte[] datagram = random.nextInt(3) == 0 ? mutated(message) : message;
        if (random.nextInt(20) == 0) {
            datagram = strung(datagram, mutated(message(guessed)));
        }
        send(datagram);
        if (random.nextInt(8) == 0) {
            while (take(1) != null) {
                Thread.onSpinWait();
            }
        }
    }

    private int teid(List<Integer> guessed) {
        int luck = random.nextInt(12);
        return luck == 0
                ? random.nextInt()
                : luck == 1 || teids.isEmpty()
                        ? guessed.get(random.nextInt(guessed.size()))
                        : teids.get(random.nextInt(teids.size()));
    }

    private UserLocation place() {
        return new UserLocation(random.nextInt(4) == 0 ? Harness.USA : Harness.GERMANY,
                random.nextInt(0x10000), random.nextInt(0x10000), random.nextInt(0x10000));
    }

    private FqCsid sets() {
        return FqCsid.of(new byte[]{10, 0, 0, 1}, 1 + random.nextInt(3));
    }

    private byte[] message(List<Integer> guessed) {
        int teid = teid(guessed);
        int number = nextSequence();
        Plmn network = random.nextBoolean() ? Harness.GERMANY : Harness.USA;
        return switch (random.nextInt(22)) {
            case 0, 1, 2, 3 -> create(number, true);
            case 4, 5, 6 -> create(number, false);
            case 7, 8 -> Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, number)
                    .ratType(1 + random.nextInt(10)).servingNetwork(network).uli(place())
                    .mei(new Imei("35000000000000" + random.nextInt(10) + "1"))
                    .fTeid(0, FTeid.of(FTeid.S5_S8_SGW_GTP_C, random.nextInt(), address))
                    .fqCsid(1, sets())
                    .bearerContext(bearer -> bearer.ebi(0, ebi()).fTeid(1,
                            FTeid.of(FTeid.S5_S8_SGW_GTP_U, random.nextInt(), address)))
                    .toDatagram();
            case 9 -> Gtp2Encoder.withTeid(Gtp2Type.CHANGE_NOTIFICATION_REQUEST, teid, number)
                    .ratType(random.nextInt(12)).uli(place()).toDatagram();
            case 10 -> Gtp2Encoder.withTeid(Gtp2Type.DELETE_SESSION_REQUEST, teid, number)
                    .ebi(0, ebi()).toDatagram();
            case 11 -> Gtp2Encoder
                    .withTeid(Gtp2Type.MODIFY_BEARER_COMMAND, teid, COMMAND | number)
                    .ambr(new Ambr(random.nextInt(), 1)).bearerContext(bearer -> bearer
                            .ebi(0, ebi()).bearerQos(BearerQos.BEST_EFFORT))
                    .toDatagram();
            case 12 -> Gtp2Encoder
                    .withTeid(Gtp2Type.DELETE_BEARER_COMMAND, teid, COMMAND | number)
                    .bearerContext(bearer -> bearer.ebi(0, ebi())).toDatagram();
            case 13 -> Gtp2Encoder
                    .withTeid(Gtp2Type.BEARER_RESOURCE_COMMAND, teid, COMMAND | number)
                    .ebi(0, ebi()).pti(random.nextInt(256)).toDatagram();
            case 14 -> Gtp2Encoder.withTeid(random.nextBoolean()
                    ? Gtp2Type.SUSPEND_NOTIFICATION
                    : Gtp2Type.RESUME_NOTIFICATION, teid, number).toDatagram();
            case 15 -> Gtp2Encoder
                    .withTeid(Gtp2Type.DELETE_PDN_CONNECTION_SET_REQUEST, 0, number)
                    .fqCsid(random.nextInt(3), sets()).toDatagram();
            case 16 -> Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, number)
                    .recovery(random.nextInt(40) == 0 ? ++recovery & 0xff : recovery & 0xff)
                    .toDatagram();
            case 17 -> Gtp1Encoder.of(Gtp1Type.ECHO_REQUEST, 0, number).recovery(recovery & 0xff)
                    .toDatagram();
            case 18, 19 -> Gtp1Encoder.of(Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST, teid, number)
                    .rai(place()).teidData(random.nextInt()).teidControl(random.nextInt())
                    .nsapi(ebi()).gsnAddress(address).gsnAddress(address)
                    .qosProfile(Requests.QOS).ratType(random.nextInt(12))
                    .directTunnelFlags(random.nextInt(8)).toDatagram();
            case 20 -> Gtp1Encoder.of(Gtp1Type.MS_INFO_CHANGE_REQUEST, teid, number).nsapi(ebi())
                    .ratType(random.nextInt(12)).uli(place()).toDatagram();
            default -> Gtp1Encoder.of(Gtp1Type.DELETE_PDP_CONTEXT_REQUEST, teid, number)
                    .teardown(random.nextBoolean()).nsapi(ebi()).toDatagram();
        };
    }

    private int ebi() {
        return random.nextInt(8) == 0 ? random.nextInt(16) : 5 + random.nextInt(2);
    }

    private byte[] create(int number, boolean v2) {
        Requests.Create create = new Requests.Create();
        create.imsi = someImsi();
        create.ebi = 5 + random.nextInt(2);
        create.ratType = 1 + random.nextInt(10);
        create.pdnType = 1 + random.nextInt(5);
        create.dualAddress = random.nextBoolean();
        create.handover = random.nextInt(4) == 0;
        create.recovery = recovery & 0xff;
        create.teidControl = random.nextInt();
        create.teidUser = random.nextInt();
        if (random.nextBoolean()) {
            create.mmeSets = sets();
            create.sgwSets = sets();
        }
        return v2 ? create.v2(address, number) : create.v1(address, number);
    }

    private byte[] mutated(byte[] message) {
        byte[] datagram = message.clone();
        switch (random.nextInt(6)) {
            case 0 -> datagram = Arrays.copyOf(datagram, random.nextInt(datagram.length));
            case 1 -> datagram = Arrays.copyOf(datagram, datagram.length + random.nextInt(64));
            case 2 -> {
                // an element again, or a part of one, with a length that counts it
                int from = 12 + random.nextInt(Math.max(1, datagram.length - 12));
                byte[] more = Arrays.copyOfRange(datagram, Math.min(from, datagram.length),
                        datagram.length);
                int at = datagram.length;
                datagram = Arrays.copyOf(datagram, at + more.length);
                System.arraycopy(more, 0, datagram, at, more.length);
                int length = datagram.length - ((datagram[0] & 0xe0) == 0x40 ? 4 : 8);
                datagram[2] = (byte) (length >>> 8);
                datagram[3] = (byte) length;
            }
            default -> {
                for (int flips = random.nextInt(6); flips >= 0; flips--) {
                    datagram[random.nextInt(datagram.length)] = (byte) random.nextInt(256);
                }
            }
        }
        return datagram;
    }

    /** Two messages in one datagram, the first saying so. */
    private static byte[] strung(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        if (first.length > 0) {
            both[0] |= 0x10;
        }
        return both;
    }

    /** Takes one datagram of the gateway and waits for it. */
    void takeOne() throws IOException {
        if (take(2000) == null) {
            throw new AssertionError("the gateway sent nothing");
        }
    }

    private byte @Nullable [] take(int millis) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        try {
            socket.setSoTimeout(millis);
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return null;
        }
        byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
        recorder.record(gateway, new InetSocketAddress(address, socket.getLocalPort()), datagram);
        answer(datagram);
        return datagram;
    }

    /** Learns what the gateway told, and answers what it asks, mostly. */
    private void answer(byte[] datagram) throws IOException {
        if (datagram[0] >>> 5 == 2) {
            Gtp2Message message = ((Decoded.Good<Gtp2Message>) Gtp2Message
                    .decode(Octets.of(datagram))).value();
            Gtp2Type type = message.typeOrThrow();
            FTeid told = message.sender();
            if (type == Gtp2Type.CREATE_SESSION_RESPONSE && told != null) {
                learn(told.teid());
            } else if (type == Gtp2Type.ECHO_REQUEST) {
                send(Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_RESPONSE, message.sequence())
                        .recovery(recovery & 0xff).toDatagram());
            } else if (type.isRequest() && random.nextInt(3) != 0) {
                send(Gtp2Encoder.withTeid(type.response(), random.nextInt(), message.sequence())
                        .cause(CauseIe.of(random.nextBoolean() ? 16 : 64 + random.nextInt(60)))
                        .toDatagram());
            }
            return;
        }
        Gtp1Message message = ((Decoded.Good<Gtp1Message>) Gtp1Message
                .decode(Octets.of(datagram))).value();
        Gtp1Type type = message.typeOrThrow();
        if (type == Gtp1Type.CREATE_PDP_CONTEXT_RESPONSE && message.senderTeid() != 0) {
            learn(message.senderTeid());
        } else if (type == Gtp1Type.ECHO_REQUEST) {
            send(Gtp1Encoder.of(Gtp1Type.ECHO_RESPONSE, 0, message.sequence())
                    .recovery(recovery & 0xff).toDatagram());
        } else if (type.isRequest() && random.nextInt(3) != 0) {
            send(Gtp1Encoder.of(type.response(), 0, message.sequence())
                    .cause(random.nextBoolean() ? 128 : 192 + random.nextInt(30)).toDatagram());
        }
    }

    private void learn(int teid) {
        teids.add(teid);
        if (teids.size() > KNOWN_TEIDS) {
            teids.removeFirst();
        }
    }

    /** Whether a request gets an answer of this type among whatever else comes. */
    boolean isAnswered(byte[] request, int type) throws IOException {
        send(request);
        for (byte[] got = take(5000); got != null; got = take(5000)) {
            if (got[1] == type) {
                return true;
            }
        }
        return false;
    }

    /** Answers the gateway until the node is closed. */
    void serveEchoes() {
        try {
            while (!socket.isClosed()) {
                take(100);
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return carrier.name() + " at " + address.getHostAddress();
    }
}
