package io.cellgate.dataplane.gtpc;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.cellgate.dataplane.fuzz.BoundedFuzz;
import org.junit.jupiter.api.Test;

/** Whatever the octets, a decoder returns a record or a fault. */
class GtpcFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void gtp2(byte[] datagram) {
        if (Gtp2Message
                .decode(Octets.of(datagram)) instanceof Decoded.Good<Gtp2Message>(Gtp2Message m)) {
            check(CreateSessionRequest.decode(m));
            check(CreateSessionResponse.decode(m));
            check(ModifyBearerRequest.decode(m));
            check(DeleteSessionRequest.decode(m));
            check(DeleteBearerRequest.decode(m));
            check(ChangeNotificationRequest.decode(m));
            check(ModifyBearerCommand.decode(m));
            check(DeleteBearerCommand.decode(m));
            check(BearerResourceCommand.decode(m));
            check(UpdateBearerRequest.decode(m));
            check(SuspensionNotice.decode(m));
            check(DeletePdnConnectionSetRequest.decode(m));
            if (m.sender() != null && m.recovery() != null && m.cause() != null) {
                check(CreateSessionRequest.decode(m));
            }
        }
    }

    @FuzzTest(maxDuration = "20s")
    void gtp1(byte[] datagram) {
        if (Gtp1Message
                .decode(Octets.of(datagram)) instanceof Decoded.Good<Gtp1Message>(Gtp1Message m)) {
            check(CreatePdpContextRequest.decode(m));
            check(CreatePdpContextResponse.decode(m));
            check(UpdatePdpContextRequest.decode(m));
            check(DeletePdpContextRequest.decode(m));
            check(MsInfoChangeRequest.decode(m));
            if (m.recovery() != null && m.cause() != null) {
                check(CreatePdpContextRequest.decode(m));
            }
        }
    }

    private static void check(Decoded<?> decoded) {
        if (decoded instanceof Decoded.Bad<?>(Fault fault) && fault.detail().isEmpty()) {
            throw new IllegalStateException("a fault without a detail");
        }
    }

    @Test
    void mutatedMessages_stopNothing() {
        BoundedFuzz.run(this::gtp2, BoundedFuzz.kept(GtpcFuzzTest.class, "gtp2"));
        BoundedFuzz.run(this::gtp1, BoundedFuzz.kept(GtpcFuzzTest.class, "gtp1"));
    }
}
