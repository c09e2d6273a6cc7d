package io.cellgate.policy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a blocked DNS query is answered with. */
public enum BlockAnswer {
    /** There is no such name. */
    NXDOMAIN,
    /** The server will not say (RFC 1035 §4.1.1, RCODE 5). */
    REFUSED,
    /** 0.0.0.0 or :: for A and AAAA, nothing for other types. */
    ZERO;

    /** How policies write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The answer that policies write so, or null. */
    public static @Nullable BlockAnswer ofText(String text) {
        for (BlockAnswer answer : values()) {
            if (answer.text().equals(text)) {
                return answer;
            }
        }
        return null;
    }
}
