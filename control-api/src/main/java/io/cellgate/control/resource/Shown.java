package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.inventory.account.Grant;
import io.cellgate.inventory.page.Page;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How values look in answers. */
public final class Shown {
    private Shown() {}

    public static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    static JsonArray texts(Collection<?> values) {
        return new JsonArray(values.stream().map(Object::toString).sorted().toList());
    }

    /** How a role is named: by its id where somebody made it. */
    static String role(Grant grant, @Nullable String customRole) {
        return customRole == null
                ? grant.role().name().toLowerCase(Locale.ROOT)
                : customRole;
    }

    public static <T> Answer page(Page<T> page, Function<T, JsonObject> show) {
        return Answer.ok(new JsonObject()
                .put("items", new JsonArray(page.items().stream().map(show).toList()))
                .put("next", page.after()));
    }
}
