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

    /** Packets a second that come out of the gateway while as many as possible go in, at rest over this time. */
    public double flood(Site site, Duration window) {
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
        pause(window);
        Site.Count up = site.uplinkCount();
        Site.Count down = site.downlinkCount();
        senders.forEach(GeneratorProcess::sent);
        double rate = 0;
        if (this != DOWNLINK) {
            rate += up.packetsPerSecondSince(upBefore);
        }
        if (this != UPLINK) {
            rate += down.packetsPerSecondSince(downBefore);
        }
        return rate;
    }

    private static void pause(Duration duration) {
        Lab.pause(duration);
    }

    /** As in keys and tables. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
