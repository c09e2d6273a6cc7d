package io.cellgate.bench.load;

import io.cellgate.bench.lab.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which way packets go. */
public enum Direction {
    UPLINK, DOWNLINK, BOTH;

    private static final Duration SETTLING = Duration.ofMillis(400);
    private static final Duration AFTER = Duration.ofMillis(100);
    private static final Duration LIMIT_WINDOW = Duration.ofSeconds(2);
    private static final int FEWEST_FLOODS = 3;
    private static final int MOST_FLOODS = 12;
    private static final double STILL_GROWS = 1.1;

    /**
     * What came out of the gateway.
     *
     * @param nanosPerPacket how long its threads were on a processor for each
     */
    public record Rate(double packetsPerSecond, double nanosPerPacket) {}

    /** Packets a second that come out of the gateway while as many as possible go in, at rest over this time. */
    public double flood(Site site, Duration window) {
        return flood(site, window, new CpuTime()).packetsPerSecond;
    }

    /**
     * The same once that has stopped growing: what runs in a virtual machine is slow until its compiler has seen enough, and what
     * a packet begins is more work than what it goes on with.
     */
    public double limit(Site site) {
        double before = 0;
        double now = 0;
        for (int i = 0; i < FEWEST_FLOODS
                || (i < MOST_FLOODS && now > STILL_GROWS * before); i++) {
            before = now;
            now = flood(site, LIMIT_WINDOW);
        }
        return now;
    }

    /** A flood, with the time that these threads took for its packets. */
    public Rate flood(Site site, Duration window, CpuTime threads) {
        List<GeneratorProcess> senders = new ArrayList<>();
        if (this != DOWNLINK) {
            senders.add(site.atCarrier);
        }
        if (this != UPLINK) {
            senders.add(site.atInternet);
        }
        Duration all = SETTLING.plus(window).plus(AFTER);
        senders.forEach(sender -> sender.beginFlood(all));
        pause(SETTLING);
        Site.Count upBefore = site.uplinkCount();
        Site.Count downBefore = site.downlinkCount();
        long cpuBefore = threads.nanos();
        pause(window);
        long cpuNanos = threads.nanos() - cpuBefore;
        Site.Count up = site.uplinkCount();
        Site.Count down = site.downlinkCount();
        senders.forEach(GeneratorProcess::sent);
        double rate = 0;
        long packets = 0;
        if (this != DOWNLINK) {
            rate += up.packetsPerSecondSince(upBefore);
            packets += up.packets() - upBefore.packets();
        }
        if (this != UPLINK) {
            rate += down.packetsPerSecondSince(downBefore);
            packets += down.packets() - downBefore.packets();
        }
        return new Rate(rate, (double) cpuNanos / Math.max(1, packets));
    }

    private static void pause(Duration duration) {
        Lab.pause(duration);
    }

    /** As in keys and tables. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
