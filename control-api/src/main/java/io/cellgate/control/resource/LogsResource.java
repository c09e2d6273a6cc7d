package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.control.log.LogEntry;
import io.cellgate.control.log.LogKind;
import io.cellgate.control.log.LogQuery;
import io.cellgate.control.log.LogStore;
import io.cellgate.control.log.TrafficLogs;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.page.PageRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@code /flows}, {@code /dns-queries}, {@code /signalling}: what went on, by the page, one by one, or as a file. */
public final class LogsResource {
    /** The header that tells how many lines an export lacks. */
    static final String LOST = "Cellgate-Lost-Records";

    private final TrafficLogs logs;

    public LogsResource(TrafficLogs logs) {
        this.logs = logs;
    }

    public void mount(Endpoints endpoints) {
        mount(endpoints, "Flows", "Flow", LogKind.FLOWS);
        mount(endpoints, "DnsQueries", "DnsQuery", LogKind.DNS_QUERIES);
        mount(endpoints, "Signalling", "SignallingRecord", LogKind.SIGNALLING);
    }

    private void mount(Endpoints endpoints, String all, String one, LogKind kind) {
        endpoints.on("list" + all, call -> list(call, kind))
                .on("get" + one, call -> get(call, kind))
                .on("export" + all, call -> export(call, kind));
    }

    private Answer list(Call call, LogKind kind) {
        LogStore.Lines page = logs.upToDate().page(kind,
                LogParameters.query(call, LogQuery.Order.NEWEST_FIRST), page(call));
        JsonArray items = new JsonArray();
        page.lines().forEach(line -> items.add(LogLines.json(kind, line)));
        LogEntry first = page.lines().isEmpty() ? null : page.lines().getFirst();
        LogEntry last = page.lines().isEmpty() ? null : page.lines().getLast();
        return Answer.ok(new JsonObject().put("items", items)
                .put("next", cursor(page.next()))
                .put("first", first == null ? null : cursor(first.id()))
                .put("last", last == null ? null : cursor(last.id()))
                .put("lost", page.lost()));
    }

    private static PageRequest page(Call call) {
        PageRequest page = call.page();
        String key = page.afterKey();
        if (key != null && !key.matches("[0-9]{1,18}")) {
            throw Problem.invalid(Fault.query("after", call.query("after"),
                    "a cursor that another page gave"));
        }
        return page;
    }

    private static @Nullable String cursor(@Nullable Long line) {
        return line == null ? null : PageRequest.cursor(Long.toString(line));
    }

    private Answer get(Call call, LogKind kind) {
        return Answer.ok(LogLines.json(kind, line(logs, call.scope(), kind, call.path("id"))));
    }

    /** The line of this number that the scope may see. */
    static LogEntry line(TrafficLogs logs, Scope scope, LogKind kind, String id) {
        LogEntry line = id.matches("[0-9]{1,18}")
                ? logs.upToDate().find(kind, Long.parseLong(id))
                : null;
        if (line == null || !scope.sees(line.owner().account())) {
            throw Problem.notFound("record of " + kind.text(), id);
        }
        return line;
    }

    private Answer export(Call call, LogKind kind) {
        LogQuery asked = LogParameters.query(call, LogQuery.Order.OLDEST_FIRST);
        // what comes while it is written is not in it: it ends
        LogQuery query = asked.until() == null ? asked.before(Instant.now()) : asked;
        LogStore store = logs.upToDate();
        boolean csv = "csv".equals(call.query("format"));
        Answer answer = csv
                ? Answer.streamed("text/csv; charset=utf-8",
                        out -> write(out, store, kind, query, true))
                : Answer.streamed(Answer.NDJSON, out -> write(out, store, kind, query, false));
        return answer
                .with(LOST, Long.toString(store.page(kind, query, new PageRequest(1, null)).lost()))
                .with("Content-Disposition", "attachment; filename=\"" + kind.text()
                        + (csv ? ".csv\"" : ".ndjson\""));
    }

    private static void write(OutputStream out, LogStore store, LogKind kind, LogQuery query,
            boolean csv) throws IOException {
        try (Writer to = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8),
                1 << 16)) {
            if (csv) {
                to.write(LogLines.csvHeader(kind));
            }
            PageRequest next = new PageRequest(PageRequest.MAX_LIMIT, null);
            while (true) {
                LogStore.Lines page = store.page(kind, query, next);
                for (LogEntry line : page.lines()) {
                    to.write(csv
                            ? LogLines.csv(kind, line)
                            : LogLines.json(kind, line).encode() + "\n");
                }
                String after = cursor(page.next());
                if (after == null) {
                    return;
                }
                next = next.next(after);
            }
        }
    }
}
