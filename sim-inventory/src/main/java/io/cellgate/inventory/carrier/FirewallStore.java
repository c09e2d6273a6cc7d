package io.cellgate.inventory.carrier;

import com.fasterxml.jackson.core.type.TypeReference;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Json;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tables.Firewall;
import io.cellgate.inventory.store.Tx;
import java.util.HashMap;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** How strictly the GTP firewall is to check, for the gateway and for single carriers. It is the operator's. */
public final class FirewallStore {
    /** The scope of what holds where a carrier has nothing of its own. */
    public static final String GATEWAY = "gateway";
    private static final String NOTHING = "{}";

    private final Database database;

    public FirewallStore(Database database) {
        this.database = database;
    }

    /** What was said for a scope; absent only where there is no such carrier. */
    public Outcome<FirewallDocument> find(String scope) {
        return database.read(sql -> read(sql, scope));
    }

    /** All that was said, by scope. */
    public Map<String, FirewallDocument> all() {
        return database.read(sql -> {
            Map<String, FirewallDocument> all = new HashMap<>();
            sql.selectFrom(Firewall.TABLE).forEach(row -> all.put(row.get(Firewall.SCOPE),
                    document(row)));
            return all;
        });
    }

    /** Replaces what holds for a scope; the document was judged by the caller. */
    public Outcome<FirewallDocument> replace(Actor actor, String scope, String json,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> current(tx, scope, expectedRevision).then(old -> {
            FirewallDocument changed = new FirewallDocument(scope, json, old.revision() + 1);
            int updated = tx.sql().update(Firewall.TABLE).set(Firewall.DOCUMENT, json)
                    .set(Firewall.REVISION, changed.revision()).where(Firewall.SCOPE.eq(scope))
                    .execute();
            if (updated == 0) {
                tx.sql().insertInto(Firewall.TABLE).set(Firewall.SCOPE, scope)
                        .set(Firewall.DOCUMENT, json)
                        .set(Firewall.REVISION, changed.revision()).execute();
            }
            tx.tell(null, "firewall.changed", scope, told(old), told(changed));
            return Outcome.done(changed);
        }));
    }

    private static Outcome<FirewallDocument> current(Tx tx, String scope,
            @Nullable Long expectedRevision) {
        return read(tx.sql(), scope).at(expectedRevision, FirewallDocument::revision);
    }

    private static Outcome<FirewallDocument> read(DSLContext sql, String scope) {
        if (!scope.equals(GATEWAY) && !sql.fetchExists(Tables.Carrier.TABLE,
                Tables.Carrier.ID.eq(scope))) {
            return new Outcome.Absent<>("carrier", scope);
        }
        Record row = sql.selectFrom(Firewall.TABLE).where(Firewall.SCOPE.eq(scope)).fetchOne();
        return Outcome.done(row == null
                ? new FirewallDocument(scope, NOTHING, 0)
                : document(row));
    }

    private static FirewallDocument document(Record row) {
        return new FirewallDocument(row.get(Firewall.SCOPE), row.get(Firewall.DOCUMENT),
                row.get(Firewall.REVISION));
    }

    private static Map<String, Object> told(FirewallDocument document) {
        return Json.read(document.json(), new TypeReference<Map<String, Object>>() {
        });
    }
}
