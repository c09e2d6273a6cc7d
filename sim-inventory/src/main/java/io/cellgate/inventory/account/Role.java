package io.cellgate.inventory.account;

/** What a token's bearer may do. Each role may what those below it may. */
public enum Role {
    /** Reads. */
    VIEWER,
    /** Changes SIMs, fleets, policies and lists, and orders. */
    EDITOR,
    /** Administers one account: its tokens as well. */
    ADMIN,
    /** Runs the instance: all accounts, carriers, products, batches. */
    OPERATOR;

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
