package io.cellgate.dataplane.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * A capture file (draft-ietf-opsawg-pcapng): a section, one interface of bare IP packets, and a block for each packet.
 *
 * <pre>
 * block          type 4, length 4, body, length 4; all padded to 4 octets, in the order of octets of the section
 * section header 0x0A0D0D0A: magic 0x1A2B3C4D, version 1.0, section length -1
 * interface      1: link type 101 (RAW), reserved, snap length 0 (none); if_tsresol 3: milliseconds
 * packet         6: interface, time high, time low, captured, original, octets, epb_flags: 1 inbound, 2 outbound
 * </pre>
 */
final class PcapngWriter {
    private static final int SECTION = 0x0A0D0D0A;
    private static final int INTERFACE = 1;
    private static final int PACKET = 6;
    private static final int MAGIC = 0x1A2B3C4D;
    private static final short RAW_IP = 101;
    private static final short TIME_RESOLUTION = 9;
    private static final byte MILLISECONDS = 3;
    private static final short PACKET_FLAGS = 2;
    private static final int PACKET_OVERHEAD = 32 + 12;

    private final OutputStream out;
    private final ByteBuffer block = ByteBuffer.allocate(PACKET_OVERHEAD + 65_536 + 4)
            .order(ByteOrder.LITTLE_ENDIAN);
    private long octets;

    PcapngWriter(OutputStream out) throws IOException {
        this.out = out;
        begin(SECTION);
        block.putInt(MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
        end();
        begin(INTERFACE);
        block.putShort(RAW_IP).putShort((short) 0).putInt(0);
        block.putShort(TIME_RESOLUTION).putShort((short) 1).put(MILLISECONDS).put((byte) 0)
                .putShort((short) 0);
        block.putInt(0);
        end();
    }

    /** How many octets have been written. */
    long octets() {
        return octets;
    }

    /** How many octets a packet of this length takes in the file. */
    static long octetsOf(int length) {
        return PACKET_OVERHEAD + (length + 3L & ~3L);
    }

    /** @param up whether it came from the device */
    void packet(long epochMillis, boolean up, DirectBuffer from, int offset, int length)
            throws IOException {
        begin(PACKET);
        block.putInt(0).putInt((int) (epochMillis >>> 32)).putInt((int) epochMillis)
                .putInt(length).putInt(length);
        from.getBytes(offset, block, length);
        while ((block.position() & 3) != 0) {
            block.put((byte) 0);
        }
        block.putShort(PACKET_FLAGS).putShort((short) 4).putInt(up ? 1 : 2).putInt(0);
        end();
    }

    private void begin(int type) {
        block.clear().putInt(type).putInt(0);
    }

    private void end() throws IOException {
        int length = block.position() + 4;
        block.putInt(length).putInt(4, length);
        out.write(block.array(), 0, length);
        octets += length;
    }

    void flush() throws IOException {
        out.flush();
    }
}
