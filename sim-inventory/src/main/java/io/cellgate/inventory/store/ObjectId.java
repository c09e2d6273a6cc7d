package io.cellgate.inventory.store;

import java.security.SecureRandom;
import java.time.Instant;

/**
 * Makes ids such as {@code pol_01JD9K3M5Q…}: a prefix that says what it is, 48 bits of time so that ids sort as they
 * were made, 80 random bits; in Crockford's base 32 as ULIDs are.
 */
public final class ObjectId {
    private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    private ObjectId() {}

    public static String next(String prefix, Instant now) {
        StringBuilder id = new StringBuilder(prefix.length() + 27).append(prefix).append('_');
        long millis = now.toEpochMilli();
        for (int shift = 45; shift >= 0; shift -= 5) {
            id.append(ALPHABET[(int) (millis >>> shift) & 31]);
        }
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        for (byte b : random) {
            id.append(ALPHABET[b & 31]);
        }
        return id.toString();
    }
}
