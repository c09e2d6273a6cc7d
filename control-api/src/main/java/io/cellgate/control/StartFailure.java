package io.cellgate.control;

import org.jspecify.annotations.Nullable;

/** The machine does not let the gateway start: what is missing, and how to grant it. */
final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
