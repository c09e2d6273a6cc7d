package io.cellgate.inventory.batch;

import io.cellgate.inventory.batch.LineResult.Verdict;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.NewRows;
import io.cellgate.inventory.store.Tables.Sim;
import io.cellgate.inventory.store.Tx;
import io.cellgate.inventory.vault.SimSecret;
import io.cellgate.inventory.vault.Vault;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/**
 * Some lines of a manufacturer's file, imported in one transaction. Secrets are sealed before it begins. Most lines are
 * new SIMs: they are inserted at once, passing over what conflicts. Of what is left, and of lines that conflict with
 * others among them, it is looked up which numbers are taken, and each is judged in its turn. The writer being the
 * only one, what was looked up stays true.
 */
final class SimImport {
    private static final List<String> SIM = List.of("iccid", "imsi", "msisdn");
    private static final List<String> SAME = List.of("product", "batch", "state", "intended",
            "created_at", "changed_at", "revision");
    private static final List<String> SECRET = List.of("iccid", "sealed");

    private final Vault vault;
    private final String batchId;
    private final String dataKey;
    private final List<SimLine> lines;
    private final Map<String, String> sealed = new HashMap<>();
    private final Map<String, Holder> byIccid = new HashMap<>();
    private final Map<String, Holder> byImsi = new HashMap<>();
    private final Map<String, Holder> byMsisdn = new HashMap<>();
    private int imported;

    /** Who has a number. */
    private record Holder(String iccid, String imsi, @Nullable String msisdn, String batch,
            @Nullable SimSecret secret) {}

    SimImport(Vault vault, String batchId, String dataKey, List<SimLine> lines) {
        this.vault = vault;
        this.batchId = batchId;
        this.dataKey = dataKey;
        this.lines = lines;
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    int imported() {
        return imported;
    }

    /** Seals the secrets: what takes long and needs no transaction. */
    SimImport sealed() {
        for (SimLine line : lines) {
            if (line instanceof SimLine.Read sim && sim.secret() != null) {
                sealed.put(key(sim), vault.seal(dataKey, sim.iccid(), sim.secret()));
            }
        }
        return this;
    }

    private static String key(SimLine.Read sim) {
        return sim.line() + " " + sim.iccid().digits();
    }

    List<LineResult> run(Tx tx, Batch batch) {
        Set<Long> inserted = insert(tx, batch, withoutConflictAmongThem());
        List<SimLine.Read> left = new ArrayList<>();
        for (SimLine line : lines) {
            if (line instanceof SimLine.Read sim && !inserted.contains(sim.line())) {
                left.add(sim);
            }
        }
        lookUp(tx, left);
        List<SimLine.Read> fresh = new ArrayList<>();
        List<LineResult> results = new ArrayList<>(lines.size());
        for (SimLine line : lines) {
            results.add(switch (line) {
                case SimLine.Read sim -> inserted.contains(sim.line())
                        ? imported(sim)
                        : judge(sim, fresh);
                case SimLine.Unreadable(long number, String iccid, String detail) -> new LineResult(
                        number, Verdict.REJECTED, iccid, detail);
            });
        }
        Set<Long> late = insert(tx, batch, fresh);
        if (late.size() != fresh.size()) {
            throw new IllegalStateException("a number was taken that had been looked up as free");
        }
        imported = inserted.size() + late.size();
        return results;
    }

    private List<SimLine.Read> withoutConflictAmongThem() {
        Set<String> seen = new HashSet<>();
        List<SimLine.Read> alone = new ArrayList<>(lines.size());
        for (SimLine line : lines) {
            if (line instanceof SimLine.Read sim) {
                boolean fresh = seen.add("c" + sim.iccid().digits());
                fresh &= seen.add("i" + sim.imsi().digits());
                fresh &= sim.msisdn() == null || seen.add("m" + sim.msisdn());
                if (fresh) {
                    alone.add(sim);
                }
            }
        }
        return alone;
    }

    /** Inserts those whose numbers nobody has, with their secrets; gives the lines of those that were. */
    private Set<Long> insert(Tx tx, Batch batch, List<SimLine.Read> sims) {
        if (sims.isEmpty()) {
            return Set.of();
        }
        String state = SimState.INVENTORY.text();
        List<@Nullable String[]> rows = new ArrayList<>(sims.size());
        for (SimLine.Read sim : sims) {
            rows.add(new @Nullable String[]{sim.iccid().digits(), sim.imsi().digits(),
                    sim.msisdn()});
        }
        Set<String> inserted = new NewRows("sim", SIM, SAME, List.of(batch.product(), batch.id(),
                state, state, tx.nowMillis(), tx.nowMillis(), 1L)).insert(tx, rows);
        Set<Long> numbers = new HashSet<>(inserted.size() * 2);
        List<@Nullable String[]> secrets = new ArrayList<>(inserted.size());
        for (SimLine.Read sim : sims) {
            if (inserted.contains(sim.iccid().digits())) {
                numbers.add(sim.line());
                String secret = sealed.get(key(sim));
                if (secret != null) {
                    secrets.add(new @Nullable String[]{sim.iccid().digits(), secret});
                }
            }
        }
        if (!secrets.isEmpty()) {
            Set<String> _ = new NewRows("sim_secret", SECRET, List.of("data_key"),
                    List.of(dataKey)).insert(tx, secrets);
        }
        return numbers;
    }

    private void lookUp(Tx tx, List<SimLine.Read> sims) {
        List<String> iccids = new ArrayList<>();
        List<String> imsis = new ArrayList<>();
        List<String> msisdns = new ArrayList<>();
        for (SimLine.Read sim : sims) {
            iccids.add(sim.iccid().digits());
            imsis.add(sim.imsi().digits());
            if (sim.msisdn() != null) {
                msisdns.add(sim.msisdn());
            }
        }
        Map<String, SimSecret> secrets = vault.secretsOf(tx.sql(), iccids);
        lookUp(tx, Sim.ICCID, iccids, secrets);
        lookUp(tx, Sim.IMSI, imsis, secrets);
        lookUp(tx, Sim.MSISDN, msisdns, secrets);
    }

    private void lookUp(Tx tx, Field<String> field, Collection<String> values,
            Map<String, SimSecret> secrets) {
        if (values.isEmpty()) {
            return;
        }
        tx.sql().select(Sim.ICCID, Sim.IMSI, Sim.MSISDN, Sim.BATCH).from(Sim.TABLE)
                .where(field.in(values))
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

    private static LineResult imported(SimLine.Read sim) {
        return new LineResult(sim.line(), Verdict.IMPORTED, sim.iccid().digits(), "");
    }

    private LineResult judge(SimLine.Read sim, List<SimLine.Read> fresh) {
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
        hold(new Holder(iccid, sim.imsi().digits(), msisdn, batchId, sim.secret()));
        fresh.add(sim);
        return imported(sim);
    }

    private static LineResult duplicate(SimLine.Read sim, String what, String value, Holder other) {
        return new LineResult(sim.line(), Verdict.DUPLICATE, sim.iccid().digits(),
                what + ": got " + value + ", which sim " + other.iccid() + " has");
    }

    private boolean isSame(Holder holder, SimLine.Read sim) {
        return holder.batch().equals(batchId) && holder.imsi().equals(sim.imsi().digits())
                && Objects.equals(holder.msisdn(), sim.msisdn())
                && Objects.equals(holder.secret(), sim.secret());
    }
}
