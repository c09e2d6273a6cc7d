package io.cellgate.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.io.NetworkNamespace;
import io.cellgate.dataplane.io.PacketBackends.Backend;
import io.cellgate.dataplane.io.PacketIo;
import org.junit.jupiter.api.Test;

/** Where the kernel cannot forward by itself, it is said why, and nothing else is lost. */
class KernelFallbackTest {
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_PERFMON = 38;

    @Test
    void kernelThatRefusesOurPrograms_orInterfacesThatTakeNothing_leaveXdp() throws Exception {
        NetworkNamespace.assumePossible("ethtool", "sysctl", "ping");
        LinkTestBed bed = new LinkTestBed(4096);
        try {
            String none = described(bed);
            assertThat(none).startsWith("xdp (native, native): ");
            bed.takeRedirected(true);
            assertThat(described(bed))
                    .startsWith("xdp (native, native), up to 4096 decided flows");
            assertThat(bed.said).noneMatch(each -> each.contains("by the kernel alone"));

            // who has CAP_SYS_ADMIN has the other one, too
            bed.gatewaySpace.drop(CAP_SYS_ADMIN, CAP_PERFMON);
            assertThat(described(bed)).isEqualTo(none);
            assertThat(bed.said).filteredOn(each -> each.contains("by the kernel alone")).last()
                    .asString().contains("errno 13 (needs CAP_PERFMON").contains("prohibited")
                    .hasLineCount(1).hasSizeLessThan(500);
        } finally {
            bed.close();
        }
    }

    private static String described(LinkTestBed bed) throws Exception {
        PacketIo io = bed.open(Backend.XDP, 1).getFirst();
        try {
            return io.describe();
        } finally {
            io.close();
        }
    }
}
