package io.cellgate.bench.throughput;

import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.load.SimRows;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes contenders by their names, ours with copies of one store. */
public final class Contenders {
    static final String KERNEL = "kernel";
    static final String OSMO = "osmo";
    private static final Pattern OURS = Pattern.compile("(tun|xdp|xdpworker|afpacket)([0-9]*)");

    private final Lab lab;
    private final int sessions;
    private @Nullable Store store;

    public Contenders(Lab lab, int sessions) {
        this.lab = lab;
        this.sessions = sessions;
    }

    /** @param name {@code kernel}, {@code osmo}, or as {@link #ours} takes it */
    public Contender make(String name) {
        System.err.println("setting up " + name);
        return switch (name) {
            case KERNEL -> new KernelForwarding(lab, name, sessions);
            case OSMO -> new OsmoGgsn(lab, name, sessions);
            default -> ours(name);
        };
    }

    /**
     * @param name of a backend, or xdpworker where the kernel is not to forward decided flows by itself; behind it how many
     *             workers, if several
     */
    public Cellgate ours(String name) {
        Matcher parts = OURS.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException("contender: got " + name
                    + ", expected kernel, osmo, or tun, xdp, xdpworker or afpacket and a number of workers");
        }
        int workers = parts.group(2).isEmpty() ? 1 : Integer.parseInt(parts.group(2));
        String backend = parts.group(1).equals("xdpworker") ? "xdp" : parts.group(1);
        return new Cellgate(lab, store(), name, backend, parts.group(1).equals("xdp"), workers,
                sessions);
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
        return SimRows.iccid(n);
    }

    static boolean isOurs(String name) {
        return !name.equals(KERNEL) && !name.equals(OSMO);
    }
}
