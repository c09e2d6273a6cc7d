package io.cellgate.control;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A configuration file: lines {@code option = value} with the long options' names, without their dashes. */
final class SettingsFile implements IDefaultValueProvider {
    private final Properties values;

    private SettingsFile(Properties values) {
        this.values = values;
    }

    /** Reads it; a name that is no option is an error, not a line to pass over. */
    static SettingsFile read(Path file, CommandSpec command) {
        Properties values = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            values.load(in);
        } catch (NoSuchFileException none) {
            throw new IllegalArgumentException(
                    "--config: got " + file + ", expected a file that exists", none);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new IllegalArgumentException("--config: " + file + " cannot be read: "
                    + unreadable.getMessage(), unreadable);
        }
        for (String name : new TreeSet<>(values.stringPropertyNames())) {
            if (name.equals("config") || !command.optionsMap().containsKey("--" + name)) {
                throw new IllegalArgumentException("--config: " + file + " has \"" + name
                        + "\", expected the names of options such as data or api-port");
            }
        }
        return new SettingsFile(values);
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? values.getProperty(option.longestName().substring(2))
                : null;
    }
}
