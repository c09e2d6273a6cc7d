package io.cellgate.control;

import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.inspect.Application;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records as a gateway tells them. */
public final class Lines {
    private static final Carrier CARRIER = new Carrier(0, "car_1", "Alpha", Set.of(), Set.of());

    private Lines() {}

    public static Subscriber subscriber(String account, String iccid, String imsi) {
        return new Subscriber(new Iccid(iccid), new Imsi(imsi), null, account, "fl_1", "active",
                Map.of("site", "Graz"), new PolicySlot(EffectivePolicy.nothing(1)), null, null);
    }

    /** Its session in Germany, by LTE. */
    public static UserPlaneSession session(Subscriber subscriber) {
        return new UserPlaneSession(7, 8, InetAddress.getLoopbackAddress(), 0,
                (Inet4Address) InetAddress.ofLiteral("10.45.0.2"), null, subscriber,
                new AttachRequest(CARRIER, subscriber.imsi(), new Imei("35693803564380"), "iot",
                        Rat.EUTRAN, PdnType.IPV4,
                        new UserLocation(Plmn.parse("26201"), 17, null, null)),
                null, null);
    }

    /** A flow of CoAP to 198.51.100.7. */
    static FlowRecord udp(Subscriber subscriber, FlowRecord.Event event,
            FlowRecord.@Nullable Shadow shadow) {
        return flow(session(subscriber), event, "198.51.100.7", 17, 5683, List.of(), null,
                FlowVerdict.ALLOW, "coap", shadow);
    }

    /** A flow or request, now, decided by a rule of the policy {@code now}. */
    public static FlowRecord flow(UserPlaneSession session, FlowRecord.Event event, String remote,
            int protocol, int port, List<String> names, @Nullable String detail,
            FlowVerdict verdict, String rule, FlowRecord.@Nullable Shadow shadow) {
        long now = Instant.now().toEpochMilli();
        return new FlowRecord(event, now, now, session, true, protocol,
                InetAddress.ofLiteral("10.45.0.2"), 4000, InetAddress.ofLiteral(remote), port,
                false, names.isEmpty() ? null : names.getFirst(),
                event == FlowRecord.Event.REQUEST, names, detail, Application.UNDECIDED, null, null,
                verdict, rule, "now", 3,
                verdict == FlowVerdict.BLOCK ? DropReason.POLICY_NETWORK : null, 100, 1, 200, 2,
                shadow);
    }

    /** The same flow, whose first octets showed an application. */
    static FlowRecord speaking(FlowRecord flow, Application application) {
        return new FlowRecord(flow.event(), flow.epochMillis(), flow.startedMillis(),
                flow.session(), flow.upward(), flow.protocol(), flow.device(), flow.devicePort(),
                flow.remote(), flow.remotePort(), flow.toDevice(), flow.name(), flow.said(),
                flow.names(), flow.detail(), application, flow.offer(), flow.answer(),
                flow.verdict(), flow.rule(), flow.policy(), flow.policyRevision(),
                flow.dropReason(), flow.bytesUp(), flow.packetsUp(), flow.bytesDown(),
                flow.packetsDown(), flow.shadow());
    }

    /** A query for an address, now. */
    public static FlowRecord query(UserPlaneSession session, String name, FlowVerdict verdict,
            String rule) {
        long now = Instant.now().toEpochMilli();
        return new FlowRecord(FlowRecord.Event.DNS, now, now, session, true, 17,
                InetAddress.ofLiteral("10.45.0.2"), 4000, InetAddress.ofLiteral("10.45.0.1"), 53,
                false, name, false, List.of(), "A", Application.UNDECIDED, null, null, verdict,
                rule, "now", 3,
                verdict == FlowVerdict.BLOCK ? DropReason.POLICY_DNS : null, 0, 0, 0, 0, null);
    }
}
