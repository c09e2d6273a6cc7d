package io.cellgate.bench.throughput;

import io.cellgate.bench.lab.Lab;
import org.jspecify.annotations.Nullable;

/** Makes contenders by their names, ours with copies of one store. */
public final class Contenders {
    static final String KERNEL = "kernel";
    static final String OSMO = "osmo";

    private final Lab lab;
    private final int sessions;
    private @Nullable Store store;

    public Contenders(Lab lab, int sessions) {
        this.lab = lab;
        this.sessions = sessions;
    }

    /** @param name {@code kernel}, {@code osmo}, or one of our backends as {@code --io} takes it */
    public Contender make(String name) {
        System.err.println("setting up " + name);
        return switch (name) {
            case KERNEL -> new KernelForwarding(lab, name, sessions);
            case OSMO -> new OsmoGgsn(lab, name, sessions);
            default -> ours(name);
        };
    }

    public Cellgate ours(String backend) {
        return new Cellgate(lab, store(), backend, sessions);
    }

    private Store store() {
        Store made = store;
        if (made == null) {
            made = new Store(lab, sessions);
            store = made;
        }
        return made;
    }

    /** The token of who owns the SIMs, at each of our gateways. */
    public String customerToken() {
        return store().customerToken;
    }

    /** The ICCID of the nth SIM, whose session is the nth. */
    public static String iccid(int n) {
        return Store.iccid(n);
    }

    static boolean isOurs(String name) {
        return !name.equals(KERNEL) && !name.equals(OSMO);
    }
}
