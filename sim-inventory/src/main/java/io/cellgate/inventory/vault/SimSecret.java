package io.cellgate.inventory.vault;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What authenticates a SIM: its key Ki (TS 33.102 §6.3) and the operator's code OPc derived for it (TS 35.206
 * §8.2), 16 octets each. It says nothing of itself in any text form.
 */
public final class SimSecret {
    static final int OCTETS = 32;

    private final byte[] octets;

    SimSecret(byte[] octets) {
        if (octets.length != OCTETS) {
            throw new IllegalArgumentException(
                    "got " + octets.length + " octets, expected " + OCTETS);
        }
        this.octets = octets.clone();
    }

    /**
     * Reads Ki and OPc, 32 hexadecimal digits each.
     *
     * @throws IllegalArgumentException without the value in its message
     */
    public static SimSecret ofHex(String ki, String opc) {
        byte[] octets = new byte[OCTETS];
        decode("ki", ki, octets, 0);
        decode("opc", opc, octets, OCTETS / 2);
        return new SimSecret(octets);
    }

    private static void decode(String what, String hex, byte[] into, int offset) {
        for (int i = 0; i < hex.length(); i++) {
            if (!HexFormat.isHexDigit(hex.charAt(i))) {
                throw new IllegalArgumentException(what + ": got " + hex.length()
                        + " characters with other ones among them, expected 32 hexadecimal digits");
            }
        }
        if (hex.length() != OCTETS) {
            throw new IllegalArgumentException(what + ": got " + hex.length()
                    + " hexadecimal digits, expected 32");
        }
        byte[] half = HexFormat.of().parseHex(hex);
        System.arraycopy(half, 0, into, offset, half.length);
    }

    byte[] octets() {
        return octets.clone();
    }

    /** Ki, 16 octets. */
    public byte[] ki() {
        return Arrays.copyOf(octets, OCTETS / 2);
    }

    /** OPc, 16 octets. */
    public byte[] opc() {
        return Arrays.copyOfRange(octets, OCTETS / 2, OCTETS);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SimSecret secret
                && java.security.MessageDigest.isEqual(octets, secret.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        return "SimSecret[sealed]";
    }
}
