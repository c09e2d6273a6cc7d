package io.cellgate.inventory.page;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list.
 *
 * @param after the cursor of the next page, or null at the list's end
 */
public record Page<T>(List<T> items, @Nullable String after) {
    public Page {
        items = List.copyOf(items);
    }

    /** The page of rows that were read with {@link PageRequest#fetch}: one more than asked for tells that there are more. */
    public static <T> Page<T> of(List<T> rows, PageRequest request, Function<T, String> key) {
        if (rows.size() <= request.limit()) {
            return new Page<>(rows, null);
        }
        List<T> items = rows.subList(0, request.limit());
        return new Page<>(items, PageRequest.cursor(key.apply(items.getLast())));
    }

    public <R> Page<R> map(Function<? super T, ? extends R> mapping) {
        return new Page<>(items.stream().<R>map(mapping).toList(), after);
    }
}
