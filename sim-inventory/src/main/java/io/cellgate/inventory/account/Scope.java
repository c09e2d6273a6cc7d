package io.cellgate.inventory.account;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Whose objects a caller sees. In an account's scope the objects of other accounts, and those that belong to no
 * account, do not exist.
 *
 * @param account the account, or null for the operator, who sees all
 */
public record Scope(@Nullable String account) {
    public static final Scope OPERATOR = new Scope(null);

    public static Scope of(String account) {
        return new Scope(account);
    }

    public boolean isOperator() {
        return account == null;
    }

    public boolean sees(@Nullable String owner) {
        return account == null || account.equals(owner);
    }

    /** The same as a condition on the column that names the owner. */
    public Condition on(Field<String> owner) {
        return account == null ? DSL.noCondition() : owner.eq(account);
    }
}
