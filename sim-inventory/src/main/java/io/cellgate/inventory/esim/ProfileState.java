package io.cellgate.inventory.esim;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a profile is in its life: at the SM-DP+ (SGP.22 §3.1.6), then in the eUICC (§3.2).
 *
 * <pre>
 *   available ──release──► released ──download──► downloaded ──install──► installed
 *                             ▲  ▲                    │                     │ enable
 *                             │  └───────fail─────────┘                     ▼
 *                          release                              enabled ⇄ disabled   (disable, enable)
 *                             │                                             │
 *                          deleted ◄─────────── delete ─────────────────────┴── installed
 * </pre>
 *
 * An enabled profile is disabled before it is deleted (§3.2.3). One that was deleted may be released to be downloaded again.
 */
public enum ProfileState {
    /** In our stock. */
    AVAILABLE,
    /** Its activation code is with the customer and can be used. */
    RELEASED,
    /** An eUICC has fetched it. */
    DOWNLOADED,
    /** The eUICC has it, and has not used it yet. */
    INSTALLED,
    /** The one that the eUICC uses. */
    ENABLED,
    /** The eUICC has it and uses another. */
    DISABLED,
    /** The eUICC has removed it. */
    DELETED;

    /** What moves it: our order, or what the SM-DP+ was notified of (SGP.22 §5.3.5, ES2+). */
    public enum Action {
        RELEASE("released"),
        DOWNLOAD("downloaded"),
        FAIL("failed"),
        INSTALL("installed"),
        ENABLE("enabled"),
        DISABLE("disabled"),
        DELETE("deleted");

        private final String past;

        Action(String past) {
            this.past = past;
        }

        /** The kind of the event that tells of it. */
        String event() {
            return "esim." + past;
        }

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The states that it starts from, for people. */
        String from() {
            return Arrays.stream(ProfileState.values()).filter(state -> state.after(this) != null)
                    .map(ProfileState::text).collect(Collectors.joining(" or "));
        }
    }

    /** Where an action leads from here, or null if there is no such transition. This is the only table of them. */
    public @Nullable ProfileState after(Action action) {
        return switch (action) {
            case RELEASE -> this == AVAILABLE || this == DELETED ? RELEASED : null;
            case DOWNLOAD -> this == RELEASED ? DOWNLOADED : null;
            case FAIL -> this == DOWNLOADED ? RELEASED : null;
            case INSTALL -> this == DOWNLOADED ? INSTALLED : null;
            case ENABLE -> this == INSTALLED || this == DISABLED ? ENABLED : null;
            case DISABLE -> this == ENABLED ? DISABLED : null;
            case DELETE -> this == INSTALLED || this == DISABLED ? DELETED : null;
        };
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if it names no state */
    public static ProfileState parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
