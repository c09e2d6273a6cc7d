package io.cellgate.policy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/** Checks that a rule's options go with its action, and that an action has the options it needs. */
final class OptionChecker {
    private static final int MAX_ANSWERS = 16;

    private OptionChecker() {}

    static void check(RuleDocument rule, Problems problems) {
        RuleOptions options = rule.options();
        boolean blocks = rule.action() == Action.BLOCK;
        if (options.reject() != null && !(blocks && rule.phase() == Phase.NETWORK)) {
            problems.error("reject is set", "it goes with block in the phase network");
        }
        if (options.blockAnswer() != null && !(blocks && rule.phase() == Phase.DNS)) {
            problems.error("a block answer is set", "it goes with block in the phase dns");
        }
        if (rule.action() == Action.OVERRIDE) {
            checkAnswers(options.answers(), problems);
        } else if (!options.answers().isEmpty()) {
            problems.error("answers are given", "they go with override in the phase dns");
        }
        String location = options.location();
        if (rule.action() == Action.REDIRECT) {
            if (location == null || !isUrl(location)) {
                problems.error("the redirect's location is "
                        + (location == null
                                ? "missing"
                                : Condition.quoted(IpAddress.shortened(location))),
                        "expected an absolute http or https URL");
            }
        } else if (location != null) {
            problems.error("a location is set", "it goes with redirect in the phase http");
        }
        String policy = options.policy();
        if (rule.action() == Action.QUARANTINE) {
            if (policy == null || policy.isBlank()) {
                problems.error("the quarantine's policy is missing",
                        "name the policy that the session is put under");
            }
        } else if (policy != null) {
            problems.error("a policy is set", "it goes with quarantine in the phase session");
        }
    }

    private static void checkAnswers(List<String> answers, Problems problems) {
        if (answers.isEmpty() || answers.size() > MAX_ANSWERS) {
            problems.error("the override has " + answers.size() + " answers",
                    "expected 1 to " + MAX_ANSWERS + " addresses, or one name");
            return;
        }
        for (String answer : answers) {
            try {
                if (Answers.looksLikeAddress(answer)) {
                    IpAddress ignored = IpAddress.parse(answer);
                } else {
                    DomainName ignored = DomainName.of(answer);
                    if (answers.size() > 1) {
                        problems.error("the override answers with the name \""
                                + IpAddress.shortened(answer) + "\" and something else",
                                "a CNAME stands alone (RFC 1034 §3.6.2)");
                    }
                }
            } catch (IllegalArgumentException e) {
                problems.error("answers: " + e.getMessage(), null);
            }
        }
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = new URI(text);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
