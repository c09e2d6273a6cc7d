package io.cellgate.control.http;

import io.cellgate.inventory.account.Permission;
import io.cellgate.inventory.account.Role;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An operation of the contract, ready to be called. */
final class OperationRoute {
    private static final Pattern TEMPLATE = Pattern.compile("\\{([A-Za-z]+)}");

    private final Operation operation;
    private final RequestJudge judge;
    private final Endpoints.Endpoint endpoint;
    private final @Nullable Role role;
    private final @Nullable Permission scope;
    private final long maxBody;
    private final boolean streamed;

    OperationRoute(Operation operation, Contract contract, Endpoints.Endpoint endpoint) {
        this.operation = operation;
        this.endpoint = endpoint;
        JsonObject described = contract.described(operation);
        String needed = described.getString("x-role");
        if (needed == null) {
            throw new IllegalStateException(operation.getOperationId() + " says no x-role");
        }
        role = needed.equals("anyone") ? null : Role.valueOf(needed.toUpperCase(Locale.ROOT));
        String named = described.getString("x-scope", OpenApi.NO_SCOPE);
        scope = named.equals(OpenApi.NO_SCOPE) ? null : Permission.parse(named);
        maxBody = described.getLong("x-max-body", Contract.DEFAULT_MAX_BODY);
        streamed = described.getBoolean("x-streamed", false);
        judge = new RequestJudge(operation, contract.openApi().getSchemaRepository());
    }

    /** The path as Vert.x Web writes templates. */
    String vertxPath() {
        return TEMPLATE.matcher(operation.getOpenAPIPath()).replaceAll(":$1");
    }

    String id() {
        return operation.getOperationId();
    }

    /** The least role that may call it; null: no token is needed. */
    @Nullable
    Role role() {
        return role;
    }

    /** What a token with scopes has to name; null: nothing. */
    @Nullable
    Permission scope() {
        return scope;
    }

    long maxBody() {
        return maxBody;
    }

    boolean streamed() {
        return streamed;
    }

    RequestJudge judge() {
        return judge;
    }

    Endpoints.Endpoint endpoint() {
        return endpoint;
    }
}
