package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.AddressDesk;
import io.cellgate.dataplane.pool.AddressPool;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.address.Apn;
import io.cellgate.inventory.address.ApnStore;
import io.cellgate.inventory.address.Pool;
import io.cellgate.inventory.address.PoolDraft;
import io.cellgate.inventory.address.PoolStore;
import io.cellgate.inventory.address.StaticAddress;
import io.cellgate.inventory.address.StaticAddressStore;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.policy.IpAddress;
import io.cellgate.policy.subject.Iccid;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** {@code /apns}, {@code /pools} and SIMs' own addresses: what devices are given. */
public final class AddressesResource {
    private static final int USUAL_QUARANTINE_SECONDS = 60;

    private final ApnStore apns;
    private final PoolStore pools;
    private final StaticAddressStore statics;
    private final Idempotency idempotency;
    private final AddressDesk desk;

    public AddressesResource(ApnStore apns, PoolStore pools, StaticAddressStore statics,
            Idempotency idempotency, AddressDesk desk) {
        this.apns = apns;
        this.pools = pools;
        this.statics = statics;
        this.idempotency = idempotency;
        this.desk = desk;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listApns",
                        call -> Shown.page(apns.list(call.page()), AddressesResource::show))
                .on("createApn", call -> idempotency.once(call, () -> createApn(call)))
                .on("getApn",
                        call -> Answer.ok(show(Outcomes.require(apns.find(call.path("apn"))))))
                .on("deleteApn", this::deleteApn)
                .on("listPools", call -> Shown.page(pools.list(call.page()), this::show))
                .on("createPool", call -> idempotency.once(call, () -> createPool(call)))
                .on("getPool", call -> answer(Outcomes.require(pools.find(call.path("id")))))
                .on("replacePool", this::replacePool).on("deletePool", this::deletePool)
                .on("listStaticAddresses",
                        call -> Shown.page(statics.list(call.page()), AddressesResource::show))
                .on("getStaticAddress",
                        call -> Answer.ok(show(
                                Outcomes.require(statics.find(call.scope(), iccid(call))))))
                .on("assignStaticAddress", this::assign)
                .on("releaseStaticAddress", this::release);
    }

    private Answer createApn(Call call) {
        Apn apn = Outcomes.require(apns.create(call.actor(), call.body().getString("name")));
        desk.changed();
        return Answer.created("/v1/apns/" + apn.name(), show(apn));
    }

    private Answer deleteApn(Call call) {
        Apn _ = Outcomes.require(apns.delete(call.actor(), call.path("apn")));
        desk.changed();
        return Answer.none();
    }

    private Answer createPool(Call call) {
        Pool pool = Outcomes.require(pools.create(call.actor(), draft(call)));
        desk.changed();
        return Answer.created("/v1/pools/" + pool.id(), show(pool)).revision(pool.revision());
    }

    private Answer replacePool(Call call) {
        Long expected = call.requiredIfMatch();
        Pool pool = Outcomes.require(
                pools.replace(call.actor(), call.path("id"), draft(call), expected));
        desk.changed();
        return answer(pool);
    }

    private PoolDraft draft(Call call) {
        JsonObject body = call.body();
        desk.requireInNetworks("/prefix", body.getString("prefix"));
        return new PoolDraft(body.getString("name"), body.getString("prefix"),
                body.getString("apn"), body.getString("carrier"),
                body.getInteger("quarantine_seconds", USUAL_QUARANTINE_SECONDS));
    }

    private Answer deletePool(Call call) {
        Pool _ = Outcomes.require(pools.delete(call.actor(), call.path("id"), call.ifMatch()));
        desk.changed();
        return Answer.none();
    }

    private Answer assign(Call call) {
        Iccid iccid = iccid(call);
        String ipv4 = call.body().getString("ipv4");
        String ipv6 = call.body().getString("ipv6");
        desk.requireInNetworks("/ipv4", ipv4);
        desk.requireInNetworks("/ipv6", ipv6);
        desk.requireFree(iccid.digits(), ipv4, ipv6);
        StaticAddress before = switch (statics.find(Scope.OPERATOR, iccid)) {
            case Outcome.Done<StaticAddress>(StaticAddress found) -> found;
            case Outcome<StaticAddress> _ -> null;
        };
        StaticAddress assigned = Outcomes
                .require(statics.assign(call.actor(), iccid, ipv4, ipv6));
        desk.assigned(before, assigned);
        return Answer.ok(show(assigned));
    }

    private Answer release(Call call) {
        desk.released(Outcomes.require(statics.release(call.actor(), iccid(call))));
        return Answer.none();
    }

    private static Iccid iccid(Call call) {
        String text = call.path("iccid");
        try {
            return new Iccid(text);
        } catch (IllegalArgumentException wrong) {
            throw Problem.notFound("sim", text);
        }
    }

    private Answer answer(Pool pool) {
        return Answer.ok(show(pool)).revision(pool.revision());
    }

    private static JsonObject show(Apn apn) {
        return new JsonObject().put("name", apn.name()).put("created_at",
                Shown.time(apn.createdAt()));
    }

    private JsonObject show(Pool pool) {
        JsonObject shown = new JsonObject().put("id", pool.id()).put("name", pool.name())
                .put("prefix", pool.prefix().toString()).put("apn", pool.apn())
                .put("carrier", pool.carrier())
                .put("quarantine_seconds", pool.quarantineSeconds());
        AddressPool.Fill fill = desk.fill().get(pool.id());
        if (fill != null) {
            shown.put("size", fill.size()).put("in_use", fill.inUse()).put("resting",
                    fill.resting());
        }
        return shown.put("created_at", Shown.time(pool.createdAt())).put("revision",
                pool.revision());
    }

    private static JsonObject show(StaticAddress address) {
        return new JsonObject().put("sim", address.iccid().digits())
                .put("ipv4", text(address.ipv4())).put("ipv6", text(address.ipv6()))
                .put("created_at", Shown.time(address.createdAt()));
    }

    private static @Nullable String text(@Nullable IpAddress address) {
        return address == null ? null : address.toString();
    }
}
