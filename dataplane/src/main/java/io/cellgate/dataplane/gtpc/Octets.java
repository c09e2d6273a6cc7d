package io.cellgate.dataplane.gtpc;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A read-only view of some octets of an array, big-endian. Whoever reads compares with {@link #length} first: an
 * index outside the view is a bug and throws.
 */
public final class Octets {
    public static final Octets EMPTY = new Octets(new byte[0], 0, 0);

    private final byte[] array;
    private final int from;
    private final int length;

    private Octets(byte[] array, int from, int length) {
        this.array = array;
        this.from = from;
        this.length = length;
    }

    public static Octets of(byte[] array) {
        return new Octets(array, 0, array.length);
    }

    public int length() {
        return length;
    }

    public int u8(int index) {
        if (index < 0 || index >= length) {
            throw new IndexOutOfBoundsException("octet " + index + " of " + length);
        }
        return array[from + index] & 0xff;
    }

    public int u16(int index) {
        return u8(index) << 8 | u8(index + 1);
    }

    public int u24(int index) {
        return u16(index) << 8 | u8(index + 2);
    }

    /** Four octets, as a signed int of the same bits. */
    public int i32(int index) {
        return u16(index) << 16 | u16(index + 2);
    }

    /** Five octets. */
    public long u40(int index) {
        return (i32(index) & 0xffff_ffffL) << 8 | u8(index + 4);
    }

    public Octets from(int index) {
        return slice(index, length - index);
    }

    public Octets slice(int index, int count) {
        if (index < 0 || count < 0 || index > length - count) {
            throw new IndexOutOfBoundsException(
                    "octets " + index + " to " + (index + count) + " of " + length);
        }
        return new Octets(array, from + index, count);
    }

    public byte[] toArray() {
        return Arrays.copyOfRange(array, from, from + length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets o && Arrays.equals(array, from, from + length, o.array,
                o.from, o.from + o.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + array[from + i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(array, from, from + length);
    }
}
