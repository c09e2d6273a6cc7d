package io.cellgate.bench.carrier;

import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Namespace;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The carrier: attaches devices to a gateway over GTP and gives each a network interface in its namespace. Must run in
 * the carrier's own namespace. A device has one PDN connection; it is known here by its IMSI.
 */
public final class CarrierSimulator implements AutoCloseable {
    /** The name of each device's interface inside its namespace. */
    public static final String DEVICE_INTERFACE = "cell0";
    private static final int MTU_WHERE_NONE_SENT = 1358;
    private static final Duration ROUTER_ADVERTISEMENT_WAIT = Duration.ofSeconds(6);

    /** What came of an attach. */
    public sealed interface Outcome {
        /**
         * @param ipv4 the device's address, or null
         * @param ipv6 the address that the device made from a router advertisement, or null where it has no IPv6 or
         *             none came
         */
        record Attached(int cause, @Nullable Inet4Address ipv4, @Nullable String ipv6,
                List<InetAddress> dns, int mtu) implements Outcome {}

        /** @param cause TS 29.274 §8.4, or TS 29.060 §7.7.1 */
        record Refused(int cause) implements Outcome {}
    }

    /**
     * A session as the carrier sees it.
     *
     * @param deletedByGatewayEpochMillis when the gateway's own delete request came; 0 if it has not
     */
    public record Status(boolean attached, long uplinkPackets, long downlinkPackets,
            long lastDownlinkEpochMillis, long deletedByGatewayEpochMillis,
            int deletionCause) {}

    private static final class Session {
        private final int version;
        private final boolean stubborn;
        private final int controlTeid;
        private final int dataTeid;
        private final Assignment assignment;
        private final UserPlane.Tunnel tunnel;
        private volatile Device device;
        private volatile boolean attached = true;
        private volatile long deletedEpochMillis;
        private volatile int deletionCause;

        private Session(int version, boolean stubborn, int controlTeid, int dataTeid,
                Assignment assignment, UserPlane.Tunnel tunnel, Device device) {
            this.version = version;
            this.stubborn = stubborn;
            this.controlTeid = controlTeid;
            this.dataTeid = dataTeid;
            this.assignment = assignment;
            this.tunnel = tunnel;
            this.device = device;
        }
    }

    private final InetAddress self;
    private final InetAddress gateway;
    private final int restartCounter;
    private final Signalling signalling;
    private final UserPlane userPlane;
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger interfaces = new AtomicInteger();
    private final Map<String, Session> byImsi = new ConcurrentHashMap<>();
    private final Map<Integer, Session> byControlTeid = new ConcurrentHashMap<>();

    public CarrierSimulator(InetAddress self, InetAddress gateway, int restartCounter)
            throws IOException {
        this.self = self;
        this.gateway = gateway;
        this.restartCounter = restartCounter;
        userPlane = new UserPlane(self);
        signalling = new Signalling(self, restartCounter, this::deletedByGateway);
    }

    /** Asks the gateway whether it is there; its restart counter is in the answer. */
    public void echo() throws IOException {
        int sequence = signalling.nextSequence();
        Gtpv2.Message answer = signalling.askV2(gateway, sequence,
                Gtpv2.echoRequest(sequence, restartCounter));
        if (answer.type() != Gtpv2.ECHO_RESPONSE) {
            throw new IOException("asked Echo, got message type " + answer.type());
        }
    }

    /**
     * Attaches a device and, where the gateway accepts it, raises its interface.
     *
     * @param version  2: Create Session Request; 1: Create PDP Context Request
     * @param stubborn whether the carrier goes on carrying the device's packets after the gateway deleted the session,
     *                 as one that lost the message or does not care would
     */
    public Outcome attach(Device device, int version, Namespace namespace, boolean stubborn)
            throws IOException {
        int controlTeid = random.nextInt(1, Integer.MAX_VALUE);
        int dataTeid = random.nextInt(1, Integer.MAX_VALUE);
        int sequence = signalling.nextSequence();
        int cause;
        boolean accepted;
        Assignment assignment;
        if (version == 2) {
            Gtpv2.Message answer = signalling.askV2(gateway, sequence, Gtpv2.createSession(sequence,
                    device, self, controlTeid, dataTeid, restartCounter));
            cause = answer.cause();
            accepted = cause >= Gtpv2.CAUSE_ACCEPTED && cause < Gtpv2.CAUSE_CONTEXT_NOT_FOUND;
            assignment = accepted ? Gtpv2.assignment(answer) : null;
        } else {
            Gtpv1.Message answer = signalling.askV1(gateway, sequence, Gtpv1.createPdpContext(
                    sequence, device, self, controlTeid, dataTeid, restartCounter));
            cause = answer.cause();
            accepted = cause >= Gtpv1.CAUSE_ACCEPTED && cause < Gtpv1.CAUSE_NON_EXISTENT;
            assignment = accepted ? Gtpv1.assignment(answer) : null;
        }
        if (!accepted) {
            return new Outcome.Refused(cause);
        }
        if (assignment == null) {
            throw new IOException("the gateway accepted with cause " + cause
                    + " without telling TEIDs, addresses and the device's address");
        }
        String name = "cgdev" + interfaces.incrementAndGet();
        UserPlane.Tunnel tunnel = userPlane.open(dataTeid, new Tun(name),
                assignment.gatewayDataTeid(), assignment.gatewayData());
        Session session = new Session(version, stubborn, controlTeid, dataTeid, assignment, tunnel,
                device);
        byImsi.put(device.imsi(), session);
        byControlTeid.put(controlTeid, session);
        namespace.resolvers(assignment.dns().stream().map(InetAddress::getHostAddress).toList());
        String ipv6 = raise(name, namespace, assignment);
        return new Outcome.Attached(cause, assignment.ipv4(), ipv6, assignment.dns(),
                assignment.mtu());
    }

    /** Its address, once the device may send from it: not while it is tentative, RFC 4862 §5.4. */
    private String deviceAddress(Namespace namespace) {
        // "2: cell0 inet6 2001:db8::1/64 scope global ..."
        String[] words = namespace.ip(
                "-6 -oneline address show dev " + DEVICE_INTERFACE + " scope global -tentative")
                .split("\\s+", -1);
        return words.length > 3 ? words[3].replaceFirst("/.*", "") : "";
    }

    private @Nullable String raise(String name, Namespace namespace, Assignment assignment) {
        Inet6Address linkLocal = assignment.ipv6LinkLocal();
        Command.of("ip", "link", "set", name, "netns", namespace.name(), "name",
                DEVICE_INTERFACE).mustRun();
        String settings = "net.ipv6.conf." + DEVICE_INTERFACE + ".";
        namespace.sysctl(settings + "disable_ipv6", linkLocal == null ? 1 : 0);
        namespace.ip("link set " + DEVICE_INTERFACE + " mtu "
                + (assignment.mtu() > 0 ? assignment.mtu() : MTU_WHERE_NONE_SENT));
        Inet4Address ipv4 = assignment.ipv4();
        if (linkLocal != null) {
            // the link-local address has the interface identifier that the gateway assigned; the
            // kernel makes
            // the global one from the router advertisement, as a modem does
            namespace.sysctl(settings + "addr_gen_mode", 1);
            namespace.sysctl(settings + "accept_ra", 2);
            namespace.sysctl(settings + "router_solicitation_delay", 0);
            namespace.sysctl(settings + "router_solicitation_interval", 1);
        }
        namespace.ip("link set " + DEVICE_INTERFACE + " up");
        if (ipv4 != null) {
            namespace.ip("address add " + ipv4.getHostAddress() + "/32 dev " + DEVICE_INTERFACE);
            namespace.ip("route add default dev " + DEVICE_INTERFACE);
        }
        if (linkLocal == null) {
            return null;
        }
        namespace.ip("address add " + linkLocal.getHostAddress().replaceFirst("%.*", "")
                + "/64 dev " + DEVICE_INTERFACE + " nodad");
        boolean advertised = Lab.await(ROUTER_ADVERTISEMENT_WAIT,
                () -> !deviceAddress(namespace).isEmpty());
        return advertised ? deviceAddress(namespace) : null;
    }

    private Session session(String imsi) throws IOException {
        Session session = byImsi.get(imsi);
        if (session == null) {
            throw new IOException("no session of IMSI " + imsi);
        }
        return session;
    }

    /**
     * Tells the gateway that the device is now served by another network.
     *
     * @return the gateway's cause
     */
    public int move(String imsi, Device moved) throws IOException {
        Session session = session(imsi);
        Assignment assignment = session.assignment;
        int sequence = signalling.nextSequence();
        session.device = moved;
        return session.version == 2
                ? signalling.askV2(assignment.gatewayControl(), sequence,
                        Gtpv2.modifyBearer(sequence, assignment.gatewayControlTeid(), moved, self,
                                session.controlTeid, session.dataTeid))
                        .cause()
                : signalling.askV1(assignment.gatewayControl(), sequence,
                        Gtpv1.updatePdpContext(sequence, assignment.gatewayControlTeid(), moved,
                                self, session.controlTeid, session.dataTeid))
                        .cause();
    }

    public Device device(String imsi) throws IOException {
        return session(imsi).device;
    }

    /**
     * The device leaves: its interface goes, the gateway is told.
     *
     * @return the gateway's cause
     */
    public int detach(String imsi) throws IOException {
        Session session = session(imsi);
        Assignment assignment = session.assignment;
        int sequence = signalling.nextSequence();
        int cause = session.version == 2
                ? signalling.askV2(assignment.gatewayControl(), sequence,
                        Gtpv2.deleteSession(sequence, assignment.gatewayControlTeid())).cause()
                : signalling.askV1(assignment.gatewayControl(), sequence,
                        Gtpv1.deletePdpContext(sequence, assignment.gatewayControlTeid()))
                        .cause();
        end(session);
        return cause;
    }

    private void end(Session session) {
        session.attached = false;
        byControlTeid.remove(session.controlTeid);
        userPlane.close(session.dataTeid);
    }

    private int deletedByGateway(int controlTeid, int cause) {
        Session session = byControlTeid.get(controlTeid);
        if (session == null) {
            return 0;
        }
        session.deletedEpochMillis = System.currentTimeMillis();
        session.deletionCause = cause;
        if (session.stubborn) {
            session.attached = false;
        } else {
            end(session);
        }
        return session.assignment.gatewayControlTeid();
    }

    public Status status(String imsi) throws IOException {
        Session session = session(imsi);
        return new Status(session.attached, session.tunnel.uplinkPackets(),
                session.tunnel.downlinkPackets(), session.tunnel.lastDownlinkEpochMillis(),
                session.deletedEpochMillis, session.deletionCause);
    }

    /** How often the gateway told that it has no such tunnel (TS 29.281 §7.3.1). */
    public long errorIndications() {
        return userPlane.errorIndications();
    }

    @Override
    public void close() throws IOException {
        signalling.close();
        userPlane.close();
    }
}
