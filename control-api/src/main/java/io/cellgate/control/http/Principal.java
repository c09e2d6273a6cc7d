package io.cellgate.control.http;

import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param token   the id of the token, for the audit log
 * @param account the account it belongs to; null: all of them (operators)
 */
public record Principal(String token, Role role, @Nullable String account) {
    public static final Principal NOBODY = new Principal("anonymous", Role.ANYONE, null);

    /** Whether objects of this account exist for the asker. */
    public boolean sees(@Nullable String owner) {
        return account == null ? role == Role.OPERATOR : account.equals(owner);
    }

    /** How the audit log names the asker. */
    public String actor() {
        return "token:" + token;
    }
}
