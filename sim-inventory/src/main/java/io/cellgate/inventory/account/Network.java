package io.cellgate.inventory.account;

import io.cellgate.policy.IpAddress;

/**
 * Addresses with a common prefix, such as {@code 192.0.2.0/24} or one address alone.
 *
 * @param bits how many of the address's leading bits count, 0 to 32 or 128
 */
public record Network(IpAddress address, int bits) {

    /** @throws IllegalArgumentException if it is neither an address nor a prefix, or has bits beyond the prefix */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        int width = address.isIpv4() ? 32 : 128;
        int bits = slash < 0 ? width : length(text.substring(slash + 1));
        if (bits > width) {
            throw new IllegalArgumentException("a prefix longer than the address");
        }
        Network network = new Network(address, bits);
        if (!network.equals(new Network(network.first(), bits))) {
            throw new IllegalArgumentException("bits are set beyond the prefix");
        }
        return network;
    }

    private static int length(String text) {
        if (!text.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("not a prefix length");
        }
        return Integer.parseInt(text);
    }

    private IpAddress first() {
        byte[] octets = address.octets();
        for (int bit = bits; bit < octets.length * 8; bit++) {
            octets[bit / 8] &= (byte) ~(0x80 >>> bit % 8);
        }
        return IpAddress.of(octets);
    }

    /** Whether the address is in it. */
    public boolean contains(IpAddress other) {
        return address.isIpv4() == other.isIpv4()
                && new Network(other, bits).first().equals(first());
    }

    @Override
    public String toString() {
        return address + (bits == (address.isIpv4() ? 32 : 128) ? "" : "/" + bits);
    }
}
