package io.cellgate.dataplane.flow;

/** What becomes of a flow's packets. */
public enum FlowVerdict {
    /** Forwarded. */
    ALLOW("allow"),
    /** Dropped, see its drop reason. */
    BLOCK("block"),
    /** Allowed by the network phase; its octets are read, and judged by the HTTP phase before they pass. */
    INSPECT("inspect");

    private static final FlowVerdict[] ALL = values();

    private final String text;

    FlowVerdict(String text) {
        this.text = text;
    }

    public static FlowVerdict of(int ordinal) {
        return ALL[ordinal];
    }

    /** How logs and the API write it. */
    public String text() {
        return text;
    }
}
