package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemType;
import io.cellgate.inventory.batch.Batch;
import io.cellgate.inventory.batch.BatchStore;
import io.cellgate.inventory.batch.ImportFormat;
import io.cellgate.inventory.batch.ImportSummary;
import io.cellgate.inventory.batch.LineResult;
import io.cellgate.inventory.outcome.Outcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** {@code /batches}: manufacturers' files. A line is reported once what it changed is durable. */
public final class BatchesResource {
    private static final int MOST_FAULTS = 1000;
    private static final int ANSWER_BUFFER_OCTETS = 32 << 10;

    private final BatchStore batches;
    private final Idempotency idempotency;

    public BatchesResource(BatchStore batches, Idempotency idempotency) {
        this.batches = batches;
        this.idempotency = idempotency;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listBatches",
                        call -> Shown.page(batches.list(call.query("name"), call.page()),
                                BatchesResource::show))
                .on("createBatch", call -> idempotency.once(call, () -> create(call)))
                .on("getBatch", call -> {
                    Batch batch = Outcomes.require(batches.find(call.path("id")));
                    return Answer.ok(show(batch)).revision(batch.revision());
                }).on("deleteBatch", call -> {
                    Batch _ = Outcomes.require(
                            batches.delete(call.actor(), call.path("id"), call.ifMatch()));
                    return Answer.none();
                }).on("importSims", this::importSims);
    }

    private Answer create(Call call) {
        Batch batch = Outcomes.require(batches.create(call.actor(),
                call.body().getString("product"), call.body().getString("name")));
        return Answer.created("/v1/batches/" + batch.id(), show(batch)).revision(batch.revision());
    }

    private Answer importSims(Call call) throws IOException {
        ImportFormat format = switch (call.mediaType().toLowerCase(Locale.ROOT)) {
            case "text/csv" -> ImportFormat.CSV;
            case Answer.NDJSON -> ImportFormat.NDJSON;
            default -> throw Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "got "
                    + Fault.echo(call.mediaType()) + ", expected text/csv or " + Answer.NDJSON);
        };
        Batch batch = Outcomes.require(batches.find(call.path("id")));
        if ("lines".equals(call.query("report"))) {
            return Answer.streamed(Answer.NDJSON, out -> reportLines(call, batch, format, out));
        }
        JsonArray faults = new JsonArray();
        ImportSummary summary = Outcomes.require(batches.importSims(call.actor(), batch.id(),
                call.stream(), format, line -> {
                    if (line.verdict() != LineResult.Verdict.IMPORTED
                            && line.verdict() != LineResult.Verdict.UNCHANGED
                            && faults.size() < MOST_FAULTS) {
                        faults.add(show(line));
                    }
                }));
        return Answer.ok(show(batch, summary).put("faults", faults));
    }

    /** Each line as it becomes durable: what the client has read of the answer is not lost by any crash. */
    private void reportLines(Call call, Batch batch, ImportFormat format, OutputStream raw)
            throws IOException {
        try (OutputStream out = new BufferedOutputStream(raw, ANSWER_BUFFER_OCTETS)) {
            Outcome<ImportSummary> outcome = batches.importSims(call.actor(), batch.id(),
                    call.stream(), format, line -> write(out, show(line)));
            write(out, switch (outcome) {
                case Outcome.Done<ImportSummary>(ImportSummary summary) -> show(batch, summary);
                case Outcome.Invalid<ImportSummary>(var faults) -> new JsonObject().put("error",
                        new JsonArray(faults.stream()
                                .map(fault -> new JsonObject().put("got", fault.got())
                                        .put("expected", fault.expected()))
                                .toList()));
                case Outcome<ImportSummary> other -> new JsonObject().put("error",
                        other.toString());
            });
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    private static void write(OutputStream out, JsonObject line) {
        try {
            out.write((line.encode() + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static JsonObject show(LineResult line) {
        return new JsonObject().put("line", line.line())
                .put("verdict", line.verdict().name().toLowerCase(Locale.ROOT))
                .put("iccid", line.iccid()).put("detail", line.detail());
    }

    private static JsonObject show(Batch batch, ImportSummary summary) {
        return new JsonObject().put("batch", batch.id()).put("lines", summary.lines())
                .put("imported", summary.imported()).put("unchanged", summary.unchanged())
                .put("duplicates", summary.duplicates()).put("rejected", summary.rejected());
    }

    private static JsonObject show(Batch batch) {
        return new JsonObject().put("id", batch.id()).put("name", batch.name())
                .put("product", batch.product()).put("sims", batch.sims())
                .put("created_at", Shown.time(batch.createdAt()))
                .put("revision", batch.revision());
    }
}
