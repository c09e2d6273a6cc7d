package io.cellgate.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a rule's action is carried out, where there is a choice.
 *
 * @param reject      network block: tell the device by TCP reset or ICMP instead of silence; null: as the policy says
 * @param blockAnswer dns block: what to answer; null: as the policy says
 * @param answers     dns override: addresses, or one name that becomes a CNAME
 * @param location    http redirect: where to, an absolute URL
 * @param policy      session quarantine: the name of the policy that the session is put under
 */
public record RuleOptions(@Nullable Boolean reject, @Nullable BlockAnswer blockAnswer,
        List<String> answers, @Nullable String location, @Nullable String policy) {
    public static final RuleOptions NONE = new RuleOptions(null, null, List.of(), null, null);

    public RuleOptions {
        answers = List.copyOf(answers);
    }

    public static RuleOptions rejecting() {
        return new RuleOptions(true, null, List.of(), null, null);
    }

    public static RuleOptions blockAnswer(BlockAnswer answer) {
        return new RuleOptions(null, answer, List.of(), null, null);
    }

    public static RuleOptions answers(String... answers) {
        return new RuleOptions(null, null, List.of(answers), null, null);
    }

    public static RuleOptions location(String location) {
        return new RuleOptions(null, null, List.of(), location, null);
    }

    public static RuleOptions quarantinePolicy(String name) {
        return new RuleOptions(null, null, List.of(), null, name);
    }
}
