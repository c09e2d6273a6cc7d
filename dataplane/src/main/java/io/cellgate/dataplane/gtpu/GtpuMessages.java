package io.cellgate.dataplane.gtpu;

import io.cellgate.dataplane.packet.IpAddresses;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * GTP-U's signalling messages: those that we answer with, and the peer's Error Indication.
 *
 * <pre>
 * information elements, TS 29.281 §8: Recovery 14 (TV, 1 octet), TEID Data I 16 (TV, 4 octets),
 * GSN Address 133 (TLV, 4 or 16 octets), Extension Header Type List 141 (type, length 1 octet, list)
 * </pre>
 */
public final class GtpuMessages {
    private static final int RECOVERY = 14;
    private static final int TEID_DATA_I = 16;
    private static final int GSN_ADDRESS = 133;
    private static final int EXTENSION_TYPE_LIST = 141;
    private static final int WITH_SEQUENCE = 0x32;
    private static final int FIXED = GtpuHeaderFlyweight.MIN_HEADER_OCTETS
            + GtpuHeaderFlyweight.OPTIONAL_OCTETS;
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;

    private GtpuMessages() {}

    /** §7.2.2: the request's sequence number, and a Recovery of 0, which the receiver ignores. */
    public static int writeEchoResponse(MutableDirectBuffer b, int at, int sequence) {
        b.putByte(at + FIXED, (byte) RECOVERY);
        b.putByte(at + FIXED + 1, (byte) 0);
        return header(b, at, GtpuHeaderFlyweight.ECHO_RESPONSE, sequence, 2);
    }

    /**
     * §7.3.1: no context has this TEID, at the address to which it was sent. The extension header with the UDP port
     * is optional and left out.
     */
    public static int writeErrorIndication(MutableDirectBuffer b, int at, int teid, long ownHi,
            long ownLo) {
        int ie = at + FIXED;
        b.putByte(ie, (byte) TEID_DATA_I);
        b.putInt(ie + 1, teid, BE);
        b.putByte(ie + 5, (byte) GSN_ADDRESS);
        boolean v4 = IpAddresses.isIpv4(ownHi, ownLo);
        b.putShort(ie + 6, (short) (v4 ? 4 : 16), BE);
        if (v4) {
            b.putInt(ie + 8, (int) ownLo, BE);
        } else {
            b.putLong(ie + 8, ownHi, BE);
            b.putLong(ie + 16, ownLo, BE);
        }
        return header(b, at, GtpuHeaderFlyweight.ERROR_INDICATION, 0, v4 ? 12 : 24);
    }

    /** §7.2.3: of the extension headers that must be understood, those that we do (and ignore). */
    public static int writeSupportedExtensions(MutableDirectBuffer b, int at, int sequence) {
        int ie = at + FIXED;
        b.putByte(ie, (byte) EXTENSION_TYPE_LIST);
        b.putByte(ie + 1, (byte) 2);
        b.putByte(ie + 2, (byte) 0xc0);
        b.putByte(ie + 3, (byte) 0x85);
        return header(b, at, GtpuHeaderFlyweight.SUPPORTED_EXTENSIONS, sequence, 4);
    }

    private static int header(MutableDirectBuffer b, int at, int type, int sequence, int octets) {
        b.putByte(at + GtpuHeaderFlyweight.FLAGS, (byte) WITH_SEQUENCE);
        b.putByte(at + GtpuHeaderFlyweight.MESSAGE_TYPE, (byte) type);
        b.putShort(at + GtpuHeaderFlyweight.LENGTH,
                (short) (GtpuHeaderFlyweight.OPTIONAL_OCTETS + octets), BE);
        b.putInt(at + GtpuHeaderFlyweight.TEID, 0, BE);
        b.putShort(at + GtpuHeaderFlyweight.SEQUENCE, (short) sequence, BE);
        b.putShort(at + GtpuHeaderFlyweight.SEQUENCE + 2, (short) 0, BE);
        return FIXED + octets;
    }

    /** What a peer's Error Indication speaks of, read anew for each; one thread. */
    public static final class ErrorIndication {
        private int teid;
        private long hi;
        private long lo;

        /** Reads the elements after the header; false where one of the two mandatory ones is missing or malformed. */
        public boolean parse(DirectBuffer b, int at, int end) {
            boolean hasTeid = false;
            boolean hasAddress = false;
            int position = at;
            while (position < end) {
                int type = b.getByte(position) & 0xff;
                if (type == TEID_DATA_I) {
                    if (position + 5 > end) {
                        return false;
                    }
                    if (!hasTeid) {
                        teid = b.getInt(position + 1, BE);
                        hasTeid = true;
                    }
                    position += 5;
                } else if (type == RECOVERY) {
                    position += 2;
                } else if (type < 128 || position + 3 > end) {
                    return false; // a TV element of unknown length
                } else {
                    int length = Short.toUnsignedInt(b.getShort(position + 1, BE));
                    if (position + 3 + length > end) {
                        return false;
                    }
                    if (type == GSN_ADDRESS && !hasAddress) {
                        if (!readAddress(b, position + 3, length)) {
                            return false;
                        }
                        hasAddress = true;
                    }
                    position += 3 + length;
                }
            }
            return hasTeid && hasAddress;
        }

        private boolean readAddress(DirectBuffer b, int at, int length) {
            if (length == 4) {
                hi = 0;
                lo = IpAddresses.mapped(b.getInt(at, BE));
                return true;
            }
            if (length == 16) {
                hi = b.getLong(at, BE);
                lo = b.getLong(at + 8, BE);
                return true;
            }
            return false;
        }

        /** The tunnel's identifier at the peer. */
        public int teid() {
            return teid;
        }

        public long addressHi() {
            return hi;
        }

        public long addressLo() {
            return lo;
        }
    }
}
