package io.cellgate.bench.demo;

import io.cellgate.bench.carrier.CarrierProcess;
import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.GtpCapture;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/**
 * {@code ./cellgate demo [--once]}. Ends with 0 if every scenario came out as expected, 1 if one did not, 2 for wrong
 * arguments. The launcher has checked privileges and programs.
 */
public final class DemoMain {
    private static final List<String> DEVICES = List.of("meter", "neighbour", "swapped",
            "traveller", "twog", "suspended", "streamer", "updated", "six", "old");

    private DemoMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        boolean once = List.of(arguments).equals(List.of("--once"));
        if (!once && arguments.length > 0) {
            System.err.println("cellgate: demo: got " + String.join(" ", arguments)
                    + ", expected --once or nothing");
            System.exit(2);
        }
        for (String leftover : Lab.removeLeftovers()) {
            System.out.println("removed " + leftover + ", left by a run that was killed");
        }
        int failed = 1;
        try (Lab lab = new Lab()) {
            Runtime.getRuntime().addShutdownHook(new Thread(lab::close, "cellgate-demo-cleanup"));
            try {
                failed = show(lab, once);
            } catch (IllegalStateException e) {
                System.err.println("cellgate: the demo broke off: " + e.getMessage());
            }
        }
        System.exit(failed == 0 ? 0 : 1);
    }

    /** Runs it; the number of scenarios that failed. */
    private static int show(Lab lab, boolean once) throws InterruptedException {
        System.out.println("making a carrier, a gateway and an internet with web and DNS servers");
        Stage stage = new Stage(lab);
        GtpCapture capture = new GtpCapture(lab, stage.carrier, "s8");
        String launcher = System.getProperty("cellgate.launcher", "./cellgate");
        GatewayProcess gateway = new GatewayProcess(stage, Command.of(launcher));
        System.out.println("gateway: ./cellgate run serves its API at " + gateway.api().base());
        try {
            return play(lab, stage, gateway, capture, once);
        } catch (IllegalStateException e) {
            System.err.println("the gateway's log ends with\n" + Log.tail(gateway.log(), 30));
            throw e;
        }
    }

    private static int play(Lab lab, Stage stage, GatewayProcess gateway, GtpCapture capture,
            boolean once) throws InterruptedException {
        CarrierProcess carrier = new CarrierProcess(lab, stage.carrier, Stage.CARRIER,
                Stage.GATEWAY);
        List<Card> cards = IntStream.range(0, DEVICES.size())
                .mapToObj(i -> Card.number(DEVICES.get(i), i + 1)).toList();
        Enrolment enrolment = new Enrolment(gateway.api(), System.out::println);
        enrolment.peer("Demo Mobile", List.of("26201"), Stage.CARRIER);
        Enrolment.Customer customer = enrolment.customer("Example Meters", cards, Enrolment.POLICY);
        String fault = carrier.echo();
        if (!fault.isEmpty()) {
            throw new IllegalStateException("the carrier's Echo: " + fault);
        }
        System.out.println("policy: " + Enrolment.POLICY.strip());
        Cast cast = new Cast(stage, carrier, gateway.api(), customer, cards);
        int failed = run(cast, scenarios(capture));
        if (!once) {
            invite(cast, gateway);
            new CountDownLatch(1).await();
        }
        return failed;
    }

    private static List<Scenario> scenarios(GtpCapture capture) {
        List<Scenario> all = new ArrayList<>();
        all.addAll(WebScenarios.all());
        all.addAll(IsolationScenarios.all());
        all.addAll(AttachScenarios.all());
        all.addAll(LiveScenarios.all());
        all.add(LearnScenario.scenario());
        all.add(new Scenario("gtp-messages",
                "tshark reads every GTP message that the gateway and the carrier sent",
                "well-formed",
                cast -> judge(capture)));
        return all;
    }

    private static Outcome judge(GtpCapture capture) {
        capture.stop();
        boolean wellFormed = true;
        List<String> seen = new ArrayList<>();
        for (String source : List.of(Stage.GATEWAY, Stage.CARRIER)) {
            GtpCapture.Judgement judgement = capture.judge(source);
            seen.add("tshark:  %d messages from %s, %d of them malformed or marked".formatted(
                    judgement.messages(), source, judgement.faults().size()));
            seen.addAll(judgement.faults());
            wellFormed &= judgement.messages() > 0 && judgement.faults().isEmpty();
        }
        return new Outcome(wellFormed ? "well-formed" : "faulty", seen);
    }

    private static int run(Cast cast, List<Scenario> scenarios) {
        int failed = 0;
        for (Scenario scenario : scenarios) {
            System.out.println();
            System.out.println(scenario.story());
            Outcome outcome;
            try {
                outcome = scenario.play().run(cast);
            } catch (IllegalStateException e) {
                outcome = Outcome.of("broke-off", String.valueOf(e.getMessage()));
            }
            outcome.seen().forEach(line -> System.out.println("    " + line));
            boolean passed = outcome.got().equals(scenario.expected());
            failed += passed ? 0 : 1;
            System.out.printf("scenario %s expected=%s got=%s%n", scenario.name(),
                    scenario.expected(), outcome.got());
        }
        System.out.printf("%n%d passed, %d failed%n", scenarios.size() - failed, failed);
        return failed;
    }

    private static void invite(Cast cast, GatewayProcess gateway) {
        Cast.Equipment meter = cast.attached("meter");
        System.out.printf("""

                It all stays up until Ctrl-C. From another terminal, as root:

                a device's programs, for example
                  ip netns exec %1$s curl http://api.meters.example/v1/telemetry
                  ip netns exec %1$s dig tracker.example

                the API, as the customer (TOKEN=%2$s)
                  ip netns exec %3$s curl -H "Authorization: Bearer $TOKEN" %4$s/v1/sims
                  ip netns exec %3$s curl -H "Authorization: Bearer $TOKEN" %4$s/v1/flows?sim=%5$s
                  ip netns exec %3$s curl -H "Authorization: Bearer $TOKEN" %4$s/v1/policies/%6$s
                and as the operator (TOKEN=%7$s)
                  ip netns exec %3$s curl -H "Authorization: Bearer $TOKEN" %4$s/metrics

                the gateway's log: %8$s
                """, meter.namespace(), cast.customer.api().token(), cast.stage.gateway,
                gateway.api().base(), meter.card().iccid(), cast.customer.policy(),
                gateway.api().token(), gateway.log());
    }
}
