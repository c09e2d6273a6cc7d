package io.cellgate.control.http;

import io.cellgate.inventory.account.Role;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.store.Actor;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param token   the id of the token, for the audit log
 * @param account the account it belongs to; null: the operator's
 */
public record Principal(String token, Role role, @Nullable String account) {
    /** Who shows no token, to operations that need none. */
    static final Principal NOBODY = new Principal("none", Role.VIEWER, "");

    public Scope scope() {
        return new Scope(account);
    }

    public boolean isOperator() {
        return account == null;
    }

    /** How the audit log names the asker. */
    public Actor actor() {
        return Actor.token(token);
    }
}
