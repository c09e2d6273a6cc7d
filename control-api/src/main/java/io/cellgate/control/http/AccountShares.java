package io.cellgate.control.http;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps one account from taking all of what all accounts share. The operator, who is none of them, is not counted. */
public final class AccountShares {
    private final int most;
    private final Map<String, Integer> taken = new HashMap<>();

    /** @param most how much one account may have at once */
    public AccountShares(int most) {
        this.most = most;
    }

    /** Takes one for this account, to be given back; false: it has as many as it may. */
    public synchronized boolean tryAcquire(@Nullable String account) {
        if (account == null) {
            return true;
        }
        int had = taken.getOrDefault(account, 0);
        if (had == most) {
            return false;
        }
        taken.put(account, had + 1);
        return true;
    }

    /** Gives one back. */
    public synchronized void release(@Nullable String account) {
        if (account != null) {
            taken.computeIfPresent(account, (_, had) -> had == 1 ? null : had - 1);
        }
    }
}
