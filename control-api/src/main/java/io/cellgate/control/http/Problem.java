package io.cellgate.control.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not carried out, RFC 9457.
 *
 * @param detail what was got and what was expected
 * @param reason of a conflict: the stable name of what stands in the way; else null
 * @param faults each thing that is wrong, where more can be said than the detail does
 */
public record Problem(ProblemType type, String detail, @Nullable String reason,
        List<Fault> faults) {
    public static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        faults = List.copyOf(faults);
    }

    public static ProblemException notFound(String kind, Object id) {
        return new Problem(ProblemType.NOT_FOUND, "there is no " + kind + " " + Fault.echo(id),
                null,
                List.of()).exception();
    }

    public static ProblemException conflict(String reason, String detail) {
        return new Problem(ProblemType.CONFLICT, detail, reason, List.of()).exception();
    }

    public static ProblemException invalid(List<Fault> faults) {
        return new Problem(ProblemType.INVALID_REQUEST,
                faults.size() == 1 ? "1 fault" : faults.size() + " faults", null,
                faults).exception();
    }

    public static ProblemException invalid(Fault fault) {
        return invalid(List.of(fault));
    }

    public static ProblemException of(ProblemType type, String detail) {
        return new Problem(type, detail, null, List.of()).exception();
    }

    public ProblemException exception() {
        return new ProblemException(this);
    }

    JsonObject toJson(@Nullable String requestId) {
        JsonObject json = new JsonObject().put("type", type.uri()).put("title", type.title())
                .put("status", type.status()).put("detail", detail);
        if (requestId != null) {
            json.put("instance", "urn:cellgate:request:" + requestId);
        }
        if (reason != null) {
            json.put("reason", reason);
        }
        if (!faults.isEmpty()) {
            json.put("faults", new JsonArray(faults.stream().map(Fault::toJson).toList()));
        }
        return json;
    }
}
