package io.cellgate.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Prerequisites;
import io.cellgate.dataplane.io.WorkerCores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A whole gateway whose worker has a core to itself: what of its process may run where, as the kernel tells. */
class WorkerCoresTest {
    /** A thread, by its name as the kernel cuts it, and the cores that it may use. */
    private record Seen(String name, List<Integer> cores) {}

    @Test
    void aWorkersCore_isUsedByNoOtherThread() throws IOException {
        Prerequisites.require("ip", "curl");
        List<Integer> usable = cores(Path.of("/proc/thread-self"));
        Assumptions.assumeTrue(usable.size() > 1, "a machine with one core cannot give it away");
        int core = usable.getLast();
        try (Lab lab = new Lab()) {
            GatewayProcess gateway = new GatewayProcess(lab, lab.namespace("gateway"),
                    lab.folder().resolve("data"), JavaProgram.of("io.cellgate.control.Main"),
                    List.of("--dns-upstream", Stage.DNS, "--worker-cores",
                            Integer.toString(core)));
            // with carriers come answers of the worker, which may have threads started
            new Enrolment(gateway.api(), said -> {}).peer("Demo Mobile", List.of("26201"),
                    Stage.CARRIER);
            boolean _ = Lab.await(Duration.ofSeconds(10), () -> threads(gateway).stream()
                    .filter(thread -> thread.cores.contains(core)).count() == 1);
            assertThat(threads(gateway)).filteredOn(thread -> thread.cores.contains(core))
                    .containsExactly(new Seen("cellgate-worker", List.of(core)));
            assertThat(threads(gateway)).extracting(Seen::name)
                    .as("of the machine, from before the worker, and from after it")
                    .contains("VM Thread", "C1 CompilerThre", "cellgate-usage")
                    .anyMatch(name -> name.startsWith("vert.x-event"));
        }
    }

    private static List<Seen> threads(GatewayProcess gateway) {
        List<Seen> all = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + gateway.pid() + "/task"))) {
            for (Path thread : threads.toList()) {
                try {
                    all.add(new Seen(Files.readString(thread.resolve("comm")).strip(),
                            cores(thread)));
                } catch (IOException ended) {
                    // it has no core any more
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static List<Integer> cores(Path thread) throws IOException {
        for (String line : Files.readAllLines(thread.resolve("status"))) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return WorkerCores.parse(line.substring(line.indexOf(':') + 1).strip()).cores();
            }
        }
        throw new AssertionError("no line of cores of " + thread);
    }
}
