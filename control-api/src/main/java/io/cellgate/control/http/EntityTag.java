package io.cellgate.control.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Strong entity tags, RFC 9110 §8.8.3: the revision number of the object, in quotes. */
public final class EntityTag {
    private EntityTag() {}

    public static String of(long revision) {
        return "\"" + revision + "\"";
    }

    /** Whether an If-None-Match names a tag: any does, or one of a list, weak or strong (RFC 9110 §13.1.2). */
    static boolean isAmong(String ifNoneMatch, String tag) {
        return Arrays.stream(ifNoneMatch.split(",")).map(String::strip)
                .anyMatch(each -> each.equals("*") || each.equals(tag)
                        || each.equals("W/" + tag));
    }

    /** Reads {@code "7"} or {@code 7}; the star of "any revision" is null. */
    static @Nullable Long parseIfMatch(String header) {
        String text = header.strip();
        if (text.equals("*")) {
            return null;
        }
        String digits = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
        if (digits.isEmpty() || digits.length() > 18
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw Problem.invalid(Fault.header("If-Match", header,
                    "one entity tag as the ETag of the object shows it, such as \"7\", or *"));
        }
        return Long.parseLong(digits);
    }
}
