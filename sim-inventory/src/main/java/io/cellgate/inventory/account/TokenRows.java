package io.cellgate.inventory.account;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;

import io.cellgate.inventory.store.Json;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tables.AccessRole;
import io.cellgate.inventory.store.Tables.AccessUser;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectJoinStep;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** Tokens as they are read: with what their role and their user are at that moment, so that a change acts at once. */
final class TokenRows {
    private static final Table<Record> USER_ROLE = AccessRole.TABLE.as("user_role");
    private static final Field<String> USER_ROLE_ID = text("id");
    private static final Field<String> USER_ROLE_BASE = text("base");
    private static final Field<String> USER_ROLE_SCOPES = text("scopes");

    private static final Field<?>[] COLUMNS = {Tables.Token.ID, Tables.Token.ACCOUNT,
            Tables.Token.ROLE, Tables.Token.CUSTOM_ROLE, Tables.Token.SCOPES, Tables.Token.NAME,
            Tables.Token.CREATED_AT, Tables.Token.EXPIRES_AT, Tables.Token.REVOKED_AT,
            Tables.Token.LAST_USED_AT, Tables.Token.NETWORKS, Tables.Token.REQUESTS_PER_SECOND,
            Tables.Token.USER_ID, Tables.Account.REQUESTS_PER_SECOND, AccessRole.BASE,
            AccessRole.SCOPES, AccessUser.ROLE, AccessUser.CUSTOM_ROLE, USER_ROLE_BASE,
            USER_ROLE_SCOPES};

    private TokenRows() {}

    private static Field<String> text(String column) {
        return field(name("user_role", column), SQLDataType.VARCHAR);
    }

    static SelectJoinStep<? extends Record> select(DSLContext sql) {
        return sql.select(COLUMNS).from(Tables.Token.TABLE).leftJoin(Tables.Account.TABLE)
                .on(Tables.Account.ID.eq(Tables.Token.ACCOUNT)).leftJoin(AccessRole.TABLE)
                .on(AccessRole.ID.eq(Tables.Token.CUSTOM_ROLE)).leftJoin(AccessUser.TABLE)
                .on(AccessUser.ID.eq(Tables.Token.USER_ID)).leftJoin(USER_ROLE)
                .on(USER_ROLE_ID.eq(AccessUser.CUSTOM_ROLE));
    }

    static @Nullable Token one(DSLContext sql, Condition condition) {
        Record row = select(sql).where(condition).fetchOne();
        return row == null ? null : token(row);
    }

    /** The one in the answer to {@link #select}. */
    static @Nullable Token one(DSLContext sql, ResultSet rows) {
        Record row = sql.fetchOne(rows, COLUMNS);
        return row == null ? null : token(row);
    }

    static Token token(Record row) {
        String user = row.get(Tables.Token.USER_ID);
        boolean ofUser = row.get(AccessUser.ROLE) != null;
        String customRole = row.get(ofUser ? AccessUser.CUSTOM_ROLE : Tables.Token.CUSTOM_ROLE);
        Grant grant;
        if (customRole == null) {
            grant = grant(row.get(ofUser ? AccessUser.ROLE : Tables.Token.ROLE),
                    ofUser ? null : row.get(Tables.Token.SCOPES));
        } else {
            grant = grant(row.get(ofUser ? USER_ROLE_BASE : AccessRole.BASE),
                    row.get(ofUser ? USER_ROLE_SCOPES : AccessRole.SCOPES));
        }
        return new Token(row.get(Tables.Token.ID), row.get(Tables.Token.ACCOUNT), grant,
                customRole, row.get(Tables.Token.NAME),
                Instant.ofEpochMilli(row.get(Tables.Token.CREATED_AT)),
                instant(row.get(Tables.Token.EXPIRES_AT)),
                instant(row.get(Tables.Token.REVOKED_AT)),
                instant(row.get(Tables.Token.LAST_USED_AT)),
                Json.strings(row.get(Tables.Token.NETWORKS)).stream().map(Network::parse).toList(),
                row.get(Tables.Token.REQUESTS_PER_SECOND),
                row.get(Tables.Account.REQUESTS_PER_SECOND), user);
    }

    /** A grant from the columns of a role and its scopes. */
    static Grant grant(String role, @Nullable String scopes) {
        List<Permission> permissions = Json.strings(scopes).stream().map(Permission::parse)
                .toList();
        return new Grant(Role.valueOf(role.toUpperCase(Locale.ROOT)), permissions);
    }

    static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
