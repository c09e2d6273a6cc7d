package io.cellgate.dns;

import java.util.concurrent.atomic.LongAdder;

/** What the forwarder did since it was started. May be read by any thread. */
public final class DnsCounters {
    final LongAdder queries = new LongAdder();
    final LongAdder cacheHits = new LongAdder();
    final LongAdder coalesced = new LongAdder();
    final LongAdder upstreamQueries = new LongAdder();
    final LongAdder upstreamFailures = new LongAdder();
    final LongAdder caseMismatches = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder withheld = new LongAdder();
    final LongAdder tooManyInFlight = new LongAdder();
    final LongAdder tooManyOfAsker = new LongAdder();

    DnsCounters() {}

    /** Queries accepted. */
    public long queries() {
        return queries.sum();
    }

    /** Queries answered from the cache. */
    public long cacheHits() {
        return cacheHits.sum();
    }

    /** Queries that got the answer of an equal one, asked shortly before. */
    public long coalesced() {
        return coalesced.sum();
    }

    /** Queries sent to upstreams. */
    public long upstreamQueries() {
        return upstreamQueries.sum();
    }

    /** Of these, those without a usable answer in time. */
    public long upstreamFailures() {
        return upstreamFailures.sum();
    }

    /** Responses whose question was not in the letters' case that was asked, so that it was asked again by TCP. */
    public long caseMismatches() {
        return caseMismatches.sum();
    }

    /** Questions that no upstream answered. */
    public long failed() {
        return failed.sum();
    }

    /** Answers withheld because of a forbidden network. */
    public long withheld() {
        return withheld.sum();
    }

    /** Queries not accepted: too many of all devices. */
    public long tooManyInFlight() {
        return tooManyInFlight.sum();
    }

    /** Queries not accepted: too many of one device. */
    public long tooManyOfAsker() {
        return tooManyOfAsker.sum();
    }
}
