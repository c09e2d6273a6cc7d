package io.cellgate.dns;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Answers to queries that need no upstream. Each has the query's id, its question octet by octet, RD as it was and
 * RA set; the EDNS of a query is answered by EDNS (RFC 6891 §6.1.1), with an extended error (RFC 8914) whose text
 * is the id of the rule that decided.
 *
 * <pre>
 *   header | question | answer: pointer to the question's name, … | authority: SOA | additional: OPT
 * </pre>
 *
 * <p>An answer without records has a made-up SOA, so that the device remembers it for {@link #NEGATIVE_TTL_SECONDS}
 * instead of asking again at once (RFC 2308 §5), and not longer, since policies change. Everything is static and
 * allocates nothing.
 */
public final class DnsReplyEncoder {
    /** Octets that any answer of this class fits into. */
    public static final int MAX_LENGTH = 1232;
    /** How long a device may remember that a name was blocked. */
    public static final int NEGATIVE_TTL_SECONDS = 60;

    /** RFC 8914 §4.5 Forged Answer, §4.16 Blocked, §4.18 Filtered; -1: no extended error. */
    static final int FORGED = 4;
    static final int BLOCKED = 15;
    static final int NO_EXTENDED_ERROR = -1;

    private static final int POINTER_TO_QUESTION = 0xc000 | DnsQuery.HEADER_LENGTH;
    private static final int OPTION_EXTENDED_ERROR = 15;
    private static final byte[] UNSPECIFIED_IPV4 = new byte[4];
    private static final byte[] UNSPECIFIED_IPV6 = new byte[16];
    private static final byte[][] ZERO_IPV4 = {UNSPECIFIED_IPV4};
    private static final byte[][] ZERO_IPV6 = {UNSPECIFIED_IPV6};
    private static final byte[][] NONE = {};
    private static final int MAX_TEXT = 64;

    private DnsReplyEncoder() {}

    /**
     * Tells the sender of a faulty query so. The question is not repeated: it may be what is at fault.
     *
     * @return octets written, 0 if this fault is not answered
     */
    public static int fault(DirectBuffer query, int offset, DnsFault fault,
            MutableDirectBuffer reply, int at) {
        if (fault.rcode() == DnsFault.SILENT) {
            return 0;
        }
        int opcode = DnsQuery.u16(query, offset + DnsQuery.FLAGS) & DnsQuery.MASK_OPCODE;
        header(query, offset, reply, at, fault.rcode() & 0xf);
        reply.putShort(at + DnsQuery.FLAGS,
                (short) (DnsQuery.u16(reply, at + DnsQuery.FLAGS) | opcode), BIG_ENDIAN);
        if (fault != DnsFault.EDNS_VERSION) {
            return DnsQuery.HEADER_LENGTH;
        }
        int end = opt(reply, at + DnsQuery.HEADER_LENGTH, fault.rcode() >>> 4, NO_EXTENDED_ERROR,
                "");
        count(reply, at + DnsQuery.ARCOUNT, 1);
        return end - at;
    }

    /** Says that the query could not be resolved: SERVFAIL. @return octets written */
    public static int failed(DirectBuffer query, int offset, MutableDirectBuffer reply, int at) {
        return records(query, offset, DnsFault.SERVFAIL, NONE, null, 0, NO_EXTENDED_ERROR, "",
                reply, at);
    }

    /**
     * Answers a query that policy blocks.
     *
     * @param ruleId US-ASCII; what is beyond 64 characters is left out
     * @return octets written
     */
    public static int blocked(DirectBuffer query, int offset, BlockResponse how, String ruleId,
            MutableDirectBuffer reply, int at) {
        int type = DnsQuery.type(query, offset);
        byte[][] zero = type == DnsType.A ? ZERO_IPV4 : type == DnsType.AAAA ? ZERO_IPV6 : NONE;
        return switch (how) {
            case NXDOMAIN -> records(query, offset, DnsFault.NXDOMAIN, NONE, null,
                    NEGATIVE_TTL_SECONDS, BLOCKED, ruleId, reply, at);
            case REFUSED -> records(query, offset, DnsFault.REFUSED, NONE, null, 0, BLOCKED, ruleId,
                    reply, at);
            case ZERO ->
                records(query, offset, 0, zero, null, NEGATIVE_TTL_SECONDS, BLOCKED, ruleId,
                        reply, at);
        };
    }

    /** Answers a query with what policy says instead. @return octets written */
    public static int override(DirectBuffer query, int offset, DnsOverride with, int ttlSeconds,
            String ruleId, MutableDirectBuffer reply, int at) {
        byte[][] addresses = with.addresses(DnsQuery.type(query, offset));
        return records(query, offset, 0, addresses, with.cname(), ttlSeconds, FORGED, ruleId, reply,
                at);
    }

    private static int records(DirectBuffer query, int offset, int rcode, byte[][] addresses,
            byte @Nullable [] cname, int ttlSeconds, int extendedError, String text,
            MutableDirectBuffer reply, int at) {
        header(query, offset, reply, at, rcode);
        int question = DnsQuery.questionLength(query, offset);
        reply.putBytes(at + DnsQuery.HEADER_LENGTH, query, offset + DnsQuery.HEADER_LENGTH,
                question);
        count(reply, at + DnsQuery.QDCOUNT, 1);
        boolean edns = DnsQuery.hasEdns(query, offset);
        int room = Math.min(DnsQuery.payloadSize(query, offset), MAX_LENGTH)
                - (edns ? optLength(extendedError, text) : 0);
        int first = at + DnsQuery.HEADER_LENGTH + question;
        int end = first;
        int answers = 0;
        boolean fits = true;
        if (cname != null) {
            fits = end + 12 + cname.length - at <= room;
            if (fits) {
                end = record(reply, end, DnsType.CNAME, ttlSeconds, cname);
                answers++;
            }
        }
        for (int i = 0; fits && i < addresses.length; i++) {
            byte[] address = addresses[i];
            fits = end + 12 + address.length - at <= room;
            if (fits) {
                end = record(reply, end, address.length == 4 ? DnsType.A : DnsType.AAAA, ttlSeconds,
                        address);
                answers++;
            }
        }
        if (!fits) { // RFC 2181 §9: part of an RRset is none
            end = first;
            answers = 0;
            reply.putShort(at + DnsQuery.FLAGS, (short) (DnsQuery.u16(reply, at + DnsQuery.FLAGS)
                    | DnsQuery.FLAG_TRUNCATED), BIG_ENDIAN);
        } else if (answers == 0 && (rcode == 0 || rcode == DnsFault.NXDOMAIN)) {
            end = soa(reply, end);
            count(reply, at + DnsQuery.NSCOUNT, 1);
        }
        count(reply, at + DnsQuery.ANCOUNT, answers);
        if (edns) {
            end = opt(reply, end, 0, extendedError, text);
            count(reply, at + DnsQuery.ARCOUNT, 1);
        }
        return end - at;
    }

    private static void header(DirectBuffer query, int offset, MutableDirectBuffer reply, int at,
            int rcode) {
        int asked = DnsQuery.u16(query, offset + DnsQuery.FLAGS) & DnsQuery.FLAG_RECURSION_DESIRED;
        reply.putShort(at + DnsQuery.ID, (short) DnsQuery.id(query, offset), BIG_ENDIAN);
        reply.putShort(at + DnsQuery.FLAGS, (short) (DnsQuery.FLAG_RESPONSE | asked
                | DnsQuery.FLAG_RECURSION_AVAILABLE | rcode), BIG_ENDIAN);
        reply.putLong(at + DnsQuery.QDCOUNT, 0);
    }

    private static void count(MutableDirectBuffer reply, int at, int records) {
        reply.putShort(at, (short) records, BIG_ENDIAN);
    }

    private static int record(MutableDirectBuffer reply, int at, int type, int ttlSeconds,
            byte[] data) {
        int dataAt = recordHeader(reply, at, type, ttlSeconds, data.length);
        reply.putBytes(dataAt, data);
        return dataAt + data.length;
    }

    private static int recordHeader(MutableDirectBuffer reply, int at, int type, int ttlSeconds,
            int dataLength) {
        reply.putShort(at, (short) POINTER_TO_QUESTION, BIG_ENDIAN);
        reply.putShort(at + 2, (short) type, BIG_ENDIAN);
        reply.putShort(at + 4, (short) DnsQuery.CLASS_IN, BIG_ENDIAN);
        reply.putInt(at + 6, ttlSeconds, BIG_ENDIAN);
        reply.putShort(at + 10, (short) dataLength, BIG_ENDIAN);
        return at + 12;
    }

    /** RFC 1035 §3.3.13: MNAME and RNAME are the root, the numbers matter only in MINIMUM. */
    private static int soa(MutableDirectBuffer reply, int at) {
        int data = recordHeader(reply, at, DnsType.SOA, NEGATIVE_TTL_SECONDS, 2 + 5 * 4);
        reply.putShort(data, (short) 0);
        for (int i = 0; i < 5; i++) {
            reply.putInt(data + 2 + i * 4, i == 0 ? 1 : NEGATIVE_TTL_SECONDS, BIG_ENDIAN);
        }
        return data + 2 + 5 * 4;
    }

    private static int optLength(int extendedError, String text) {
        return DnsQuery.OPT_HEADER_LENGTH
                + (extendedError == NO_EXTENDED_ERROR ? 0 : 6 + Math.min(text.length(), MAX_TEXT));
    }

    private static int opt(MutableDirectBuffer reply, int at, int rcodeHigh, int extendedError,
            String text) {
        int options = optLength(extendedError, text) - DnsQuery.OPT_HEADER_LENGTH;
        reply.putByte(at, (byte) 0);
        reply.putShort(at + 1, (short) DnsQuery.TYPE_OPT, BIG_ENDIAN);
        reply.putShort(at + 3, (short) MAX_LENGTH, BIG_ENDIAN);
        reply.putInt(at + 5, rcodeHigh << 24, BIG_ENDIAN);
        reply.putShort(at + 9, (short) options, BIG_ENDIAN);
        int option = at + DnsQuery.OPT_HEADER_LENGTH;
        if (options > 0) {
            reply.putShort(option, (short) OPTION_EXTENDED_ERROR, BIG_ENDIAN);
            reply.putShort(option + 2, (short) (options - 4), BIG_ENDIAN);
            reply.putShort(option + 4, (short) extendedError, BIG_ENDIAN);
            for (int i = 0; i < options - 6; i++) {
                char character = text.charAt(i);
                reply.putByte(option + 6 + i, character < 0x80 ? (byte) character : (byte) '?');
            }
        }
        return option + options;
    }
}
