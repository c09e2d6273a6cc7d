package io.cellgate.dns;

import java.util.Locale;

/** What is wrong with a query, and the response code that its sender is told; {@link #SILENT} for none. */
public enum DnsFault {
    /** Less than the 12 octets of a header, RFC 1035 §4.1.1. Not told: there is no id to answer to. */
    HEADER_TRUNCATED(DnsFault.SILENT),
    /** A response where a query was expected, RFC 1035 §4.1.1. Not told: answering responses makes loops. */
    RESPONSE(DnsFault.SILENT),
    /** An opcode other than QUERY, RFC 1035 §4.1.1. Told NOTIMP. */
    OPCODE(DnsFault.NOTIMP),
    /** QDCOUNT other than 1, RFC 9619 §4. Told FORMERR. */
    QUESTION_COUNT(DnsFault.FORMERR),
    /** Records in the answer or authority section of a query, RFC 1035 §4.1. Told FORMERR. */
    RECORDS_IN_QUERY(DnsFault.FORMERR),
    /** The message ends within the question, RFC 1035 §4.1.2. Told FORMERR. */
    QUESTION_TRUNCATED(DnsFault.FORMERR),
    /** A compression pointer in the question, before which there is no name to point to, RFC 1035 §4.1.4. Told FORMERR. */
    NAME_COMPRESSED(DnsFault.FORMERR),
    /** A label length above 63, RFC 1035 §2.3.4 and RFC 6891 §5. Told FORMERR. */
    LABEL_TOO_LONG(DnsFault.FORMERR),
    /** A name of more than 255 octets, RFC 1035 §2.3.4. Told FORMERR. */
    NAME_TOO_LONG(DnsFault.FORMERR),
    /** A dot within a label, RFC 4343 §2.1: written as text, it would be another name, which rules would judge. Told REFUSED. */
    LABEL_WITH_DOT(DnsFault.REFUSED),
    /** A class other than IN, RFC 1035 §3.2.4. Told REFUSED. */
    CLASS(DnsFault.REFUSED),
    /** A type that asks for a zone, a transaction or everything (RFC 8482), not for records. Told NOTIMP. */
    TYPE(DnsFault.NOTIMP),
    /** An additional record that is cut off, RFC 1035 §4.1.3. Told FORMERR. */
    RECORD_TRUNCATED(DnsFault.FORMERR),
    /** An additional record other than an OPT of the root, RFC 6891 §6.1.2: signed queries are not for us. Told FORMERR. */
    ADDITIONAL_RECORD(DnsFault.FORMERR),
    /** A record after OPT: a second OPT (RFC 6891 §6.1.1) or a signature. Told FORMERR. */
    OPT_NOT_ALONE(DnsFault.FORMERR),
    /** An EDNS option that does not fit into its record, RFC 6891 §6.1.2. Told FORMERR. */
    OPT_LENGTH(DnsFault.FORMERR),
    /** An EDNS version other than 0, RFC 6891 §6.1.3. Told BADVERS. */
    EDNS_VERSION(DnsFault.BADVERS),
    /** Octets after the last record: data hidden from whoever reads by counts. Told FORMERR. */
    TRAILING_OCTETS(DnsFault.FORMERR);

    public static final int SILENT = -1;

    static final int FORMERR = 1;
    static final int SERVFAIL = 2;
    static final int NXDOMAIN = 3;
    static final int NOTIMP = 4;
    static final int REFUSED = 5;
    static final int BADVERS = 16;

    private final int rcode;
    private final String text = name().toLowerCase(Locale.ROOT);

    DnsFault(int rcode) {
        this.rcode = rcode;
    }

    /** The response code to answer with (RFC 6895 §2.3), or {@link #SILENT}. */
    public int rcode() {
        return rcode;
    }

    /** How logs and counters write it. */
    public String text() {
        return text;
    }
}
