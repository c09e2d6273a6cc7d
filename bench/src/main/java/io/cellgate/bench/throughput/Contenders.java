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
    private static final Pattern OURS = Pattern.compile("(tun|xdp|afpacket)(worker)?([0-9]*)");

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
     * @param name of a backend, behind it "worker" where each packet is to be forwarded by one, and how many workers, if
     *             several
     */
    public Cellgate ours(String name) {
        Matcher parts = OURS.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException("contender: got " + name
                    + ", expected kernel, osmo, or tun, xdp or afpacket, \"worker\" and a number of workers");
        }
        int workers = parts.group(3).isEmpty() ? 1 : Integer.parseInt(parts.group(3));
        return new Cellgate(lab, store(), name, parts.group(1),
                parts.group(1).equals("xdp") && parts.group(2) == null, workers, sessions);
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
