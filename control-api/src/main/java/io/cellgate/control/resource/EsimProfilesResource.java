package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.LiveEffects;
import io.cellgate.inventory.esim.ActivationCode;
import io.cellgate.inventory.esim.EsimProfile;
import io.cellgate.inventory.esim.EsimStore;
import io.cellgate.inventory.esim.ProfileState;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.policy.subject.Eid;
import io.cellgate.policy.subject.Iccid;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** {@code /esim-profiles}: SIMs that are downloaded, and how far each is. */
public final class EsimProfilesResource {
    private final EsimStore profiles;
    private final SimStore sims;
    private final LiveEffects live;

    public EsimProfilesResource(EsimStore profiles, SimStore sims, LiveEffects live) {
        this.profiles = profiles;
        this.sims = sims;
        this.live = live;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listEsimProfiles", this::list)
                .on("getEsimProfile",
                        call -> answer(
                                Outcomes.require(profiles.find(call.scope(), iccid(call)))))
                .on("getActivationCode", this::code).on("actOnEsimProfile", this::act);
    }

    private Answer list(Call call) {
        String state = call.query("state");
        String eid = call.query("eid");
        return Shown.page(profiles.list(call.listScope(),
                state == null ? null : ProfileState.parse(state), eid == null ? null : eid(eid),
                call.query("order"), call.page()), EsimProfilesResource::show);
    }

    private static Eid eid(String text) {
        try {
            return new Eid(text);
        } catch (IllegalArgumentException wrong) {
            throw Problem.invalid(Fault.query("eid", text, "32 digits with right check digits"));
        }
    }

    private Answer code(Call call) {
        ActivationCode code = Outcomes
                .require(profiles.activationCode(call.scope(), iccid(call)));
        return Answer.ok(new JsonObject().put("activation_code", code.text())
                .put("smdp_address", code.smdpAddress())
                .put("needs_confirmation_code", code.needsConfirmationCode()));
    }

    private Answer act(Call call) {
        JsonObject body = call.body();
        String eid = body.getString("eid");
        EsimProfile profile = Outcomes.require(profiles.act(call.actor(), iccid(call),
                ProfileState.Action.valueOf(body.getString("action").toUpperCase(Locale.ROOT)),
                eid == null ? null : SimForms.eid("/eid", eid), call.ifMatch()));
        // rules may ask for the eUICC
        live.simChanged(Outcomes.require(sims.find(call.scope(), profile.iccid())));
        return answer(profile);
    }

    private static Answer answer(EsimProfile profile) {
        return Answer.ok(show(profile)).revision(profile.revision());
    }

    private static JsonObject show(EsimProfile profile) {
        Eid eid = profile.eid();
        return new JsonObject().put("iccid", profile.iccid().digits())
                .put("account", profile.account()).put("order", profile.order())
                .put("state", profile.state().text()).put("eid", eid == null ? null : eid.digits())
                .put("changed_at", Shown.time(profile.changedAt()))
                .put("revision", profile.revision());
    }

    private static Iccid iccid(Call call) {
        String text = call.path("iccid");
        try {
            return new Iccid(text);
        } catch (IllegalArgumentException notOne) {
            throw Problem.notFound("eSIM profile", text);
        }
    }
}
