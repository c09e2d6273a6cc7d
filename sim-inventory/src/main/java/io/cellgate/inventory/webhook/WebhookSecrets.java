package io.cellgate.inventory.webhook;

import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.vault.Vault;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** The keys that deliveries are signed with: 256 random bits, shown as {@code whsec_BASE64} once, kept sealed. */
final class WebhookSecrets {
    private static final String PREFIX = "whsec_";
    private static final int OCTETS = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private WebhookSecrets() {}

    static byte[] next() {
        byte[] secret = new byte[OCTETS];
        RANDOM.nextBytes(secret);
        return secret;
    }

    /** As its owner sees it, and libraries for Standard Webhooks take it. */
    static String shown(byte[] secret) {
        return PREFIX + Base64.getEncoder().encodeToString(secret);
    }

    static String seal(Vault vault, DSLContext sql, String dataKey, String webhook, byte[] secret) {
        return vault.seal(sql, dataKey, webhook, secret);
    }

    /** The secrets that are valid now, the present one first; none where the webhook is gone. */
    static List<byte[]> valid(Database database, Vault vault, String webhook) {
        return database.read(sql -> {
            Record row = sql.selectFrom(Tables.Webhook.TABLE)
                    .where(Tables.Webhook.ID.eq(webhook)).fetchOne();
            List<byte[]> secrets = new ArrayList<>(2);
            if (row == null) {
                return secrets;
            }
            String key = row.get(Tables.Webhook.DATA_KEY);
            secrets.add(vault.open(sql, key, webhook, row.get(Tables.Webhook.SECRET)));
            String old = row.get(Tables.Webhook.OLD_SECRET);
            if (old != null && isBefore(database.now(),
                    row.get(Tables.Webhook.OLD_SECRET_UNTIL))) {
                secrets.add(vault.open(sql, key, webhook, old));
            }
            return secrets;
        });
    }

    private static boolean isBefore(Instant now, @Nullable Long untilMillis) {
        return untilMillis != null && now.toEpochMilli() < untilMillis;
    }
}
