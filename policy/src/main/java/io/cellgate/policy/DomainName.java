package io.cellgate.policy;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A DNS name in canonical form: the wire's labels (RFC 1035 §3.1) in lower case (RFC 4343), without the root's octet,
 * and for each of its suffixes a hash that was computed once, from the right, so that asking a set for a name and
 * all its parents neither hashes nor copies again.
 *
 * <pre>
 *   www.example.com    3 w w w 7 e x a m p l e 3 c o m
 *   label 0 at 0       hash(0) = of the whole name
 *   label 1 at 4       hash(1) = of example.com
 *   label 2 at 12      hash(2) = of com
 * </pre>
 *
 * Made by {@link #of} or {@link #ofWire} it does not change. One from {@link #scratch()} is refilled by its owner, a
 * single thread, without allocation; {@link #copy()} keeps what it holds.
 */
public final class DomainName {
    /** RFC 1035 §2.3.4: 255 octets with the root's. */
    private static final int MAX_OCTETS = 254;
    private static final int MAX_LABELS = 127;

    private byte[] wire;
    private int length;
    private int labels;
    private byte[] starts;
    private int[] hashes;
    private final LatinText text;

    private DomainName(int octets, int labels) {
        wire = new byte[octets];
        starts = new byte[labels];
        hashes = new int[labels];
        text = new LatinText(octets);
    }

    /**
     * Of its text, with or without the dot at the end; letters beyond ASCII go through IDNA (RFC 3490). The root is
     * no name here.
     */
    public static DomainName of(String text) {
        String ascii = text;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 128) {
                ascii = toAscii(text);
                break;
            }
        }
        DomainName scratch = new DomainName(MAX_OCTETS, MAX_LABELS);
        byte[] octets = ascii.getBytes(StandardCharsets.ISO_8859_1);
        String fault = scratch.fill(octets);
        if (fault != null) {
            throw new IllegalArgumentException(
                    "name: got \"" + IpAddress.shortened(text) + "\", " + fault);
        }
        return scratch.copy();
    }

    private static String toAscii(String text) {
        try {
            return IDN.toASCII(text, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("name: got \"" + IpAddress.shortened(text)
                    + "\", which has no form in ASCII (IDNA): " + e.getMessage(), e);
        }
    }

    /** Of the wire's form at this offset of a DNS message that begins with the buffer; pointers are followed. */
    public static DomainName ofWire(DirectBuffer message, int offset) {
        DomainName scratch = new DomainName(MAX_OCTETS, MAX_LABELS);
        if (!scratch.fillFromWire(message, 0, offset, message.capacity())) {
            throw new IllegalArgumentException("name at octet " + offset
                    + ": expected labels of 1 to 63 octets, 254 together, and at least one");
        }
        return scratch.copy();
    }

    /** One that its owner fills again and again; it holds no name at first. */
    public static DomainName scratch() {
        return new DomainName(MAX_OCTETS, MAX_LABELS);
    }

    /**
     * Takes the name at an offset of a DNS message, following pointers (RFC 1035 §4.1.4) backwards only.
     *
     * @param messageOffset where the message begins in the buffer
     * @param nameOffset    where the name begins in the buffer
     * @param limit         the first octet after the message
     * @return false if that is no name, or the root; then the scratch holds none
     */
    public boolean fillFromWire(DirectBuffer buffer, int messageOffset, int nameOffset, int limit) {
        reset();
        int at = nameOffset;
        int lowest = nameOffset;
        while (true) {
            if (at < messageOffset || at >= limit) {
                return reset();
            }
            int octet = buffer.getByte(at) & 0xff;
            if (octet == 0) {
                return labels > 0 ? complete() : reset();
            }
            if (octet >= 0xc0) {
                if (at + 1 >= limit) {
                    return reset();
                }
                int target = messageOffset + ((octet & 0x3f) << 8 | buffer.getByte(at + 1) & 0xff);
                if (target >= lowest) {
                    return reset();
                }
                lowest = target;
                at = target;
                continue;
            }
            if (octet > 63 || at + 1 + octet > limit || length + 1 + octet > MAX_OCTETS) {
                return reset();
            }
            beginLabel(octet);
            for (int i = 1; i <= octet; i++) {
                append(buffer.getByte(at + i));
            }
            at += 1 + octet;
        }
    }

    /**
     * Takes a name written in ASCII, as in a TLS server name or an HTTP host.
     *
     * @return false if that is no name; then the scratch holds none
     */
    public boolean fillFromText(DirectBuffer buffer, int offset, int octets) {
        reset();
        int end = offset + octets;
        if (octets > 1 && buffer.getByte(end - 1) == '.') {
            end--;
        }
        int at = offset;
        while (at < end) {
            int labelEnd = at;
            while (labelEnd < end && buffer.getByte(labelEnd) != '.') {
                labelEnd++;
            }
            int label = labelEnd - at;
            if (label == 0 || label > 63 || length + 1 + label > MAX_OCTETS
                    || labelEnd == end - 1) {
                return reset();
            }
            beginLabel(label);
            for (; at < labelEnd; at++) {
                byte octet = buffer.getByte(at);
                if (octet <= ' ' || octet == 0x7f) {
                    return reset();
                }
                append(octet);
            }
            at++;
        }
        return labels > 0 ? complete() : reset();
    }

    private @Nullable String fill(byte[] octets) {
        reset();
        int end = octets.length;
        if (end > 1 && octets[end - 1] == '.') {
            end--;
        }
        if (end == 0 || end > MAX_OCTETS - 1) {
            return "expected 1 to " + (MAX_OCTETS - 1) + " characters";
        }
        int at = 0;
        while (at <= end) {
            int labelEnd = at;
            while (labelEnd < end && octets[labelEnd] != '.') {
                labelEnd++;
            }
            int label = labelEnd - at;
            if (label == 0 || label > 63) {
                return "expected labels of 1 to 63 characters between the dots";
            }
            beginLabel(label);
            for (; at < labelEnd; at++) {
                byte octet = octets[at];
                boolean fits = octet >= 'a' && octet <= 'z' || octet >= 'A' && octet <= 'Z'
                        || octet >= '0' && octet <= '9' || octet == '-' || octet == '_';
                if (!fits) {
                    return "expected letters, digits, '-' and '_' between the dots, found '"
                            + (char) (octet & 0xff) + "'";
                }
                append(octet);
            }
            at++;
        }
        complete();
        return null;
    }

    private boolean reset() {
        length = 0;
        labels = 0;
        text.clear();
        return false;
    }

    private void beginLabel(int octets) {
        if (labels > 0) {
            text.append((byte) '.');
        }
        starts[labels++] = (byte) length;
        wire[length++] = (byte) octets;
    }

    private void append(byte octet) {
        byte lower = octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
        wire[length++] = lower;
        text.append(lower);
    }

    private boolean complete() {
        int hash = 0;
        for (int label = labels - 1; label >= 0; label--) {
            int start = starts[label] & 0xff;
            int end = start + 1 + wire[start];
            for (int i = start; i < end; i++) {
                hash = 31 * hash + wire[i];
            }
            hash = Hashing.spread(hash + 0x9e37_79b9);
            hashes[label] = hash;
        }
        return true;
    }

    /** Whether it holds a name: false for a scratch that was not filled. */
    public boolean isFilled() {
        return labels > 0;
    }

    public int labels() {
        return labels;
    }

    /** Where a label, and the suffix that begins with it, starts in the wire's form. */
    int start(int label) {
        return starts[label] & 0xff;
    }

    int hash(int label) {
        return hashes[label];
    }

    byte[] wire() {
        return wire;
    }

    /** Octets of the wire's form, without the root's. */
    int length() {
        return length;
    }

    /** The name as text: lower case, dots between the labels, none at the end. Changes with a scratch. */
    public CharSequence text() {
        return text;
    }

    /** What it holds, as a name that does not change. */
    public DomainName copy() {
        DomainName copy = new DomainName(length, labels);
        System.arraycopy(wire, 0, copy.wire, 0, length);
        System.arraycopy(starts, 0, copy.starts, 0, labels);
        System.arraycopy(hashes, 0, copy.hashes, 0, labels);
        copy.length = length;
        copy.labels = labels;
        for (int i = 0; i < text.length(); i++) {
            copy.text.append((byte) text.charAt(i));
        }
        return copy;
    }

    /** Whether it is the other name or a child of it. */
    public boolean isWithin(DomainName parent) {
        if (parent.labels == 0 || parent.labels > labels) {
            return false;
        }
        int label = labels - parent.labels;
        int start = start(label);
        return hashes[label] == parent.hashes[0]
                && Arrays.equals(wire, start, length, parent.wire, 0, parent.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DomainName name && labels == name.labels
                && Arrays.equals(wire, 0, length, name.wire, 0, name.length);
    }

    @Override
    public int hashCode() {
        return labels == 0 ? 0 : hashes[0];
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
