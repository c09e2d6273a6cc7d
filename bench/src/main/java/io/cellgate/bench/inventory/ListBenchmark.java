package io.cellgate.bench.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long a page of SIMs takes by each filter and combination that a user would ask for, at places all over the list. */
final class ListBenchmark {
    private static final int WARMUP = 100;
    private static final int PAGES = 200;

    private ListBenchmark() {}

    /** Prints a line for each filter; gives the slowest filter's 99th percentile in milliseconds. */
    static double run(Api api, Stock stock) throws IOException {
        String account = "account=" + stock.accounts.getFirst();
        String other = "account=" + stock.accounts.getLast();
        String order = "order=" + stock.orders.getFirst();
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("none, operator", "");
        filters.put("state=inventory, operator", "state=inventory");
        filters.put("state=ready, operator", "state=ready");
        filters.put("state=active, operator", "state=active");
        filters.put("state=suspended (none), operator", "state=suspended");
        filters.put("batch", "batch=" + stock.batch);
        filters.put("batch and state", "batch=" + stock.batch + "&state=ready");
        filters.put("batch and state of few", "batch=" + stock.batch + "&state=active");
        filters.put("account", account);
        filters.put("account and state", account + "&state=ready");
        filters.put("account and state of few", account + "&state=active");
        filters.put("account and state of none", other + "&state=terminated");
        filters.put("order", order);
        filters.put("order and state", order + "&state=ready");
        filters.put("order and state of none", order + "&state=suspended");
        filters.put("fleet", "fleet=" + stock.fleet);
        filters.put("fleet and state", "fleet=" + stock.fleet + "&state=active");
        filters.put("fleet and state of none", "fleet=" + stock.fleet + "&state=suspended");
        filters.put("account and fleet", account + "&fleet=" + stock.fleet);
        filters.put("other account's fleet", other + "&fleet=" + stock.fleet);
        filters.put("policy", "policy=" + stock.policy);
        filters.put("tag", "tag=site");
        filters.put("tag and value", "tag=" + encoded("site=s3"));
        filters.put("account, tag and value", account + "&tag=" + encoded("site=s3"));
        filters.put("account, tag that none has", account + "&tag=" + encoded("site=none"));
        filters.put("state and tag", "state=ready&tag=site");
        filters.put("imsi", "imsi=262990000000007");
        filters.put("imsi that none has", "imsi=262110000000007");
        double worst = 0;
        System.out.printf("%-34s %8s %8s %8s%n", "page of 100 by", "p50 ms", "p99 ms", "max ms");
        for (Map.Entry<String, String> filter : filters.entrySet()) {
            Durations times = pages(api, "/v1/sims?limit=100&" + filter.getValue());
            System.out.printf("%-34s %8.2f %8.2f %8.2f%n", filter.getKey(), times.millis(0.5),
                    times.millis(0.99), times.millis(1));
            worst = Math.max(worst, times.millis(0.99));
        }
        return worst;
    }

    /** The pages of a list, over again from its beginning where it ends. */
    private static Durations pages(Api api, String path) throws IOException {
        List<Long> nanos = new ArrayList<>();
        String after = "";
        for (int page = 0; page < WARMUP + PAGES; page++) {
            long begun = System.nanoTime();
            JsonNode answer = api.get(path + after);
            if (page >= WARMUP) {
                nanos.add(System.nanoTime() - begun);
            }
            after = answer.path("next").isTextual()
                    ? "&after=" + answer.path("next").asText()
                    : "";
        }
        return new Durations(nanos.stream().mapToLong(Long::longValue).toArray());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
