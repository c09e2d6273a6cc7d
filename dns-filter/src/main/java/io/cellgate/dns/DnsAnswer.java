package io.cellgate.dns;

import java.util.List;

/**
 * What became of a query that was forwarded.
 *
 * <p>The addresses belong to the name that was asked for and to none of its CNAME chain: a rule that allows
 * {@code api.example.com} says nothing of the {@code cdn.example.net} that it is an alias of; and who controls a name
 * controls its chain, so that a chain could claim any name.
 */
public final class DnsAnswer {
    /** How it was come by. */
    public enum Outcome {
        /** An upstream answered. */
        RESOLVED,
        /** An answer was still there. */
        CACHED,
        /** The name, or records of this type, do not exist. */
        NEGATIVE,
        /** No upstream gave a usable answer in time: SERVFAIL. */
        FAILED,
        /** It would have led into a forbidden network: withheld, NXDOMAIN. */
        WITHHELD
    }

    /**
     * @param high       the first 64 bits
     * @param low        the others; IPv4 is {@code ::ffff:a.b.c.d}
     * @param ttlSeconds as the device was told
     */
    public record Address(long high, long low, int ttlSeconds) {}

    private final Outcome outcome;
    private final byte[] reply;
    private final List<Address> addresses;
    private final List<String> chain;

    DnsAnswer(Outcome outcome, byte[] reply, List<Address> addresses, List<String> chain) {
        this.outcome = outcome;
        this.reply = reply;
        this.addresses = List.copyOf(addresses);
        this.chain = List.copyOf(chain);
    }

    public Outcome outcome() {
        return outcome;
    }

    /** The message for the device, with its query's id and question. Whoever has the answer owns it. */
    public byte[] reply() {
        return reply;
    }

    /** What the name asked for leads to, by itself or through its chain; none for other types than A and AAAA. */
    public List<Address> addresses() {
        return addresses;
    }

    /** The names of the CNAME chain without the one asked for, in lower case without the last dot, in its order. */
    public List<String> chain() {
        return chain;
    }
}
