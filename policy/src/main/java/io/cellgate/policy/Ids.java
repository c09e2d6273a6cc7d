package io.cellgate.policy;

import java.util.regex.Pattern;

/** The shapes of the names that authors give. */
final class Ids {
    private static final Pattern RULE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern LIST = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

    private Ids() {}

    static boolean isRuleId(String text) {
        return RULE.matcher(text).matches();
    }

    static boolean isListName(String text) {
        return LIST.matcher(text).matches();
    }
}
