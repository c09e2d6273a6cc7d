package io.cellgate.inventory.vault;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals with one key: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce in front, as base64 text. What is
 * sealed is bound to a context (the ICCID, the key's id): it does not open in another's place.
 */
final class Sealer {
    static final int KEY_OCTETS = 32;
    private static final int NONCE_OCTETS = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    Sealer(byte[] key) {
        if (key.length != KEY_OCTETS) {
            throw new IllegalArgumentException(
                    "key: got " + key.length + " octets, expected " + KEY_OCTETS);
        }
        this.key = new SecretKeySpec(key, "AES");
    }

    String seal(byte[] octets, String context) {
        byte[] nonce = new byte[NONCE_OCTETS];
        RANDOM.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, context);
            byte[] sealed = Arrays.copyOf(nonce,
                    NONCE_OCTETS + cipher.getOutputSize(octets.length));
            int written = cipher.doFinal(octets, 0, octets.length, sealed, NONCE_OCTETS);
            return Base64.getEncoder().withoutPadding()
                    .encodeToString(Arrays.copyOf(sealed, NONCE_OCTETS + written));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal", e);
        }
    }

    /** @throws SealBroken if it was sealed by another key, for another context, or was altered */
    byte[] open(String sealed, String context) {
        try {
            byte[] octets = Base64.getDecoder().decode(sealed);
            if (octets.length < NONCE_OCTETS + TAG_BITS / 8) {
                throw new SealBroken(context, null);
            }
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(octets, NONCE_OCTETS), context)
                    .doFinal(octets, NONCE_OCTETS, octets.length - NONCE_OCTETS);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new SealBroken(context, e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
