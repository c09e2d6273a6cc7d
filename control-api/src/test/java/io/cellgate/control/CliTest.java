package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.cli.ApiCommands;
import io.cellgate.control.http.OpenApi;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as processes of its own, against an API that is one too. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class CliTest {
    @SuppressWarnings("NullAway.Init")
    private Path folder;
    @SuppressWarnings("NullAway.Init")
    private RunningProcess api;

    private record Ended(int status, String out, String err) {
        Ended is(int expected) {
            assertThat(status).as("%s%n%s", out, err).isEqualTo(expected);
            return this;
        }

        JsonObject json() {
            return new JsonObject(out);
        }
    }

    @BeforeAll
    void start(@TempDir Path temp) throws Exception {
        folder = temp;
        api = RunningProcess.start(temp, "");
        Ended login = cellgate(api.token() + "\n", "login", "--url", api.uri()).is(0);
        assertThat(login.out()).contains("operator").doesNotContain(api.token());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private Ended cellgate(String in, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(RunningProcess.command(arguments));
        builder.environment().put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        builder.environment().remove("CELLGATE_TOKEN");
        builder.environment().remove("CELLGATE_URL");
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().write(in.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Within this process, which is quicker; some are called as processes of their own. */
    private Ended cellgate(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.execute(arguments.toArray(String[]::new),
                Map.of("XDG_CONFIG_HOME", folder.resolve("config").toString()),
                new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ended(status, out.toString(), err.toString());
    }

    @Test
    void profile_isKeptForItsOwnerAlone() throws IOException {
        Path file = folder.resolve("config/cellgate/profiles.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void wholeLifeOfASim_byCommands() throws Exception {
        String account = cellgate(List.of("accounts", "create", "--name", "Acme", "-o", "json"))
                .is(0).json().getString("id");
        String product = cellgate(List.of("products", "create", "--name", "Card", "--kind", "card",
                "--unit-price", "250", "--currency", "EUR", "-o", "json")).is(0).json()
                .getString("id");
        String batch = cellgate(List.of("batches", "create", "--name", "b", "--product", product,
                "-o", "json")).is(0).json().getString("id");
        Path csv = folder.resolve("sims.csv");
        Files.writeString(csv, "iccid,imsi\n" + TestSims.iccid(1) + "," + TestSims.imsi(1) + "\n"
                + TestSims.iccid(2) + "," + TestSims.imsi(2) + "\n");
        cellgate(List.of("batches", "import", batch, csv.toString(), "-o", "json")).is(0);
        String order = cellgate(List.of("orders", "create", "--account", account, "--product",
                product, "--quantity", "2", "--ship-to", "Dock 4", "-o", "json")).is(0).json()
                .getString("id");
        cellgate(List.of("orders", "confirm", order)).is(0);
        cellgate(List.of("orders", "advance", order, "--to", "kitting")).is(0);
        cellgate(List.of("orders", "advance", order, "--to", "shipped", "--tracking", "x")).is(0);
        cellgate(List.of("orders", "receive", order)).is(0);
        cellgate(List.of("sims", "activate", TestSims.iccid(1))).is(0);
        Ended table = cellgate(List.of("sims", "list", "--state", "active")).is(0);
        assertThat(table.out().lines().toList()).hasSize(2);
        assertThat(table.out()).startsWith("ICCID").contains(TestSims.iccid(1), "active");
        JsonObject changed = cellgate(List.of("sims", "update", TestSims.iccid(1), "--tags",
                "{\"site\":\"Graz\"}", "--fence.countries", "AT,DE", "--fence.on-unknown", "deny",
                "-o", "json")).is(0).json();
        assertThat(changed.getJsonObject("fence").getJsonArray("countries"))
                .isEqualTo(new JsonArray(List.of("AT", "DE")));
        assertThat(cellgate(List.of("sims", "update", TestSims.iccid(1), "--unset", "fence", "-o",
                "json")).is(0).json().getValue("fence")).isNull();
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(policy, """
                name: meters
                rules:
                  - {id: dns, phase: dns, action: allow, when: 'dns.domain == "example.com"'}
                """);
        String made = cellgate(List.of("policies", "create", "--account", account, "-f",
                policy.toString(), "-o", "json")).is(0).json().getString("id");
        cellgate(List.of("policies", "put", made, "-f", policy.toString(), "--name", "meters 2"))
                .is(0);
        Ended revisions = cellgate(List.of("policies", "revisions", "list", made, "-o", "json"))
                .is(0);
        assertThat(new JsonArray(revisions.out()).size()).isEqualTo(2);
    }

    @Test
    void whatIsWrong_isSaid_andTold_byTheExitStatus() throws Exception {
        assertThat(cellgate(List.of("orders", "create", "--quantity", "many")).is(2).err())
                .contains("--quantity: got many");
        assertThat(cellgate(List.of("products", "create", "--kind", "boat", "--name", "x",
                "--unit-price", "1", "--currency", "EUR")).is(3).err()).contains("/kind: got boat")
                .doesNotContain("Exception");
        assertThat(cellgate(List.of("sims", "get", "nothing")).is(5).err()).contains("nothing");
        cellgate("", "sims", "fly", "nothing").is(2);
        assertThat(cellgate("", "sims", "get", "nothing").is(5).err()).contains("nothing");
        String account = cellgate(List.of("accounts", "create", "--name", "Stale", "-o", "json"))
                .is(0).json().getString("id");
        cellgate(List.of("accounts", "update", account, "--name", "y", "--if-match", "\"9\""))
                .is(6);
        cellgate("cg_wrong\n", "login", "--profile", "other", "--url", api.uri()).is(4);
        assertThat(cellgate("cg_any\n", "login", "--profile", "other", "--url",
                "http://127.0.0.1:1").is(7).err()).contains("127.0.0.1:1");
        assertThat(cellgate("", "profiles").is(0).out()).doesNotContain("other");
    }

    @Test
    void lists_areFollowedOverTheirPages() throws Exception {
        for (int i = 0; i < 3; i++) {
            cellgate(List.of("carriers", "create", "--name", "c" + i)).is(0);
        }
        Ended two = cellgate(List.of("carriers", "list", "--limit", "2", "--columns", "name"))
                .is(0);
        assertThat(two.out().lines().toList()).containsExactly("NAME", "c0", "c1");
        assertThat(two.err()).contains("--all");
        assertThat(new JsonArray(cellgate(List.of("carriers", "list", "--all", "-o", "json")).is(0)
                .out()).size()).isEqualTo(3);
    }

    @Test
    void completion_isAScriptThatBashTakes() throws Exception {
        Path script = folder.resolve("completion.sh");
        Files.writeString(script, cellgate("", "completion", "bash").is(0).out());
        Process bash = new ProcessBuilder("bash", "-c", "source " + script
                + " && COMP_WORDS=(cellgate sims susp) COMP_CWORD=2"
                + " && COMP_LINE='cellgate sims susp' && _complete_cellgate"
                + " && echo \"${COMPREPLY[*]}\"").redirectErrorStream(true).start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(said).isZero();
        assertThat(said).contains("suspend");
    }

    @Test
    void profiles_areMadeChosenListedAndForgotten() throws Exception {
        cellgate("", "profiles", "create", "lab", "--url", api.uri()).is(0);
        assertThat(cellgate("", "profiles").is(0).out()).contains("lab", "default");
        assertThat(cellgate("", "profiles", "list", "-o", "id").is(0).out().lines())
                .contains("lab", "default");
        assertThat(cellgate("", "profiles", "create", "lab", "--url", api.uri()).is(2).err())
                .contains("lab");
        // it has no token yet
        cellgate("", "whoami", "--profile", "lab").is(4);
        cellgate("", "profiles", "use", "default").is(0);
        cellgate("", "profiles", "delete", "lab").is(0);
        cellgate("", "profiles", "delete", "lab").is(5);
        assertThat(cellgate("", "profiles", "use", "lab").is(2).err()).contains("default");
        assertThat(cellgate("", "whoami").is(0).out()).contains("operator");
    }

    @Test
    void ids_areTakenByScripts_withoutAnotherProgram() {
        String id = cellgate(List.of("accounts", "create", "--name", "Ids", "-o", "id")).is(0)
                .out().strip();
        assertThat(id).startsWith("acc_").doesNotContain("\n");
        assertThat(cellgate(List.of("accounts", "get", id, "-o", "id")).is(0).out().strip())
                .isEqualTo(id);
        assertThat(cellgate(List.of("accounts", "list", "--all", "-o", "id")).is(0).out().lines())
                .contains(id);
    }

    /** What a person sees who sits at a terminal; without one there is nothing but the result. */
    private Ended atATerminal(String... arguments) throws Exception {
        List<String> quoted = RunningProcess.command(arguments).stream()
                .map(each -> "'" + each.replace("'", "'\\''") + "'").toList();
        ProcessBuilder builder = new ProcessBuilder("script", "-qec", String.join(" ", quoted),
                "/dev/null").redirectErrorStream(true);
        builder.environment().put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        Path out = Files.createTempFile(folder, "tty", "");
        Process process = builder.redirectOutput(out.toFile()).start();
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(out), "");
    }

    @Test
    void longWork_drawsABarOnATerminal_andNowhereElse() throws Exception {
        String product = cellgate(List.of("products", "create", "--name", "Bar", "--kind", "card",
                "--unit-price", "1", "--currency", "EUR", "-o", "id")).is(0).out().strip();
        String batch = cellgate(List.of("batches", "create", "--name", "bar", "--product", product,
                "-o", "id")).is(0).out().strip();
        Path csv = folder.resolve("bar.csv");
        StringBuilder lines = new StringBuilder("iccid,imsi\n");
        for (int i = 1000; i < 1200; i++) {
            lines.append(TestSims.iccid(i)).append(',').append(TestSims.imsi(i)).append('\n');
        }
        Files.writeString(csv, lines);
        assertThat(atATerminal("batches", "import", batch, csv.toString()).is(0).out())
                .contains("\rsending [", "] 100 %", "imported");
        Ended quiet = cellgate("", "batches", "import", batch, csv.toString()).is(0);
        assertThat(quiet.err()).isEmpty();
        assertThat(quiet.out()).contains("unchanged").doesNotContain("sending", "\r");
        String order = cellgate(List.of("orders", "create", "--account",
                cellgate(List.of("accounts", "create", "--name", "Bars", "-o", "id")).is(0).out()
                        .strip(),
                "--product", product, "--quantity", "200", "--ship-to", "x", "-o", "id")).is(0)
                .out().strip();
        assertThat(atATerminal("orders", "confirm", order, "--prefer", "respond-async").is(0)
                .out()).contains("\rconfirm [", "done");
        Ended again = cellgate("", "orders", "confirm", order, "--prefer", "respond-async").is(3);
        assertThat(again.err()).contains("broken_off").doesNotContain("\r");
        assertThat(again.out()).isEmpty();
    }

    /** Also one that another part of the document brings tomorrow. */
    @Test
    void everyOperation_hasACommandOfItsOwn() {
        JsonObject paths = OpenApi.read().getJsonObject("paths");
        Set<String> commands = new HashSet<>();
        List<String> lacking = new ArrayList<>();
        String everything = help();
        for (String path : paths.fieldNames()) {
            for (String method : OpenApi.METHODS) {
                JsonObject operation = paths.getJsonObject(path).getJsonObject(method);
                if (operation == null || "none".equals(operation.getString("x-cli"))) {
                    continue;
                }
                String call = "Calls " + method.toUpperCase(Locale.ROOT) + " " + path
                        + ", for";
                if (!everything.contains(call)) {
                    lacking.add(call);
                }
                commands.add(call);
            }
        }
        assertThat(lacking).isEmpty();
        assertThat(commands).hasSizeGreaterThan(80);
    }

    /** The help of every command. */
    private static String help() {
        StringWriter out = new StringWriter();
        CommandLine root = new CommandLine(
                CommandSpec.create().name("cellgate"));
        ApiCommands.addTo(root, Map.of(), "");
        print(root, new PrintWriter(out, true));
        return out.toString().replaceAll("\\s+", " ");
    }

    private static void print(CommandLine command, PrintWriter out) {
        command.setUsageHelpWidth(1000);
        command.usage(out);
        command.getSubcommands().values().forEach(each -> print(each, out));
    }
}
