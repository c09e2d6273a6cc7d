package io.cellgate.bench.throughput;

import io.cellgate.bench.carrier.BulkAttach.Attached;
import io.cellgate.bench.lab.Command;
import io.cellgate.bench.load.CpuTime;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.Site;
import java.util.List;

/** One that forwards packets between the ends of its site, running and with its sessions made. */
public interface Contender {
    /** As it stands in tables. */
    String name();

    Site site();

    /** The threads that forward. */
    CpuTime threads();

    /** Its processes but for the kernel's. */
    List<ProcessHandle> processes();

    /** Lets its processes run, or has them rest: one that is not measured takes nothing from one that is. */
    default void run(boolean run) {
        for (ProcessHandle process : processes()) {
            Command.of("kill", run ? "-CONT" : "-STOP", Long.toString(process.pid())).mustRun();
        }
    }

    /** Those that send and are sent to, in the order of their SIMs. */
    List<Attached> devices();

    /** What the carrier's end sends. */
    default FrameSchedule uplink(FrameSchedule.Traffic traffic) {
        return FrameSchedule.uplink(site().access(), devices(), Site.server(), traffic);
    }

    /** What the internet's end sends. */
    default FrameSchedule downlink(FrameSchedule.Traffic traffic) {
        return FrameSchedule.downlink(site().core(), devices(), Site.server(), traffic);
    }
}
