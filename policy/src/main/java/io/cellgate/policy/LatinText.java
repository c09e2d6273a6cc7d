package io.cellgate.policy;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/** Text of 8-bit characters that is refilled in place; grows to the longest text it has held. One thread owns it. */
final class LatinText implements CharSequence {
    private byte[] octets;
    private int length;

    LatinText(int capacity) {
        octets = new byte[capacity];
    }

    void clear() {
        length = 0;
    }

    void append(byte octet) {
        octets[length++] = octet;
    }

    void fill(DirectBuffer buffer, int offset, int count) {
        if (octets.length < count) {
            octets = new byte[Math.max(count, 2 * octets.length)];
        }
        buffer.getBytes(offset, octets, 0, count);
        length = count;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        return (char) (octets[index] & 0xff);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return toString().substring(start, end);
    }

    @Override
    public String toString() {
        return new String(octets, 0, length, StandardCharsets.ISO_8859_1);
    }
}
