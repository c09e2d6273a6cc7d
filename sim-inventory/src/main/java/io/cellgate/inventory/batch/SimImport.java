package io.cellgate.inventory.batch;

import io.cellgate.inventory.batch.LineResult.Verdict;
import io.cellgate.inventory.esim.ActivationCode;
import io.cellgate.inventory.esim.ProfileState;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.NewRows;
import io.cellgate.inventory.store.Tables.EsimProfile;
import io.cellgate.inventory.store.Tables.Sim;
import io.cellgate.inventory.store.Tx;
import io.cellgate.inventory.vault.SimSecret;
import io.cellgate.inventory.vault.SealedTable;
import io.cellgate.inventory.vault.Vault;
import java.nio.charset.StandardCharsets;
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
    private static final List<String> PROFILE = List.of("iccid", "sealed", "code_hash");
    private static final List<String> SAME_PROFILE = List.of("data_key", "state", "changed_at",
            "revision");

    private final Vault vault;
    private final String batchId;
    private final List<SimLine> lines;
    /** By the place among the lines; sealed with {@link #dataKey}. */
    private final @Nullable Sealed[] sealed;
    private String dataKey = "";
    private final Map<String, Holder> byIccid = new HashMap<>();
    private final Map<String, Holder> byImsi = new HashMap<>();
    private final Map<String, Holder> byMsisdn = new HashMap<>();
    private final Map<String, Holder> byCode = new HashMap<>();
    private int imported;

    /** Who has a number. */
    private record Holder(String iccid, String imsi, @Nullable String msisdn, String batch,
            @Nullable SimSecret secret, @Nullable String codeHash) {}

    /** What of a line is secret, sealed. */
    private record Sealed(@Nullable String secret, @Nullable String code,
            @Nullable String codeHash) {}

    /** A line that is a SIM, and its place among the lines. */
    private record Fresh(int index, SimLine.Read sim) {}

    SimImport(Vault vault, String batchId, List<SimLine> lines) {
        this.vault = vault;
        this.batchId = batchId;
        this.lines = lines;
        sealed = new @Nullable Sealed[lines.size()];
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    int imported() {
        return imported;
    }

    /** Seals the secrets: what takes long and needs no transaction. Where they are sealed with this key, nothing is done. */
    SimImport sealed(String key) {
        if (dataKey.equals(key)) {
            return this;
        }
        dataKey = key;
        for (int i = 0; i < sealed.length; i++) {
            if (lines.get(i) instanceof SimLine.Read sim) {
                SimSecret secret = sim.secret();
                ActivationCode code = sim.code();
                byte[] text = code == null
                        ? null
                        : code.text().getBytes(StandardCharsets.US_ASCII);
                sealed[i] = new Sealed(
                        secret == null ? null : vault.seal(key, sim.iccid(), secret),
                        text == null
                                ? null
                                : vault.seal(key, SealedTable.ESIM_PROFILE
                                        .context(sim.iccid().digits()), text),
                        text == null ? null : Vault.digest(text));
            }
        }
        return this;
    }

    List<LineResult> run(Tx tx, Batch batch) {
        List<Fresh> alone = withoutConflictAmongThem(tx);
        Set<Integer> inserted = insert(tx, batch, alone);
        List<SimLine.Read> left = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i) instanceof SimLine.Read sim && !inserted.contains(i)) {
                left.add(sim);
            }
        }
        lookUp(tx, left);
        List<Fresh> fresh = new ArrayList<>();
        List<LineResult> results = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            results.add(switch (lines.get(i)) {
                case SimLine.Read sim -> inserted.contains(i)
                        ? imported(sim)
                        : judge(new Fresh(i, sim), fresh);
                case SimLine.Unreadable(long number, String iccid, String detail) -> new LineResult(
                        number, Verdict.REJECTED, iccid, detail);
            });
        }
        Set<Integer> late = insert(tx, batch, fresh);
        if (late.size() != fresh.size()) {
            throw new IllegalStateException("a number was taken that had been looked up as free");
        }
        imported = inserted.size() + late.size();
        return results;
    }

    /** Lines that share no number with another one here, nor an activation code with a SIM that is there. */
    private List<Fresh> withoutConflictAmongThem(Tx tx) {
        Set<String> codes = takenCodes(tx);
        Set<String> iccids = new HashSet<>(lines.size() * 2);
        Set<String> imsis = new HashSet<>(lines.size() * 2);
        Set<String> msisdns = new HashSet<>(lines.size() * 2);
        List<Fresh> alone = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i) instanceof SimLine.Read sim) {
                String hash = codeHash(i);
                boolean fresh = iccids.add(sim.iccid().digits());
                fresh &= imsis.add(sim.imsi().digits());
                fresh &= sim.msisdn() == null || msisdns.add(sim.msisdn());
                fresh &= hash == null || codes.add(hash);
                if (fresh) {
                    alone.add(new Fresh(i, sim));
                }
            }
        }
        return alone;
    }

    private @Nullable String codeHash(int index) {
        Sealed secrets = sealed[index];
        return secrets == null ? null : secrets.codeHash();
    }

    private Set<String> takenCodes(Tx tx) {
        List<String> hashes = new ArrayList<>();
        for (int i = 0; i < sealed.length; i++) {
            String hash = codeHash(i);
            if (hash != null) {
                hashes.add(hash);
            }
        }
        return hashes.isEmpty()
                ? new HashSet<>()
                : new HashSet<>(tx.sql().select(EsimProfile.CODE_HASH).from(EsimProfile.TABLE)
                        .where(EsimProfile.CODE_HASH.in(hashes)).fetch(EsimProfile.CODE_HASH));
    }

    /** Inserts those whose numbers nobody has, with their secrets; gives the places of those that were. */
    private Set<Integer> insert(Tx tx, Batch batch, List<Fresh> sims) {
        if (sims.isEmpty()) {
            return Set.of();
        }
        String state = SimState.INVENTORY.text();
        List<@Nullable String[]> rows = new ArrayList<>(sims.size());
        for (Fresh each : sims) {
            rows.add(new @Nullable String[]{each.sim().iccid().digits(),
                    each.sim().imsi().digits(), each.sim().msisdn()});
        }
        Set<String> inserted = new NewRows("sim", SIM, SAME, List.of(batch.product(), batch.id(),
                state, state, tx.nowMillis(), tx.nowMillis(), 1L)).insert(tx, rows);
        Set<Integer> places = new HashSet<>(inserted.size() * 2);
        List<@Nullable String[]> secrets = new ArrayList<>(inserted.size());
        List<@Nullable String[]> profiles = new ArrayList<>();
        for (Fresh each : sims) {
            String iccid = each.sim().iccid().digits();
            if (inserted.contains(iccid)) {
                places.add(each.index());
                Sealed of = Objects.requireNonNull(sealed[each.index()]);
                if (of.secret() != null) {
                    secrets.add(new @Nullable String[]{iccid, of.secret()});
                }
                if (of.code() != null) {
                    profiles.add(new @Nullable String[]{iccid, of.code(), of.codeHash()});
                }
            }
        }
        if (!secrets.isEmpty()) {
            Set<String> _ = new NewRows("sim_secret", SECRET, List.of("data_key"),
                    List.of(dataKey)).insert(tx, secrets);
        }
        if (!profiles.isEmpty()) {
            Set<String> _ = new NewRows("esim_profile", PROFILE, SAME_PROFILE,
                    List.of(dataKey, ProfileState.AVAILABLE.text(), tx.nowMillis(), 1L))
                    .insert(tx, profiles);
        }
        return places;
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
        lookUp(tx, EsimProfile.CODE_HASH, takenCodes(tx), secrets);
    }

    private void lookUp(Tx tx, Field<String> field, Collection<String> values,
            Map<String, SimSecret> secrets) {
        if (values.isEmpty()) {
            return;
        }
        tx.sql().select(Sim.ICCID, Sim.IMSI, Sim.MSISDN, Sim.BATCH, EsimProfile.CODE_HASH)
                .from(Sim.TABLE).leftJoin(EsimProfile.TABLE).on(EsimProfile.ICCID.eq(Sim.ICCID))
                .where(field.in(values))
                .forEach(row -> hold(new Holder(row.value1(), row.value2(), row.value3(),
                        row.value4(), secrets.get(row.value1()), row.value5())));
    }

    private void hold(Holder holder) {
        byIccid.put(holder.iccid(), holder);
        byImsi.put(holder.imsi(), holder);
        if (holder.msisdn() != null) {
            byMsisdn.put(holder.msisdn(), holder);
        }
        if (holder.codeHash() != null) {
            byCode.put(holder.codeHash(), holder);
        }
    }

    private static LineResult imported(SimLine.Read sim) {
        return new LineResult(sim.line(), Verdict.IMPORTED, sim.iccid().digits(), "");
    }

    private LineResult judge(Fresh line, List<Fresh> fresh) {
        SimLine.Read sim = line.sim();
        String hash = codeHash(line.index());
        String iccid = sim.iccid().digits();
        Holder same = byIccid.get(iccid);
        if (same != null && isSame(same, sim, hash)) {
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
        other = hash == null ? null : byCode.get(hash);
        if (other != null) {
            return new LineResult(sim.line(), Verdict.DUPLICATE, iccid,
                    "activation_code: got one that sim " + other.iccid() + " has");
        }
        hold(new Holder(iccid, sim.imsi().digits(), msisdn, batchId, sim.secret(), hash));
        fresh.add(line);
        return imported(sim);
    }

    private static LineResult duplicate(SimLine.Read sim, String what, String value, Holder other) {
        return new LineResult(sim.line(), Verdict.DUPLICATE, sim.iccid().digits(),
                what + ": got " + value + ", which sim " + other.iccid() + " has");
    }

    private boolean isSame(Holder holder, SimLine.Read sim, @Nullable String codeHash) {
        return holder.batch().equals(batchId) && holder.imsi().equals(sim.imsi().digits())
                && Objects.equals(holder.msisdn(), sim.msisdn())
                && Objects.equals(holder.secret(), sim.secret())
                && Objects.equals(holder.codeHash(), codeHash);
    }
}
