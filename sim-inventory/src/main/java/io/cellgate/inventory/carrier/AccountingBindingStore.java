package io.cellgate.inventory.carrier;

import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Tables.AccountingBinding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whose which addresses are, as carriers' gateways told it: it is told once, and must outlive the process. */
public final class AccountingBindingStore {
    private final Database database;

    public AccountingBindingStore(Database database) {
        this.database = database;
    }

    /**
     * What is known of an address from now on.
     *
     * @param document null: nothing
     */
    public record Change(String address, String client, @Nullable String document) {}

    /** Makes many changes in their order, in one transaction. */
    public void apply(List<Change> changes) {
        int _ = database.write(Actor.GATEWAY, tx -> {
            for (Change change : changes) {
                tx.sql().deleteFrom(AccountingBinding.TABLE)
                        .where(AccountingBinding.ADDRESS.eq(change.address())).execute();
                if (change.document() != null) {
                    tx.sql().insertInto(AccountingBinding.TABLE)
                            .set(AccountingBinding.ADDRESS, change.address())
                            .set(AccountingBinding.CLIENT, change.client())
                            .set(AccountingBinding.DOCUMENT, change.document()).execute();
                }
            }
            return changes.size();
        });
    }

    /** The documents of all. */
    public List<String> all() {
        return database.read(sql -> sql.select(AccountingBinding.DOCUMENT)
                .from(AccountingBinding.TABLE).orderBy(AccountingBinding.ADDRESS)
                .fetch(AccountingBinding.DOCUMENT));
    }
}
