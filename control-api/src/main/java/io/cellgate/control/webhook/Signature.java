package io.cellgate.control.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signature of a delivery as Standard Webhooks defines it: HMAC-SHA256 over {@code ID.TIMESTAMP.BODY}, one for each
 * secret that is valid, so that a receiver may hold the old or the new one while it is rotated. The timestamp is
 * within, which bounds how long a delivery that somebody recorded can be played again.
 */
final class Signature {
    private Signature() {}

    /** The header {@code webhook-signature}. */
    static String of(List<byte[]> secrets, String id, Instant at, String body) {
        byte[] signed = (id + "." + at.getEpochSecond() + "." + body)
                .getBytes(StandardCharsets.UTF_8);
        return secrets.stream().map(secret -> "v1," + hmac(secret, signed))
                .collect(Collectors.joining(" "));
    }

    private static String hmac(byte[] secret, byte[] signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
