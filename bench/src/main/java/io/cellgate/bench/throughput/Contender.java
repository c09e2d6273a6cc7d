package io.cellgate.bench.throughput;

import io.cellgate.bench.load.CpuTime;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.Site;

/** One that forwards packets between the ends of its site, running and with its sessions made. */
public interface Contender {
    /** As it stands in tables. */
    String name();

    Site site();

    /** The threads that forward. */
    CpuTime threads();

    /** What the carrier's end sends. */
    FrameSchedule uplink(FrameSchedule.Traffic traffic);

    /** What the internet's end sends. */
    FrameSchedule downlink(FrameSchedule.Traffic traffic);
}
