package io.cellgate.inventory.sim;

import com.fasterxml.jackson.core.type.TypeReference;
import io.cellgate.inventory.store.Json;
import io.cellgate.policy.subject.Imei;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * In which modems a SIM may be.
 *
 * @param imeis        with {@link Mode#LIST}: the modems; otherwise empty
 * @param allowMissing whether it may attach where the visited network does not tell the modem
 */
public record ImeiLock(Mode mode, List<Imei> imeis, boolean allowMissing) {
    public static final int MAX_IMEIS = 100;
    public static final ImeiLock OFF = new ImeiLock(Mode.OFF, List.of(), true);

    public ImeiLock {
        imeis = List.copyOf(imeis);
        if ((mode == Mode.LIST) == imeis.isEmpty() || imeis.size() > MAX_IMEIS) {
            throw new IllegalArgumentException("imei_lock: got " + imeis.size()
                    + " imeis with mode " + mode.text() + ", expected "
                    + (mode == Mode.LIST ? "1 to " + MAX_IMEIS : "none"));
        }
    }

    /** How it is decided which modems. */
    public enum Mode {
        /** Any modem. */
        OFF,
        /** One of a list. */
        LIST,
        /** The modem in which the SIM was first seen. */
        FIRST_USE;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the lock says to a modem. */
    public enum Verdict {
        ALLOWED,
        /** Allowed, and from now on no other modem is: to be recorded before the device is let in. */
        ALLOWED_AS_FIRST,
        /** The network did not tell the modem, and the lock wants to know it. */
        REFUSED_MISSING,
        /** Another modem than allowed. */
        REFUSED_OTHER
    }

    /**
     * Judges a modem.
     *
     * @param presented what the network says; null if it does not
     * @param bound     the modem of first use, or null before it
     */
    public Verdict judge(@Nullable Imei presented, @Nullable Imei bound) {
        if (mode == Mode.OFF) {
            return Verdict.ALLOWED;
        }
        if (presented == null) {
            return allowMissing ? Verdict.ALLOWED : Verdict.REFUSED_MISSING;
        }
        if (mode == Mode.LIST) {
            return imeis.stream().anyMatch(presented::isSameModemAs)
                    ? Verdict.ALLOWED
                    : Verdict.REFUSED_OTHER;
        }
        if (bound == null) {
            return Verdict.ALLOWED_AS_FIRST;
        }
        return presented.isSameModemAs(bound) ? Verdict.ALLOWED : Verdict.REFUSED_OTHER;
    }

    /** As columns and events keep it. */
    public record Stored(String mode, List<String> imeis, String on_missing) {}

    public Stored stored() {
        return new Stored(mode.text(), imeis.stream().map(Imei::digits).toList(),
                allowMissing ? "allow" : "deny");
    }

    public static @Nullable String write(@Nullable ImeiLock lock) {
        return lock == null ? null : Json.write(lock.stored());
    }

    public static @Nullable ImeiLock read(@Nullable String json) {
        if (json == null) {
            return null;
        }
        Stored stored = Json.read(json, new TypeReference<Stored>() {
        });
        return new ImeiLock(Mode.valueOf(stored.mode().toUpperCase(Locale.ROOT)),
                stored.imeis().stream().map(Imei::new).toList(),
                stored.on_missing().equals("allow"));
    }
}
