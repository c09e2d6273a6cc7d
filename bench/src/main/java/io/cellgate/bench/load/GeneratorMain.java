package io.cellgate.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A generator as a process in its namespace: {@code GeneratorMain INTERFACE}. Reads a command a line and answers each
 * with a line; ends with its input.
 *
 * <pre>
 * schedule FILE PAYLOAD_AT       → ready
 * flood MILLIS                   → sent FRAMES, at its end
 * send FRAMES PER_SECOND GROUP   → sent FRAMES, at its end
 * stop                           ends a flood or a send early; it has no answer of its own
 * swallow                        → ready; a {@link Sink} drops what comes in, until it is watched
 * swallowed                      → swallowed FRAMES OCTETS, so far
 * watch                          → ready; {@link Arrivals} looks at what comes in from now on
 * reset                          → ready
 * ages SHARE...                  → ages NANOS..., that these shares of the packets did not pass
 * last ADDRESS-LOW-HALF...       → last NANOS..., when the last packet of these devices came
 * </pre>
 *
 * What cannot be done is answered {@code error REASON}.
 */
public final class GeneratorMain {
    private GeneratorMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        NetworkInterface device = NetworkInterface.getByName(arguments[0]);
        if (device == null) {
            System.out.println("error no interface " + arguments[0]);
            return;
        }
        Generator generator = null;
        Arrivals arrivals = null;
        Sink sink = null;
        Thread running = null;
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                if (arrivals != null && look(arrivals, words)) {
                    continue;
                }
                if (running != null) {
                    if (words[0].equals("stop")) {
                        running.interrupt();
                    }
                    running.join();
                    running = null;
                }
                switch (words[0]) {
                    case "schedule" -> generator = schedule(generator, words, device.getIndex());
                    case "swallow" -> sink = swallow(device.getIndex());
                    case "swallowed" -> System.out.println(sink == null
                            ? "error nothing is swallowed"
                            : "swallowed " + sink.frames() + " " + sink.octets());
                    case "watch" -> {
                        if (sink != null) {
                            sink.close();
                            sink = null;
                        }
                        arrivals = watch(device.getIndex());
                    }
                    case "stop" -> {
                    }
                    default -> running = start(generator, words);
                }
            }
        }
        if (running != null) {
            running.interrupt();
            running.join();
        }
        if (generator != null) {
            generator.close();
        }
        if (arrivals != null) {
            arrivals.close();
        }
        if (sink != null) {
            sink.close();
        }
    }

    private static @Nullable Sink swallow(int interfaceIndex) {
        try {
            Sink sink = new Sink(interfaceIndex);
            System.out.println("ready");
            return sink;
        } catch (IOException e) {
            System.out.println("error " + e.getMessage());
            return null;
        }
    }

    private static @Nullable Arrivals watch(int interfaceIndex) {
        try {
            Arrivals arrivals = new Arrivals(interfaceIndex);
            System.out.println("ready");
            return arrivals;
        } catch (IOException e) {
            System.out.println("error " + e.getMessage());
            return null;
        }
    }

    /** Answers a question about what has come, also while something is being sent; false where it is none. */
    private static boolean look(Arrivals arrivals, String[] words) {
        StringBuilder answer = new StringBuilder(words[0]);
        switch (words[0]) {
            case "reset" -> {
                arrivals.reset();
                System.out.println("ready");
                return true;
            }
            case "ages" -> {
                for (int i = 1; i < words.length; i++) {
                    answer.append(' ').append(arrivals.quantileNanos(Double.parseDouble(words[i])));
                }
            }
            case "last" -> {
                for (int i = 1; i < words.length; i++) {
                    answer.append(' ').append(arrivals.lastNanos(Integer.parseInt(words[i])));
                }
            }
            default -> {
                return false;
            }
        }
        System.out.println(answer);
        return true;
    }

    private static @Nullable Generator schedule(@Nullable Generator before, String[] words,
            int interfaceIndex) {
        if (before != null) {
            before.close();
        }
        try {
            Generator generator = new Generator(
                    FrameSchedule.read(Path.of(words[1]), Integer.parseInt(words[2])),
                    interfaceIndex);
            System.out.println("ready");
            return generator;
        } catch (IOException e) {
            System.out.println("error " + e.getMessage());
            return null;
        }
    }

    private static @Nullable Thread start(@Nullable Generator generator, String[] words) {
        if (generator == null) {
            System.out.println("error " + words[0] + " before a schedule");
            return null;
        }
        return Thread.ofPlatform().start(() -> {
            try {
                long sent = switch (words[0]) {
                    case "flood" -> generator.flood(Long.parseLong(words[1]) * 1_000_000);
                    case "send" -> generator.send(Long.parseLong(words[1]),
                            Long.parseLong(words[2]), Integer.parseInt(words[3]));
                    default -> throw new IOException("got " + words[0]
                            + ", expected schedule, flood, send, swallow, swallowed, watch or stop");
                };
                System.out.println("sent " + sent);
            } catch (IOException | RuntimeException e) {
                System.out.println("error " + e.getMessage());
            }
        });
    }
}
