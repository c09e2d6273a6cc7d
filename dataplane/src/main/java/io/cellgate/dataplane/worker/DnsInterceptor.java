package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.atlas.Atlas;
import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.InnerPacket;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.UdpReply;
import io.cellgate.dataplane.session.SessionFacts;
import io.cellgate.dns.BlockResponse;
import io.cellgate.dns.DnsAnswer;
import io.cellgate.dns.DnsFault;
import io.cellgate.dns.DnsOverride;
import io.cellgate.dns.DnsQuery;
import io.cellgate.dns.DnsReplyEncoder;
import io.cellgate.dns.DnsType;
import io.cellgate.policy.Action;
import io.cellgate.policy.Decision;
import io.cellgate.policy.DomainName;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.IpAddress;
import io.cellgate.policy.Phase;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what devices ask the DNS, whatever server they address, decides it by name, has it resolved, and answers in
 * that server's place. What a name resolved to is bound to it for that session.
 */
final class DnsInterceptor {
    private static final int OVERRIDE_TTL_SECONDS = 60;

    /** Who resolves, {@link io.cellgate.dns.DnsForwarder#resolve}. */
    @FunctionalInterface
    interface Resolver {
        boolean resolve(byte[] query, long asker, Consumer<DnsAnswer> handler);
    }

    /** A query that was forwarded: who asked whom, and what. */
    record Pending(DeviceSession session, long deviceHi, long deviceLo, int devicePort,
            long serverHi, long serverLo, DomainName name, DirectBuffer query) {}

    private final WorkerState state;
    private final FlowReports reports;
    private final Trials trials;
    private final Resolver resolver;
    private final Consumer<WorkerCommand> queue;
    private final Facts facts = new Facts();
    private final DomainName asked = DomainName.scratch();

    /** @param queue hands a command to the worker, from any thread */
    DnsInterceptor(WorkerState state, FlowReports reports, Trials trials, Resolver resolver,
            Consumer<WorkerCommand> queue) {
        this.trials = trials;
        this.state = state;
        this.reports = reports;
        this.resolver = resolver;
        this.queue = queue;
    }

    /** A datagram of the device to port 53. */
    @Nullable
    DropReason query(DeviceSession session, InnerPacket packet) {
        state.counters.add(WorkerCounters.DNS_QUERIES, 1);
        int at = packet.payloadOffset();
        int length = packet.payloadLength();
        DnsFault fault = DnsQuery.validate(packet.buffer(), at, length);
        if (fault != null) {
            UnsafeBuffer frame = state.outbox.frame();
            int octets = length < DnsQuery.HEADER_LENGTH
                    ? 0
                    : DnsReplyEncoder.fault(packet.buffer(), at, fault, frame, replyAt(packet));
            if (octets > 0) {
                reply(session, packet, frame, octets);
            }
            return DropReason.DNS_MALFORMED;
        }
        boolean named = asked.fillFromWire(packet.buffer(), at, DnsQuery.nameOffset(at),
                at + length);
        Decision said = null;
        if (named) {
            gather(session, asked, DnsQuery.type(packet.buffer(), at));
            said = session.policy.decide(Phase.DNS, facts);
            if (said.isAllowed() || session.policy.resolvesFirst()) {
                return forward(session, packet);
            }
            trials.ofQuery(session, facts, said, packet.srcHi(), packet.srcLo(), packet.srcPort(),
                    packet.dstHi(), packet.dstLo(), asked,
                    DnsType.text(DnsQuery.type(packet.buffer(), at)));
            if (said.action() == Action.OVERRIDE) {
                UnsafeBuffer frame = state.outbox.frame();
                reply(session, packet, frame, override(session, packet.buffer(), at, asked.copy(),
                        said, frame, replyAt(packet)));
                log(session, packet.srcHi(), packet.srcLo(), packet.srcPort(), packet.dstHi(),
                        packet.dstLo(), asked, DnsQuery.type(packet.buffer(), at), said, null,
                        null);
                return null;
            }
        }
        UnsafeBuffer frame = state.outbox.frame();
        int octets = DnsReplyEncoder.blocked(packet.buffer(), at, response(said),
                said == null ? Decision.DEFAULT_RULE : said.ruleId(), frame, replyAt(packet));
        reply(session, packet, frame, octets);
        log(session, packet.srcHi(), packet.srcLo(), packet.srcPort(), packet.dstHi(),
                packet.dstLo(), named ? asked : null, DnsQuery.type(packet.buffer(), at), said,
                DropReason.POLICY_DNS, null);
        return DropReason.POLICY_DNS;
    }

    private void gather(DeviceSession session, DomainName name, int type) {
        facts.clear();
        SessionFacts.addTime(facts, state.nowEpochMillis, session.timeZone());
        facts.setName(Field.DNS_NAME, name);
        facts.set(Field.DNS_TYPE, DnsType.text(type));
        if (session.policy.mentions(Field.DNS_CATEGORIES)) {
            state.config.atlas().current().addCategories(facts, name);
        }
    }

    private static BlockResponse response(@Nullable Decision said) {
        if (said == null) {
            return BlockResponse.REFUSED;
        }
        return switch (said.blockAnswer()) {
            case NXDOMAIN -> BlockResponse.NXDOMAIN;
            case REFUSED -> BlockResponse.REFUSED;
            case ZERO -> BlockResponse.ZERO;
        };
    }

    /** Writes the answer that the rule gives, and binds its addresses to the name; returns its length. */
    private int override(DeviceSession session, DirectBuffer query, int queryAt, DomainName name,
            Decision said, UnsafeBuffer frame, int at) {
        DomainName alias = said.answerAlias();
        DnsOverride with;
        if (alias != null) {
            with = DnsOverride.cname(alias.toString());
        } else {
            List<InetAddress> addresses = new ArrayList<>();
            for (IpAddress address : said.answerAddresses()) {
                addresses.add(IpAddresses.toInetAddress(address.hi(), address.lo()));
                bind(session, name, address.hi(), address.lo(), OVERRIDE_TTL_SECONDS);
            }
            with = DnsOverride.addresses(addresses);
        }
        return DnsReplyEncoder.override(query, queryAt, with, OVERRIDE_TTL_SECONDS, said.ruleId(),
                frame, at);
    }

    private @Nullable DropReason forward(DeviceSession session, InnerPacket packet) {
        byte[] query = new byte[packet.payloadLength()];
        packet.buffer().getBytes(packet.payloadOffset(), query);
        Pending pending = new Pending(session, packet.srcHi(), packet.srcLo(), packet.srcPort(),
                packet.dstHi(), packet.dstLo(), asked.copy(), new UnsafeBuffer(query));
        boolean accepted = resolver.resolve(query, Integer.toUnsignedLong(session.localTeid),
                answer -> queue.accept(new WorkerCommand.Answered(pending, answer)));
        if (accepted) {
            return null;
        }
        UnsafeBuffer frame = state.outbox.frame();
        reply(session, packet, frame, DnsReplyEncoder.failed(packet.buffer(),
                packet.payloadOffset(), frame, replyAt(packet)));
        return DropReason.DNS_UNRESOLVED;
    }

    /** The answer to a forwarded query: decided once more, now that it is known, then bound and handed on. */
    void answered(Pending pending, DnsAnswer answer) {
        DeviceSession session = pending.session();
        if (!session.live) {
            return;
        }
        DirectBuffer query = pending.query();
        int type = DnsQuery.type(query, 0);
        gather(session, pending.name(), type);
        facts.setEmpty(Field.DNS_ANSWER_IP);
        facts.setEmpty(Field.DNS_ANSWER_COUNTRY);
        Atlas atlas = state.config.atlas().current();
        for (DnsAnswer.Address address : answer.addresses()) {
            facts.addIp(Field.DNS_ANSWER_IP, address.high(), address.low());
            atlas.addAnswer(facts, address.high(), address.low());
        }
        facts.setEmpty(Field.DNS_ANSWER_CNAME);
        for (String alias : answer.chain()) {
            addAlias(alias);
        }
        Decision said = session.policy.decide(Phase.DNS, facts);
        trials.ofQuery(session, facts, said, pending.deviceHi(), pending.deviceLo(),
                pending.devicePort(), pending.serverHi(), pending.serverLo(), pending.name(),
                DnsType.text(type));
        UnsafeBuffer frame = state.outbox.frame();
        int at = UdpReply.payloadOffset(Burst.HEADROOM_OCTETS,
                IpAddresses.isIpv4(pending.deviceHi(), pending.deviceLo()));
        int octets;
        DropReason reason = null;
        if (said.isAllowed()) {
            for (DnsAnswer.Address address : answer.addresses()) {
                bind(session, pending.name(), address.high(), address.low(),
                        address.ttlSeconds());
            }
            octets = answer.reply().length;
            frame.putBytes(at, answer.reply());
            if (answer.outcome() == DnsAnswer.Outcome.FAILED) {
                state.drop(DropReason.DNS_UNRESOLVED);
            }
        } else if (said.action() == Action.OVERRIDE) {
            octets = override(session, query, 0, pending.name(), said, frame, at);
        } else {
            octets = DnsReplyEncoder.blocked(query, 0, response(said), said.ruleId(), frame, at);
            reason = DropReason.POLICY_DNS;
            state.drop(reason);
        }
        send(session, frame, octets, pending.serverHi(), pending.serverLo(), pending.deviceHi(),
                pending.deviceLo(), pending.devicePort());
        log(session, pending.deviceHi(), pending.deviceLo(), pending.devicePort(),
                pending.serverHi(), pending.serverLo(), pending.name(), type, said, reason,
                answer);
    }

    private void addAlias(String alias) {
        try {
            facts.addName(Field.DNS_ANSWER_CNAME, DomainName.of(alias));
        } catch (IllegalArgumentException e) {
            // an alias that no rule can be written for: it stays out of the facts
            return;
        }
    }

    private void bind(DeviceSession session, DomainName name, long hi, long lo, int ttlSeconds) {
        int seconds = Math.max(state.config.minBindingSeconds(), ttlSeconds);
        if (session.names == NameBindings.NONE) {
            session.names = new NameBindings(state.config.maxBindingsPerSession());
        }
        if (session.names.bind(name, hi, lo, state.nowSeconds + seconds, state.nowSeconds)) {
            state.offload.withdrawAll(session);
            session.nextEpoch(); // a flow that was blocked for want of the name is judged again
        }
    }

    private static int replyAt(InnerPacket packet) {
        return UdpReply.payloadOffset(Burst.HEADROOM_OCTETS, packet.isIpv4());
    }

    private void reply(DeviceSession session, InnerPacket query, UnsafeBuffer frame, int octets) {
        send(session, frame, octets, query.dstHi(), query.dstLo(), query.srcHi(), query.srcLo(),
                query.srcPort());
    }

    private void send(DeviceSession session, UnsafeBuffer frame, int octets, long serverHi,
            long serverLo, long deviceHi, long deviceLo, int devicePort) {
        int length = UdpReply.wrap(frame, Burst.HEADROOM_OCTETS, serverHi, serverLo, 53, deviceHi,
                deviceLo, devicePort, octets);
        if (!state.metering.admits(session.slot, length)) {
            state.drop(DropReason.QUOTA_EXCEEDED);
            return;
        }
        state.metering.countDown(session.slot, length);
        state.outbox.toDevice(session.slot, frame.addressOffset() + Burst.HEADROOM_OCTETS, length);
    }

    private void log(DeviceSession session, long deviceHi, long deviceLo, int devicePort,
            long serverHi, long serverLo, @Nullable DomainName name, int type,
            @Nullable Decision said, @Nullable DropReason reason, @Nullable DnsAnswer answer) {
        reports.query(session, deviceHi, deviceLo, devicePort, serverHi, serverLo,
                name == null ? "." : name.toString(), DnsType.text(type), said, reason, answer);
    }
}
