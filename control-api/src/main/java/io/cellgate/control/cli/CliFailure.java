package io.cellgate.control.cli;

import org.jspecify.annotations.Nullable;

/** Why a command ends without having done what it was to do; its message and exit status are all that is shown. */
public final class CliFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Something on this side, or an answer that was not understood. */
    static final int FAILED = 1;
    /** The command line is wrong. */
    static final int WRONG_USE = 2;
    /** The API found the request wrong, or the object's state forbids it. */
    static final int REFUSED = 3;
    /** No valid token, or one that may not. */
    static final int NOT_ALLOWED = 4;
    /** There is no such object. */
    static final int NOT_FOUND = 5;
    /** It changed since it was read. */
    static final int STALE = 6;
    /** The API cannot be reached, or cannot answer now: trying again may help. */
    static final int UNAVAILABLE = 7;

    private final int status;

    CliFailure(int status, String message) {
        this(status, message, null);
    }

    CliFailure(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** What the process ends with. */
    public int status() {
        return status;
    }

    static int ofHttp(int status) {
        return switch (status) {
            case 401, 403 -> NOT_ALLOWED;
            case 404 -> NOT_FOUND;
            case 412, 428 -> STALE;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> status >= 500 ? FAILED : REFUSED;
        };
    }
}
