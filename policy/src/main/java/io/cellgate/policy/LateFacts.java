package io.cellgate.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Rules that mention what comes after their phase was first asked: the answer to a query, the response to a request.
 * Such a rule takes no part before that, as if it began with "is the answer there, and"; otherwise {@code not
 * any(dns.answer.country[*] == "DE")} would hold for every query that nobody has answered yet.
 */
final class LateFacts {
    private LateFacts() {}

    static Condition gate(Phase phase, Condition condition) {
        Set<Field> mentioned = EnumSet.noneOf(Field.class);
        fields(condition, mentioned::add);
        if (mentioned.stream().noneMatch(Field::comesLate)) {
            return condition;
        }
        List<Condition> known = new ArrayList<>();
        for (Field field : Field.values()) {
            if (field.phase() == phase && field.comesLate()) {
                known.add(new Condition.Known(new Condition.Ref(field, null)));
            }
        }
        List<Condition> parts = new ArrayList<>();
        parts.add(new Condition.Any(known));
        if (condition instanceof Condition.All all) {
            parts.addAll(all.parts());
        } else {
            parts.add(condition);
        }
        return new Condition.All(parts);
    }

    /** Tells the consumer each field that the condition mentions. */
    static void fields(Condition condition, Consumer<Field> consumer) {
        switch (condition) {
            case Condition.All all -> all.parts().forEach(part -> fields(part, consumer));
            case Condition.Any any -> any.parts().forEach(part -> fields(part, consumer));
            case Condition.Not not -> fields(not.part(), consumer);
            case Condition.Always always -> {
            }
            case Condition.Known known -> consumer.accept(known.ref().field());
            case Condition.Compare compare -> consumer.accept(compare.ref().field());
        }
    }
}
