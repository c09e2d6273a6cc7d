package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.CaptureDesk;
import io.cellgate.control.live.CaptureDesk.Capture;
import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.policy.subject.Iccid;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** {@code /captures}: the packets of one SIM as a file. */
public final class CapturesResource {
    private static final int DEFAULT_OCTETS = 10 << 20;
    private static final int DEFAULT_PACKETS = 100_000;
    private static final int DEFAULT_SECONDS = 300;

    private final CaptureDesk desk;
    private final SimStore sims;
    private final Idempotency idempotency;

    public CapturesResource(CaptureDesk desk, SimStore sims, Idempotency idempotency) {
        this.idempotency = idempotency;
        this.desk = desk;
        this.sims = sims;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listCaptures", this::list)
                .on("startCapture", call -> idempotency.once(call, () -> start(call)))
                .on("getCapture",
                        call -> Answer.ok(show(
                                Outcomes.require(desk.find(call.scope(), call.path("id"))))))
                .on("stopCapture",
                        call -> Answer.ok(show(
                                Outcomes.require(desk.stop(call.scope(), call.path("id"))))))
                .on("downloadCapture", this::download).on("deleteCapture", call -> {
                    Capture _ = Outcomes.require(desk.delete(call.scope(), call.path("id")));
                    return Answer.none();
                });
    }

    private Answer list(Call call) {
        String after = call.page().afterKey();
        List<Capture> found = desk.list(call.listScope()).stream()
                .filter(each -> after == null || each.id().compareTo(after) > 0)
                .limit(call.page().fetch()).toList();
        return Shown.page(Page.of(found, call.page(), Capture::id), CapturesResource::show);
    }

    private Answer start(Call call) {
        JsonObject body = call.body();
        Sim sim = Outcomes.require(sims.find(call.scope(), iccid(body.getString("sim"))));
        String account = sim.account();
        if (account == null) {
            throw Problem.invalid(Fault.body("/sim", sim.iccid().digits(),
                    "a SIM that an account has"));
        }
        PacketCapture.Limits limits = new PacketCapture.Limits(
                body.getLong("max_octets", (long) DEFAULT_OCTETS),
                body.getLong("max_packets", (long) DEFAULT_PACKETS),
                Duration.ofSeconds(body.getLong("max_seconds", (long) DEFAULT_SECONDS)));
        PacketCapture.Layer layer = PacketCapture.Layer
                .valueOf(body.getString("packets", "inner").toUpperCase(Locale.ROOT));
        Capture capture = Outcomes
                .require(desk.start(account, sim.iccid(), sim.imsi(), layer, limits));
        return Answer.created("/v1/captures/" + capture.id(), show(capture));
    }

    private static Iccid iccid(String text) {
        try {
            return new Iccid(text);
        } catch (IllegalArgumentException notOne) {
            throw Problem.notFound("sim", text);
        }
    }

    private Answer download(Call call) {
        Capture capture = Outcomes.require(desk.find(call.scope(), call.path("id")));
        return Answer.streamed("application/octet-stream",
                out -> Files.copy(capture.packets().file(), out))
                .with("Content-Disposition",
                        "attachment; filename=\"" + capture.id() + ".pcapng\"");
    }

    private static JsonObject show(Capture capture) {
        PacketCapture packets = capture.packets();
        return new JsonObject().put("id", capture.id()).put("account", capture.account())
                .put("sim", capture.iccid().digits())
                .put("packets", capture.layer().name().toLowerCase(Locale.ROOT))
                .put("state", packets.state().name().toLowerCase(Locale.ROOT))
                .put("started_at", Shown.time(capture.startedAt()))
                .put("max_octets", capture.limits().octets())
                .put("max_packets", capture.limits().packets())
                .put("max_seconds", capture.limits().time().toSeconds())
                .put("captured_octets", packets.octets())
                .put("captured_packets", packets.packets())
                .put("lost_packets", packets.lost());
    }
}
