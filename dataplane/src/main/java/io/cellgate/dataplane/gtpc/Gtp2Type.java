package io.cellgate.dataplane.gtpc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Message types of GTPv2-C that this gateway knows, TS 29.274 §6.1. */
public enum Gtp2Type {
    ECHO_REQUEST(1),
    ECHO_RESPONSE(2),
    VERSION_NOT_SUPPORTED(3),
    CREATE_SESSION_REQUEST(32),
    CREATE_SESSION_RESPONSE(33),
    MODIFY_BEARER_REQUEST(34),
    MODIFY_BEARER_RESPONSE(35),
    DELETE_SESSION_REQUEST(36),
    DELETE_SESSION_RESPONSE(37),
    CHANGE_NOTIFICATION_REQUEST(38),
    CHANGE_NOTIFICATION_RESPONSE(39),
    MODIFY_BEARER_COMMAND(64),
    MODIFY_BEARER_FAILURE_INDICATION(65),
    DELETE_BEARER_COMMAND(66),
    DELETE_BEARER_FAILURE_INDICATION(67),
    BEARER_RESOURCE_COMMAND(68),
    BEARER_RESOURCE_FAILURE_INDICATION(69),
    CREATE_BEARER_REQUEST(95),
    CREATE_BEARER_RESPONSE(96),
    UPDATE_BEARER_REQUEST(97),
    UPDATE_BEARER_RESPONSE(98),
    DELETE_BEARER_REQUEST(99),
    DELETE_BEARER_RESPONSE(100),
    DELETE_PDN_CONNECTION_SET_REQUEST(101),
    DELETE_PDN_CONNECTION_SET_RESPONSE(102),
    SUSPEND_NOTIFICATION(162),
    SUSPEND_ACKNOWLEDGE(163),
    RESUME_NOTIFICATION(164),
    RESUME_ACKNOWLEDGE(165);

    private static final @Nullable Gtp2Type[] BY_CODE = new Gtp2Type[256];

    static {
        for (Gtp2Type type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    Gtp2Type(int code) {
        this.code = code;
    }

    public static @Nullable Gtp2Type ofCode(int code) {
        return BY_CODE[code];
    }

    public int code() {
        return code;
    }

    /**
     * Whether its sender repeats it until it is answered. A command is answered with a request of ours, or with the
     * failure indication that is its response here.
     */
    public boolean isRequest() {
        return name().endsWith("_REQUEST") || isCommand() || name().endsWith("_NOTIFICATION");
    }

    /** Whether it asks for a request of the receiver's, TS 29.274 §7.6. */
    public boolean isCommand() {
        return name().endsWith("_COMMAND");
    }

    /** The type of the response to this request. */
    public Gtp2Type response() {
        Gtp2Type response = isRequest() ? ofCode(code + 1) : null;
        if (response == null) {
            throw new IllegalStateException(this + " has no response");
        }
        return response;
    }

    /** How logs write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
