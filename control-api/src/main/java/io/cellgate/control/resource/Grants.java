package io.cellgate.control.resource;

import io.cellgate.control.http.Call;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemType;
import io.cellgate.inventory.account.CustomRole;
import io.cellgate.inventory.account.Grant;
import io.cellgate.inventory.account.Permission;
import io.cellgate.inventory.account.Role;
import io.cellgate.inventory.account.RoleStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads and checks what a request wants to grant: nobody gives away more than they have. */
final class Grants {
    private final RoleStore roles;
    private final List<Permission> known;

    /** @param known every scope that an operation asks for */
    Grants(RoleStore roles, JsonArray known) {
        this.roles = roles;
        this.known = known.stream().map(scope -> Permission.parse(scope.toString())).toList();
    }

    /** @param customRole the role of somebody's making that the grant is of; null: a built-in one */
    record Assigned(Grant grant, @Nullable String customRole) {}

    /** The role of a body's {@code role} and {@code scopes}, for a token or a user of the account. */
    Assigned read(Call call, String role, @Nullable JsonArray scopes, @Nullable String account) {
        Assigned assigned = switch (role) {
            case "operator", "admin", "editor", "viewer" ->
                new Assigned(new Grant(builtIn(role), scopes(scopes)), null);
            default -> custom(role, scopes, account);
        };
        requireWithin(call, assigned.grant());
        return assigned;
    }

    private Assigned custom(String id, @Nullable JsonArray scopes, @Nullable String account) {
        if (!(roles.find(new Scope(account),
                id) instanceof Outcome.Done<CustomRole>(CustomRole role))
                || account == null && role.account() != null) {
            throw Problem.invalid(Fault.body("/role", id,
                    "operator, admin, editor, viewer or the id of a role"));
        }
        if (scopes != null) {
            throw Problem.invalid(Fault.body("/scopes", scopes,
                    "no scopes, as the role " + id + " has its own"));
        }
        return new Assigned(role.grant(), id);
    }

    /** The grant of a role that is made or replaced. */
    Grant ofRole(Call call) {
        Grant grant = new Grant(builtIn(call.body().getString("base")),
                scopes(call.body().getJsonArray("scopes")));
        requireWithin(call, grant);
        return grant;
    }

    private static Role builtIn(String text) {
        return Role.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static void requireWithin(Call call, Grant wanted) {
        if (!call.principal().grant().includes(wanted)) {
            throw Problem.of(ProblemType.FORBIDDEN, "got role "
                    + Shown.role(wanted, null) + " with scopes " + wanted.scopes()
                    + ", expected no more than the asker's own: "
                    + Shown.role(call.principal().grant(), null) + " "
                    + call.principal().grant().scopes());
        }
    }

    private List<Permission> scopes(@Nullable JsonArray texts) {
        List<Permission> scopes = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; texts != null && i < texts.size(); i++) {
            String text = texts.getString(i);
            try {
                Permission scope = Permission.parse(text);
                if (known.stream().anyMatch(scope::covers)) {
                    scopes.add(scope);
                    continue;
                }
            } catch (IllegalArgumentException notOne) {
                // told below, as one of an unknown resource is
            }
            faults.add(Fault.body("/scopes/" + i, text,
                    "RESOURCE:VERB that covers at least one of those at /v1/scopes"));
        }
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return scopes;
    }
}
