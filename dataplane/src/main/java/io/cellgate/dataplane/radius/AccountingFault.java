package io.cellgate.dataplane.radius;

import java.util.Locale;

/**
 * Why an accounting message came to nothing. Each has a counter. None of them is answered: a client that gets no response
 * sends the message again, and later tells its operator (RFC 2866 §4.1).
 */
public enum AccountingFault {
    /** The source is no carrier's. */
    UNKNOWN_CLIENT("RFC 2866 §4.1"),
    /** Past the rate of its carrier's firewall profile for other messages of a peer; not even looked into. */
    RATE_LIMITED("FS.20"),
    /** Shorter than a header, than its length field says, or longer than any packet may be. */
    LENGTH("RFC 2866 §3"),
    /** Not an Accounting-Request. */
    CODE("RFC 2866 §3"),
    /** Not made with the secret that is shared with this client. */
    AUTHENTICATOR("RFC 2866 §3"),
    /** A Message-Authenticator that was not made with it. */
    MESSAGE_AUTHENTICATOR("RFC 3579 §3.2"),
    /** An attribute whose length is below its minimum or past the end. */
    ATTRIBUTE_LENGTH("RFC 2865 §5"),
    /** An attribute without which nothing can be bound or ended. */
    ATTRIBUTE_MISSING("TS 29.061 §16.4.3"),
    /** An attribute with a value that it cannot have. */
    ATTRIBUTE_VALUE("TS 29.061 §16.4.7.2"),
    /** A repetition of one that is still worked on: its response will come. */
    STILL_IN_PROGRESS("RFC 2866 §3"),
    /** More messages wait for the inventory than may. */
    TOO_MANY_PENDING("ours"),
    /** Something failed here. */
    SYSTEM_FAILURE("ours");

    private final String clause;

    AccountingFault(String clause) {
        this.clause = clause;
    }

    public String clause() {
        return clause;
    }

    /** How logs, counters and the API write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
