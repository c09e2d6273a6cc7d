package io.cellgate.dataplane.radius;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a RADIUS client and we know and nobody else (RFC 2865 §3). It shows itself to no log. */
public final class SharedSecret {
    private final byte[] octets;

    private SharedSecret(byte[] octets) {
        this.octets = octets;
    }

    /** The secret as it is written in a client's configuration. */
    public static SharedSecret of(String text) {
        return new SharedSecret(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] octets() {
        return octets;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SharedSecret secret && Arrays.equals(octets, secret.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        return "SharedSecret[…]";
    }
}
