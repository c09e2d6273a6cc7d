package io.cellgate.bench.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import io.cellgate.inventory.Fixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An inventory filled through the API: a batch in stock, a part of it delivered to customers, in fleets and with tags. */
final class Stock {
    private static final int MOST_OF_AN_ORDER = 100_000;
    private static final int TOUCHED = 1000;

    final String product;
    final String batch;
    final List<String> accounts = new ArrayList<>();
    final List<String> orders = new ArrayList<>();
    String fleet = "";
    String policy = "";
    /** Of the first account, active. */
    final List<String> active = new ArrayList<>();

    private Stock(String product, String batch) {
        this.product = product;
        this.batch = batch;
    }

    /** A manufacturer's file of so many SIMs. */
    static Path file(Path folder, int sims) throws IOException {
        Path file = folder.resolve("sims.csv");
        try (InputStream lines = Fixture.csv(0, sims)) {
            Files.copy(lines, file);
        }
        return file;
    }

    /** Imports the file into a new inventory; says how long that took. */
    static Stock imported(Api api, Path file, int sims, double[] seconds) throws IOException {
        String product = api.send("/v1/products",
                "{\"name\":\"card\",\"kind\":\"card\",\"unit_price\":1,\"currency\":\"EUR\"}")
                .path("id").asText();
        String batch = api.send("/v1/batches",
                "{\"name\":\"b\",\"product\":\"" + product + "\"}").path("id").asText();
        long begun = System.nanoTime();
        JsonNode report = api.upload("/v1/batches/" + batch + "/imports", file, "text/csv");
        seconds[0] = (System.nanoTime() - begun) / 1e9;
        if (report.path("imported").asInt() != sims) {
            throw new IOException("expected " + sims + " imported, got " + report);
        }
        return new Stock(product, batch);
    }

    /** Delivers half of the SIMs to two accounts, and works on some of the first one's. */
    void deliver(Api api, int sims) throws IOException {
        for (int account = 0; account < 2; account++) {
            accounts.add(api.send("/v1/accounts", "{\"name\":\"acme " + account + "\"}").path("id")
                    .asText());
        }
        int each = Math.max(1, Math.min(MOST_OF_AN_ORDER, sims / 10));
        for (int order = 0; order < 5; order++) {
            String id = api.send("/v1/orders", String.format(Locale.ROOT,
                    "{\"account\":\"%s\",\"product\":\"%s\",\"quantity\":%d,\"ship_to\":\"x\"}",
                    accounts.get(order == 4 ? 1 : 0), product, each)).path("id").asText();
            api.send("/v1/orders/" + id + "/confirm", "");
            api.send("/v1/orders/" + id + "/advance", "{\"to\":\"kitting\"}");
            api.send("/v1/orders/" + id + "/advance", "{\"to\":\"shipped\"}");
            api.send("/v1/orders/" + id + "/receive", "");
            orders.add(id);
        }
        policy = api.send("/v1/policies?account=" + accounts.getFirst(), """
                {"name": "open", "rules": [{"id": "all", "phase": "network", "action": "allow",
                 "when": "net.dst.port == 9"}]}""").path("id").asText();
        fleet = api.send("/v1/fleets", "{\"account\":\"" + accounts.getFirst()
                + "\",\"name\":\"f\",\"policy\":\"" + policy + "\"}").path("id").asText();
        for (int number = 0; number < Math.min(TOUCHED, each); number++) {
            String iccid = Fixture.iccid(number);
            api.patch("/v1/sims/" + iccid, "{\"fleet\":\"" + fleet + "\",\"tags\":{\"site\":\"s"
                    + number % 10 + "\"}}");
            api.send("/v1/sims/" + iccid + "/actions", "{\"action\":\"activate\"}");
            active.add(iccid);
        }
    }
}
