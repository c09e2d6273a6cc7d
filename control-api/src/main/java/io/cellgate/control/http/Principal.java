package io.cellgate.control.http;

import io.cellgate.inventory.account.Grant;
import io.cellgate.inventory.account.Role;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.store.Actor;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param token             the id of the token that was shown; null: none, to operations that need none
 * @param user              the user whose session it is; null: a script's token
 * @param grant             what it may do
 * @param account           the account it belongs to; null: the operator's
 * @param requestsPerSecond how many requests it may make; null: as many as its account
 * @param accountRate       how many those of its account may make together; null: the instance's default
 */
public record Principal(@Nullable String token, @Nullable String user, Grant grant,
        @Nullable String account, @Nullable Long requestsPerSecond, @Nullable Long accountRate) {
    /** Who shows no token, to operations that need none. */
    static final Principal NOBODY = new Principal(null, null, Grant.of(Role.VIEWER), "", null,
            null);

    public Scope scope() {
        return new Scope(account);
    }

    public Role role() {
        return grant.role();
    }

    public boolean isOperator() {
        return account == null;
    }

    /** How the audit log names the asker: the person where there is one. */
    public Actor actor() {
        return user != null ? Actor.user(user) : Actor.token(token == null ? "none" : token);
    }
}
