package io.cellgate.dataplane.flow;

/** What becomes of a flow's packets. */
public enum FlowVerdict {
    /** Forwarded. */
    ALLOW(0, "allow"),
    /** Dropped, see its drop reason. */
    BLOCK(1, "block"),
    /** Allowed by the network phase; its octets are read, and judged by the HTTP phase before they pass. */
    INSPECT(2, "inspect");

    private static final FlowVerdict[] BY_INDEX = {ALLOW, BLOCK, INSPECT};

    private final int index;
    private final String text;

    FlowVerdict(int index, String text) {
        this.index = index;
        this.text = text;
    }

    /** How a flow's record holds it. */
    public int index() {
        return index;
    }

    public static FlowVerdict of(int index) {
        return BY_INDEX[index];
    }

    /** How logs and the API write it. */
    public String text() {
        return text;
    }
}
