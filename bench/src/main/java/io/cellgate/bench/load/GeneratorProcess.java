package io.cellgate.bench.load;

import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import io.cellgate.bench.lab.Namespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A running {@link GeneratorMain} on one core, spoken to in its lines. */
public final class GeneratorProcess {
    /** What {@link #agesNanos} tells of packets that took that long or longer. */
    public static final long LONGEST_AGE_NANOS = (long) Arrivals.BUCKETS << Arrivals.BUCKET_SHIFT;

    private final Process process;
    private final Path log;
    private final Path scheduleFile;
    private final Writer commands;
    private final BufferedReader answers;

    /** @param core the processor that it runs on, and that its frames are received on */
    public GeneratorProcess(Lab lab, Namespace namespace, String interfaceName, int core) {
        log = lab.folder().resolve(namespace.name() + "-generator.log");
        scheduleFile = lab.folder().resolve(namespace.name() + "-schedule");
        Command java = JavaProgram.of(GeneratorMain.class, interfaceName);
        process = lab.startDialogue(java.behind("ip", "netns", "exec", namespace.name(), "taskset",
                "-c", Integer.toString(core)), log);
        commands = process.outputWriter();
        answers = process.inputReader();
    }

    /** Its process, which is in its namespace. */
    public long pid() {
        return process.pid();
    }

    public void schedule(FrameSchedule schedule) {
        schedule.write(scheduleFile);
        command("schedule " + scheduleFile + " " + schedule.payloadAt());
        require("ready");
    }

    /** Has what comes in dropped as soon as it is counted, until it is watched; takes what XDP programs redirect. */
    public void swallow() {
        command("swallow");
        require("ready");
    }

    /** How many frames were dropped so, and how many octets they had, their Ethernet headers included. */
    public List<Long> swallowed() {
        return numbers("swallowed", List.of());
    }

    /** Begins to look at what comes in. */
    public void watch() {
        command("watch");
        require("ready");
    }

    /** Forgets the ages of what came in so far. */
    public void reset() {
        command("reset");
        require("ready");
    }

    /** The ages in nanoseconds that these shares of the packets did not pass, since the generator made them. */
    public List<Long> agesNanos(double... shares) {
        return numbers("ages", Arrays.stream(shares).mapToObj(Double::toString).toList());
    }

    /** When the last packets of these devices came, by System.nanoTime; 0: none has. */
    public List<Long> lastNanos(List<InetAddress> devices) {
        return numbers("last", devices.stream().map(InetAddress::getAddress).map(
                octets -> Integer.toString((octets[2] & 0xff) << 8 | octets[3] & 0xff)).toList());
    }

    private List<Long> numbers(String question, List<String> arguments) {
        command(question + " " + String.join(" ", arguments));
        String answer = answer();
        if (!answer.startsWith(question + " ")) {
            throw new IllegalStateException("asked for " + question + ", got " + answer);
        }
        return Arrays.stream(answer.substring(question.length() + 1).split(" ", -1))
                .map(Long::valueOf).toList();
    }

    private void require(String wanted) {
        String answer = answer();
        if (!answer.equals(wanted)) {
            throw new IllegalStateException("the generator: " + answer + " " + Log.read(log));
        }
    }

    /** Begins to send as fast as it can; {@link #sent} waits for the end. */
    public void beginFlood(Duration duration) {
        command("flood " + duration.toMillis());
    }

    /** Begins to send so many frames at this rate, groups of some at a time; {@link #sent} waits for the end. */
    public void beginSend(long frames, long framesPerSecond, int group) {
        command("send " + frames + " " + framesPerSecond + " " + group);
    }

    /** Ends what was begun; {@link #sent} then tells how far it came. */
    public void stop() {
        command("stop");
    }

    /** Waits for the end of what was begun; how many frames were made. */
    public long sent() {
        String answer = answer();
        if (!answer.startsWith("sent ")) {
            throw new IllegalStateException("the generator: " + answer + " " + Log.read(log));
        }
        return Long.parseLong(answer.substring("sent ".length()));
    }

    private void command(String line) {
        try {
            commands.write(line + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the generator ended: " + Log.read(log), e);
        }
    }

    private String answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("the generator ended: " + Log.read(log));
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
