package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemType;
import io.cellgate.control.live.ListDesk;
import io.cellgate.control.live.LiveEffects;
import io.cellgate.control.live.PolicyDesk;
import io.cellgate.inventory.policy.ListKind;
import io.cellgate.inventory.policy.ListStore;
import io.cellgate.inventory.policy.NamedList;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code /lists}: names, addresses and texts that rules use as {@code $name}. */
public final class ListsResource {
    private final ListStore lists;
    private final ListDesk listDesk;
    private final PolicyDesk desk;
    private final Idempotency idempotency;
    private final LiveEffects live;

    public ListsResource(ListStore lists, ListDesk listDesk, PolicyDesk desk,
            Idempotency idempotency, LiveEffects live) {
        this.lists = lists;
        this.listDesk = listDesk;
        this.desk = desk;
        this.idempotency = idempotency;
        this.live = live;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listLists",
                        call -> Shown.page(lists.list(call.listScope(), call.page()),
                                ListsResource::show))
                .on("createList",
                        call -> desk.atDesk(() -> idempotency.once(call, () -> create(call))))
                .on("getList",
                        call -> answer(Outcomes.require(lists.find(call.scope(), call.path("id")))))
                .on("listListEntries", this::entries).on("replaceListEntries", this::replace)
                .on("changeListEntries", this::change).on("deleteList", call -> {
                    NamedList _ = Outcomes.require(listDesk.delete(desk, call.actor(),
                            call.scope(), call.path("id"), call.ifMatch()));
                    return Answer.none();
                });
    }

    private Answer create(Call call) {
        JsonObject body = call.body();
        String account = call.principal().isOperator() && body.getString("account") == null
                ? null
                : call.account();
        NamedList list = Outcomes.require(listDesk.create(desk, call.actor(), account,
                body.getString("name"), kind(body.getString("kind")), texts(body, "entries")));
        return Answer.created("/v1/lists/" + list.id(), show(list)).revision(list.revision());
    }

    private Answer entries(Call call) {
        NamedList list = Outcomes.require(lists.find(call.scope(), call.path("id")));
        return Answer.streamed("text/plain; charset=utf-8", raw -> {
            var out = new BufferedOutputStream(raw, 32 << 10);
            try {
                lists.eachEntry(list.id(), entry -> {
                    try {
                        out.write((entry + "\n").getBytes(StandardCharsets.UTF_8));
                    } catch (IOException gone) {
                        throw new UncheckedIOException(gone);
                    }
                });
                out.flush();
            } catch (UncheckedIOException gone) {
                throw gone.getCause();
            }
        }).revision(list.revision());
    }

    private Answer replace(Call call) throws IOException {
        Long expected = call.requiredIfMatch();
        if (!call.mediaType().equalsIgnoreCase("text/plain")) {
            throw Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "got " + Fault.echo(call.mediaType()) + ", expected text/plain");
        }
        NamedList old = Outcomes.require(lists.find(call.scope(), call.path("id")));
        NamedList list = Outcomes.require(listDesk.replace(desk, call.actor(), call.scope(),
                old.id(), lines(call), expected));
        if (desk.judgesSessions(list.account())) {
            live.policiesChanged(list.account());
        }
        return answer(list);
    }

    /** One entry a line; blank lines and what follows a # at a line's beginning are passed over. */
    private static List<String> lines(Call call) throws IOException {
        List<String> entries = new ArrayList<>();
        BufferedReader reader = new BufferedReader(
                new InputStreamReader(call.stream(), StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            String entry = line.strip();
            if (!entry.isEmpty() && entry.charAt(0) != '#') {
                if (entries.size() == ListStore.MAX_ENTRIES) {
                    throw Problem.of(ProblemType.TOO_LARGE, "got more than "
                            + ListStore.MAX_ENTRIES + " entries, expected at most that many");
                }
                entries.add(entry);
            }
        }
        return entries;
    }

    private Answer change(Call call) {
        NamedList list = Outcomes.require(listDesk.update(desk, call.actor(), call.scope(),
                call.path("id"), texts(call.body(), "add"), texts(call.body(), "remove"),
                call.ifMatch()));
        if (desk.judgesSessions(list.account())) {
            live.policiesChanged(list.account());
        }
        return answer(list);
    }

    private static List<String> texts(JsonObject body, String field) {
        return body.getJsonArray(field, new JsonArray()).stream().map(Object::toString).toList();
    }

    private static ListKind kind(String text) {
        return switch (text) {
            case "names" -> ListKind.NAME;
            case "addresses" -> ListKind.ADDRESS;
            case "strings" -> ListKind.STRING;
            default -> throw new IllegalStateException("the contract lets " + text + " pass");
        };
    }

    private static String text(ListKind kind) {
        return switch (kind) {
            case NAME -> "names";
            case ADDRESS -> "addresses";
            case STRING -> "strings";
        };
    }

    private static Answer answer(NamedList list) {
        return Answer.ok(show(list)).revision(list.revision());
    }

    private static JsonObject show(NamedList list) {
        return new JsonObject().put("id", list.id()).put("account", list.account())
                .put("name", list.name()).put("kind", text(list.kind()))
                .put("entries", list.entries()).put("created_at", Shown.time(list.createdAt()))
                .put("revision", list.revision());
    }
}
