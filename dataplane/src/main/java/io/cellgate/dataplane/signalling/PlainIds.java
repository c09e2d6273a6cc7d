package io.cellgate.dataplane.signalling;

import io.cellgate.policy.subject.Imsi;
import java.security.SecureRandom;

/** The names that sessions in no tunnel have in the user plane, which has tunnels by theirs: no two are the same. */
final class PlainIds {
    private final SessionTable tunnels;
    private final SessionTraffic traffic;
    private final SecureRandom random;

    PlainIds(SessionTable tunnels, SessionTraffic traffic, SecureRandom random) {
        this.tunnels = tunnels;
        this.traffic = traffic;
        this.random = random;
    }

    /** One that no session has, for a session of this SIM. */
    int take(Imsi imsi) {
        int id = random.nextInt();
        while (id == 0 || tunnels.byUserTeid(id) != null || !traffic.suits(imsi, id)) {
            id = random.nextInt();
        }
        traffic.takePlainId(id);
        return id;
    }

    void give(int id) {
        traffic.givePlainId(id);
    }
}
