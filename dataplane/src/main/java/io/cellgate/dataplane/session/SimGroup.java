package io.cellgate.dataplane.session;

import org.jspecify.annotations.Nullable;

/**
 * SIMs that something has changed for, by whose they are.
 *
 * @param account null: of any
 * @param fleet   null: of any, and those of none
 */
public record SimGroup(@Nullable String account, @Nullable String fleet) {
    public static final SimGroup ALL = new SimGroup(null, null);

    public static SimGroup ofAccount(String account) {
        return new SimGroup(account, null);
    }

    public static SimGroup ofFleet(String fleet) {
        return new SimGroup(null, fleet);
    }

    /** Whether a SIM of this account and fleet is among them. */
    public boolean has(String itsAccount, @Nullable String itsFleet) {
        return (account == null || account.equals(itsAccount))
                && (fleet == null || fleet.equals(itsFleet));
    }

    public boolean has(Subscriber subscriber) {
        return has(subscriber.account(), subscriber.fleet());
    }
}
