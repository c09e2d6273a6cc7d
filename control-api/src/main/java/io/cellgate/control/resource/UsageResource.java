package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.inventory.condition.Condition;
import io.cellgate.inventory.condition.ConditionStore;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.inventory.subscriber.SubscriberRecord;
import io.cellgate.inventory.subscriber.SubscriberStore;
import io.cellgate.inventory.usage.Interval;
import io.cellgate.inventory.usage.UsageLine;
import io.cellgate.inventory.usage.UsageQuery;
import io.cellgate.inventory.usage.UsageStore;
import io.cellgate.inventory.usage.UsageTotals;
import io.cellgate.policy.subject.Iccid;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /usage}, {@code /sims/{iccid}/usage}: octets that SIMs used, and what is left. */
public final class UsageResource {
    private final UsageStore usage;
    private final ConditionStore conditions;
    private final SimStore sims;
    private final SubscriberStore subscribers;
    private final InstantSource clock;

    public UsageResource(UsageStore usage, ConditionStore conditions, SimStore sims,
            SubscriberStore subscribers, InstantSource clock) {
        this.usage = usage;
        this.conditions = conditions;
        this.sims = sims;
        this.subscribers = subscribers;
        this.clock = clock;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listUsage", this::list).on("getSimUsage", this::ofSim);
    }

    private Answer list(Call call) {
        UsageQuery.By by = UsageQuery.By.valueOf(upper(call.query("by"), "sim"));
        Interval interval = Interval.valueOf(upper(call.query("interval"), "day"));
        UsageQuery query = new UsageQuery(by, interval, time(call, "from"), time(call, "to"),
                call.query("sim"), call.query("fleet"), call.query("carrier"),
                call.query("country"));
        checkCursor(call);
        return Shown.page(usage.list(call.listScope(), query, call.page()),
                line -> show(by, line));
    }

    private static String upper(@Nullable String text, String otherwise) {
        return (text == null ? otherwise : text).toUpperCase(Locale.ROOT);
    }

    /** The cursor holds the period and what the line is of. */
    private static void checkCursor(Call call) {
        String key = call.page().afterKey();
        if (key != null && !key.matches("[0-9]{1,18}/.*")) {
            throw Problem.invalid(Fault.query("after", call.query("after"),
                    "the cursor that the previous page gave as next"));
        }
    }

    private static @Nullable Instant time(Call call, String name) {
        String text = call.query(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException notATime) {
            throw Problem.invalid(Fault.query(name, text,
                    "a time (RFC 3339), such as 2030-01-01T00:00:00Z"));
        }
    }

    private static JsonObject show(UsageQuery.By by, UsageLine line) {
        return new JsonObject().put("start", Shown.time(line.start()))
                .put(by.name().toLowerCase(Locale.ROOT), line.of())
                .put("octets_up", line.amount().octetsUp())
                .put("octets_down", line.amount().octetsDown())
                .put("packets_up", line.amount().packetsUp())
                .put("packets_down", line.amount().packetsDown());
    }

    private Answer ofSim(Call call) {
        String text = call.path("iccid");
        if (!text.matches("[0-9]{18,20}")) {
            throw Problem.notFound("sim", text);
        }
        Sim sim = Outcomes.require(sims.find(call.scope(), new Iccid(text)));
        SubscriberRecord holds = subscribers.find(sim.imsi());
        UsageTotals totals = usage.totals(sim.iccid(), clock.instant());
        return Answer.ok(new JsonObject().put("sim", sim.iccid().digits())
                .put("octets_day", totals.octetsDay()).put("octets_month", totals.octetsMonth())
                .put("quota", SimForms.show(holds == null ? null : holds.quota()))
                .put("quota_exceeded", conditions.find(sim.iccid(),
                        Condition.QUOTA_EXCEEDED) != null));
    }
}
