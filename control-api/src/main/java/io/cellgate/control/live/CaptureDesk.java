package io.cellgate.control.live;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imsi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The captures of this process: files in a folder of their own, bounded in number and size, that go when they are deleted
 * or when the process starts again. A capture is of the account that had the SIM when it began, and stops when the SIM
 * leaves that.
 */
public final class CaptureDesk implements AutoCloseable {
    public static final int MAX_KEPT = 64;
    public static final int MAX_OF_ACCOUNT = 8;
    private static final int PATIENCE_SECONDS = 10;

    private final Path folder;
    private final LiveGateway gateway;
    private final InetAddress gtpu;
    private final InstantSource clock;
    private final TreeMap<String, Capture> captures = new TreeMap<>();

    /** One of them. */
    public record Capture(String id, String account, Iccid iccid, Imsi imsi,
            PacketCapture.Layer layer, PacketCapture.Limits limits, Instant startedAt,
            PacketCapture packets) {}

    /**
     * @param folder made if it is not there, and emptied
     * @param gtpu   our address towards the carriers, for the headers of outer packets
     */
    public CaptureDesk(Path folder, LiveGateway gateway, InetAddress gtpu, InstantSource clock) {
        this.folder = folder;
        this.gateway = gateway;
        this.gtpu = gtpu;
        this.clock = clock;
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, PosixFilePermissions
                        .asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            try (Stream<Path> old = Files.list(folder)) {
                for (Path file : old.filter(each -> each.toString().endsWith(".pcapng"))
                        .toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the captures' folder " + folder, e);
        }
    }

    /** Begins a capture; when this returns, the SIM's packets go to it. */
    public synchronized Outcome<Capture> start(String account, Iccid iccid, Imsi imsi,
            PacketCapture.Layer layer, PacketCapture.Limits limits) {
        for (Capture each : captures.values()) {
            if (each.imsi().equals(imsi) && isRunning(each)) {
                return Outcome.conflict(Reason.WRONG_STATE, "capture " + each.id()
                        + " of this SIM is running, expected none; stop it first");
            }
        }
        long ofAccount = captures.values().stream().filter(each -> each.account().equals(account))
                .count();
        if (ofAccount >= MAX_OF_ACCOUNT || captures.size() >= MAX_KEPT) {
            return Outcome.conflict(Reason.WRONG_STATE,
                    "got " + ofAccount + " captures of the account and "
                            + captures.size() + " in all, expected fewer than " + MAX_OF_ACCOUNT
                            + " and "
                            + MAX_KEPT + "; delete some first");
        }
        String id = ObjectId.next("cap", clock.instant());
        try {
            PacketCapture packets = new PacketCapture(folder.resolve(id + ".pcapng"), layer,
                    limits, gtpu);
            hand(imsi, packets);
            Capture capture = new Capture(id, account, iccid, imsi, layer, limits,
                    clock.instant(), packets);
            captures.put(id, capture);
            return Outcome.done(capture);
        } catch (IOException e) {
            throw new UncheckedIOException("a capture cannot be written", e);
        }
    }

    private static boolean isRunning(Capture capture) {
        return capture.packets().state() == PacketCapture.State.RUNNING;
    }

    private void hand(Imsi imsi, PacketCapture to) throws IOException {
        try {
            Void _ = gateway.capture(imsi, to).toCompletableFuture()
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            to.close();
            Files.delete(to.file());
            throw e;
        }
    }

    /** Those that a caller sees, the oldest first. */
    public synchronized List<Capture> list(Scope scope) {
        return captures.values().stream().filter(each -> scope.sees(each.account())).toList();
    }

    public synchronized Outcome<Capture> find(Scope scope, String id) {
        Capture capture = captures.get(id);
        return capture == null || !scope.sees(capture.account())
                ? new Outcome.Absent<>("capture", id)
                : Outcome.done(capture);
    }

    /** Ends a capture, if it runs; its file is whole when this returns. */
    public Outcome<Capture> stop(Scope scope, String id) {
        return find(scope, id).map(capture -> {
            capture.packets().close();
            return capture;
        });
    }

    /** Ends a capture and forgets it and its file. */
    public Outcome<Capture> delete(Scope scope, String id) {
        return stop(scope, id).map(capture -> {
            try {
                boolean _ = Files.deleteIfExists(capture.packets().file());
            } catch (IOException e) {
                throw new UncheckedIOException("a capture cannot be deleted", e);
            }
            synchronized (this) {
                captures.remove(id);
            }
            return capture;
        });
    }

    /** A SIM has left its account, whose captures of it end. */
    public void simLeft(Iccid iccid) {
        List<Capture> running;
        synchronized (this) {
            running = captures.values().stream()
                    .filter(each -> each.iccid().equals(iccid) && isRunning(each)).toList();
        }
        running.forEach(each -> each.packets().close());
    }

    @Override
    public void close() {
        Collection<Capture> all;
        synchronized (this) {
            all = List.copyOf(captures.values());
        }
        all.forEach(capture -> capture.packets().close());
    }
}
