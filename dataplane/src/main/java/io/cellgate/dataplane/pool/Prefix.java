package io.cellgate.dataplane.pool;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A network: an address whose bits after the first {@code length} are 0. */
public record Prefix(InetAddress network, int length) {
    public Prefix {
        byte[] octets = network.getAddress();
        if (length < 0 || length > 8 * octets.length) {
            throw new IllegalArgumentException("prefix: got length " + length
                    + ", expected 0 to " + 8 * octets.length);
        }
        for (int bit = length; bit < 8 * octets.length; bit++) {
            if ((octets[bit / 8] >>> (7 - bit % 8) & 1) != 0) {
                throw new IllegalArgumentException("prefix: got " + network.getHostAddress() + "/"
                        + length + ", expected only zeros after bit " + length);
            }
        }
    }

    /** Reads {@code 10.45.0.0/16} or {@code fd45:0:0:1::/64}; names are not looked up. */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        try {
            if (slash > 0 && text.substring(0, slash).matches("[0-9.]+|[0-9a-fA-F:.]*:.*")) {
                return new Prefix(InetAddress.getByName(text.substring(0, slash)),
                        Integer.parseInt(text.substring(slash + 1)));
            }
        } catch (UnknownHostException | NumberFormatException e) {
            throw new IllegalArgumentException(expected(text), e);
        }
        throw new IllegalArgumentException(expected(text));
    }

    private static String expected(String text) {
        return "prefix: got \"" + text + "\", expected an address, a slash and a length";
    }

    public boolean contains(InetAddress address) {
        byte[] wanted = network.getAddress();
        byte[] octets = address.getAddress();
        if (octets.length != wanted.length) {
            return false;
        }
        for (int bit = 0; bit < length; bit++) {
            if (((octets[bit / 8] ^ wanted[bit / 8]) >>> (7 - bit % 8) & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + length;
    }
}
