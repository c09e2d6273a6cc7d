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

    /** How a flow's record holds it. */
    public int index() {
        return ordinal();
    }

    public static FlowVerdict of(int index) {
        return ALL[index];
    }

    /** How logs and the API write it. */
    public String text() {
        return text;
    }
}
