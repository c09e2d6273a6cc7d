package io.cellgate.control.cli;

import java.io.Console;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The terminal that a person sits at, where there is one. */
final class Terminal {
    private Terminal() {}

    static @Nullable Console orNull() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).orElse(null);
    }
}
