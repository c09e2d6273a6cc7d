package io.cellgate.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;

/**
 * The upstream resolvers: asked one after the other until one gives a usable answer.
 *
 * <p>Each query goes out by UDP with a random id from a socket, and so a port, of its own (RFC 5452 §9), and with
 * random case of the name's letters, which the response must repeat (draft-vixie-dnsext-dns0x20). A response that
 * does not, and one that is truncated, is asked for again by TCP, which a stranger cannot answer.
 *
 * <p>An upstream that failed {@value #FAILURES_UNTIL_LAST} times in a row is asked after the others for
 * {@value #REST_SECONDS} s. State is the forwarder's thread's.
 */
final class Upstreams {
    private static final Logger log = LoggerFactory.getLogger(Upstreams.class);
    private static final int FAILURES_UNTIL_LAST = 3;
    private static final int REST_SECONDS = 10;
    private static final int UDP_PAYLOAD = 1232; // no fragments on any usual path

    private final ForwarderConfig config;
    private final LongSupplier nanoClock;
    private final Executor thread;
    private final DnsCounters counters;
    private final RandomGenerator random = new SecureRandom();
    private final List<Upstream> upstreams = new ArrayList<>();

    private static final class Upstream {
        final InetSocketAddress address;
        final SimpleResolver udp;
        final SimpleResolver tcp;
        int failuresInRow;
        long restsUntilNanos;

        Upstream(InetSocketAddress address, ForwarderConfig config) {
            this.address = address;
            udp = resolver(address, config, false);
            tcp = resolver(address, config, true);
        }

        private static SimpleResolver resolver(InetSocketAddress address, ForwarderConfig config,
                boolean byTcp) {
            SimpleResolver resolver = new SimpleResolver(address);
            resolver.setTimeout(config.attemptTimeout());
            resolver.setTCP(byTcp);
            resolver.setEDNS(0, UDP_PAYLOAD, 0, List.of());
            return resolver;
        }

        boolean rests(long nowNanos) {
            return failuresInRow >= FAILURES_UNTIL_LAST && restsUntilNanos - nowNanos > 0;
        }
    }

    Upstreams(ForwarderConfig config, LongSupplier nanoClock, Executor thread,
            DnsCounters counters) {
        this.config = config;
        this.nanoClock = nanoClock;
        this.thread = thread;
        this.counters = counters;
        for (InetSocketAddress address : config.upstreams()) {
            upstreams.add(new Upstream(address, config));
        }
    }

    /** Tells the answer, or an empty one with SERVFAIL, on the forwarder's thread. */
    void ask(Question question, Consumer<Resolution> then) {
        long now = nanoClock.getAsLong();
        List<Upstream> order = new ArrayList<>(upstreams);
        order.sort(Comparator.comparing(upstream -> upstream.rests(now)));
        if (order.size() == 1) {
            order.add(order.getFirst());
        }
        attempt(question, order, 0, then);
    }

    private void attempt(Question question, List<Upstream> order, int index,
            Consumer<Resolution> then) {
        if (index == order.size()) {
            then.accept(Resolution.empty(Rcode.SERVFAIL, 0));
            return;
        }
        Upstream upstream = order.get(index);
        Name mixed = mixCase(question.name());
        send(upstream.udp, mixed, question.type(), (response, failure) -> {
            Record asked = response == null ? null : response.getQuestion();
            if (asked != null && asked.getName().equals(mixed)
                    && !Arrays.equals(asked.getName().toWire(), mixed.toWire())) {
                counters.caseMismatches.increment();
                send(upstream.tcp, question.name(), question.type(),
                        (byTcp, tcpFailure) -> answered(question, order, index, byTcp, tcpFailure,
                                then));
            } else {
                answered(question, order, index, response, failure, then);
            }
        });
    }

    private interface Answered {
        void by(@Nullable Message response, @Nullable Throwable failure);
    }

    private void send(SimpleResolver resolver, Name name, int type, Answered answered) {
        counters.upstreamQueries.increment();
        Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        resolver.sendAsync(query, thread).whenCompleteAsync((response, failure) -> {
            try {
                answered.by(response, failure);
            } catch (RuntimeException e) { // somebody waits for it in any case
                log.error("an answer to {} {} could not be handed on", name, DnsType.text(type), e);
                answered.by(null, e);
            }
        }, thread);
    }

    private void answered(Question question, List<Upstream> order, int index,
            @Nullable Message response, @Nullable Throwable failure, Consumer<Resolution> then) {
        Upstream upstream = order.get(index);
        Resolution resolution = response == null ? null : resolution(question, response);
        if (resolution != null) {
            upstream.failuresInRow = 0;
            then.accept(resolution);
            return;
        }
        counters.upstreamFailures.increment();
        if (response == null && ++upstream.failuresInRow >= FAILURES_UNTIL_LAST) {
            if (upstream.failuresInRow == FAILURES_UNTIL_LAST) {
                log.warn("upstream resolver {} does not answer: {}", upstream.address,
                        failure instanceof CompletionException e ? e.getCause() : failure);
            }
            upstream.restsUntilNanos = nanoClock.getAsLong()
                    + TimeUnit.SECONDS.toNanos(REST_SECONDS);
        }
        attempt(question, order, index + 1, then);
    }

    /** Null where the response cannot be used: some records can be read, but not written again. */
    private @Nullable Resolution resolution(Question question, Message response) {
        try {
            return Resolution.of(question, response, config);
        } catch (RuntimeException e) {
            log.debug("the answer to {} {} cannot be used", question.name(),
                    DnsType.text(question.type()), e);
            return null;
        }
    }

    private Name mixCase(Name name) {
        byte[] wire = name.toWireCanonical();
        long bits = 0;
        for (int i = 0, letters = 0; i < wire.length; i++) {
            // label lengths are at most 63 and so below the letters
            if (wire[i] >= 'a' && wire[i] <= 'z') {
                if (letters++ % 64 == 0) {
                    bits = random.nextLong();
                }
                if ((bits & 1) != 0) {
                    wire[i] = (byte) (wire[i] - ('a' - 'A'));
                }
                bits >>>= 1;
            }
        }
        try {
            return new Name(wire);
        } catch (IOException e) {
            throw new IllegalStateException("a name is no longer one in other letters", e);
        }
    }
}
