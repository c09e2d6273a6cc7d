package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.control.http.ApiServer;
import io.cellgate.control.log.LogRetention;
import io.cellgate.dataplane.atlas.AtlasFiles;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.inspect.Application;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dns.NameListReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator's files and the first octets told of recorded traffic, in replays and explanations. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AtlasApiTest {
    private final RecordingGateway gateway = new RecordingGateway();
    @SuppressWarnings("NullAway.Init")
    private Path folder;
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;
    @SuppressWarnings("NullAway.Init")
    private String policy;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        this.folder = folder;
        Path ads = Files.writeString(folder.resolve("ads"), "ads.example\n");
        api = RunningApi.start(
                new Settings(Settings.Store.in(folder.resolve("data")),
                        new ApiServer.Binding("127.0.0.1", 0, null, null),
                        Settings.REQUESTS_PER_SECOND, List.of(), LogRetention.DEFAULT, null,
                        new AtlasFiles(file("countries.mmdb"), file("systems.mmdb"),
                                List.of(new AtlasFiles.CategoryFile("ads",
                                        NameListReader.Format.DOMAINS, ads)))),
                gateway);
        acme = api.tenant("Acme");
        String sim = api.sims(acme, 1).getFirst();
        policy = api.post(acme.token(), "/v1/policies",
                document("network", "net.dst.port == 443", "dns", "true")).is(201).id();
        UserPlaneSession session = Lines
                .session(Lines.subscriber(acme.account(), sim, "262010000000777"));
        flow(session, "198.51.100.7", Application.TLS);
        flow(session, "203.0.113.7", Application.OTHER);
        flow(session, "192.0.2.7", Application.UNDECIDED);
        gateway.needs().logs().on(Lines.query(session, "x.ads.example", FlowVerdict.ALLOW, "r1"));
        gateway.needs().logs().on(Lines.query(session, "www.example", FlowVerdict.ALLOW, "r1"));
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private Path file(String resource) throws IOException {
        Path file = folder.resolve(resource);
        try (InputStream in = AtlasApiTest.class.getResourceAsStream(resource)) {
            long _ = Files.copy(in, file);
        }
        return file;
    }

    private void flow(UserPlaneSession session, String remote, Application application) {
        gateway.needs().logs()
                .on(Lines.speaking(Lines.flow(session, FlowRecord.Event.VERDICT, remote, 6, 443,
                        List.of(), null, FlowVerdict.ALLOW, "r0", null), application));
    }

    /** Of phases and conditions in turn, each of a rule that allows. */
    private static String document(String... phasesAndConditions) {
        JsonArray rules = new JsonArray();
        for (int i = 0; i < phasesAndConditions.length; i += 2) {
            rules.add(new JsonObject().put("id", "r" + i / 2).put("phase", phasesAndConditions[i])
                    .put("action", "allow").put("when", phasesAndConditions[i + 1]));
        }
        return new JsonObject().put("name", "now").put("rules", rules).encode();
    }

    private JsonObject replay(String phase, String when) {
        String other = phase.equals("dns") ? "network" : "dns";
        return api.post(acme.token(), "/v1/policies/" + policy + "/replay",
                "{\"document\":" + document(phase, when, other, "true") + "}").is(200).body();
    }

    private static List<String> shown(JsonArray groups) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            JsonObject group = groups.getJsonObject(i);
            JsonObject after = group.getJsonObject("after");
            all.add(group.getString("destination") + (after == null
                    ? " " + group.getJsonArray("missing").encode()
                    : " " + after.getString("action")));
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "network | net.dst.country == \"AT\" | 203.0.113.7 block, 192.0.2.7 block | ''",
            "network | net.dst.country != \"AT\" | 198.51.100.7 block, 192.0.2.7 block | ''",
            "network | is_known(net.dst.country) | 192.0.2.7 block | ''",
            "network | net.dst.asn == 64496 | 203.0.113.7 block, 192.0.2.7 block | ''",
            "network | net.app == \"tls\" | 203.0.113.7 block | 192.0.2.7 [\"net.app\"]",
            "network | not net.app == \"tls\" | 198.51.100.7 block | 192.0.2.7 [\"net.app\"]",
            "dns | not dns.categories contains \"ads\" | x.ads.example block | ''",
            "dns | dns.categories == \"ads\" | www.example block | ''"})
    void draft_isJudgedByWhatWasKnownThen(String phase, String when, String changes,
            String notJudged) {
        JsonObject result = replay(phase, when);
        assertThat(shown(result.getJsonArray("changes"))).as("changes")
                .containsExactlyInAnyOrder(changes.split(", "));
        assertThat(String.join(", ", shown(result.getJsonArray("not_judged"))))
                .as("not judged").isEqualTo(notJudged);
    }

    @Test
    void draftThatAsksForWhatNoLineHas_isToldOfEachSuchFact() {
        JsonObject result = replay("network", "usage.bytes_day < 10MB and net.dst.port == 443");
        assertThat(shown(result.getJsonArray("not_judged"))).containsExactlyInAnyOrder(
                "198.51.100.7 [\"usage.bytes_day\"]", "203.0.113.7 [\"usage.bytes_day\"]",
                "192.0.2.7 [\"usage.bytes_day\"]");
        assertThat(result.getJsonArray("changes")).isEmpty();
    }

    @Test
    void recordedFlow_isExplainedByItsCountry_andWhatIsNotKeptIsNamed() {
        JsonObject line = api.get(acme.token(), "/v1/flows?remote=198.51.100.7").is(200).body()
                .getJsonArray("items").getJsonObject(0);
        JsonObject answer = api.post(acme.token(), "/v1/policies/" + policy + "/explain",
                new JsonObject().put("record", new JsonObject().put("flow", line.getString("id")))
                        .put("document", new JsonObject(document("network",
                                "net.dst.country == \"CH\"", "dns", "true")))
                        .encode())
                .is(200).body();
        assertThat(answer.encode()).contains("\"fact\":\"AT\"");
        assertThat(answer.getJsonArray("unrecorded")).contains("usage.bytes_day")
                .doesNotContain("net.dst.country", "net.dst.asn", "net.app");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "--geoip-country=/nowhere.mmdb | got /nowhere.mmdb, expected a file that exists",
            "--geoip-country={}/ads | /ads: ", "--geoip-asn={}/countries.mmdb | systems",
            "--dns-category=ads=/nowhere | got /nowhere, expected a file that exists",
            "--dns-category=ads:hosts={}/ads | /ads: line 1: ",
            "--dns-category=ads | --dns-category: got \"ads\", expected NAME=FILE",
            "--dns-category=ads:csv={}/ads | expected NAME=FILE or NAME:FORMAT=FILE"})
    void fileThatCannotBeUsed_isAClearErrorAtTheStart(String option, String expected) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said, true);
        int status = Main.execute(new String[]{"run", "--no-gateway", "--data",
                folder.resolve("other").toString(), option.replace("{}", folder.toString())}, out,
                out);
        assertThat(status).isNotZero();
        assertThat(said.toString()).startsWith("cellgate: ").contains(expected)
                .doesNotContain("Exception");
    }
}
