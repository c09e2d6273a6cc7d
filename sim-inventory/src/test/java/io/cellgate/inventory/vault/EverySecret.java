package io.cellgate.inventory.vault;

import static io.cellgate.inventory.Fixture.TESTER;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.account.IdentityProviderStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.batch.Batch;
import io.cellgate.inventory.batch.ImportFormat;
import io.cellgate.inventory.carrier.AccountingClientStore;
import io.cellgate.inventory.carrier.AccountingClientStore.Trusted;
import io.cellgate.inventory.order.Product;
import io.cellgate.inventory.order.ProductKind;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.webhook.Webhook;
import io.cellgate.inventory.webhook.WebhookStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Something of each kind that is kept sealed, and all that comes of opening it. */
public final class EverySecret {
    /** Where the SIMs of {@link #make} have their numbers from. */
    private static final long FIRST = 700_000;
    private static final int PROFILES = 3;

    private EverySecret() {}

    /** Makes it in an inventory: so many SIMs, in two batches, and a few of everything else. */
    public static void make(Inventory inventory, Product cards, long sims) throws IOException {
        Fixture.stock(inventory, cards, FIRST, sims - 10);
        Fixture.stock(inventory, cards, FIRST + sims - 10, 10);
        Product profiles = inventory.products()
                .create(TESTER, "profile", ProductKind.ESIM, 1, "EUR", true).require();
        Batch batch = inventory.batches().create(TESTER, profiles.id(), "profiles").require();
        StringBuilder lines = new StringBuilder("iccid,imsi,activation_code\n");
        for (long i = FIRST - PROFILES; i < FIRST; i++) {
            lines.append(Fixture.iccid(i)).append(',').append(Fixture.imsi(i))
                    .append(",LPA:1$smdp.example$CODE-").append(i).append('\n');
        }
        Fixture.importText(inventory, batch, ImportFormat.CSV,
                lines.toString().getBytes(StandardCharsets.UTF_8), new ArrayList<>());
        Webhook hook = inventory.webhooks().create(TESTER, null, new WebhookStore.Spec("hook",
                "https://hooks.example/in", List.of(), true, 5)).require().webhook();
        inventory.webhooks().rotate(TESTER, Scope.OPERATOR, hook.id(), Duration.ofDays(30), null)
                .require();
        for (String secret : new String[]{"client-secret", null}) {
            String name = secret == null ? "without" : "with";
            inventory.identityProviders()
                    .create(TESTER, new IdentityProviderStore.Spec(name,
                            "https://" + name + ".example", "cellgate", secret, List.of(),
                            List.of("http://127.0.0.1/callback"), false))
                    .require();
        }
        String carrier = inventory.carriers().create(TESTER, "carrier", Set.of(), Set.of())
                .require().id();
        inventory.accountingClients().create(TESTER, carrier,
                new AccountingClientStore.Draft("pgw", List.of("192.0.2.0/28"),
                        List.of("10.50.0.0/16"), 3600, "a-shared-secret-of-a-pgw"))
                .require();
    }

    /** All of it, opened. */
    public static Map<String, String> opened(Inventory inventory, long sims) {
        Map<String, String> all = new TreeMap<>();
        List<String> iccids = LongStream.range(FIRST, FIRST + sims).mapToObj(Fixture::iccid)
                .toList();
        for (int i = 0; i < iccids.size(); i += 500) {
            List<String> some = iccids.subList(i, Math.min(i + 500, iccids.size()));
            inventory.database().read(sql -> inventory.vault().secretsOf(sql, some))
                    .forEach((iccid, secret) -> all.put(iccid, hex(secret.ki())
                            + hex(secret.opc())));
        }
        for (long i = FIRST - PROFILES; i < FIRST; i++) {
            all.put("profile " + i, inventory.esims()
                    .activationCode(Scope.OPERATOR, Fixture.iccidOf(i)).require().text());
        }
        inventory.webhooks().list(Scope.OPERATOR, PageRequest.FIRST).items()
                .forEach(hook -> all.put("webhook " + hook.name(), inventory.webhooks()
                        .secrets(hook.id()).stream().map(EverySecret::hex).toList().toString()));
        inventory.identityProviders().list(PageRequest.FIRST).items().forEach(
                provider -> all.put("provider " + provider.name(), String
                        .valueOf(inventory.identityProviders().clientSecret(provider.id()))));
        for (Trusted client : inventory.accountingClients().all()) {
            all.put("client " + client.client().name(), client.secret());
        }
        return all;
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }
}
