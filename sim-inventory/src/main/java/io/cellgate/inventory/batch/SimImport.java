package io.cellgate.inventory.batch;

import io.cellgate.inventory.batch.LineResult.Verdict;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.Tables.Sim;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tx;
import io.cellgate.inventory.vault.SimSecret;
import io.cellgate.inventory.vault.Vault;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jooq.BatchBindStep;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Imports some lines in one transaction: looks up at once which of their numbers are taken, judges line by line, and
 * inserts the new ones at once. The writer being the only one, what was looked up stays true.
 */
final class SimImport {
    private final Tx tx;
    private final Vault vault;
    private final Batch batch;
    private final String dataKey;
    private final Map<String, Holder> byIccid = new HashMap<>();
    private final Map<String, Holder> byImsi = new HashMap<>();
    private final Map<String, Holder> byMsisdn = new HashMap<>();
    private final List<SimLine.Read> fresh = new ArrayList<>();

    /** Who has a number. */
    private record Holder(String iccid, String imsi, @Nullable String msisdn, String batch,
            @Nullable SimSecret secret) {}

    SimImport(Tx tx, Vault vault, Batch batch, String dataKey) {
        this.tx = tx;
        this.vault = vault;
        this.batch = batch;
        this.dataKey = dataKey;
    }

    int imported() {
        return fresh.size();
    }

    List<LineResult> run(List<SimLine> lines) {
        lookUp(lines);
        List<LineResult> results = new ArrayList<>(lines.size());
        for (SimLine line : lines) {
            results.add(switch (line) {
                case SimLine.Read sim -> judge(sim);
                case SimLine.Unreadable(long number, String iccid, String detail) -> new LineResult(
                        number, Verdict.REJECTED, iccid, detail);
            });
        }
        insert();
        return results;
    }

    private void lookUp(List<SimLine> lines) {
        List<String> iccids = new ArrayList<>();
        List<String> imsis = new ArrayList<>();
        List<String> msisdns = new ArrayList<>();
        for (SimLine line : lines) {
            if (line instanceof SimLine.Read sim) {
                iccids.add(sim.iccid().digits());
                imsis.add(sim.imsi().digits());
                if (sim.msisdn() != null) {
                    msisdns.add(sim.msisdn());
                }
            }
        }
        Map<String, SimSecret> secrets = vault.secretsOf(tx.sql(), iccids);
        lookUp(Sim.ICCID, iccids, secrets);
        lookUp(Sim.IMSI, imsis, secrets);
        lookUp(Sim.MSISDN, msisdns, secrets);
    }

    private void lookUp(Field<String> field, Collection<String> values,
            Map<String, SimSecret> secrets) {
        if (values.isEmpty()) {
            return;
        }
        Condition taken = field.in(values);
        tx.sql().select(Sim.ICCID, Sim.IMSI, Sim.MSISDN, Sim.BATCH).from(Sim.TABLE).where(taken)
                .forEach(row -> hold(new Holder(row.value1(), row.value2(), row.value3(),
                        row.value4(), secrets.get(row.value1()))));
    }

    private void hold(Holder holder) {
        byIccid.put(holder.iccid(), holder);
        byImsi.put(holder.imsi(), holder);
        if (holder.msisdn() != null) {
            byMsisdn.put(holder.msisdn(), holder);
        }
    }

    private LineResult judge(SimLine.Read sim) {
        String iccid = sim.iccid().digits();
        Holder same = byIccid.get(iccid);
        if (same != null && isSame(same, sim)) {
            return new LineResult(sim.line(), Verdict.UNCHANGED, iccid, "");
        }
        if (same != null) {
            return new LineResult(sim.line(), Verdict.DUPLICATE, iccid, "iccid: got " + iccid
                    + ", which was imported with other values or with another batch");
        }
        Holder other = byImsi.get(sim.imsi().digits());
        if (other != null) {
            return duplicate(sim, "imsi", sim.imsi().digits(), other);
        }
        String msisdn = sim.msisdn();
        other = msisdn == null ? null : byMsisdn.get(msisdn);
        if (msisdn != null && other != null) {
            return duplicate(sim, "msisdn", msisdn, other);
        }
        hold(new Holder(iccid, sim.imsi().digits(), msisdn, batch.id(), sim.secret()));
        fresh.add(sim);
        return new LineResult(sim.line(), Verdict.IMPORTED, iccid, "");
    }

    private static LineResult duplicate(SimLine.Read sim, String what, String value, Holder other) {
        return new LineResult(sim.line(), Verdict.DUPLICATE, sim.iccid().digits(),
                what + ": got " + value + ", which sim " + other.iccid() + " has");
    }

    private boolean isSame(Holder holder, SimLine.Read sim) {
        return holder.batch().equals(batch.id()) && holder.imsi().equals(sim.imsi().digits())
                && Objects.equals(holder.msisdn(), sim.msisdn())
                && Objects.equals(holder.secret(), sim.secret());
    }

    private void insert() {
        if (fresh.isEmpty()) {
            return;
        }
        String state = SimState.INVENTORY.text();
        BatchBindStep sims = tx.sql().batch(tx.sql()
                .insertInto(Sim.TABLE, Sim.ICCID, Sim.IMSI, Sim.MSISDN, Sim.PRODUCT, Sim.BATCH,
                        Sim.STATE, Sim.INTENDED, Sim.CREATED_AT, Sim.CHANGED_AT, Sim.REVISION)
                .values(DSL.param("1", String.class), DSL.param("2", String.class),
                        DSL.param("3", String.class), DSL.inline(batch.product()),
                        DSL.inline(batch.id()), DSL.inline(state), DSL.inline(state),
                        DSL.inline(tx.nowMillis()), DSL.inline(tx.nowMillis()), DSL.inline(1L)));
        BatchBindStep secrets = tx.sql().batch(tx.sql()
                .insertInto(Tables.SimSecret.TABLE, Tables.SimSecret.ICCID,
                        Tables.SimSecret.DATA_KEY, Tables.SimSecret.SEALED)
                .values(DSL.param("1", String.class), DSL.inline(dataKey),
                        DSL.param("2", String.class)));
        int sealed = 0;
        for (SimLine.Read sim : fresh) {
            sims = sims.bind(sim.iccid().digits(), sim.imsi().digits(), sim.msisdn());
            if (sim.secret() != null) {
                secrets = secrets.bind(sim.iccid().digits(),
                        vault.seal(tx.sql(), dataKey, sim.iccid(), sim.secret()));
                sealed++;
            }
        }
        sims.execute();
        if (sealed > 0) {
            secrets.execute();
        }
    }
}
