package io.cellgate.bench.userplane;

import io.cellgate.bench.carrier.BulkAttach.Attached;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.policy.Action;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.ListCatalog;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyCompiler;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.RuleDocument;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imsi;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Sessions by the number, of one SIM each, under one policy of 100 rules of which the last allows the load. The nth has TEID n + 1
 * at both ends and the nth address of {@link #DEVICES}.
 */
public final class LoadSessions {
    /** Room for four million. */
    public static final String DEVICES = "10.64.0.0/10";
    public static final Carrier CARRIER = new Carrier(0, "load", "Load Mobile", Set.of(), Set.of());
    private static final int FIRST_ADDRESS = 10 << 24 | 64 << 16 | 2;
    private static final int RULES = 100;
    private static final Iccid ICCID = new Iccid("894450010219830482");

    private final PolicySlot policy = new PolicySlot(EffectivePolicy.nothing(1));
    private final InetAddress peer;
    private long revision = 1;

    public LoadSessions(InetAddress peer) {
        this.peer = peer;
        publish();
    }

    /** Publishes the same rules as another revision. */
    public void publish() {
        List<RuleDocument> rules = new ArrayList<>();
        for (int i = 0; i < RULES - 1; i++) {
            rules.add(new RuleDocument("other-" + i, Phase.NETWORK,
                    i % 4 == 0 ? Action.BLOCK : Action.ALLOW,
                    "net.dst.ip in {198.18.%d.0/24} and net.dst.port == %d".formatted(i,
                            1000 + i)));
        }
        rules.add(new RuleDocument("telemetry", Phase.NETWORK, Action.ALLOW,
                "net.protocol == \"udp\" and net.dst.port == " + FrameSchedule.SERVER_PORT));
        revision++;
        switch (PolicyCompiler.compile(new PolicyDocument("load", rules), ListCatalog.EMPTY,
                revision)) {
            case CompileResult.Compiled(var compiled, var _) ->
                policy.publish(EffectivePolicy.of(revision, null, compiled));
            case CompileResult.Rejected(var problems) ->
                throw new IllegalStateException(problems.toString());
        }
    }

    static InetAddress address(int n) {
        try {
            return InetAddress
                    .getByAddress(ByteBuffer.allocate(4).putInt(FIRST_ADDRESS + n).array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    public UserPlaneSession session(int n) {
        Imsi imsi = new Imsi("26201%010d".formatted(n));
        Subscriber subscriber = new Subscriber(ICCID, imsi, null, "load", null, "active", Map.of(),
                policy, null, null);
        AttachRequest request = new AttachRequest(CARRIER, imsi, null, "internet", Rat.LTE_M,
                PdnType.IPV4, UserLocation.UNKNOWN);
        return new UserPlaneSession(n + 1, n + 1, peer, CARRIER.index(),
                (Inet4Address) address(n), null, subscriber, request, null, null);
    }

    /** The first so many, as a generator addresses them. */
    public static List<Attached> attached(int count) {
        return IntStream.range(0, count).mapToObj(n -> new Attached(n + 1, address(n))).toList();
    }
}
