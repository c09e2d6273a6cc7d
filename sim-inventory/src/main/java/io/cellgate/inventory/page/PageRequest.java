package io.cellgate.inventory.page;

import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is wanted. Lists are ordered by a unique key, and a cursor is the key of the last object seen:
 * what is inserted or deleted meanwhile makes no object appear twice or be missed.
 *
 * @param afterKey the key after which the page begins; null: at the list's beginning
 */
public record PageRequest(int limit, @Nullable String afterKey) {
    public static final int DEFAULT_LIMIT = 100;
    public static final int MAX_LIMIT = 1000;

    /** The first page. */
    public static final PageRequest FIRST = new PageRequest(DEFAULT_LIMIT, null);

    public PageRequest {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException(
                    "limit: got " + limit + ", expected 1 to " + MAX_LIMIT);
        }
    }

    /** Reads the parameters {@code limit} and {@code after} of a request. */
    public static Outcome<PageRequest> parse(@Nullable Integer limit, @Nullable String after) {
        Faults faults = new Faults();
        int size = limit == null ? DEFAULT_LIMIT : limit;
        faults.range("/limit", size, 1, MAX_LIMIT);
        String key = after == null
                ? null
                : faults.read("/after", after, "the cursor that the page before gave",
                        PageRequest::key);
        return faults.any() ? faults.invalid() : Outcome.done(new PageRequest(size, key));
    }

    /** The page after this one. */
    public PageRequest next(String cursor) {
        return new PageRequest(limit, key(cursor));
    }

    /** How many rows to read: one more than wanted. */
    public int fetch() {
        return limit + 1;
    }

    /** The cursor of the page that begins after this key. */
    public static String cursor(String key) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(("1" + key).getBytes(StandardCharsets.UTF_8));
    }

    private static String key(String cursor) {
        String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        if (text.length() < 2 || text.charAt(0) != '1' || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not a cursor");
        }
        return text.substring(1);
    }
}
