package io.cellgate.control.log;

/** What a log holds. Each has files of its own, so that a flood of one kind displaces no other. */
public enum LogKind {
    /** What was decided of flows and requests, and what became of them. */
    FLOWS("flows", 2),
    /** What devices asked the DNS, and what was decided of it. */
    DNS_QUERIES("dns_queries", 1),
    /** What carriers asked and what was answered. */
    SIGNALLING("signalling", 1);

    /** The sum of all shares. */
    static final int SHARES = 4;

    private final String text;
    private final int share;

    LogKind(String text, int share) {
        this.text = text;
        this.share = share;
    }

    /** How metrics and folders call it. */
    public String text() {
        return text;
    }

    /** The octets that it may take of all that the logs may. */
    long octetsOf(long all) {
        return all / SHARES * share;
    }
}
