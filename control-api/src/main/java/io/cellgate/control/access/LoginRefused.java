package io.cellgate.control.access;

import org.jspecify.annotations.Nullable;

/** Why a log-in does not succeed, in words for the person who tries. */
public final class LoginRefused extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whose fault it is. */
    public enum Blame {
        /** What was shown is not good: trying the same again does not help. */
        CREDENTIAL,
        /** The identity provider cannot be reached, or is not what it should be. */
        PROVIDER
    }

    private final Blame blame;

    LoginRefused(Blame blame, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.blame = blame;
    }

    static LoginRefused credential(String message) {
        return new LoginRefused(Blame.CREDENTIAL, message, null);
    }

    public Blame blame() {
        return blame;
    }
}
