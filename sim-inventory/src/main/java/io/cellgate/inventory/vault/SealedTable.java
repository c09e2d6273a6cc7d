package io.cellgate.inventory.vault;

import io.cellgate.inventory.store.Tables.AccountingClient;
import io.cellgate.inventory.store.Tables.EsimProfile;
import io.cellgate.inventory.store.Tables.IdentityProvider;
import io.cellgate.inventory.store.Tables.SimSecret;
import io.cellgate.inventory.store.Tables.Webhook;
import java.util.List;
import java.util.Locale;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;

/** The tables whose rows hold what a data key sealed, each with the key's id beside it. */
public enum SealedTable {
    /** Ki and OPc. */
    SIM_SECRET,
    /** Activation codes. */
    ESIM_PROFILE,
    /** What deliveries are signed with, and were before. */
    WEBHOOK,
    /** Client secrets. */
    IDENTITY_PROVIDER,
    /** What RADIUS accounting is authenticated with. */
    ACCOUNTING_CLIENT;

    /**
     * The columns.
     *
     * @param sealed each of which a row has or not
     */
    private record Columns(Table<Record> table, Field<String> id, Field<String> dataKey,
            List<Field<String>> sealed) {}

    private Columns columns() {
        return switch (this) {
            case SIM_SECRET -> new Columns(SimSecret.TABLE, SimSecret.ICCID, SimSecret.DATA_KEY,
                    List.of(SimSecret.SEALED));
            case ESIM_PROFILE -> new Columns(EsimProfile.TABLE, EsimProfile.ICCID,
                    EsimProfile.DATA_KEY, List.of(EsimProfile.SEALED));
            case WEBHOOK -> new Columns(Webhook.TABLE, Webhook.ID, Webhook.DATA_KEY,
                    List.of(Webhook.SECRET, Webhook.OLD_SECRET));
            case IDENTITY_PROVIDER -> new Columns(IdentityProvider.TABLE, IdentityProvider.ID,
                    IdentityProvider.DATA_KEY, List.of(IdentityProvider.CLIENT_SECRET));
            case ACCOUNTING_CLIENT -> new Columns(AccountingClient.TABLE, AccountingClient.ID,
                    AccountingClient.DATA_KEY, List.of(AccountingClient.SECRET));
        };
    }

    Table<Record> table() {
        return columns().table();
    }

    Field<String> id() {
        return columns().id();
    }

    Field<String> dataKey() {
        return columns().dataKey();
    }

    List<Field<String>> sealed() {
        return columns().sealed();
    }

    /** What the secrets of a row are sealed for: they open in no other row's place, nor in another table's. */
    public String context(String rowId) {
        return this == ESIM_PROFILE ? "esim " + rowId : rowId;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
