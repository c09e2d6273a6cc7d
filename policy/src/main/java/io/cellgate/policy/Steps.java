package io.cellgate.policy;

/**
 * Work that may still be done for one policy. It is counted, not timed, so that a policy is always answered the same;
 * and it keeps what grows with the square of a policy, or worse, from being a way to occupy the gateway.
 */
final class Steps {
    private long left;

    Steps(long most) {
        left = most;
    }

    /** Takes so many, and says whether there were that many; where not, none are left. */
    boolean take(long steps) {
        boolean enough = steps <= left;
        left = enough ? left - steps : 0;
        return enough;
    }

    long left() {
        return left;
    }
}
