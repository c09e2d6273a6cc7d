package io.cellgate.dns;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A view of a DNS query as a device sends it: a header, one question, perhaps an OPT record.
 *
 * <pre>
 *    0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15      RFC 1035 §4.1.1
 *  |                      ID                       |  0
 *  |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |  2
 *  |                    QDCOUNT                    |  4
 *  |                    ANCOUNT                    |  6
 *  |                    NSCOUNT                    |  8
 *  |                    ARCOUNT                    | 10
 *  | QNAME: length, octets, … 0 | QTYPE | QCLASS   | 12
 *  | 0 | 41 | payload size | rcode, version, DO, Z | RDLENGTH | options   RFC 6891 §6.1.2
 * </pre>
 *
 * <p>{@link #validate} goes through all of it once; every other method assumes that it found no fault.
 */
public final class DnsQuery {
    /** Octets of the header; the question's name begins there. */
    public static final int HEADER_LENGTH = 12;
    /** Octets of the longest name, RFC 1035 §2.3.4. */
    public static final int MAX_NAME_LENGTH = 255;

    static final int ID = 0;
    static final int FLAGS = 2;
    static final int QDCOUNT = 4;
    static final int ANCOUNT = 6;
    static final int NSCOUNT = 8;
    static final int ARCOUNT = 10;
    static final int FLAG_RESPONSE = 0x8000;
    static final int FLAG_TRUNCATED = 0x0200;
    static final int FLAG_RECURSION_DESIRED = 0x0100;
    static final int FLAG_RECURSION_AVAILABLE = 0x0080;
    static final int MASK_OPCODE = 0x7800;
    static final int CLASS_IN = 1;
    static final int TYPE_OPT = 41;
    static final int OPT_HEADER_LENGTH = 11;
    /** What a message may have without EDNS, RFC 1035 §4.2.1. */
    static final int PLAIN_PAYLOAD_SIZE = 512;

    private DnsQuery() {}

    /** @return null if it is a query that can be answered and everything in it is understood */
    public static @Nullable DnsFault validate(DirectBuffer buffer, int offset, int length) {
        if (length < HEADER_LENGTH) {
            return DnsFault.HEADER_TRUNCATED;
        }
        int flags = u16(buffer, offset + FLAGS);
        if ((flags & FLAG_RESPONSE) != 0) {
            return DnsFault.RESPONSE;
        }
        if ((flags & MASK_OPCODE) != 0) {
            return DnsFault.OPCODE;
        }
        if (u16(buffer, offset + QDCOUNT) != 1) {
            return DnsFault.QUESTION_COUNT;
        }
        if (u16(buffer, offset + ANCOUNT) != 0 || u16(buffer, offset + NSCOUNT) != 0) {
            return DnsFault.RECORDS_IN_QUERY;
        }
        int end = offset + length;
        DnsFault inQuestion = validateQuestion(buffer, offset, end);
        return inQuestion != null ? inQuestion : validateAdditional(buffer, offset, end);
    }

    private static @Nullable DnsFault validateQuestion(DirectBuffer buffer, int offset, int end) {
        int name = offset + HEADER_LENGTH;
        int at = name;
        int label;
        do {
            if (at >= end) {
                return DnsFault.QUESTION_TRUNCATED;
            }
            label = buffer.getByte(at) & 0xff;
            if (label >= 0xc0) {
                return DnsFault.NAME_COMPRESSED;
            }
            if (label > 63) {
                return DnsFault.LABEL_TOO_LONG;
            }
            at += 1 + label;
            if (at - name > MAX_NAME_LENGTH) {
                return DnsFault.NAME_TOO_LONG;
            }
        } while (label != 0);
        if (at + 4 > end) {
            return DnsFault.QUESTION_TRUNCATED;
        }
        if (hasDotInLabel(buffer, name)) {
            return DnsFault.LABEL_WITH_DOT;
        }
        if (u16(buffer, at + 2) != CLASS_IN) {
            return DnsFault.CLASS;
        }
        int type = u16(buffer, at);
        // RFC 6895 §3.1: 128 to 255 are questions and meta types, of which none is for records
        return type == 0 || type == TYPE_OPT || (type >= 128 && type <= 255) ? DnsFault.TYPE : null;
    }

    private static boolean hasDotInLabel(DirectBuffer buffer, int name) {
        int label = name;
        while (buffer.getByte(label) != 0) {
            int next = label + 1 + buffer.getByte(label);
            for (int i = label + 1; i < next; i++) {
                if (buffer.getByte(i) == '.') {
                    return true;
                }
            }
            label = next;
        }
        return false;
    }

    private static @Nullable DnsFault validateAdditional(DirectBuffer buffer, int offset, int end) {
        int count = u16(buffer, offset + ARCOUNT);
        int at = offset + HEADER_LENGTH + questionLength(buffer, offset);
        if (count == 0) {
            return at == end ? null : DnsFault.TRAILING_OCTETS;
        }
        if (at + OPT_HEADER_LENGTH > end) {
            return DnsFault.RECORD_TRUNCATED;
        }
        if (buffer.getByte(at) != 0 || u16(buffer, at + 1) != TYPE_OPT) {
            return DnsFault.ADDITIONAL_RECORD;
        }
        if (count > 1) {
            return DnsFault.OPT_NOT_ALONE;
        }
        int options = at + OPT_HEADER_LENGTH;
        int afterOptions = options + u16(buffer, at + 9);
        if (afterOptions > end) {
            return DnsFault.RECORD_TRUNCATED;
        }
        for (int option = options; option < afterOptions;) {
            if (option + 4 > afterOptions
                    || option + 4 + u16(buffer, option + 2) > afterOptions) {
                return DnsFault.OPT_LENGTH;
            }
            option += 4 + u16(buffer, option + 2);
        }
        if (afterOptions != end) {
            return DnsFault.TRAILING_OCTETS;
        }
        return buffer.getByte(at + 6) == 0 ? null : DnsFault.EDNS_VERSION;
    }

    public static int id(DirectBuffer buffer, int offset) {
        return u16(buffer, offset + ID);
    }

    public static boolean isRecursionDesired(DirectBuffer buffer, int offset) {
        return (u16(buffer, offset + FLAGS) & FLAG_RECURSION_DESIRED) != 0;
    }

    /** Where the question's name begins: labels without compression, as {@code DomainName} reads them. */
    public static int nameOffset(int offset) {
        return offset + HEADER_LENGTH;
    }

    /** Octets of the question's name with its root label, 1 to 255. */
    public static int nameLength(DirectBuffer buffer, int offset) {
        int name = offset + HEADER_LENGTH;
        int at = name;
        while (buffer.getByte(at) != 0) {
            at += 1 + buffer.getByte(at);
        }
        return at + 1 - name;
    }

    /** Octets of the question: name, type and class. */
    public static int questionLength(DirectBuffer buffer, int offset) {
        return nameLength(buffer, offset) + 4;
    }

    /** The type asked for; {@link DnsType#text} writes it. */
    public static int type(DirectBuffer buffer, int offset) {
        return u16(buffer, offset + HEADER_LENGTH + nameLength(buffer, offset));
    }

    public static boolean hasEdns(DirectBuffer buffer, int offset) {
        return u16(buffer, offset + ARCOUNT) != 0;
    }

    /** Octets of an answer that the asker can take in one datagram: at least 512, RFC 6891 §6.2.3. */
    public static int payloadSize(DirectBuffer buffer, int offset) {
        if (!hasEdns(buffer, offset)) {
            return PLAIN_PAYLOAD_SIZE;
        }
        int opt = offset + HEADER_LENGTH + questionLength(buffer, offset);
        return Math.max(PLAIN_PAYLOAD_SIZE, u16(buffer, opt + 3));
    }

    static int u16(DirectBuffer buffer, int at) {
        return buffer.getShort(at, BIG_ENDIAN) & 0xffff;
    }
}
