package io.cellgate.dataplane.gtpc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Message types of GTPv1-C that this gateway knows, TS 29.060 §7.1. */
public enum Gtp1Type {
    ECHO_REQUEST(1),
    ECHO_RESPONSE(2),
    VERSION_NOT_SUPPORTED(3),
    CREATE_PDP_CONTEXT_REQUEST(16),
    CREATE_PDP_CONTEXT_RESPONSE(17),
    UPDATE_PDP_CONTEXT_REQUEST(18),
    UPDATE_PDP_CONTEXT_RESPONSE(19),
    DELETE_PDP_CONTEXT_REQUEST(20),
    DELETE_PDP_CONTEXT_RESPONSE(21),
    SUPPORTED_EXTENSION_HEADERS(31),
    MS_INFO_CHANGE_REQUEST(128),
    MS_INFO_CHANGE_RESPONSE(129);

    private static final @Nullable Gtp1Type[] BY_CODE = new Gtp1Type[256];

    static {
        for (Gtp1Type type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    Gtp1Type(int code) {
        this.code = code;
    }

    public static @Nullable Gtp1Type ofCode(int code) {
        return BY_CODE[code];
    }

    public int code() {
        return code;
    }

    /** Whether it asks for a response, which its sender repeats until it comes. */
    public boolean isRequest() {
        return name().endsWith("_REQUEST");
    }

    /** The type of the response to this request. */
    public Gtp1Type response() {
        Gtp1Type response = isRequest() ? ofCode(code + 1) : null;
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
