package io.cellgate.bench.userplane;

import io.cellgate.bench.carrier.BulkAttach.Attached;
import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import io.cellgate.bench.load.CpuTime;
import io.cellgate.bench.load.Site;
import io.cellgate.bench.throughput.Contender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A running {@link UserPlaneMain} on the gateway's core, spoken to in its lines. */
public final class UserPlaneProcess implements Contender {
    /** How many decided flows the kernel forwards by itself where a gateway is not told otherwise. */
    public static final int KERNEL_FLOWS = 1 << 17;

    private final String backend;
    private final Site site;
    private final Process process;
    private final Path log;
    private final Writer commands;
    private final BufferedReader answers;
    private final List<Attached> devices;

    /**
     * @param key         letters and digits, once in a lab
     * @param kernelFlows how many decided flows the kernel may forward by itself
     * @param sessions    that it has from the start
     */
    public UserPlaneProcess(Lab lab, String key, String backend, int kernelFlows, int sessions) {
        this.backend = backend;
        site = new Site(lab, key, LoadSessions.DEVICES);
        log = lab.folder().resolve(key + "-userplane.log");
        String heap = sessions > 200_000 ? "4g" : "768m";
        List<String> words = new ArrayList<>(
                JavaProgram
                        .of(UserPlaneMain.class, backend, Integer.toString(kernelFlows)).words());
        // Java's choice for a gateway on more than the one processor that this one starts on
        words.addAll(1, List.of("-XX:+UseG1GC", "-Xms" + heap, "-Xmx" + heap,
                "-XX:+AlwaysPreTouch"));
        process = lab.startDialogue(new Command(words).behind("ip", "netns", "exec",
                site.gateway.name(), "taskset", "-c", Integer.toString(Site.GATEWAY_CORE)), log);
        commands = process.outputWriter();
        answers = process.inputReader();
        devices = LoadSessions.attached(sessions);
        require("ready");
    }

    @Override
    public String name() {
        return "user plane " + backend + ", " + devices.size() + " sessions";
    }

    @Override
    public Site site() {
        return site;
    }

    @Override
    public CpuTime threads() {
        return CpuTime.ofWorkers(process.pid());
    }

    @Override
    public List<ProcessHandle> processes() {
        return List.of(process.toHandle());
    }

    @Override
    public List<Attached> devices() {
        return devices;
    }

    /** Installs sessions by their numbers. */
    public void install(int from, int count) {
        command("install " + from + " " + count);
        require("installed");
    }

    public void remove(int from, int count) {
        command("remove " + from + " " + count);
        require("removed");
    }

    /** Removes sessions one after the other; when each was asked for, by System.nanoTime. */
    public List<Long> kill(int from, int count) {
        return numbers("kill " + from + " " + count, "killed");
    }

    public void publish() {
        command("publish");
        require("published");
    }

    /** Octets of live objects, and of memory beside the heap. */
    public record Memory(long heap, long nativeOctets) {}

    public Memory memory() {
        List<Long> found = numbers("memory", "memory");
        return new Memory(found.get(0), found.get(1));
    }

    /** What it counted so far. */
    public record Counters(long packetsUp, long octetsUp, long flows, long flowsStarted,
            long recordsLost) {}

    public Counters counters() {
        List<Long> found = numbers("counters", "counters");
        return new Counters(found.get(0), found.get(1), found.get(2), found.get(3),
                found.get(4));
    }

    private List<Long> numbers(String question, String head) {
        command(question);
        String answer = answer();
        if (!answer.startsWith(head + " ")) {
            throw new IllegalStateException("the user plane: " + answer + " " + Log.read(log));
        }
        return Arrays.stream(answer.substring(head.length() + 1).split(" ", -1))
                .map(Long::valueOf).toList();
    }

    private void command(String line) {
        try {
            commands.write(line + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the user plane ended: " + Log.read(log), e);
        }
    }

    private void require(String wanted) {
        String answer = answer();
        if (!answer.equals(wanted)) {
            throw new IllegalStateException("the user plane: " + answer + " " + Log.read(log));
        }
    }

    private String answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("the user plane ended: " + Log.read(log));
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has its other threads, and those of this process, beside the generator. */
    public void leaveCoreToWorkers() {
        Site.leaveGatewayCoreToWorkers(process.pid());
        String _ = Command.of("taskset", "-a", "-p", "-c", Integer.toString(Site.GENERATOR_CORE),
                Long.toString(ProcessHandle.current().pid())).mustRun();
    }

    /** Ends it. */
    public void stop() {
        Lab.stop(process);
    }
}
