package io.cellgate.control;

import io.cellgate.control.doctor.Finding;
import io.cellgate.control.doctor.HostExam;
import io.cellgate.control.doctor.LogExam;
import io.cellgate.control.doctor.StoreExam;
import io.cellgate.inventory.store.Migrations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cellgate doctor}: whether a gateway would run here, and what stands in its way. */
@Command(name = "doctor", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Examines this machine, a data folder and its store: what was found, what is expected, what to do.",
        "",
        "Changes nothing. Exit status: 0, or 1 where something would keep a gateway from running."})
final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final StoreOptions options = new StoreOptions();

    @Option(names = "--api-address", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Where the API is to listen (${DEFAULT-VALUE}).")
    private String apiAddress = "";

    @Option(names = "--api-port", paramLabel = "PORT", defaultValue = "8080", description = "Its TCP port (${DEFAULT-VALUE}).")
    private int apiPort;

    @Option(names = "--gtp-address", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Where GTP is to arrive (${DEFAULT-VALUE}).")
    private String gtpAddress = "";

    @Option(names = "--gtpc-port", paramLabel = "PORT", defaultValue = "2123", description = "UDP port of GTP-C (${DEFAULT-VALUE}).")
    private int gtpcPort;

    @Option(names = "--gtpu-port", paramLabel = "PORT", defaultValue = "2152", description = "UDP port of GTP-U (${DEFAULT-VALUE}).")
    private int gtpuPort;

    @Option(names = "--nat", description = "The gateway is to masquerade.")
    private boolean nat;

    @Option(names = "--no-gateway", description = "The API alone is to be served.")
    private boolean noGateway;

    @Option(names = "--json", description = "Write the findings as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>(HostExam.examine(
                new HostExam.Plan(HostPort.address("--gtp-address", gtpAddress), gtpcPort, gtpuPort,
                        HostPort.address("--api-address", apiAddress), apiPort, nat, !noGateway)));
        Settings.Store store = options.store();
        findings.addAll(
                StoreExam.examine(store.data(), store.database(), Migrations.versions()));
        findings.add(LogExam.examine(store.data()));
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(new JsonArray(findings.stream().map(DoctorCommand::show).toList())
                    .encodePrettily());
        } else {
            findings.forEach(finding -> out.println(text(finding)));
        }
        out.flush();
        return findings.stream().anyMatch(finding -> finding.grade() == Finding.Grade.FAIL)
                ? Main.FAILED
                : 0;
    }

    private static String text(Finding finding) {
        String line = String.format("%-4s  %-14s  %s",
                finding.grade().name().toLowerCase(Locale.ROOT),
                finding.what(), finding.found());
        return finding.grade() == Finding.Grade.OK
                ? line
                : line + String.format("%n      %-14s  expected: %s%n      %-14s  do: %s", "",
                        finding.expected(), "", finding.remedy());
    }

    private static JsonObject show(Finding finding) {
        return new JsonObject().put("grade", finding.grade().name().toLowerCase(Locale.ROOT))
                .put("what", finding.what()).put("found", finding.found())
                .put("expected", finding.expected()).put("remedy", finding.remedy());
    }
}
