package io.cellgate.control.http;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as an endpoint gets it: authenticated and as its description says.
 *
 * @param requestPath as the client wrote it, without the query
 * @param path   path parameters, decoded
 * @param query  query parameters: String, Long or Boolean as described
 * @param body   the JSON body; empty where there is none
 * @param stream the body of an upload that is read as it comes
 */
public record Call(String operationId, String requestPath, Principal principal,
        Map<String, String> path, Map<String, Object> query, MultiMap headers, JsonObject body,
        InputStream stream) {

    public String path(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalStateException(operationId + " has no path parameter " + name);
        }
        return value;
    }

    public @Nullable String query(String name) {
        Object value = query.get(name);
        return value == null ? null : value.toString();
    }

    public @Nullable Long number(String name) {
        return query.get(name) instanceof Long number ? number : null;
    }

    /** The page that is asked for. */
    public PageRequest page() {
        Long limit = number("limit");
        return switch (PageRequest.parse(limit == null ? null : limit.intValue(), query("after"))) {
            case Outcome.Invalid<PageRequest>(List<io.cellgate.inventory.outcome.Fault> faults) ->
                throw Problem
                        .invalid(faults.stream()
                                .map(fault -> Fault.query(fault.pointer().substring(1),
                                        fault.got(), fault.expected()))
                                .toList());
            case Outcome<PageRequest> parsed -> Outcomes.require(parsed);
        };
    }

    public Scope scope() {
        return principal.scope();
    }

    public Actor actor() {
        return principal.actor();
    }

    public @Nullable String header(String name) {
        return headers.get(name);
    }

    public String mediaType() {
        String type = headers.get("Content-Type");
        return type == null ? "" : type.split(";", 2)[0].strip();
    }

    /** The revision that the change is meant for; null: whichever there is ({@code If-Match: *} or none). */
    public @Nullable Long ifMatch() {
        String header = headers.get("If-Match");
        return header == null ? null : EntityTag.parseIfMatch(header);
    }

    /** As {@link #ifMatch}, of a replacement that must say what it replaces. */
    public @Nullable Long requiredIfMatch() {
        if (headers.get("If-Match") == null) {
            throw Problem.of(ProblemType.PRECONDITION_REQUIRED,
                    "got no If-Match, expected the ETag of the object that is replaced, or *");
        }
        return ifMatch();
    }

    /** The account in which an operator or the account itself acts; an operator has to name one. */
    public String account() {
        String named = body.getString("account");
        if (named == null) {
            named = query("account");
        }
        String own = principal.account();
        if (own == null) {
            if (named == null) {
                throw Problem.invalid(Fault.query("account", null,
                        "the id of an account, as the token belongs to none"));
            }
            return named;
        }
        if (named != null && !named.equals(own)) {
            throw Problem.notFound("account", named);
        }
        return own;
    }

    /** What a list is narrowed to: the token's account, the one that the operator named, or all. */
    public Scope listScope() {
        return principal.isOperator() && query("account") == null
                ? Scope.OPERATOR
                : Scope.of(account());
    }
}
