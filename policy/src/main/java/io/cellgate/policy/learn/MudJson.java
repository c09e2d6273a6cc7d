package io.cellgate.policy.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object of a JSON document and its place. What is missing or of another type is noted as a problem, and read as
 * empty: all problems of a document are found at once.
 */
final class MudJson {
    private static final int MOST_PROBLEMS = 100;
    private static final int LONGEST_ECHO = 60;

    private final Map<?, ?> members;
    private final String pointer;
    private final List<MudProblems.Problem> problems;

    MudJson(Map<?, ?> members, String pointer, List<MudProblems.Problem> problems) {
        this.members = members;
        this.pointer = pointer;
        this.problems = problems;
    }

    /** The place of a member. */
    String at(String key) {
        return pointer + "/" + shortened(key).replace("~", "~0").replace("/", "~1");
    }

    static String shortened(@Nullable Object value) {
        String text = String.valueOf(value);
        String cut = text.length() > LONGEST_ECHO ? text.substring(0, LONGEST_ECHO) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    boolean has(String key) {
        return members.containsKey(key);
    }

    List<String> keys() {
        return members.keySet().stream().map(String::valueOf).toList();
    }

    void wrong(String key, String expected) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(new MudProblems.Problem(at(key),
                    has(key) ? shortened(members.get(key)) : "nothing", expected));
        }
    }

    MudJson object(String key) {
        if (members.get(key) instanceof Map<?, ?> map) {
            return new MudJson(map, at(key), problems);
        }
        wrong(key, "an object");
        return new MudJson(Map.of(), at(key), new ArrayList<>());
    }

    List<?> list(String key) {
        if (members.get(key) instanceof List<?> list) {
            return list;
        }
        wrong(key, "an array");
        return List.of();
    }

    List<MudJson> objects(String key) {
        List<MudJson> objects = new ArrayList<>();
        List<?> list = list(key);
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof Map<?, ?> map) {
                objects.add(new MudJson(map, at(key) + "/" + i, problems));
            } else if (problems.size() < MOST_PROBLEMS) {
                problems.add(new MudProblems.Problem(at(key) + "/" + i, shortened(list.get(i)),
                        "an object"));
            }
        }
        return objects;
    }

    String text(String key) {
        if (members.get(key) instanceof String text && text.length() <= 255) {
            return text;
        }
        wrong(key, "a text of at most 255 characters");
        return "";
    }

    int number(String key, int least, int most) {
        if (members.get(key) instanceof Number number
                && (number instanceof Integer || number instanceof Long)
                && number.longValue() >= least && number.longValue() <= most) {
            return number.intValue();
        }
        wrong(key, "a number from " + least + " to " + most);
        return least;
    }

    void throwIfWrong() throws MudProblems {
        if (!problems.isEmpty()) {
            throw new MudProblems(problems);
        }
    }
}
