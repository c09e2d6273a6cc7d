package io.cellgate.bench.publish;

import io.cellgate.bench.carrier.FleetMain;
import io.cellgate.bench.demo.GatewayProcess;
import io.cellgate.bench.demo.Stage;
import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import io.cellgate.bench.lab.Namespace;
import io.cellgate.control.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * From the PUT of a policy to its effect on traffic, through a real gateway process with 10 000 sessions in network
 * namespaces (see {@link Stage}). A stream of 2000 datagrams a second, of 20 devices, is blocked and allowed by turns;
 * the effect is there when the last one came that was to be blocked, or the first that was to be allowed, as the server
 * received it. Beside it a stream that is allowed throughout, 1000 numbered datagrams a second: of it none may be lost.
 */
public final class PublishBench {
    public static final int SESSIONS = 10_000;
    private static final int PUTS = 200;
    private static final int PUTS_WITH_SESSION_RULE = 12;
    private static final long FIRST_IMSI = 262_010_000_000_001L;

    private PublishBench() {}

    /**
     * @param lost of the stream that was allowed throughout
     */
    public record Figures(double p50Millis, double p99Millis, double answeredP99Millis,
            double withSessionRuleP99Millis, long sent, long lost) {
        /** As {@code key=value}. */
        public String text() {
            return String.format(Locale.ROOT,
                    "publish_p50_ms=%.1f publish_p99_ms=%.1f publish_session_rule_p99_ms=%.1f"
                            + " sent_packets=%d lost_packets=%d",
                    p50Millis, p99Millis, withSessionRuleP99Millis, sent, lost);
        }
    }

    /** A process that is spoken to by the line. */
    private record Dialogue(Process process, BufferedReader out, Writer in, Path log) {
        static Dialogue start(Lab lab, Namespace where, String name, Command command) {
            Path log = lab.folder().resolve(name + ".log");
            Process process = lab.startDialogue(command.behind("ip", "netns", "exec", where.name()),
                    log);
            return new Dialogue(process, process.inputReader(), process.outputWriter(), log);
        }

        void say(String line) throws IOException {
            in.write(line + "\n");
            in.flush();
        }

        /** The next line, which must begin so; without its beginning. */
        String hear(String beginning) throws IOException {
            String line = out.readLine();
            if (line == null || !line.startsWith(beginning)) {
                throw new IOException("expected \"" + beginning + "\", got \"" + line + "\": "
                        + Log.tail(log, 30));
            }
            return line.substring(beginning.length()).strip();
        }
    }

    /** A replacement of the policy. */
    private record Put(long startedNanos, long answeredNanos, boolean allows) {}

    /** Needs root. */
    public static Figures run(int sessions) throws IOException {
        List<String> _ = Lab.removeLeftovers();
        try (Lab lab = new Lab()) {
            Runtime.getRuntime().addShutdownHook(new Thread(lab::close, "publish-cleanup"));
            return run(lab, new Stage(lab), sessions);
        }
    }

    private static Figures run(Lab lab, Stage stage, int sessions)
            throws IOException {
        GatewayProcess gateway = new GatewayProcess(stage, JavaProgram.of(Main.class));
        Path arrivals = lab.folder().resolve("arrivals");
        Dialogue sink = Dialogue.start(lab, stage.internet, "sink",
                JavaProgram.of(SinkMain.class, Stage.WEB, arrivals.toString()));
        String _ = sink.hear("ready");
        Dialogue owner = Dialogue.start(lab, stage.gateway, "owner",
                JavaProgram.of(OwnerMain.class, gateway.api().base(), gateway.api().token(),
                        Stage.CARRIER, Long.toString(FIRST_IMSI), Integer.toString(sessions)));
        String _ = owner.hear("ready");
        Dialogue carrier = Dialogue.start(lab, stage.carrier, "fleet",
                JavaProgram.of(FleetMain.class, Stage.CARRIER, Stage.GATEWAY,
                        Long.toString(FIRST_IMSI), Integer.toString(sessions), Stage.WEB));
        String attached = carrier.hear("attached");
        if (!attached.equals(Integer.toString(sessions))) {
            throw new IOException("attached " + attached + " of " + sessions);
        }
        carrier.say("go");
        Lab.pause(Duration.ofSeconds(3)); // the first flows begin, code is compiled
        List<Put> warm = puts(owner, PUTS / 4, "plain");
        List<Put> plain = puts(owner, PUTS, "plain");
        List<Put> withSession = puts(owner, PUTS_WITH_SESSION_RULE, "session");
        carrier.say("stop");
        long sent = Long.parseLong(carrier.hear("sent").split(" ", 2)[0]);
        sink.say("stop");
        long received = Long.parseLong(sink.hear("received"));
        long[] came = Files.readAllLines(arrivals).stream().mapToLong(Long::parseLong).sorted()
                .toArray();
        List<Double> effects = effects(plain, came);
        List<Double> answers = new ArrayList<>(plain.stream()
                .map(put -> (put.answeredNanos() - put.startedNanos()) / 1e6).toList());
        Collections.sort(answers);
        List<Double> heavy = effects(withSession, came);
        Figures figures = new Figures(part(effects, 0.5), part(effects, 0.99),
                part(answers, 0.99), part(heavy, 0.99), sent, sent - received);
        System.out.printf(Locale.ROOT,
                "%d sessions, %d replacements after %d to warm up: effect p50 %.1f ms, p99 %.1f ms, max %.1f ms;"
                        + " answered p99 %.1f ms; with a rule of the session phase (%d) effect p99 %.1f ms%n",
                sessions, PUTS, warm.size(), figures.p50Millis(), figures.p99Millis(),
                effects.getLast(), figures.answeredP99Millis(), PUTS_WITH_SESSION_RULE,
                figures.withSessionRuleP99Millis());
        System.out.printf(Locale.ROOT,
                "allowed throughout: %d datagrams, %d lost; of the other stream %d came%n", sent,
                sent - received, came.length);
        return figures;
    }

    private static List<Put> puts(Dialogue owner, int times, String rule) throws IOException {
        owner.say("put " + times + " " + rule);
        List<Put> puts = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            String[] words = owner.hear("put").split(" ", -1);
            puts.add(new Put(Long.parseLong(words[0]), Long.parseLong(words[1]),
                    words[2].equals("allowed")));
        }
        String _ = owner.hear("done");
        return puts;
    }

    /** Milliseconds to the effect, sorted: of each but the last, which has no end to be seen. */
    private static List<Double> effects(List<Put> puts, long[] came) {
        List<Double> effects = new ArrayList<>();
        for (int i = 0; i + 1 < puts.size(); i++) {
            long from = puts.get(i).startedNanos();
            long to = puts.get(i + 1).startedNanos();
            long first = Long.MAX_VALUE;
            long last = from;
            for (long at : came) {
                if (at >= from && at < to) {
                    first = Math.min(first, at);
                    last = Math.max(last, at);
                }
            }
            // a stream that was allowed and did not come until the next change took at least so
            // long
            effects.add(((puts.get(i).allows() ? Math.min(first, to) : last) - from) / 1e6);
        }
        Collections.sort(effects);
        return effects;
    }

    private static double part(List<Double> sorted, double part) {
        return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * part)));
    }
}
