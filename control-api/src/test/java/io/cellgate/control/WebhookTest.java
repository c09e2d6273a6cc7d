package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Reply;
import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.control.http.ApiServer;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.control.log.LogRetention;
import io.cellgate.dataplane.atlas.AtlasFiles;
import io.cellgate.control.webhook.Receiver;
import io.cellgate.inventory.account.Network;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events reach receivers that fail, hang and restart; nothing else is reached. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class WebhookTest {
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;

    @BeforeAll
    void start(@TempDir Path data) {
        api = RunningApi.start(new Settings(Settings.Store.in(data.resolve("data")),
                new ApiServer.Binding("127.0.0.1", 0, null, null), Settings.REQUESTS_PER_SECOND,
                List.of(Network.parse("127.0.0.0/8")), LogRetention.DEFAULT, null,
                AtlasFiles.NONE),
                (_, _) -> new LiveGateway.None());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private Reply webhook(Tenant tenant, Receiver receiver, String more) {
        return api.post(tenant.token(), "/v1/webhooks",
                "{\"name\":\"hook\",\"url\":\"" + receiver.uri() + "/in?a=b\"" + more + "}")
                .is(201);
    }

    private static String hmac(String secret, Receiver.Got got) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(
                Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
        return "v1," + Base64.getEncoder().encodeToString(
                mac.doFinal((got.id() + "." + got.timestamp() + "." + got.text())
                        .getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void deliveries_areSigned_withBothSecretsWhileOneIsRotated() throws Exception {
        Tenant acme = api.tenant("Signed");
        try (Receiver receiver = new Receiver()) {
            Reply made = webhook(acme, receiver, ",\"kinds\":[\"fleet.\"]");
            String secret = made.body().getString("secret");
            api.post(acme.token(), "/v1/fleets", "{\"name\":\"one\"}").is(201);
            Receiver.Got got = receiver.next();
            assertThat(got.path()).isEqualTo("/in?a=b");
            assertThat(got.body().getString("kind")).isEqualTo("fleet.created");
            assertThat(got.signature()).isEqualTo(hmac(secret, got));
            String path = "/v1/webhooks/" + made.id();
            String second = api.post(acme.token(), path + "/rotate-secret", "{}").is(200).body()
                    .getString("secret");
            api.send(acme.token(), "POST", path + "/ping", null).is(202);
            Receiver.Got ping = receiver.next();
            assertThat(ping.body().getString("kind")).isEqualTo("ping");
            assertThat(ping.signature())
                    .isEqualTo(hmac(second, ping) + " " + hmac(secret, ping));
            assertThat(api.get(acme.token(), path).is(200).text()).doesNotContain("whsec_");
            assertThat(api.get(acme.token(), "/v1/audit").text()).doesNotContain("whsec_");
        }
    }

    @Test
    void eventsOfOneSubject_keepTheirOrder_whileOthersGoOn() throws Exception {
        Tenant acme = api.tenant("Ordered");
        try (Receiver receiver = new Receiver()) {
            webhook(acme, receiver, ",\"kinds\":[\"fleet.\"]");
            AtomicInteger refused = new AtomicInteger();
            String slow = api.post(acme.token(), "/v1/fleets", "{\"name\":\"slow\"}").is(201).id();
            assertThat(receiver.next().body().getString("subject")).isEqualTo(slow);
            receiver.answers(got -> got.body().getString("subject").equals(slow)
                    && refused.incrementAndGet() <= 2 ? 500 : 200);
            for (int i = 0; i < 3; i++) {
                api.put(acme.token(), "/v1/fleets/" + slow, "{\"name\":\"slow " + i + "\"}",
                        "If-Match", "*").is(200);
            }
            String quick = api.post(acme.token(), "/v1/fleets", "{\"name\":\"quick\"}").is(201)
                    .id();
            assertThat(receiver.next().body().getString("subject")).isEqualTo(quick);
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                names.add(receiver.next().body().getJsonObject("after").getString("name"));
            }
            assertThat(names).containsExactly("slow 0", "slow 1", "slow 2");
        }
    }

    @Test
    void receiverThatHangs_holdsUpItselfAlone() throws Exception {
        Tenant acme = api.tenant("Hanging");
        try (Receiver hanging = new Receiver(); Receiver well = new Receiver()) {
            hanging.answers(_ -> Receiver.HANG);
            webhook(acme, hanging, ",\"kinds\":[\"fleet.\"]");
            webhook(acme, well, ",\"kinds\":[\"fleet.\"]");
            for (int i = 0; i < 40; i++) {
                api.post(acme.token(), "/v1/fleets", "{\"name\":\"f" + i + "\"}").is(201);
            }
            Set<String> subjects = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 40; i++) {
                subjects.add(well.next().body().getString("subject"));
            }
            assertThat(subjects).hasSize(40);
        }
    }

    @Test
    void refusedTooOften_isDeadLettered_untilItIsRetried() throws Exception {
        Tenant acme = api.tenant("Dead");
        try (Receiver receiver = new Receiver()) {
            receiver.answers(_ -> 500);
            String path = "/v1/webhooks/"
                    + webhook(acme, receiver, ",\"kinds\":[\"fleet.\"],\"max_attempts\":1").id();
            String fleet = api.post(acme.token(), "/v1/fleets", "{\"name\":\"one\"}").is(201).id();
            JsonObject dead = await(acme, path + "/deliveries?state=dead");
            assertThat(dead.getLong("last_status")).isEqualTo(500);
            assertThat(dead.getString("subject")).isEqualTo(fleet);
            receiver.answers(_ -> 200);
            String retry = path + "/deliveries/" + dead.getString("id") + "/retry";
            api.send(acme.token(), "POST", retry, null).is(202);
            assertThat(receiver.next().body().getString("subject")).isEqualTo(fleet);
            await(acme, path + "/deliveries?state=delivered");
            api.send(acme.token(), "POST", retry, null).isProblem(409, "conflict");
        }
    }

    private JsonObject await(Tenant tenant, String path) throws InterruptedException {
        while (true) {
            var items = api.get(tenant.token(), path).is(200).body().getJsonArray("items");
            if (!items.isEmpty()) {
                return items.getJsonObject(0);
            }
            Thread.sleep(20);
        }
    }

    @Test
    void replay_deliversTheSameEventsAgain_underTheSameIds() throws Exception {
        Tenant acme = api.tenant("Replayed");
        Tenant rival = api.tenant("Rival");
        try (Receiver receiver = new Receiver()) {
            Reply made = webhook(acme, receiver, ",\"kinds\":[\"fleet.\"]");
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                api.post(acme.token(), "/v1/fleets", "{\"name\":\"f" + i + "\"}").is(201);
                ids.add(receiver.next().id());
            }
            String replay = "/v1/webhooks/" + made.id() + "/replay";
            api.post(rival.token(), replay, "{\"after\":0}").isProblem(404, "not-found");
            long first = Long.parseLong(ids.getFirst().substring("evt_".length()));
            api.post(acme.token(), replay, "{\"after\":" + first + "}").is(200);
            List<String> again = new ArrayList<>();
            while (again.size() < 2) {
                again.add(receiver.next().id());
            }
            assertThat(again).containsExactlyInAnyOrderElementsOf(ids.subList(1, 3));
            api.post(acme.token(), replay, "{\"after\":999999999}").isProblem(409, "conflict");
        }
    }

    @Test
    void redirects_areNotFollowed() throws Exception {
        Tenant acme = api.tenant("Redirected");
        try (Receiver receiver = new Receiver()) {
            receiver.answers(_ -> 302);
            String path = "/v1/webhooks/"
                    + webhook(acme, receiver, ",\"kinds\":[\"fleet.\"],\"max_attempts\":1").id();
            api.post(acme.token(), "/v1/fleets", "{\"name\":\"one\"}").is(201);
            assertThat(await(acme, path + "/deliveries?state=dead").getString("last_error"))
                    .contains("redirect");
            assertThat(receiver.all()).extracting(Receiver.Got::path).containsExactly("/in?a=b");
        }
    }

    @Test
    void targetsInside_areRefused(@TempDir Path data) {
        try (RunningApi strict = RunningApi.start(data.resolve("data"))) {
            Tenant acme = strict.tenant("Acme");
            for (String url : List.of("https://127.0.0.1/", "https://127.1/", "https://2130706433/",
                    "https://localhost/", "https://[::1]/",
                    "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/meta-data",
                    "https://[fe80::1]/", "https://[fd00:ec2::254]/", "https://10.1.2.3/",
                    "https://192.168.1.1/", "https://172.16.0.1/", "https://100.64.0.1/",
                    "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://0.0.0.0/",
                    "https://[::]/", "https://224.0.0.1/", "http://198.41.0.4/",
                    "http://127.0.0.1/", "ftp://198.41.0.4/", "https://user@198.41.0.4/",
                    "https://198.41.0.4/#x", "file:///etc/passwd", "https:198.41.0.4")) {
                Reply reply = strict.post(acme.token(), "/v1/webhooks",
                        new JsonObject().put("name", "w").put("url", url).encode());
                assertThat(reply.status()).as(url).isEqualTo(400);
                reply.isProblem(400, "invalid-request").fault("/url");
            }
            strict.post(acme.token(), "/v1/webhooks",
                    "{\"name\":\"w\",\"url\":\"https://198.41.0.4/in\",\"enabled\":false}").is(201);
        }
    }

    /** The gateway is killed at random points and the receiver restarts meanwhile: no event is lost, none invented. */
    @Test
    void killedGateway_deliversEachEvent(@TempDir Path folder) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, Integer> delivered = new ConcurrentHashMap<>();
        try (Receiver receiver = new Receiver()) {
            receiver.answers(got -> {
                if (random.nextInt(8) == 0) {
                    return 503;
                }
                delivered.merge(got.id() + " " + got.body().getString("kind") + " "
                        + got.body().getString("subject"), 1, Integer::sum);
                return 200;
            });
            String token = "";
            for (int round = 0; round < 2; round++) {
                try (RunningProcess run = RunningProcess.start(folder, token, "--webhook-networks",
                        "127.0.0.0/8")) {
                    token = run.token();
                    if (round == 0) {
                        run.post("/v1/webhooks",
                                "{\"name\":\"all\",\"url\":\"" + receiver.uri() + "\"}");
                    }
                    for (int i = 0; i < 10; i++) {
                        run.post("/v1/accounts", "{\"name\":\"a" + round + i + "\"}");
                    }
                    receiver.down();
                    Thread.sleep(random.nextInt(300));
                    receiver.up();
                    Thread.sleep(random.nextInt(300));
                    run.kill();
                }
            }
            try (RunningProcess run = RunningProcess.start(folder, token, "--webhook-networks",
                    "127.0.0.0/8")) {
                Map<String, Integer> expected = new TreeMap<>();
                for (Object each : run.get("/v1/events?limit=1000")
                        .getJsonArray("items")) {
                    JsonObject event = (JsonObject) each;
                    if (event.getString("kind").startsWith("account.")) {
                        expected.put("evt_" + event.getLong("seq") + " " + event.getString("kind")
                                + " " + event.getString("subject"), 1);
                    }
                }
                assertThat(expected).as("seed %d", seed).hasSize(20);
                while (!delivered.keySet().containsAll(expected.keySet())) {
                    Thread.sleep(20);
                }
                Map<String, Integer> accounts = new HashMap<>(delivered);
                accounts.keySet().removeIf(key -> !key.contains(" account."));
                assertThat(accounts.keySet()).as("seed %d", seed).isEqualTo(expected.keySet());
            }
        }
    }
}
