package io.cellgate.dataplane.gtpc;

import java.net.InetAddress;
import java.util.Arrays;

/** Octets being written, big-endian, in an array that grows. */
final class OctetWriter {
    private byte[] array = new byte[256];
    private int length;

    int length() {
        return length;
    }

    OctetWriter u8(int value) {
        if (length == array.length) {
            array = Arrays.copyOf(array, 2 * length);
        }
        array[length++] = (byte) value;
        return this;
    }

    OctetWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    OctetWriter u24(int value) {
        return u8(value >>> 16).u16(value);
    }

    OctetWriter u32(int value) {
        return u16(value >>> 16).u16(value);
    }

    OctetWriter u40(long value) {
        return u8((int) (value >>> 32)).u32((int) value);
    }

    OctetWriter octets(byte[] value) {
        for (byte b : value) {
            u8(b);
        }
        return this;
    }

    OctetWriter octets(Octets value) {
        for (int i = 0; i < value.length(); i++) {
            u8(value.u8(i));
        }
        return this;
    }

    OctetWriter address(InetAddress value) {
        return octets(value.getAddress());
    }

    /** Overwrites the 16 bits at an index written earlier, for a length known only afterwards. */
    void setU16(int index, int value) {
        array[index] = (byte) (value >>> 8);
        array[index + 1] = (byte) value;
    }

    byte[] toArray() {
        return Arrays.copyOf(array, length);
    }
}
