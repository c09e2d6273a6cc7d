package io.cellgate.inventory.account;

import java.util.List;

/**
 * What somebody may do: what the role may, of that only what the scopes name.
 *
 * @param scopes empty: all that the role may
 */
public record Grant(Role role, List<Permission> scopes) {
    public Grant {
        scopes = List.copyOf(scopes);
    }

    public static Grant of(Role role) {
        return new Grant(role, List.of());
    }

    /** Whether an operation that does this to that resource is within it; its role is asked beside. */
    public boolean names(Permission operation) {
        return scopes.isEmpty() || scopes.stream().anyMatch(scope -> scope.covers(operation));
    }

    /** Whether who has this may give the other away: it is no more. */
    public boolean includes(Grant other) {
        return role.includes(other.role) && (scopes.isEmpty()
                || !other.scopes.isEmpty() && other.scopes.stream().allMatch(this::names));
    }
}
