package io.cellgate.control.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What stands on the command line of a command, once that was read. */
record Given(CommandSpec spec) {

    List<String> positionals() {
        return spec.positionalParameters().stream().<String>map(each -> each.getValue()).toList();
    }

    /** An option's value; null where it was not given, or the command has no such option. */
    @Nullable
    Object value(String option) {
        OptionSpec found = spec.findOption(option);
        return found == null ? null : found.getValue();
    }

    @Nullable
    String text(String option) {
        Object value = value(option);
        return value == null ? null : value.toString();
    }

    boolean flag(String option) {
        return Boolean.TRUE.equals(value(option));
    }

    /** Each of an option's values; null where there is none. */
    @Nullable
    List<String> several(String option) {
        return value(option) instanceof List<?> given
                ? given.stream().map(Object::toString).toList()
                : null;
    }
}
