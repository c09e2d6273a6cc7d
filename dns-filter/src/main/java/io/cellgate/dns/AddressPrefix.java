package io.cellgate.dns;

import java.net.InetAddress;

/** A range of IP addresses, {@code 10.0.0.0/8}. An address alone is a range of one. */
public record AddressPrefix(InetAddress first, int length) {
    public AddressPrefix {
        int bits = first.getAddress().length * 8;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("prefix length of " + first.getHostAddress()
                    + " must be 0 to " + bits + ", got " + length);
        }
    }

    /** Reads {@code address/length} or {@code address}; names are not looked up. */
    public static AddressPrefix parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        try {
            InetAddress first = InetAddress.ofLiteral(address);
            int bits = first.getAddress().length * 8;
            return new AddressPrefix(first,
                    slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected an IP prefix such as 10.0.0.0/8, got \"" + text + "\"", e);
        }
    }

    /** @param address 4 or 16 octets */
    boolean contains(byte[] address) {
        byte[] prefix = first.getAddress();
        if (prefix.length != address.length) {
            return false;
        }
        int whole = length / 8;
        for (int i = 0; i < whole; i++) {
            if (prefix[i] != address[i]) {
                return false;
            }
        }
        int mask = 0xff00 >>> (length % 8) & 0xff;
        return mask == 0 || (prefix[whole] & mask) == (address[whole] & mask);
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + length;
    }
}
