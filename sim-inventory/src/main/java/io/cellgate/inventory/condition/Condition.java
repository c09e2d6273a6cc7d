package io.cellgate.inventory.condition;

import java.util.Locale;

/** What the system imposes on a SIM beside its state. Each ends by a rule of its own; nobody sets or clears one by hand. */
public enum Condition {
    /** A packet was beyond its quota. */
    QUOTA_EXCEEDED("sim.quota_restored",
            "another day or month begins, or another quota holds of which something is left"),
    /** Its IMEI lock refused the modem that it was in. */
    IMEI_LOCKED_OUT("sim.imei_lockout_ended",
            "it is admitted in a modem that its lock allows, or the lock allows the modem that it was refused in"),
    /** Its fence refused the place where it was. */
    OUTSIDE_GEOFENCE("sim.inside_geofence",
            "it is admitted at a place within its fence, or its fence holds the place where it was refused"),
    /** A rule of the session phase put its session under another policy. */
    QUARANTINED("sim.quarantine_ended",
            "its session is judged again, or it attaches again, and no rule quarantines it");

    private final String endEvent;
    private final String endsWhen;

    Condition(String endEvent, String endsWhen) {
        this.endEvent = endEvent;
        this.endsWhen = endsWhen;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of the event that tells of its beginning. */
    public String event() {
        return "sim." + text();
    }

    /** The kind of the event that tells of its end. */
    public String endEvent() {
        return endEvent;
    }

    /** The rule that ends it, for people. */
    public String endsWhen() {
        return endsWhen;
    }

    /** @throws IllegalArgumentException if it names no condition */
    public static Condition parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
