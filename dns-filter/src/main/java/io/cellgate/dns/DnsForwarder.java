package io.cellgate.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/**
 * Resolves what devices ask for through upstream resolvers, with a cache.
 *
 * <p><b>A query's way.</b> {@link #resolve} may be called by any thread: it counts the query against the bounds and
 * hands it to the forwarder's own thread, on which everything else happens, so that no state is shared but those
 * counts. There the cache is asked; then whether the same question is already waiting, whose answer will be its
 * answer too; then the upstreams, one after the other. The handler is called on that thread, once for each query that
 * was accepted, and must not block it.
 *
 * <p><b>What is kept.</b> A {@link Resolution}: the part of the response that is about the question. Positive answers
 * are kept for their least TTL, negative ones as RFC 2308 §5 says, and failures for {@value #FAILURE_TTL_SECONDS} s
 * (RFC 9520 §3.2), so that a device that repeats itself does not reach the upstreams each time. Neither DNSSEC records nor
 * EDNS options of devices are passed on.
 */
public final class DnsForwarder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DnsForwarder.class);
    private static final int FAILURE_TTL_SECONDS = 2;

    private final ForwarderConfig config;
    private final LongSupplier nanoClock;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("cellgate-dns").daemon().factory());
    private final Upstreams upstreams;
    private final Cache<Question, Kept> cache;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<Long, Integer> perAsker = new ConcurrentHashMap<>();
    /** Questions that upstreams are asked at the moment, and who waits. Of the forwarder's thread. */
    private final Map<Question, List<Waiting>> waiting = new HashMap<>();
    private final DnsCounters counters = new DnsCounters();

    /** A query whose answer is awaited. */
    private static final class Waiting {
        final byte[] query;
        final long asker;
        final Consumer<DnsAnswer> handler;

        Waiting(byte[] query, long asker, Consumer<DnsAnswer> handler) {
            this.query = query;
            this.asker = asker;
            this.handler = handler;
        }
    }

    /** A resolution and when it came. */
    private record Kept(Resolution resolution, long sinceNanos, int ttlSeconds) {
        boolean isFresh(long nowNanos) {
            return nowNanos - sinceNanos < TimeUnit.SECONDS.toNanos(ttlSeconds);
        }

        int ageSeconds(long nowNanos) {
            return (int) TimeUnit.NANOSECONDS.toSeconds(nowNanos - sinceNanos);
        }
    }

    public DnsForwarder(ForwarderConfig config) {
        this(config, System::nanoTime);
    }

    /** @param nanoClock as {@link System#nanoTime}; the age of answers is told by it */
    DnsForwarder(ForwarderConfig config, LongSupplier nanoClock) {
        this.config = config;
        this.nanoClock = nanoClock;
        upstreams = new Upstreams(config, nanoClock, thread, counters);
        cache = Caffeine.newBuilder().maximumWeight(config.cacheOctets())
                .weigher((Question question, Kept kept) -> kept.resolution().weightOctets()
                        + question.name().length())
                .expireAfterWrite(Duration.ofSeconds(
                        Math.max(config.maxTtlSeconds(), config.maxNegativeTtlSeconds()) + 1L))
                .executor(Runnable::run).build();
    }

    /**
     * Has a query answered.
     *
     * @param query   a whole message in which {@link DnsQuery#validate} found no fault; not to be changed afterwards
     * @param asker   whose it is, for the bound per device
     * @param handler is told the answer once, on the forwarder's thread
     * @return false if too many are waiting: nothing will be told then, {@link DnsReplyEncoder#failed} may be
     */
    public boolean resolve(byte[] query, long asker, Consumer<DnsAnswer> handler) {
        if (inFlight.incrementAndGet() > config.maxInFlight()) {
            inFlight.decrementAndGet();
            counters.tooManyInFlight.increment();
            return false;
        }
        if (perAsker.merge(asker, 1, Integer::sum) > config.maxPerAsker()) {
            release(asker);
            counters.tooManyOfAsker.increment();
            return false;
        }
        counters.queries.increment();
        Waiting waiter = new Waiting(query, asker, handler);
        try {
            thread.execute(() -> begin(waiter));
        } catch (RejectedExecutionException closed) {
            release(asker);
            return false;
        }
        return true;
    }

    public DnsCounters counters() {
        return counters;
    }

    private void release(long asker) {
        inFlight.decrementAndGet();
        perAsker.computeIfPresent(asker, (key, count) -> count == 1 ? null : count - 1);
    }

    private void begin(Waiting waiter) {
        Question question = questionOf(waiter.query);
        long now = nanoClock.getAsLong();
        Kept kept = cache.getIfPresent(question);
        if (kept != null && kept.isFresh(now)) {
            counters.cacheHits.increment();
            answer(waiter, kept, kept.ageSeconds(now), DnsAnswer.Outcome.CACHED);
            return;
        }
        List<Waiting> others = waiting.get(question);
        if (others != null) {
            counters.coalesced.increment();
            others.add(waiter);
            return;
        }
        List<Waiting> first = new ArrayList<>();
        first.add(waiter);
        waiting.put(question, first);
        upstreams.ask(question, resolution -> finish(question, resolution));
    }

    private static Question questionOf(byte[] query) {
        UnsafeBuffer buffer = new UnsafeBuffer(query);
        int length = DnsQuery.nameLength(buffer, 0);
        try {
            return new Question(
                    new Name(Arrays.copyOfRange(query, DnsQuery.HEADER_LENGTH,
                            DnsQuery.HEADER_LENGTH + length)),
                    DnsQuery.type(buffer, 0));
        } catch (IOException e) {
            throw new IllegalArgumentException("a query that was not validated", e);
        }
    }

    private void finish(Question question, Resolution resolution) {
        Resolution shown = resolution;
        DnsAnswer.Outcome outcome = DnsAnswer.Outcome.RESOLVED;
        int ttl = resolution.ttlSeconds();
        if (resolution.rcode() == Rcode.SERVFAIL) {
            outcome = DnsAnswer.Outcome.FAILED;
            ttl = FAILURE_TTL_SECONDS;
            counters.failed.increment();
        } else if (resolution.leadsInto(config.forbiddenAnswers())) {
            counters.withheld.increment();
            log.info("withheld the answer to {} {}: it leads into a forbidden network",
                    question.name(), DnsType.text(question.type()));
            shown = Resolution.empty(Rcode.NXDOMAIN, Math.min(ttl, config.maxNegativeTtlSeconds()));
            outcome = DnsAnswer.Outcome.WITHHELD;
        }
        Kept kept = new Kept(shown, nanoClock.getAsLong(), ttl);
        if (ttl > 0) {
            cache.put(question, kept);
        }
        List<Waiting> waiters = waiting.remove(question);
        if (waiters != null) {
            for (Waiting waiter : waiters) {
                answer(waiter, kept, 0, outcome);
            }
        }
    }

    private void answer(Waiting waiter, Kept kept, int ageSeconds, DnsAnswer.Outcome how) {
        release(waiter.asker);
        Resolution resolution = kept.resolution();
        DnsAnswer.Outcome outcome = resolution.rcode() == Rcode.SERVFAIL
                ? DnsAnswer.Outcome.FAILED
                : how != DnsAnswer.Outcome.WITHHELD && resolution.isNegative()
                        ? DnsAnswer.Outcome.NEGATIVE
                        : how;
        try {
            waiter.handler.accept(new DnsAnswer(outcome,
                    ForwardedReply.encode(waiter.query, resolution, ageSeconds),
                    resolution.addresses(ageSeconds), resolution.chain()));
        } catch (RuntimeException e) {
            log.error("a handler of DNS answers failed", e);
        }
    }

    /** Ends it: nothing more is accepted, and who still waits is told nothing. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
